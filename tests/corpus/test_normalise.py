"""Repair of texts: cases, equality with ftfy, what must stay, and events."""

import itertools
import json
import random
from collections import Counter
from pathlib import Path

import ftfy
import pyarrow as pa
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import normalise as normalising
from corpus.normalise import FTFY, TOUCH, Normalise, changed, fenced, normalise, repair
from corpus.schema import WORK, record_batch

CASES = json.loads((Path(__file__).parents[1] / "cases" / "normalise.json").read_text("utf-8"))
DEV = Path(__file__).parents[3] / "shared/data/bench/dev.parquet"
SENTENCES = [
    "Plain words, nothing else.\n",
    "“Curly” – d’accord… \n",
    "cafÃ© crÃ¨me\n",
    "fish &amp; chips\r\n",
    "naïve cœur, Œ.\n",
    "ÂÃ Â \n",
    "日本語　テスト\n",
    "e\u0301te\u0301\n",
    "Привет — вЂ”\n",
    "a <b> c &lt;\n",
    "\r",
    "â€œquoteâ€\u009d\n",
    "\u2028\ufeff\x1b[0m",
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case):
    counts = Counter()
    got = normalise(case["text"], counts)
    assert got == (case["text"] if case["want"] is None else case["want"])
    assert sorted(counts) == sorted(case["rules"])
    assert all(value > 0 for value in counts.values())


def test_is_fix_text_on_prose():
    rng = random.Random(4)
    for _ in range(400):
        text = "".join(rng.choices(SENTENCES, k=rng.randint(1, 8)))
        assert repair(text, Counter()) == ftfy.fix_text(text, FTFY)


BROKEN = st.sampled_from(["latin-1", "cp1252", "cp1250", "cp1251", "mac_roman", "cp437", "cp850"])
LINES = st.sampled_from(
    [
        "Überall “quoted” — naïve cœur…", "Čtvrt hodiny, škola, ďaleko", "Привет, мир — да",
        "Γειά σου Κόσμε", "日本語 한국어 ไทย", "שלום עולם", "🙂 fine & <b>bold</b>", "plain words",
        "e\u0301te\u0301 &amp; \x1b[31m\u2028", "it's 5 o’clock – «now»", "ﬁ ª º ½ ± ¬ ¦ ¨ ¯",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(LINES, st.none() | BROKEN, st.sampled_from(["\n", "\r\n", " ", "\r"]))),
    st.text(max_size=6),
)
def test_is_fix_text_on_text_read_in_a_wrong_encoding(parts, tail):
    text = "".join(
        (line.encode().decode(code, "replace") if code else line) + end for line, code, end in parts
    )
    assert repair(text + tail, Counter()) == ftfy.fix_text(text + tail, FTFY)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES | st.just("cafÃ© ") | st.just("\n"), max_size=12).map(" ".join))
def test_is_fix_text_where_long_lines_are_cut(text):
    short = FTFY._replace(max_decode_length=17)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normalising, "FTFY", short)
        assert repair(text, Counter()) == ftfy.fix_text(text, short)


def test_every_sign_of_mojibake_is_touched():
    # what the fast path skips must be nothing that ftfy would look at twice
    letters = [c for v in MOJIBAKE_CATEGORIES.values() for c in ftfy_class(v)]
    for first, second in itertools.product(letters, repeat=2):
        for text in (f"a {first}{second} b", f"a{first}{second}"):
            if is_bad(text):
                assert TOUCH.search(text), ascii(text)
    for letter in letters:
        for text in (f"a{letter}", f"a {letter} b", f"{letter} ", f"{letter}\n", f"{letter}x"):
            if is_bad(text):
                assert TOUCH.search(text), ascii(text)


def ftfy_class(members):
    """Return the characters of the inside of a character class."""
    out, i = [], 0
    while i < len(members):
        if members[i + 1 : i + 2] == "-":
            out += map(chr, range(ord(members[i]), ord(members[i + 2]) + 1))
            i += 3
        else:
            out.append(members[i])
            i += 1
    return out


def test_very_long_lines_are_cut_as_ftfy_does():
    text = "cafÃ© " + "x" * 999_990 + " cafÃ© crÃ¨me" * 3
    assert repair(text, Counter()) == ftfy.fix_text(text, FTFY)


def test_fences_nest_by_length():
    text = "a\n````\n```\nb\n```\n````\nc"
    assert list(fenced(text)) == [("a\n", False), ("````\n```\nb\n```\n````\n", True), ("c", False)]
    assert list(fenced("say ```this``` now")) == [("say ```this``` now", False)]


def test_switches():
    assert normalise("a &amp; b", Counter(), entities=False) == "a &amp; b"
    assert normalise("a\u00adb", Counter(), zero_width=False) == "a\u00adb"


def test_changed_counts_characters_wherever_they_stand():
    assert changed("a\r\nb\r\n", "a\nb\n") == 2
    assert changed("xAyBz", "xayBz") == 1


def test_stage_notes_each_rule_and_leaves_code_and_removed_rows():
    broken = "cafÃ© &amp; tea\r\n"
    rows = [
        {"id": "a", "kind": "note", "text": broken, "title": "maÃ±ana"},
        {"id": "b", "kind": "code", "text": broken},
        {"id": "c", "kind": "note", "text": broken, "removed": "source.empty"},
        {"id": "d", "kind": "note", "text": None},
    ]
    batch, events = Normalise()(record_batch(rows, WORK))
    assert batch["text"].to_pylist() == ["café & tea\n", broken, broken, None]
    assert batch["title"][0].as_py() == "mañana"
    found = {(e["document"], e["rule"]): e["value"] for e in events.to_pylist()}
    assert found == {
        ("a", "ftfy.encoding"): 2.0,
        ("a", "ftfy.entities"): 4.0,
        ("a", "line-endings"): 1.0,
        ("a", "title.ftfy.encoding"): 2.0,
    }
    assert set(events["action"].to_pylist()) == {"edited"}


def test_what_needs_no_repair_is_the_same_object():
    batch = record_batch([{"id": "a", "kind": "note", "text": "All is well."}], WORK)
    out, events = Normalise()(batch)
    assert out is batch and events.num_rows == 0


@pytest.mark.slow
@pytest.mark.skipif(not DEV.exists(), reason="the benchmark's file is not here")
def test_same_as_ftfy_on_real_text():
    import pyarrow.parquet as pq

    texts = random.Random(7).sample(pq.read_table(DEV)["text"].to_pylist(), 3000)
    assert [repair(t, Counter()) for t in texts] == [ftfy.fix_text(t, FTFY) for t in texts]


def test_empty_batch():
    out, events = Normalise()(record_batch([], WORK))
    assert out.num_rows == events.num_rows == 0 and isinstance(out, pa.RecordBatch)


def test_quotes_with_backticks_are_no_code() -> None:
    line = "Put `inet' or `inet6' (``cafÃ©'' and ``thÃ©''), then `x = 'Ã©'` and `Ã©`s."
    assert normalise(line, Counter()) == (
        "Put `inet' or `inet6' (``café'' and ``thé''), then `x = 'Ã©'` and `Ã©`s."
    )

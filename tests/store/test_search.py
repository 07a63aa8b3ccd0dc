"""Full text in SQL: ranked as BM25 says, folded, closed, and as large as told."""

from collections import Counter
from math import log

import pyarrow as pa
import pytest

from store.catalogue import publish
from store.library import Library
from store.query import open_catalogue

TEXTS = {
    "boat": "The winter harbour: boats, boats, and no wind.",
    "snow": "Winter. Snow on the roof; winter again, WINTER.",
    "port": "Harbours and a harbour",
    "folk": "Straße, Kjære Ærlend! Ελλάς naïve «ﬁne» coöperation",
    "east": "昨日、港で漢字をPythonで書いた。 สวัสดี नमस्ते 안녕하세요 🎉",
    "none": "",
    "mail": "about lunch",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = Library(tmp_path_factory.mktemp("library"))
    told = {
        "id": list(TEXTS),
        "text": list(TEXTS.values()),
        "title": [None] * 6 + ["Winter tyres"],
        "origin": ["self", "other", "self", "self", "self", "self", "self"],
    }
    publish(made, {}, {"documents": pa.table(told)})
    return made


@pytest.fixture
def ask(library):
    with open_catalogue(library) as connection:
        yield lambda sql, *given: connection.execute(sql, given).fetchall()


def found(ask, words, n=20):
    return [i for (i,) in ask("SELECT id FROM search(?, ?)", words, n)]


def test_scores_are_those_of_bm25(ask):
    words = {i: t.lower().replace(":", "").split() for i, t in TEXTS.items()}
    words = {i: [w.strip(".,;") for w in ws] for i, ws in words.items()}
    words["mail"] = ["winter", "tyres", *words["mail"]]
    counted = {i: Counter(ws) for (i, ws) in words.items()}
    sizes = {i: size for (i, size) in ask("SELECT id, len(words(text)) FROM documents")}
    sizes["mail"] += 2
    mean = sum(sizes.values()) / sum(size > 0 for size in sizes.values())
    used = sum(size > 0 for size in sizes.values())

    def score(i):
        total = 0.0
        for term in ("winter", "harbour"):
            tf, df = counted[i][term], sum(term in c for c in counted.values())
            rarity = log(1 + (used - df + 0.5) / (df + 0.5))
            total += rarity * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * sizes[i] / mean))
        return total

    told = dict(ask("SELECT id, score FROM search('winter harbour', 20)"))
    assert set(told) == {"boat", "snow", "port", "mail"}
    for i, value in told.items():
        assert value == pytest.approx(score(i), abs=0.002)
    assert list(told) == sorted(told, key=lambda i: -told[i])


def test_the_best_come_first_and_no_more_than_asked(ask):
    assert found(ask, "winter harbour", 2) == found(ask, "winter harbour")[:2]
    assert found(ask, "winter harbour")[0] == "boat"
    assert ask("SELECT count(*) FROM search('winter')") == [(3,)]
    assert [found(ask, w) for w in ("", "zebra", "' OR 1=1 --")] == [[], [], []]


def test_a_hit_is_a_whole_document_that_sql_goes_on_with(ask):
    rows = ask("SELECT id, title, text FROM search('winter') WHERE origin = 'self' ORDER BY id")
    assert rows[1] == ("mail", "Winter tyres", "about lunch") and len(rows) == 2


@pytest.mark.parametrize(
    "words",
    ["strasse", "STRASSE", "kjaere", "Kjære", "ærlend", "ΕΛΛΆΣ", "ελλας", "naive", "fine", "coöp"],
)
def test_words_are_found_in_any_case_and_without_accents(ask, words):
    assert found(ask, words) == (["folk"] if words != "coöp" else [])


@pytest.mark.parametrize(
    "words", ["漢字", "港", "python", "สวัสดี", "ส่วัสดี สวัสดี", "नमस्ते", "안녕하세요", "🎉", "書いた"]
)
def test_words_of_every_script_are_found(ask, words):
    assert found(ask, words) == ["east"]


@pytest.mark.parametrize("words", ["नमसत", "नामस्ते", "สิว", "いだ"])
def test_a_vowel_sign_is_no_accent(ask, words):
    assert found(ask, words) == []


def test_scripts_without_spaces_are_cut_into_pairs_that_overlap(ask):
    told = ask("SELECT words('น้ำใส'), words('サーバーで寝た A'), words('はé का')")
    assert [sorted(words) for words in told[0]] == [
        sorted(["น้", "้ำ", "ำใ", "ใส"]),
        sorted(["サー", "ーバ", "バー", "ーで", "寝", "a"]),
        sorted(["e", "का"]),
    ]


def test_terms_says_how_often_a_word_is_used_and_by_whom(ask):
    rows = ask("SELECT * FROM terms WHERE term IN ('winter', 'boats') ORDER BY term")
    assert rows == [("boats", 1, 2, 2), ("winter", 3, 5, 2)]


def test_an_empty_library_is_searched_too(tmp_path):
    publish(Library(tmp_path), {}, {})
    with open_catalogue(tmp_path) as connection:
        assert connection.execute("SELECT * FROM search('winter', 20)").fetchall() == []


def test_counting_some_documents_at_a_time_changes_nothing(library, tmp_path, monkeypatch):
    asked = ("SELECT * FROM vocabulary ORDER BY ALL", "SELECT * FROM postings ORDER BY ALL")
    with open_catalogue(library) as connection:
        whole = [connection.execute(sql).fetchall() for sql in asked]
        told = connection.sql("SELECT * FROM documents").to_arrow_table()
    monkeypatch.setattr("store.search.AT_ONCE", 2)
    publish(Library(tmp_path), {}, {"documents": told})
    with open_catalogue(tmp_path) as connection:
        assert [connection.execute(sql).fetchall() for sql in asked] == whole
    assert len(whole[1]) > 30


def test_a_hit_of_a_document_far_down_is_that_document(tmp_path):
    """More documents than DuckDB keeps in one row group."""
    count = 130_000
    told = {"id": [f"d{n}" for n in range(count)], "text": [f"word{n % 997}" for n in range(count)]}
    told["text"][count - 3] = "a lantern"
    publish(Library(tmp_path), {}, {"documents": pa.table(told)})
    with open_catalogue(tmp_path) as connection:
        rows = connection.execute("SELECT id, text FROM search('lantern')").fetchall()
    assert rows == [(f"d{count - 3}", "a lantern")]

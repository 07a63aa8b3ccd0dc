"""Two runs compared document by document, and a document's changes shown word by word."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.schema import DOCUMENTS as DOCUMENTS_SCHEMA
from corpus.schema import EVENTS, record_batch
from flows import show
from flows.commands.compare import DOCUMENTS, changes, note_documents
from flows.commands.look import Question
from flows.commands.samples import as_shown, changed
from flows.record import Record
from store.catalogue import publish
from store.library import create

TEXTS = ("plum jam", "plum jam", "plum jelly")
STATE = ("id", "split", "removed", "text", "rules")


def run(library, name, rows):
    """Write what a run noted of its documents: id → (removed, text, rules)."""
    folder = library.runs / name
    folder.mkdir(parents=True)
    told = [(id_, "train", *row) for id_, row in rows.items()]
    columns = dict(zip(STATE, zip(*told, strict=True), strict=True))
    pq.write_table(pa.table({k: pa.array(list(v)) for k, v in columns.items()}), folder / DOCUMENTS)
    return Record(run=name, started=0, seconds=0, settings="", version="")


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "library", [])


def test_every_document_treated_otherwise_is_named_with_the_rule(library):
    old = run(library, "one", {
        "same": (None, "t", ["normalise.quotes"]),
        "dropped": (None, "t", []),
        "back": ("filter.min-words", None, ["filter.min-words"]),
        "edited": (None, "t", ["normalise.quotes"]),
        "again": (None, "t", ["redact.PERSON"]),
        "other": ("filter.min-words", None, ["filter.min-words"]),
        "left": (None, "t", []),
    })  # fmt: skip
    new = run(library, "two", {
        "same": (None, "t", ["normalise.quotes"]),
        "dropped": ("deduplicate.near", None, ["deduplicate.near"]),
        "back": (None, "t", []),
        "edited": (None, "u", ["identify.quote", "normalise.quotes"]),
        "again": (None, "u", ["redact.PERSON"]),
        "other": ("filter.empty", None, ["filter.empty"]),
        "fresh": (None, "t", []),
        "late": ("filter.empty", None, ["filter.empty"]),
    })  # fmt: skip
    told = {document: (change, rule) for change, rule, document in changes(library, old, new)}
    assert told == {
        "dropped": ("newly removed", "deduplicate.near"),
        "back": ("newly kept", "filter.min-words"),
        "edited": ("changed", "identify.quote"),
        "again": ("changed", "redact.PERSON"),
        "other": ("removed otherwise", "filter.min-words → filter.empty"),
        "left": ("gone from the sources", None),
        "fresh": ("new, kept", None),
        "late": ("new, removed", "filter.empty"),
    }
    (library.runs / "one" / DOCUMENTS).unlink()
    with pytest.raises(Question, match="one: its documents were not noted"):
        changes(library, old, new)


def test_what_is_noted_tells_texts_apart_and_none_of_them(library, tmp_path):
    rows = [{"id": i, "text": t, "removed": None} for i, t in zip("abc", TEXTS, strict=True)]
    rows.append({"id": "gone", "text": "plum", "removed": "filter.empty"})
    path = tmp_path / "documents.parquet"
    pq.write_table(pa.Table.from_batches([record_batch(rows, DOCUMENTS_SCHEMA)]), path)
    acts = [
        ("identify", "cut", "quote"),
        ("normalise", "edited", "quotes"),
        ("split", "split", "x"),
    ]
    events = [
        {"document": "a", "n": n, "step": step, "action": action, "rule": rule}
        for n, (step, action, rule) in enumerate(acts)
    ]
    told = pa.Table.from_batches([record_batch(events, EVENTS)])
    publish(library, {"documents": [path]}, {"events": told})
    noted = {r["id"]: r for r in pq.read_table(note_documents(library, "r")).to_pylist()}
    assert noted["a"]["text"] == noted["b"]["text"] != noted["c"]["text"]
    assert noted["gone"]["text"] is None and noted["gone"]["removed"] == "filter.empty"
    assert noted["a"]["rules"] == ["identify.quote", "normalise.quotes"]
    assert noted["c"]["rules"] == []
    assert b"plum" not in (library.runs / "r" / DOCUMENTS).read_bytes()


def test_changes_are_marked_where_there_are_no_colours(monkeypatch):
    before = "Dear Odd,\n" + "the jam is fine. " * 60 + "\nInes"
    after = before.replace("Odd", "Per").removesuffix("\nInes")
    told = as_shown(changed(before, after)).plain
    assert told.startswith("Dear [-Odd-]{+Per+},\nthe jam")
    assert "characters …" in told and len(told) < len(before)
    assert "[-" in told.rpartition("Ines-]")[0][-8:]
    assert as_shown(changed("gone", None)).plain == "[-gone-]"
    assert as_shown(changed(before, before)).plain == before
    monkeypatch.setattr(type(show.out), "is_terminal", True)
    shown = as_shown(changed("Odd", "Per"))
    assert shown.plain == "OddPer" and [s.style for s in shown.spans] == ["red strike", "green"]

"""What was found in a line is kept by its digest, and believed without asking the model."""

import pytest

from corpus.redact import Redact
from corpus.redact.ner.lines import LINES, Kept, line_digest
from corpus.redact.ner.models import ModelRefused
from corpus.redact.ner.recognised import Recognised
from flows.jobs import lines
from store.library import Library

TEXTS = ["Barack Obama met Angela Merkel.\nNothing here.", "In Berlin.\nNothing here."]


def test_lines_met_are_kept_without_text_and_in_order():
    kept = Kept()
    found = Recognised().find(TEXTS, kept)
    table = kept.table()
    assert table.schema == LINES and table.num_rows == 3
    assert table["line"].to_pylist() == sorted(table["line"].to_pylist())
    told = dict(zip(*(c.to_pylist() for c in table.columns), strict=True))
    assert told[line_digest("Nothing here.")] == []
    assert "Obama" not in str(table.to_pylist())
    assert [e.type for e in found[0]] == ["PERSON", "PERSON"]


def test_what_is_kept_is_believed_and_the_model_is_not_asked(tmp_path):
    first = Kept()
    found = Recognised().find(TEXTS, first)
    nowhere = Recognised(str(tmp_path / "no such model"))
    again = Kept([first.table()])
    assert nowhere.find(TEXTS, again) == found
    assert again.table() == first.table()
    with pytest.raises(ModelRefused, match=r"config\.cfg"):
        nowhere.find(["Another line of Ann Lee."], again)


def test_a_library_keeps_lines_by_engine(tmp_path):
    library = Library(tmp_path)
    shard = "ab" * 32
    met = lines.kept(library, Redact(), shard)
    Recognised().find(TEXTS, met)
    with library.objects.write("find", "k" * 64) as write:
        lines.keep(write, Redact(), shard, met)
    assert lines.kept(library, Redact(threshold=0.9), shard).before == met.met
    other = Redact(model="/models/other", model_sha256="0" * 64)
    assert lines.kept(library, other, shard).before == {}
    assert lines.part_of(Redact(ner=False)) == ""

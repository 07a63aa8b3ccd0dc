"""Every fixture, read as a build reads it, gives exactly what `tests/cases/sources.tsv` says.

The table was filled in by hand from what stands in the fixtures, not from what came out.
"""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from corpus.keys import digest
from corpus.people import People
from corpus.schema import DRAFT
from corpus.sources.archive import Refused, walk
from corpus.sources.gather import Identities, fit
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

FIXTURES = Path(__file__).parent.parent / "fixtures"
TABLE = Path(__file__).parent.parent / "cases" / "sources.tsv"
with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t"))
FILES = {f.name: f for f in walk([FIXTURES], lambda name: "f" + digest(name)[:8])}


def observed(file):
    """Return what reading `file` with an empty identity table gives, as the table writes it."""
    if isinstance(file, Refused):
        return {"read_as": "refused"}
    found = recognise(file, Reading())
    if isinstance(found, str):
        return {"read_as": "refused"}
    account = Account()
    table = pa.Table.from_batches(drafts(file, found[0], Reading(), account), DRAFT)
    assert account.balanced()
    told = {
        "read_as": found[0],
        "documents": account.emitted,
        "dropped": account.count("dropped"),
        "errored": account.count("errored"),
        "authors": 0,
        "mine": 0,
        "first": None,
        "last": None,
        "threads": 0,
    }
    if table.num_rows:
        claims = tuple(c.handle for c in account.claims if c.strong and not c.same_as)
        people = People.model_validate({"me": {"handles": claims}})
        verdicts = fit([table], Reading(), Identities(b"k" * 32, people, {}))[0][0]
        told |= {
            "authors": pc.count_distinct(verdicts["author"]).as_py(),
            "mine": pc.sum(pc.cast(pc.equal(verdicts["origin"], "self"), pa.int64())).as_py(),
            "first": pc.min(table["created"]).as_py(),
            "last": pc.max(table["created"]).as_py(),
            "threads": pc.count_distinct(table["thread"]).as_py(),
        }
    return told


def written(told, columns):
    """Return `told` as cells; moments to the minute in UTC."""
    out = {}
    for name in columns:
        value = told.get(name)
        out[name] = f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "year") else str(value or 0)
        out[name] = "-" if value is None else out[name]
    return out


@pytest.mark.parametrize("row", ROWS, ids=[r["fixture"] for r in ROWS])
def test_a_fixture_gives_what_stands_in_it(row):
    told = observed(FILES[f"fixtures/{row['fixture']}"])
    columns = [name for name in row if name != "fixture"]
    assert written(told, columns) == {name: row[name] for name in columns}


def test_every_fixture_has_its_row():
    assert sorted(f"fixtures/{row['fixture']}" for row in ROWS) == sorted(FILES)

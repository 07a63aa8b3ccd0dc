"""A small library of token shards: bytes as tokens, so that ids are read back as text."""

import numpy as np
import pyarrow as pa
import pytest

from store import plan, shards
from store.catalogue import amend, publish
from store.library import Library
from store.query import open_catalogue

SPECIAL = {"pad": 0, "self": 1, "other": 2, "end": 3}
MARKS = {0: "_", 1: "[", 2: "(", 3: "|"}


def encode(texts):
    return [np.frombuffer(t.encode(), np.uint8).astype(np.uint16) + 10 for t in texts]


def spelt(ids):
    """Return ids as text: «[» opens an own turn, «(» another's, «|» ends one, «_» is padding."""
    return "".join(MARKS.get(i) or chr(i - 10) for i in np.asarray(ids).tolist())


class Small:
    """Documents, their shards and plans; `rows` are dicts with id and text, the rest by default."""

    def __init__(self, root, rows):
        base = {"thread": None, "session": None, "position": None, "split": "train"}
        base |= {"origin": "self", "removed": None, "text": ""}
        self.root, self.special, self.spelt = root, SPECIAL, spelt
        self.rows = [base | row for row in rows]
        types = {"position": pa.int64()}
        self.documents = pa.table(
            {
                name: pa.array([row[name] for row in self.rows], types.get(name, pa.string()))
                for name in ("id", *base)
            }
        )
        kept = [(r["id"], r["origin"], r["text"]) for r in self.rows if r["removed"] is None]
        told, self.spans = shards.write(
            kept, encode, root / "shards" / "k", vocabulary=300, tokenizer="key", limit_bytes=400
        )
        self.shards = shards.placed(told, "shards/k")

    def choose(self, **weights):
        ids = [r["id"] for r in self.rows if r["removed"] is None]
        return pa.table({"id": ids, "weight": [float(weights.get(i, 1.0)) for i in ids]})

    def plan(self, chosen=None, **settings):
        chosen = self.choose() if chosen is None else chosen
        given = plan.Plan(**settings)
        return plan.make(self.documents, self.spans, chosen, given, SPECIAL)

    def publish(self, **settings):
        """Write corpus.duckdb with one plan named «main»; returns the plan's rows."""
        given, library = plan.Plan(**settings), Library(self.root)
        used = pa.compute.is_null(self.documents["removed"])
        told = {
            "documents": self.documents.filter(used),
            "removed": self.documents.filter(pa.compute.invert(used)),
            "shards": self.shards,
            "spans": self.spans,
        }
        publish(library, {}, told)
        with open_catalogue(library) as connection:
            rows = plan.from_catalogue(connection, given, SPECIAL)
        plan.write(rows, self.root / "shards" / "k" / "plan.parquet")
        recorded = plan.describe("main", given, rows, "shards/k/plan.parquet")
        amend(library, {"plans": recorded})
        return rows


@pytest.fixture(scope="session")
def library_of():
    """Return the class `Small`: a library at a folder, of the rows given."""
    return Small


@pytest.fixture
def small(tmp_path):
    """Return a function that makes a `Small` library of the rows given."""
    return lambda rows: Small(tmp_path, rows)

"""The SQL of docs/sql.md: every example answers, here and in the older DuckDB people have."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from store.catalogue import publish
from store.library import Library
from store.query import open_catalogue
from store.tables import TABLES

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/sql.md").read_text(), re.DOTALL)
OLDER = "duckdb==1.5.*"
BEGAN = datetime(2023, 5, 1, tzinfo=UTC)


def documents():
    words = [
        "winter harbour",
        "garden tomatoes",
        "choir rehearsal",
        "a lantern",
        "the ferry",
        "snow",
    ]
    return [
        {
            "id": f"d{n:02}",
            "source": ("whatsapp", "markdown")[n % 2],
            "kind": ("chat", "note")[n % 2],
            "thread": f"t{n % 3}" if n % 2 == 0 else None,
            "session": f"s{n % 3}",
            "position": n,
            "author": None if n % 5 == 4 else f"p{n % 4}",
            "speaker": ("Ann", "Ben", "Me", "Cara")[n % 4],
            "origin": ("other", "other", "self", "self")[n % 4],
            "created": BEGAN + timedelta(days=31 * n),
            "text": f"{words[n % 6]}, number {n}",
            "split": ("train", "valid")[n % 7 == 0],
        }
        for n in range(30)
    ]


def table(name, *rows):
    """Return `rows` (column → value), each with the table's other columns empty."""
    return pa.Table.from_pylist(
        [{c: row.get(c) for c in TABLES[name][1] if c in row} for row in rows]
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = Library(tmp_path_factory.mktemp("library"))
    told = documents()
    span = {"shard": 0, "start": 0, "tokens": 5, "bytes": 20, "loss": []}
    pair = {"jaccard": 0.9, "relation": "same", "survivor": "d01"}
    rows = {
        "documents": told,
        "removed": [{"id": "d98", "removed": "filter.min_words"}],
        "events": [{"document": "d00", "n": 0, "step": "normalise", "action": "edited"}],
        "sources": [{"file": "f1", "source": "mbox", "seen": 3, "emitted": 2, "dropped": 1}],
        "source_problems": [{"file": "f1", "outcome": "dropped", "reason": "empty"}],
        "sightings": [{"document": "d00", "file": "f1", "locator": "1"}],
        "duplicates": [{"a": "d01", "b": "d99", **pair}],
        "redactions": [{"document": "d00", "type": "person", "rule": "names", "hmac": "x"}],
        "combinations": [{"document": "d00", "types": "AGE+DATE_TIME", "hmac": "y", "units": 1}],
        "spans": [{"document": row["id"], **span} for row in told],
        "shards": [{"shard": 0, "path": "shards/k/shard-00000.bin", "dtype": "uint16"}],
        "plans": [{"plan": "train", "seed": 0, "length": 512, "sequences": 1}],
        "runs": [{"run": "r1", "seconds": 1.0}],
        "funnel": [{"run": "r1", "n": 0, "step": "normalise", "kept": 30}],
        "figures": [{"run": "r1", "step": "filter", "rule": "min_words", "value": 1.0}],
    }
    publish(made, {}, {name: table(name, *given) for name, given in rows.items()})
    return made


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda sql: sql.split("\n")[0][:40])
def test_every_example_answers(library, example):
    with open_catalogue(library) as connection:
        assert connection.execute(example).fetchall()


def test_the_examples_name_every_table_and_view_that_people_ask():
    named = set(re.findall(r"\b[a-z_]+\b", " ".join(EXAMPLES)))
    asked = {"documents", "removed", "events", "duplicates", "redactions", "sources", "spans"}
    assert asked | {"threads", "authors", "daily", "terms", "shards", "plans", "search"} <= named


def test_the_file_is_in_the_storage_version_of_the_older_duckdb(library):
    with open_catalogue(library) as connection:
        told = connection.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'corpus'"
        )
        assert told.fetchone()[0].startswith("v1.2.0")


ASK = """
import json, sys, duckdb
path, examples = sys.argv[1], json.load(sys.stdin)
for read_only in (True, False):
    connection = duckdb.connect(path, read_only=read_only)
    for example in examples:
        assert connection.execute(example).fetchall(), example
    connection.close()
print(duckdb.__version__)
"""


@pytest.mark.slow
def test_every_example_answers_in_the_older_duckdb(library, tmp_path):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tmp_path), OLDER]
    if subprocess.run(pip, capture_output=True).returncode:
        pytest.skip(f"{OLDER} cannot be installed from here")
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(library.catalogue)],
        input=json.dumps(EXAMPLES),
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1.5.")
    with open_catalogue(library) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (30,)

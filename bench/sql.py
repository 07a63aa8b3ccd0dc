"""Questions to the catalogue: full text, one document, groups, on real text of many documents.

Pieces of 480 characters of the bench's texts are the documents: 200,000 for search, a million for
look-ups and groups. CPU milliseconds of all threads, the least of seven, through the closed
connection that `commonplace sql` uses, after one question to warm up; the index is the bytes of
its blocks. SQLite's FTS5 over the same texts, its index in memory, is the peer of search.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from bench.dedup_texts import given
from bench.measure import Bench
from corpus.keys import digest
from store.catalogue import publish
from store.library import Library
from store.query import open_catalogue

SEARCHED, MANY, PIECE = 200_000, 1_000_000, 480
SEARCH_MS, POINT_MS, GROUP_MS, INDEX = 100.0, 5.0, 100.0, 1.5
WORDS = {
    "two words": "winter harbour",
    "seven common words": "people think about good time little work",
    "six stop words": "the of and to a in",
    "no such word": "zzzzqq",
}
GROUPS = {
    "documents and bytes by source and kind": "SELECT source, kind, count(*), sum(bytes) "
    "FROM documents GROUP BY ALL",
    "documents by month": "SELECT date_trunc('month', day), count(*) FROM documents GROUP BY 1",
    "the same from created": "SELECT date_trunc('month', created), count(*) FROM documents "
    "GROUP BY 1",
    "by language and split": "SELECT language, split, count(*) FROM documents GROUP BY ALL",
    "the view daily": "SELECT day, sum(documents) FROM daily GROUP BY day ORDER BY day LIMIT 30",
    "longest threads": "SELECT thread, count(*) AS n FROM documents GROUP BY 1 ORDER BY n DESC "
    "LIMIT 20",
}


def pieces(count: int) -> Iterator[str]:
    """Yield `count` pieces of the bench's texts, each pass beginning elsewhere."""
    texts, shift = list(given().texts.values()), 0
    while True:
        for text in texts:
            for begin in range(shift, max(len(text) - PIECE // 2, 1), PIECE):
                yield text[begin : begin + PIECE]
                if (count := count - 1) == 0:
                    return
        shift = (shift + 137) % PIECE


def documents(count: int) -> pa.Table:
    """Return `count` documents of those pieces, with ids and columns as a library has them."""
    random, n = np.random.default_rng(0), np.arange(count)
    day = datetime(2006, 1, 1, tzinfo=UTC)
    times = [day + timedelta(minutes=int(m)) for m in np.sort(random.integers(0, 10**7, count))]
    return pa.table(
        {
            "id": ["d" + digest(int(i))[:24] for i in n],
            "text": pa.array(pieces(count), pa.string()),
            "source": np.array(["mbox", "whatsapp", "markdown", "chatgpt"])[n * 4 // count],
            "kind": np.array(["mail", "chat", "note", "prompt"])[n * 4 // count],
            "thread": [f"t{t:020}" for t in n // 12],
            "origin": np.array(["self", "other"])[random.integers(0, 2, count)],
            "created": pa.array(times, pa.timestamp("us", "UTC")),
            "language": np.array(["en", "nb", "de"])[random.integers(0, 3, count)],
            "split": np.array(["train", "valid", "test"])[random.integers(0, 3, count)],
        }
    )


def least(connection: duckdb.DuckDBPyConnection, query: str, *parameters: str) -> float:
    """Return the least CPU milliseconds of seven, of all threads."""
    took = []
    for _ in range(8):
        began = time.process_time()
        connection.execute(query, parameters).fetchall()
        took.append((time.process_time() - began) * 1e3)
    return min(took[1:])


def sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Return the bytes of text, and of the blocks that the index takes."""
    blocks = "SELECT count(DISTINCT block_id) FROM pragma_storage_info('{}') WHERE block_id >= 0"
    index = sum(
        connection.execute(blocks.format(name)).fetchall()[0][0]
        for name in ("vocabulary", "postings")
    )
    text = connection.execute("SELECT sum(bytes) FROM documents").fetchall()[0][0]
    return {"text": float(text), "index": index * 262_144.0}


def searched(bench: Bench, folder: Path) -> None:
    """Add rows and targets of search over `SEARCHED` documents."""
    made, given_ = Library(folder), documents(SEARCHED)
    with bench.measure() as work:
        publish(made, {}, {"documents": given_})
    worst = 0.0
    with open_catalogue(made) as connection:
        for name, words in WORDS.items():
            took = least(connection, "SELECT * FROM search(?, 20)", words)
            bench.row(f"search: {name}", ms=took)
            worst = max(worst, took)
        size = sizes(connection)
    bench.row(
        f"publish {SEARCHED:,} documents", **{"CPU s": work.cpu, "text MB": size["text"] / 1e6}
    )
    fts5(bench, given_)
    bench.target("search, worst ms", worst, most=SEARCH_MS)
    bench.target("index, times the text", size["index"] / size["text"], most=INDEX)


def fts5(bench: Bench, given_: pa.Table) -> None:
    """Add the same searches by SQLite, whose index is kept in memory here."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, content='')")
    with bench.measure() as work:
        rows = enumerate(given_["text"].to_pylist())
        connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", rows)
    bench.row("SQLite FTS5, index", **{"CPU s": work.cpu})
    for name, words in WORDS.items():
        query = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 20"
        took = []
        for _ in range(3):
            began = time.process_time()
            connection.execute(query, [" OR ".join(words.split())]).fetchall()
            took.append((time.process_time() - began) * 1e3)
        bench.row(f"SQLite FTS5: {name}", ms=min(took))
    connection.close()


def looked_up(bench: Bench, folder: Path) -> None:
    """Add rows and targets of look-ups and groups over `MANY` documents."""
    made = Library(folder)
    with bench.measure() as work:
        publish(made, {}, {"documents": documents(MANY)})
    bench.row(f"publish {MANY:,} documents", **{"CPU s": work.cpu, "extra MB": work.extra})
    with open_catalogue(made) as connection:
        ids = connection.execute("SELECT id FROM documents USING SAMPLE 5 (reservoir, 1)")
        points = [
            least(connection, "SELECT * FROM documents WHERE id = ?", id_)
            for (id_,) in ids.fetchall()
        ]
        bench.row("one document by its id", ms=max(points))
        groups = {name: least(connection, query) for name, query in GROUPS.items()}
    for name, took in groups.items():
        bench.row(name, ms=took)
    bench.target("one document, ms", max(points), most=POINT_MS)
    bench.target("groups, worst ms", max(groups.values()), most=GROUP_MS)


def main() -> None:
    bench = Bench("sql")
    for part in (searched, looked_up):
        with tempfile.TemporaryDirectory() as folder:
            part(bench, Path(folder))
    bench.finish()


if __name__ == "__main__":
    main()

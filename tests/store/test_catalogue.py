"""The catalogue: published whole, readable by everyone, and closed to SQL from outside."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.schema import EVENTS, WORK, record_batch
from store.catalogue import NotPublished, amend, publish
from store.library import Library, NoLibrary, create
from store.query import NoCatalogue, open_catalogue
from store.search import MACROS
from store.tables import TABLES, VERSION, VIEWS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path):
    (tmp_path / "in").mkdir()
    made = create(tmp_path / "lib", [tmp_path / "in"])
    made.settings.write_text("")
    return made


def parquet(tmp_path, name, rows, schema):
    path = tmp_path / name
    pq.write_table(pa.Table.from_batches([record_batch(rows, schema)]), path)
    return path


@pytest.fixture
def files(tmp_path):
    documents = [
        {"id": "d1", "text": "Kjære venn", "origin": "self", "thread": "t1", "kind": "mail"},
        {"id": "d2", "text": "spam", "removed": "filter.min_words"},
    ]
    event = {"action": "edited", "rule": "ftfy", "n": 0}
    first = [
        {"document": "d1", "step": "normalise", **event},
        {"document": "d2", "step": "normalise", **event},
    ]
    second = [{"document": "d1", "step": "redact", **event, "action": "redacted"}]
    return {
        "documents": [parquet(tmp_path, "d.parquet", documents, WORK)],
        "events": [
            parquet(tmp_path, "e1.parquet", first, EVENTS),
            parquet(tmp_path, "e0.parquet", second, EVENTS),
        ],
    }


def test_a_document_is_found_by_its_id_without_a_look_through_all(library, files):
    publish(library, files, {})
    with open_catalogue(library) as connection:
        indexes = connection.execute("SELECT table_name, expressions FROM duckdb_indexes()")
        assert indexes.fetchall() == [("documents", "[id]")]
        assert connection.execute("SELECT text FROM documents WHERE id = 'd1'").fetchone()


def test_removed_documents_are_kept_apart_without_their_words(library, files):
    publish(library, files, {})
    with open_catalogue(library) as connection:
        assert connection.sql("SELECT id, text FROM documents").fetchall() == [("d1", "Kjære venn")]
        assert connection.sql("SELECT id, removed FROM removed").fetchall() == [
            ("d2", "filter.min_words")
        ]
        columns = {r[0] for r in connection.sql("DESCRIBE removed").fetchall()}
    assert not columns & {"title", "text", "metadata", "handle", "people", "pin"}


def test_bytes_and_days_stand_beside_what_they_are_of(library, files):
    publish(library, files, {})
    query = "SELECT id, bytes FROM documents UNION SELECT id, bytes FROM removed ORDER BY id"
    with open_catalogue(library) as connection:
        told = connection.sql(query).fetchall()
        assert told == [("d1", len("Kjære venn".encode())), ("d2", len("spam"))]
    late = [datetime(2024, 1, 31, 23, 30, tzinfo=UTC), None]
    table = {"id": ["d3", "d4"], "text": ["漢字", ""], "created": late}
    publish(library, {}, {"documents": pa.table(table)})
    with open_catalogue(library) as connection:
        told = connection.sql("SELECT bytes, day::VARCHAR FROM documents ORDER BY id").fetchall()
        assert told == [(6, "2024-01-31"), (0, None)]


def test_events_are_numbered_per_document_in_the_order_of_the_steps(library, files):
    publish(library, files, {})
    with open_catalogue(library) as connection:
        rows = connection.sql("SELECT document, n, step FROM events").fetchall()
    assert rows == [("d1", 0, "normalise"), ("d1", 1, "redact"), ("d2", 0, "normalise")]


def test_every_table_view_and_column_has_a_comment(library):
    publish(library, {}, {})
    with open_catalogue(library) as connection:
        tables = dict(connection.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        views = dict(
            connection.sql(
                "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        )
        macros = connection.sql(
            "SELECT function_name, comment FROM duckdb_functions() "
            "WHERE database_name = 'corpus' AND NOT internal"
        ).fetchall()
        bare = connection.sql(
            "SELECT table_name, column_name FROM duckdb_columns() c WHERE comment IS NULL "
            "AND table_name IN (SELECT table_name FROM duckdb_tables())"
        ).fetchall()
    assert set(tables) == set(TABLES)
    assert set(views) == set(VIEWS)
    assert all(tables.values())
    assert all(views.values())
    assert dict(macros).keys() == MACROS.keys() and all(comment for _, comment in macros)
    assert bare == []


def test_a_reader_keeps_its_snapshot_and_later_opens_see_the_new_one(library, files):
    publish(library, files, {})
    reader = open_catalogue(library)
    publish(library, {}, {})
    assert reader.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    with open_catalogue(library) as fresh:
        assert fresh.execute("SELECT count(*) FROM documents").fetchone() == (0,)
    reader.close()


def test_amend_adds_rows_and_keeps_the_rest(library, files):
    publish(library, files, {})
    amend(library, {"figures": pa.table({"run": ["r1"], "name": ["bpb"], "value": [1.5]})})
    with open_catalogue(library) as connection:
        assert connection.sql("SELECT name, value FROM figures").fetchall() == [("bpb", 1.5)]
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_opens_never_fail_while_it_is_replaced(library, files):
    publish(library, files, {})
    counts, errors = set(), []

    def read():
        for _ in range(20):
            try:
                with open_catalogue(library) as connection:
                    counts.add(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
            except duckdb.Error as error:
                errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(5):
        publish(library, files, {})
    thread.join()
    assert errors == []
    assert counts == {1}


def test_a_log_left_by_a_dead_session_does_not_block_the_next_catalogue(library, files):
    publish(library, files, {})
    library.catalogue.with_name("corpus.duckdb.wal").write_bytes(b"left over")
    publish(library, files, {})
    with open_catalogue(library) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def count(library):
    with open_catalogue(library) as connection:
        return connection.execute("SELECT count(*) FROM documents").fetchone()[0]


def test_a_failed_publish_leaves_the_old_catalogue_and_no_leftovers(library, files):
    publish(library, files, {})
    before = sorted(library.root.rglob("*duckdb*"))
    with pytest.raises(NotPublished, match="the old one stands"):
        publish(library, {"documents": [library.root / "missing.parquet"]}, {})
    assert count(library) == 1
    assert sorted(library.root.rglob("*duckdb*")) == before


FULL = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from store.catalogue import NotPublished, amend, publish
from store.library import Library
library, limit = Library(sys.argv[1]), int(sys.argv[2])
rows = {"document": [f"d{n:020}" for n in range(200_000)], "n": range(200_000)}
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
act = publish if sys.argv[3] == "publish" else amend
try:
    act(library, *[{}][: act is publish], {"events": pa.table(rows)})
except NotPublished as error:
    print(error)
"""


@pytest.mark.parametrize("act", ["publish", "amend"])
@pytest.mark.parametrize("limit", [1 << 14, 1 << 20])
def test_a_full_disk_leaves_the_old_catalogue_and_says_so(library, files, act, limit):
    publish(library, files, {})
    before = sorted(library.root.rglob("*duckdb*"))
    command = [sys.executable, "-c", FULL, str(library.root), str(limit), act]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "the disk is full; free some space" in done.stdout and done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert count(library) == 1
    assert sorted(library.root.rglob("*duckdb*")) == before


SESSION = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("CREATE TABLE mine AS SELECT 1 AS x")
print("open", flush=True)
for line in sys.stdin:
    connection.execute(line)
    print("done", flush=True)
connection.close()
"""


@pytest.mark.parametrize("ending", ["closed", "killed", "open"])
def test_publishing_under_a_session_that_writes_leaves_every_later_open_working(
    library, files, ending
):
    publish(library, {}, {})
    command = [sys.executable, "-c", SESSION, str(library.catalogue)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as session:
        assert session.stdout.readline() == "open\n"
        with pytest.raises(NoCatalogue, match=r"another program.* has it open for writing"):
            open_catalogue(library)
        publish(library, files, {})
        for statement in ("DROP TABLE documents CASCADE", "CREATE TABLE theirs AS SELECT 2 AS x"):
            session.stdin.write(f"{statement};\n")
            session.stdin.flush()
            assert session.stdout.readline() == "done\n"
        if ending == "killed":
            session.kill()
        if ending != "open":
            session.stdin.close()
            session.wait(30)
        assert count(library) == 1
        for read_only in (True, False):
            with duckdb.connect(str(library.catalogue), read_only=read_only) as connection:
                assert connection.execute("SELECT id FROM documents").fetchall() == [("d1",)]
        amend(library, {"figures": pa.table({"run": ["r1"]})})
        assert count(library) == 1


def test_a_catalogue_open_for_writing_here_is_said_to_be(library, files):
    publish(library, files, {})
    with (
        duckdb.connect(str(library.catalogue)),
        pytest.raises(NoCatalogue, match="this one, has it open for writing"),
    ):
        open_catalogue(library)
    assert count(library) == 1


def test_only_the_catalogue_in_use_is_kept(library, files):
    publish(library, files, {})
    old = library.catalogue.resolve()
    left = old.with_name(".tmp-left.duckdb")
    left.write_bytes(b"of a build that was killed")
    os.utime(left, (1, 1))
    begun = old.with_name(".tmp-begun.duckdb")
    begun.write_bytes(b"of a build that is at work")
    old.with_name("copied.duckdb").write_bytes(b"of a library that was copied")
    publish(library, files, {})
    assert set(old.parent.iterdir()) == {library.catalogue.resolve(), begun}
    assert not old.exists()


def test_where_there_are_no_links_the_file_itself_is_replaced(library, files, monkeypatch):
    def refused(*_):
        raise PermissionError("no links here")

    publish(library, files, {})
    monkeypatch.setattr(Path, "symlink_to", refused)
    publish(library, files, {})
    amend(library, {"figures": pa.table({"run": ["r1"]})})
    assert not library.catalogue.is_symlink() and count(library) == 1
    assert [p for p in (library.root / "catalogues").iterdir()] == []


def older(library, *statements):
    with duckdb.connect(str(library.catalogue)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_catalogue_of_an_older_version_is_migrated_when_it_is_opened(library, files):
    publish(library, files, {})
    older(
        library,
        "DROP TABLE catalogue",
        "DROP INDEX documents_by_id",
        "DROP TABLE vocabulary CASCADE",
        "DROP TABLE postings CASCADE",
        "ALTER TABLE events DROP COLUMN score",
        "ALTER TABLE documents DROP COLUMN languages",
        "ALTER TABLE documents DROP COLUMN bytes",
    )
    with open_catalogue(library) as connection:
        assert connection.execute("SELECT version FROM catalogue").fetchone() == (VERSION,)
        assert connection.execute("SELECT id FROM search('kjaere')").fetchall() == [("d1",)]
        assert connection.execute("SELECT bytes FROM documents").fetchall() == [(11,)]
        steps = connection.execute("SELECT document, n, step, score FROM events").fetchall()
        assert steps[0] == ("d1", 0, "normalise", None) and len(steps) == 3
        assert connection.execute("SELECT removed FROM removed").fetchall() == [
            ("filter.min_words",)
        ]


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE catalogue SET version = 99"], r"newer commonplace.*commonplace build"),
        (
            [
                "DROP TABLE catalogue",
                "DROP TABLE runs",
                "CREATE TABLE runs AS SELECT 'x' AS seconds",
            ],
            r"older commonplace.*commonplace build",
        ),
        (["DROP TABLE catalogue", "DROP TABLE documents CASCADE"], r"other tables.*build"),
    ],
)
def test_a_catalogue_that_does_not_fit_is_refused_with_what_to_run(
    library, files, statements, says
):
    publish(library, files, {})
    older(library, *statements)
    before = library.catalogue.resolve().read_bytes()
    with pytest.raises(NoCatalogue, match=says):
        open_catalogue(library)
    assert library.catalogue.resolve().read_bytes() == before
    publish(library, files, {})
    assert count(library) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY documents TO 'stolen.parquet'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "DELETE FROM documents",
    ],
)
def test_sql_reaches_nothing_but_the_catalogue(library, files, query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    publish(library, files, {})
    with open_catalogue(library) as connection, pytest.raises(duckdb.Error):
        connection.execute(query)
    assert not (tmp_path / "stolen.parquet").exists()


def test_nothing_built_yet_is_said_with_the_way_out(library):
    with pytest.raises(NoLibrary, match="commonplace build"):
        open_catalogue(library)


def test_two_inits_draw_different_keys_and_secrets_can_be_given(library, tmp_path):
    other = create(tmp_path / "two", [tmp_path / "in"])
    assert other.key != library.key
    same = create(tmp_path / "three", [tmp_path / "in"], library.secrets)
    assert same.key == library.key
    assert (same.secrets.stat().st_mode & 0o777) == 0o700


def test_a_library_is_not_made_over_something_else(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(NoLibrary, match="not empty"):
        create(tmp_path / "mine", [tmp_path])
    with pytest.raises(NoLibrary, match="commonplace init"):
        Library.open(tmp_path / "mine")

"""Forget: gone from every file, kept out of every later export, resumed after a kill."""

import csv
import json
import shutil
import signal
import time

import duckdb
import pyarrow.parquet as pq
import pytest

import store
from corpus.forgotten import words
from flows.commands.compare import DOCUMENTS
from flows.traces import search
from store import lineage, tombstones
from store.library import Library

pytestmark = pytest.mark.server
UNTIL = ("--until", "write-shards", "--set", "redact.ner=false", "--set", "run.workers=1")
SECRET = "The orchard gate was left open all night and the neighbour's sheep ate the young pears."
OTHER = "In the cellar there are eleven jars of plum jam that nobody has ever dared to open."


def written(folder):
    """Write notes, two of them to be forgotten, and a chat with Odd Nystrand."""
    folder.mkdir()
    for n, word in enumerate(("bread", "boats", "bees")):
        text = f"Today I thought about {word}, and wrote down what my aunt says of {word}. " * 3
        (folder / f"2024-01-0{n + 1} {word}.txt").write_text(text)
    (folder / "2024-02-01 orchard.txt").write_text(SECRET)
    (folder / "2024-02-02 cellar.txt").write_text(OTHER)
    (folder / "2024-02-03 quoting.txt").write_text(
        f"My aunt, who never lied to me in her life, wrote: {OTHER[:47]}. I believed it, "
        "and went down with a candle, counted shelves, looked behind barrels, found two dead mice, "
        "one boot and a calendar of 1974, but of all that jam there was not the smallest trace."
    )
    lines = [
        f"0{1 + n // 10}/03/2024, 1{n % 10}:15 - {('Ines', 'Odd Nystrand')[n % 2]}: "
        f"Message {n}: the {('boat', 'kitchen', 'choir')[n % 3]} needs paint before the summer"
        for n in range(40)
    ]
    (folder / "WhatsApp Chat with Odd Nystrand.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def first(commands, tmp_path_factory):
    """Folder of exports and a library of them, built up to its token shards."""
    root = tmp_path_factory.mktemp("forget")
    written(root / "exports")
    commands("init", root / "lib", "--from", root / "exports", "--me", "Ines")
    commands("build", root / "lib", *UNTIL)
    return root


@pytest.fixture
def library(first, tmp_path):
    """A copy of that library that a test may change, with exports of its own."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    told = f'paths = ["{tmp_path / "exports"}"]\n'
    (tmp_path / "lib" / "secrets" / "sources.toml").write_text(told)
    return tmp_path / "lib"


@pytest.fixture
def exports(library):
    return library.parent / "exports"


def everything(library):
    """Return every text in the library's files, one string a file, the catalogue's too."""
    found = {}
    for path in sorted(library.rglob("*")):
        if path.suffix == ".parquet":
            found[path] = json.dumps(pq.read_table(path).to_pylist(), default=str)
        elif path.suffix == ".arrow":
            found[path] = path.read_bytes().decode("utf-8", "replace")
        elif path.is_file() and path.suffix != ".duckdb":
            found[path] = path.read_text("utf-8", "replace")
    with store.open(library) as connection:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            found[name] = str(connection.execute(f"SELECT * FROM {name}").fetchall())
    return found


def places_of(library, text):
    """Return the places in which the words of `text` stand, however they are set."""
    wanted = " ".join(words(text))
    return [str(where) for where, told in everything(library).items()
            if wanted in " ".join(words(told.replace("\\n", " ")))]  # fmt: skip


def one(commands, library, query):
    return commands("sql", library, query, "--csv").split()[1]


def reasons(commands, library):
    told = commands("sql", library, "SELECT reason FROM source_problems", "--csv").split("\n")
    return told.count("forgotten")


def test_a_document_is_gone_and_stays_out_under_any_id(commands, library, exports, tmp_path):
    assert places_of(library, SECRET) and places_of(library, OTHER)
    id_ = one(commands, library, "SELECT id FROM documents WHERE text LIKE 'The orchard%'")
    commands("export", library, tmp_path / "given")
    commands("pin", library, id_, "keep", "--reason", SECRET)
    store.dataset(library, "corpus")
    told = commands.json("forget", library, id_, "--yes")
    assert (told["documents"], told["verdict"]) == (1, "nothing is left")
    assert len(told["tainted"]["exports"]) == 1
    assert places_of(library, SECRET) == []
    assert places_of(library, OTHER)
    ids = {where: text for where, text in everything(library).items() if id_ in text}
    assert {p.parent.name for p in ids} == {tombstones.FOLDER}
    (exports / "copied by hand.md").write_text(f"# Sheep\n\n{SECRET.upper()}\n")
    (exports / "posts.jsonl").write_text(json.dumps({"id": "77", "text": SECRET}) + "\n")
    commands("build", library, *UNTIL)
    assert reasons(commands, library) >= 2
    assert places_of(library, SECRET) == []


def test_a_person_is_gone_and_a_later_export_brings_nothing_back(commands, library, exports):
    author = one(commands, library, "SELECT author FROM documents WHERE origin = 'other'")
    told = commands.json("forget", library, "--person", "Odd Nystrand", "--yes")
    assert (told["documents"], told["verdict"]) == (20, "nothing is left")
    left = [where for where, text in everything(library).items() if author in text]
    assert {p.parent.name for p in left} == {tombstones.FOLDER}
    messages = [
        {"id": n, "type": "message", "date_unixtime": "1709449200", "from": "Odd Nystrand"}
        | {"date": "2024-03-03T07:00:00", "from_id": "user9", "text": text}
        for n, text in enumerate(["Message 1: the kitchen needs paint before the summer", "New."])
    ]
    chats = {"list": [{"name": "Odd", "type": "personal_chat", "id": 9, "messages": messages}]}
    whole = {"personal_information": {"user_id": 1}, "chats": chats}
    (exports / "result.json").write_text(json.dumps(whole))
    commands("build", library, *UNTIL)
    counted = one(commands, library, "SELECT count(*) FROM documents WHERE source = 'telegram'")
    assert counted == "1"  # the same text is left out; what this account newly wrote is not
    # No conversation is joined across what is gone: each turn of one's own stands alone.
    sessions = "SELECT max(n) FROM (SELECT count(*) n FROM documents WHERE source = 'whatsapp' "
    assert one(commands, library, sessions + "GROUP BY session)") == "1"


def test_a_file_and_all_that_holds_some_words_are_forgotten(commands, library, exports):
    file = one(commands, library, "SELECT file FROM sources WHERE source = 'whatsapp'")
    told = commands.json("forget", library, file, "--text", "eleven jars of PLUM jam", "--yes")
    assert (told["documents"], told["verdict"]) == (42, "nothing is left")
    assert f"{file},,,forgotten" in (library / "secrets" / "files.csv").read_text()
    (exports / "more.txt").write_text("We have eleven jars of plum jam, said my aunt of the bees.")
    commands("build", library, *UNTIL)
    assert places_of(library, "eleven jars of plum jam") == []
    kinds = commands("sql", library, "SELECT DISTINCT source FROM documents", "--csv").split()
    assert kinds == ["source", "plain"]


def test_when_all_is_forgotten_nothing_stays_published(commands, library):
    told = commands.json("forget", library, "--source", "plain", "--source", "whatsapp", "--yes")
    assert told["verdict"] == "nothing is left"
    for name in ("corpus.duckdb", "catalogues", "tokenizers", "shards"):
        assert not (library / name).exists() or not any((library / name).iterdir())
    assert not list(library.glob("objects/*/*"))


def test_what_quotes_a_forgotten_text_is_named(commands, library):
    with (library / "secrets" / "files.csv").open() as stream:
        files = {row["name"].partition(" ")[2]: row["file"] for row in csv.DictReader(stream)}
    ask = "SELECT document FROM sightings WHERE file = '{}'".format
    id_, quoting = (one(commands, library, ask(files[n])) for n in ("cellar.txt", "quoting.txt"))
    told = commands.json("forget", library, id_, "--yes")
    assert list(told["holding"]) == [quoting]
    assert "but what 1 other documents hold" in told["verdict"]


def test_killed_it_resumes_and_meanwhile_says_so(commands, library):
    id_ = one(commands, library, "SELECT id FROM documents WHERE text LIKE 'The orchard%'")
    process = commands.start("forget", library, id_, "--yes", start_new_session=True)
    folder = library / "secrets" / tombstones.FOLDER
    deadline = time.monotonic() + 300
    while not list(folder.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(commands.json("status", library)["pending"]) == 1
    assert "not finished" in commands("export", library, library.parent / "out", code=1)
    assert places_of(library, SECRET)
    told = commands.json("forget", library)
    assert (told["documents"], told["verdict"]) == (1, "nothing is left")
    assert places_of(library, SECRET) == []
    assert commands.json("status", library)["pending"] == []
    assert "nothing is pending" in commands("forget", library, code=1)


def test_the_search_finds_what_is_there(commands, library):
    id_ = one(commands, library, "SELECT id FROM documents WHERE text LIKE 'The orchard%'")
    before = shutil.copytree(library, library.parent / "before")
    commands("forget", library, id_, "--yes")
    (stone,) = tombstones.tombstones(Library(library))
    traces = search(Library(before), [stone])
    tables = {where.partition(" ")[2] for where in traces.ids if where.startswith("corpus.duckdb")}
    assert {"documents", "spans", "sightings"} <= tables
    assert any(where.startswith("objects/read/") for where in traces.ids)
    assert any(where.startswith("runs/") for where in traces.ids)
    assert "tokens of shard 0" in traces.runs and "corpus.duckdb: documents" in traces.runs
    assert id_ in traces.published
    assert search(Library(library), [stone]).verdict() == "nothing is left"


def test_what_a_person_put_beside_is_searched_too_or_told(commands, library):
    id_ = one(commands, library, "SELECT id FROM documents WHERE text LIKE 'The orchard%'")
    with duckdb.connect(str(library / "mine.duckdb")) as connection:
        connection.execute("CREATE TABLE notes AS SELECT ? AS seen, ? AS words", [id_, SECRET])
    (library / "broken.parquet").write_bytes(b"PAR1, but no more")
    (library / "model.bin").write_bytes(bytes(99))
    with (library / "huge.log").open("w") as stream:
        stream.write("nothing\n" * 2_200_000 + f"{SECRET}\n{id_}\n")
    told = commands.json("forget", library, id_, "--yes")
    assert told["verdict"] == "2 traces are left"
    assert told["left"] == {"huge.log": 1, "mine.duckdb: notes": 1}
    assert {"huge.log", "mine.duckdb: notes"} == set(told["runs_of_words"])
    assert told["not_searched"] == ["broken.parquet", "model.bin"]


def test_what_is_not_there_changes_nothing(commands, first):
    library = first / "lib"
    before = sorted(library.rglob("*"))
    error = commands("forget", library, "--person", "Odd Olsen", "--yes", code=1)
    assert "nobody of that name" in error and "Olsen" not in error
    assert sorted(library.rglob("*")) == before


def test_a_model_that_learnt_it_is_deleted_and_trained_again(commands, copied):
    (old,) = (copied / "models").iterdir()
    query = "SELECT id FROM documents WHERE origin = 'self' AND split = 'train' ORDER BY id"
    id_ = one(commands, copied, query)
    told = commands.json("forget", copied, id_, "--yes")
    assert told["tainted"]["models"] == [old.name]
    assert told["model"] == ""
    (new,) = (copied / "models").iterdir()
    assert new.name != old.name
    assert len(list(copied.glob(f"runs/*/{DOCUMENTS}"))) == 1
    assert [
        m.name for m in lineage.made(Library(copied)) if m.kind == "model" and not m.tainted
    ] == [new.name]
    with duckdb.connect() as connection:
        path = next(copied.glob(f"runs/*/{DOCUMENTS}"))
        assert connection.execute(
            f"SELECT count(*) FROM '{path}' WHERE id = ?", [id_]
        ).fetchone() == (0,)

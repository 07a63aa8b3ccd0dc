"""The command line: mistakes end in one sentence, nothing half-made is left behind."""

import csv
import json
import re
import stat
import zipfile

import pytest

from flows.cli import COMMANDS


def sentence(text):
    """Return the one line an error is, with the progress lines above it taken away."""
    lines = [line for line in text.splitlines() if line.startswith("commonplace: ")]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def test_every_command_has_help(commands):
    overview = commands("--help")
    for name in (command.__name__ for command in COMMANDS):
        assert re.search(rf"\b{name}\b", overview)
        assert len(commands(name, "--help").split()) > 20


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ("nothing", "no such file or folder"),
        ("empty", "no files"),
        ("binary", "no writing of a kind that is known here"),
        ("zero", "no writing of a kind that is known here"),
    ],
)
def test_init_says_what_is_wrong_with_the_exports(commands, tmp_path, made, says):
    exports = tmp_path / "exports"
    if made != "nothing":
        exports.mkdir()
    if made == "binary":
        (exports / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(2_000))
    if made == "zero":
        (exports / "Inbox.mbox").write_bytes(b"")
    error = sentence(commands("init", tmp_path / "lib", "--from", exports, code=1))
    assert says in error
    assert str(exports) in error
    assert not (tmp_path / "lib").exists()


def test_init_refuses_a_folder_that_holds_something(commands, notes, tmp_path):
    error = sentence(commands("init", notes, "--from", notes, code=1))
    assert "not empty" in error
    assert len(list(notes.iterdir())) == 3
    error = sentence(
        commands("init", tmp_path / "l", "--from", notes, "--zone", "Mars/Base", code=1)
    )
    assert "Mars/Base" in error
    assert not (tmp_path / "l").exists()


def test_awkward_exports_are_read_as_far_as_they_go_and_the_rest_is_told(commands, notes, tmp_path):
    (notes / "Inbox.mbox").write_bytes(b"")
    (notes / "result.json").mkdir()
    (notes / "result.json" / "letter.txt").write_bytes(
        "Blåbærsyltetøy på brødskive.\n".encode("cp1252") * 5
    )
    (notes / "cut.jsonl").write_text('{"text": "one whole line of text"}\n{"text": "and a li')
    (notes / "gone.txt").symlink_to(tmp_path / "nowhere")
    with zipfile.ZipFile(notes / "old.zip", "w") as archive:
        archive.writestr("../../evil.txt", "should never be written anywhere")
        archive.writestr("fine.txt", "A fine note from long ago, about nothing much.")
    told = commands.json("init", tmp_path / "lib", "--from", notes)
    rows = {row["file"].removeprefix("notes/"): row for row in told["files"]}
    assert (rows["cut.jsonl"]["documents"], rows["cut.jsonl"]["errors"]) == (1, 1)
    assert rows["result.json/letter.txt"]["documents"] == 1
    assert rows["old.zip!fine.txt"]["documents"] == 1
    reasons = {name: row["evidence"] for name, row in rows.items() if row["is"] == "not read"}
    assert reasons == {
        "Inbox.mbox": "empty file",
        "gone.txt": "symbolic link",
        "old.zip!../../evil.txt": "path leads out of the archive",
    }
    assert not list(tmp_path.rglob("evil.txt"))


def test_init_keeps_secrets_private_and_settings_free_of_paths(commands, notes, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", notes, "--me", "Ines Halvorsen", "--me", "ines@vik.example")
    for folder in ("secrets", "objects"):
        assert stat.S_IMODE((library / folder).stat().st_mode) == 0o700
    assert str(tmp_path) not in (library / "commonplace.toml").read_text()
    people = (library / "secrets" / "people.toml").read_text()
    assert '"name:Ines Halvorsen"' in people
    assert '"email:ines@vik.example"' in people


def test_the_secrets_of_the_sample_are_refused_for_anything_else(commands, notes, tmp_path, sample):
    words = ["init", tmp_path / "lib", "--from", notes, "--secrets", sample / "secrets"]
    assert "belong to the sample" in sentence(commands(*words, code=1))
    assert not (tmp_path / "lib").exists()


def test_commands_on_what_is_no_library_say_so(commands, tmp_path):
    for words in (["build", tmp_path], ["sql", tmp_path, "SELECT 1"], ["up", tmp_path]):
        assert "no library here" in sentence(commands(*words, code=1))


def test_a_mistake_in_the_settings_stops_a_build_before_it_begins(commands, notes, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", notes)
    toml = library / "commonplace.toml"
    toml.write_text(toml.read_text().replace("[tokenizer]", "[tokenizer]\nvocabulry = 500"))
    error = sentence(commands("build", library, code=1))
    assert "commonplace.toml: tokenizer.vocabulry: no such setting" in error
    assert "did you mean tokenizer.vocabulary?" in error
    toml.write_text(toml.read_text().replace("vocabulry = 500", ""))
    error = sentence(commands("build", library, "--set", "split.valid=7", code=1))
    assert "split.valid, as this run sets it" in error
    assert not (library / "corpus.duckdb").exists()
    assert "no such step" in sentence(commands("build", library, "--until", "lunch", code=1))


def test_exports_that_went_away_are_named(commands, notes, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", notes)
    notes.rename(tmp_path / "elsewhere")
    error = sentence(commands("build", library, code=1))
    assert "notes" in error
    assert "no such file or folder" in error


def test_sql_answers_in_three_forms_and_refuses_the_rest(commands, built):
    assert "documents" in commands("sql", built, "SELECT count(*) AS documents FROM documents")
    lines = commands("sql", built, "SELECT 1 AS a, 'x,y' AS b", "--csv").splitlines()
    assert lines == ["a,b", '1,"x,y"']
    assert commands("sql", built, "SELECT 1 AS a", "--json") == '{"a": 1}\n'
    wide = "SELECT * FROM documents JOIN spans ON document = id LIMIT 2"
    told = commands("sql", built, wide).splitlines()
    assert [line.split()[0] for line in told if line.startswith("id ")] == ["id", "id"]
    error = sentence(commands("sql", built, "SELECT nonsense FROM documents", code=1))
    assert error.startswith("commonplace: sql: ")
    assert "sql:" in sentence(commands("sql", built, "COPY documents TO 'x.csv'", code=1))


def test_sql_answers_every_statement_and_shows_years_as_years(commands, built):
    two = commands("sql", built, "SELECT 2024 AS y; SELECT 7 AS z", "--csv")
    assert two.split() == ["y", "2024", "z", "7"]
    assert "2024" in commands("sql", built, "SELECT 2024 AS year")
    for nothing in ("", "  ;  ", "/* a remark */"):
        error = sentence(commands("sql", built, nothing, code=1))
        assert "nothing is asked" in error


def test_why_tells_the_story_of_kept_and_removed_documents(commands, built):
    kept = commands("sql", built, "SELECT max(id) FROM documents", "--csv").split()[1]
    told = commands.json("why", built, kept[:14])
    assert told["id"] == kept
    assert told["seen in"]
    assert told["text"]
    removed = commands("sql", built, "SELECT max(id) FROM removed", "--csv").split()[1]
    told = commands.json("why", built, removed)
    assert told["removed"] in [f"{e['step']}.{e['rule']}" for e in told["what happened"]] + [
        told["removed"]
    ]
    assert "text" not in told
    assert "no such document" in sentence(commands("why", built, "zzz", code=1))


def test_status_sample_and_diff_show_the_library(commands, built):
    status = commands.json("status", built)
    assert status["funnel"][0]["step"] == "ingest"
    assert all(s["seen"] == s["documents"] + s["dropped"] + s["errored"] for s in status["sources"])
    assert len(commands("sample", built, "-n", "3", "--json").splitlines()) == 3
    assert "--where" in sentence(commands("sample", built, "--where", "nonsense(", code=1))


def chat_of(*messages):
    """Return a Telegram account export in which user 1 wrote `messages`."""
    told = [
        {"id": n, "type": "message", "date_unixtime": str(1_700_000_000 + n), "text": text}
        | {"date": "2023-11-14T22:13:20", "from": "Ines", "from_id": "user1"}
        for n, text in enumerate(messages)
    ]
    chats = {"list": [{"name": "Odd", "type": "personal_chat", "id": 2, "messages": told}]}
    return json.dumps({"personal_information": {"user_id": 1}, "chats": chats})


def test_an_export_added_later_says_who_is_me_at_once(commands, notes, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", notes)
    (notes / "result.json").write_text(chat_of("one message", "another message"))
    commands("build", library, "--until", "ingest")
    with (library / "secrets" / "identities.csv").open(encoding="utf-8") as lines:
        rows = {row["handle"]: row for row in csv.DictReader(lines)}
    assert rows["telegram:user1"]["person"] == "me"
    assert rows["telegram:user1"]["documents"] == "2"
    assert float(rows["telegram:user1"]["confidence"]) > 0.9


def test_init_warns_of_a_file_that_was_not_understood_and_shows_shapes_only(
    commands, notes, tmp_path
):
    lines = ['{"text": "a line that is fine and whole"}'] * 9 + ['{"text": "Bro Ken 41']
    (notes / "half.jsonl").write_text("\n".join(lines))
    told = commands.json("init", tmp_path / "lib", "--from", notes)
    (warning,) = told["warnings"]
    assert "half.jsonl: 1 of 10 items (10%) were not understood as tabular" in warning
    assert "Bro" not in warning
    assert '{"aaaa": "Aaa Aaa 99' in warning
    shown = commands("init", tmp_path / "lib2", "--from", notes)
    assert "Warning" in shown
    assert "Bro Ken" not in shown

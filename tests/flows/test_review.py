"""Review at the terminal and in Prefect: decisions act, text stays on the screen, one signature."""

import os
import pty
import re
import shutil
import time
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType

import store

pytestmark = pytest.mark.server

QUICK = ("--until", "write-shards", "--set", "redact.ner=false", "--set", "run.workers=1")
SIGNED = (*QUICK, "--set", "review.sign_off=true")
FAINT = "Dear Bosse, thank you for the boat. The nightjar sang. Call +47 900 11 222.\n"


@pytest.fixture(scope="module")
def base(commands, tmp_path_factory):
    """A built library in which one name stands on weak grounds."""
    folder = tmp_path_factory.mktemp("doubt")
    (folder / "notes").mkdir()
    for n, word in enumerate(("bread", "boats", "bees")):
        text = f"Today I thought about {word}, and wrote down what my aunt says of {word}. " * 3
        (folder / "notes" / f"2024-01-0{n + 1} {word}.txt").write_text(text)
    (folder / "notes" / "2024-02-01 thanks.txt").write_text(FAINT * 3)
    commands("init", folder / "lib", "--from", folder / "notes", "--me", "Ines Halvorsen")
    commands("build", folder / "lib", *QUICK)
    return folder / "lib"


@pytest.fixture
def library(base, tmp_path):
    """A copy of it that a test may change."""
    return Path(shutil.copytree(base, tmp_path / "lib"))


def texts(library):
    connection = store.open(library)
    found = " ".join(t for (t,) in connection.execute("SELECT text FROM documents").fetchall())
    connection.close()
    return found


def doubt(commands, library):
    (value,) = commands.json("review", library)["values"]
    return value


def test_a_value_in_doubt_is_listed_without_text_and_a_decision_acts(commands, library):
    assert "Bosse" not in texts(library)
    told = commands("review", library)
    assert "rule.greeted" in told
    assert not re.search("Bosse|boat|900", told)
    value = doubt(commands, library)
    assert (value["type"], value["spans"], value["decided"]) == ("PERSON", 3, "")
    assert commands.json("review", library)["signed"] is None

    commands("pin", library, value["hmac"], "allow")
    assert commands.json("review", library)["values"] == []
    commands("pin", library, "nightjar", "deny", "--reason", "a code word")
    pins = (library / "secrets" / "pins.toml").read_text()
    assert not re.search("bosse|nightjar", pins, re.IGNORECASE)
    commands("build", library, *QUICK)
    published = texts(library)
    assert "Dear Bosse" in published
    assert "nightjar" not in published

    commands("pin", library, value["hmac"], "none")
    commands("pin", library, "nightjar", "none")
    assert "hmac" not in (library / "secrets" / "pins.toml").read_text()


def test_what_is_taken_back_is_what_was_decided_though_a_word_looks_like_an_id(commands, library):
    connection = store.open(library)
    (id_,) = connection.execute("SELECT id FROM documents ORDER BY id").fetchone()
    connection.close()
    pins = library / "secrets" / "pins.toml"
    commands("pin", library, id_[:12], "remove", "--reason", "too old")
    commands("pin", library, "daddeed", "deny")
    told = commands("pin", library, "d0d0d0d0d0d0d0d0d0d0d0d0", "none", code=1)
    assert "nothing with this hmac" in told
    commands("pin", library, "daddeed", "none")
    assert "hmac" not in pins.read_text()
    assert id_ in pins.read_text()
    commands("pin", library, id_[:12], "none")
    assert id_ not in pins.read_text()


def typed(commands, keys, *words):
    """Run a command on a terminal, type `keys`, and return what the screen showed."""
    ours, theirs = pty.openpty()
    process = commands.start(*words, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, keys.encode())
    shown = b""
    while True:
        try:
            more = os.read(ours, 4_096)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode()


def test_on_a_terminal_the_text_is_shown_and_a_key_decides(commands, library):
    shown = typed(commands, "a\n", "review", library)
    assert "Dear" in shown and "Bosse" in shown
    assert "900 11 222" not in shown, "what was replaced around it stays replaced"
    assert commands.json("review", library)["values"] == []
    (value,) = commands.json("review", library, "--all")["values"]
    assert value["decided"] == "allow"


def test_originals_are_shown_to_who_has_the_key_and_to_nobody_else(commands, library):
    connection = store.open(library)
    (id_,) = connection.execute("SELECT DISTINCT document FROM redactions").fetchone()
    connection.close()
    told = commands.json("why", library, id_, "--originals")["originals"]
    assert {row["original"] for row in told} == {"Bosse", "+47 900 11 222"}
    assert all(row["now"] != row["original"] for row in told)
    assert "originals" not in commands.json("why", library, id_)
    commands("seal", library, "--yes")
    assert commands.json("why", library, id_, "--originals")["originals"] == told
    (library / "secrets" / "key").write_text("ab" * 32)
    assert "not the key" in commands("why", library, id_, "--originals", code=1)


def test_a_key_that_went_away_stops_a_build_and_none_is_drawn(commands, library):
    before = (library / "corpus.duckdb").stat().st_mtime_ns
    (library / "secrets" / "key").unlink()
    assert "secrets/key is missing" in commands("build", library, *QUICK, code=1)
    assert not (library / "secrets" / "key").exists()
    (library / "secrets" / "key").write_text("ab" * 32)
    error = commands("build", library, *QUICK, code=1)
    assert "secrets/key is not the key this library was made with" in error
    assert (library / "corpus.duckdb").stat().st_mtime_ns == before


@pytest.fixture
def prefect(commands):
    with SyncPrefectClient(api=commands.environment["PREFECT_API_URL"]) as client:
        yield client


def paused(prefect, process):
    """Wait until a run is paused; return its id and how often it asked."""
    wanted = FlowRunFilterStateType(any_=[StateType.PAUSED])
    runs = FlowRunFilter(state=FlowRunFilterState(type=wanted))
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        for run in prefect.read_flow_runs(flow_run_filter=runs):
            return run
        time.sleep(0.3)
    raise AssertionError("the run did not pause")


def resumed(prefect, run, **told):
    answer = prefect.resume_flow_run(run.id, run_input=told)
    assert answer.status.value == "ACCEPT", answer


def test_a_run_waits_for_a_signature_and_publishes_only_then(commands, library, prefect):
    (library / "corpus.duckdb").unlink()
    process = commands.start("build", library, *SIGNED)
    run = paused(prefect, process)
    assert run.name
    assert run.state.type == StateType.PAUSED
    assert not (library / "corpus.duckdb").exists()
    digest = commands.json("review", library)["digest"]

    resumed(prefect, run, digest="ffffffff", reviewer="IH")
    time.sleep(1)
    again = paused(prefect, process)
    assert again.state.id != run.state.id, "it asks again after another digest"
    assert not (library / "corpus.duckdb").exists()

    resumed(prefect, again, digest=digest[:8], reviewer="IH", note="looked at all")
    _, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert (library / "corpus.duckdb").exists()
    assert commands.json("review", library)["signed"] is True
    commands("build", library, *SIGNED)  # the same corpus needs no second signature

    changed = commands.start("build", library, *SIGNED, "--set", "redact.scope=library")
    other = paused(prefect, changed)
    assert commands.json("review", library)["digest"] != digest
    before = (library / "corpus.duckdb").read_bytes()
    asked = commands.json("review", library)["digest"]
    resumed(prefect, other, digest=asked, reviewer="IH", approve=False)
    _, err = changed.communicate(timeout=240)
    assert changed.returncode == 1
    assert "not approved; nothing is published" in err
    assert (library / "corpus.duckdb").read_bytes() == before


def test_without_a_server_to_ask_on_a_run_says_how_to_sign(commands, library):
    alone = {"PREFECT_API_URL": ""}
    error = commands("build", library, *SIGNED, code=1, more=alone)
    assert "waits to be signed for" in error
    commands("review", library, "--sign", "IH")
    commands("build", library, *SIGNED, more=alone)
    commands("review", library, "--sign", "IH", "--refuse", "--note", "on second thoughts")
    assert commands.json("review", library)["signed"] is False

"""Runs again: nothing done twice, nothing half-written used, the same at any worker count."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import store

ROOT = Path(__file__).parents[2]
UNTIL_SHARDS = ("--until", "write-shards")


def outputs(library):
    """Return (step, key) → digest of every part's content, from the manifests."""
    found = {}
    for manifest in [
        *library.glob("objects/*/*/manifest.json"),
        *library.glob("[ts]*/*/manifest.json"),
    ]:
        told = json.loads(manifest.read_text())
        parts = {name: part["digest"] for name, part in told["parts"].items()}
        found[told["step"], told["key"]] = parts
    return found


def rows(library):
    """Return the catalogue's rows per table, without runs, times and run ids."""
    connection = store.open(library)
    tables = [t for (t,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    out = {}
    for name in sorted(set(tables) - {"runs"}):
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        columns = [column for column, *_ in described]
        kept = ", ".join(f'"{c}"' for c in columns if c not in ("run", "seconds"))
        found = connection.execute(f"SELECT {kept} FROM {name}").fetchall()
        if name in ("funnel", "figures"):
            found = [row for row in found if row[0] != "finetune"]
        out[name] = found
    connection.close()
    return out


def begun(commands, sample, library):
    words = ["init", library, "--from", sample / "exports", "--secrets", sample / "secrets"]
    commands(*words, "--zone", "Europe/London")


def test_a_second_build_finds_every_job_done(commands, copied):
    before, runs = outputs(copied), sorted((copied / "runs").glob("*/run.json"))
    told = commands.json("build", copied, *commands.small)
    done, total = told["found"].split()[0], told["found"].split()[2]
    assert done == total
    assert outputs(copied) == before
    assert sorted((copied / "runs").glob("*/run.json")) == runs  # nothing was done, nothing is told
    assert told["run"] == runs[-1].parent.name
    first = json.loads((copied / "told.json").read_text())
    assert told["figures"] == first["figures"]
    assert [row["kept"] for row in told["funnel"]] == [row["kept"] for row in first["funnel"]]


def test_nothing_to_do_needs_no_prefect(commands, copied):
    """A look at a finished library, and questions to it, start no engine."""
    words = [*commands.small[1::2]]
    look = (
        "import sys\n"
        "from pathlib import Path\n"
        "from flows.local import local_run, steps_until\n"
        "from flows.settings import from_words\n"
        f"library, words = Path({str(copied)!r}), {words!r}\n"
        "work = local_run(library, steps_until('finetune'), from_words(words), quiet=True)\n"
        "from flows.commands.look import ask\n"
        "ask(library, 'SELECT 1', 'json', 1)\n"
        "print(len(work.made) > 50, 'prefect' in sys.modules, 'torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True False False"


def test_what_is_gone_is_made_again(commands, chat, tmp_path):
    library, quick = tmp_path / "lib", (*UNTIL_SHARDS, "--set", "redact.ner=false")
    commands("init", library, "--from", chat, "--me", "Ines")
    run = commands.json("build", library, *quick)["run"]
    for pattern in ("runs/*/report.html", "corpus.duckdb", "shards/*/*.bin", "objects/clean/*/*"):
        next(library.glob(pattern)).unlink()
        told = commands.json("build", library, *quick)
        assert told["run"] > run, pattern
        run = told["run"]
        assert (library / "runs" / run / "report.html").exists()
        assert commands.json("build", library, *quick)["run"] == run, pattern


def test_four_workers_give_what_one_gives_byte_for_byte(commands, built, sample, tmp_path):
    other = tmp_path / "other"
    begun(commands, sample, other)
    commands("build", other, *UNTIL_SHARDS, "--set", "run.workers=4")
    assert outputs(other) == outputs(built)
    for (step, key), parts in outputs(built).items():
        if step in ("tokenizers", "shards"):
            for name in parts:
                file = name if "." in name else f"{name}.parquet"
                ours, theirs = (lib / step / key / file for lib in (built, other))
                assert ours.read_bytes() == theirs.read_bytes()
    assert rows(other) == rows(built)


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["processes", "dask", "ray"])
def test_every_engine_gives_what_threads_give(commands, built, sample, tmp_path, runner):
    if runner != "processes":
        pytest.importorskip(f"prefect_{runner}")
    other = tmp_path / "other"
    begun(commands, sample, other)
    commands(
        "build", other, *UNTIL_SHARDS, "--set", f"run.runner={runner}", "--set", "run.workers=2"
    )
    assert outputs(other) == outputs(built)


def test_two_plain_inits_draw_different_surrogates(commands, chat, tmp_path):
    speakers = []
    for name in ("one", "two"):
        commands("init", tmp_path / name, "--from", chat, "--me", "Ines")
        commands("build", tmp_path / name, *UNTIL_SHARDS, "--set", "redact.ner=false")
        answer = commands(
            "sql", tmp_path / name, "SELECT DISTINCT id, speaker FROM documents", "--csv"
        )
        speakers.append(set(answer.splitlines()[1:]))
        assert "Odd Nystrand" not in answer
    assert not speakers[0] & speakers[1]


def test_a_changed_setting_does_only_what_depends_on_it(commands, copied):
    before = outputs(copied)
    commands("build", copied, *UNTIL_SHARDS, "--set", "augment.share=0.5")
    new = {step for step, key in outputs(copied).keys() - before.keys()}
    assert new == {"vary", "leakscan", "tokenizers", "shards", "shardscan"}


def test_one_more_file_does_only_its_own_shard(commands, copied, sample, tmp_path):
    exports = shutil.copytree(sample / "exports", tmp_path / "exports")
    (copied / "secrets" / "only-for").unlink()
    (copied / "secrets" / "sources.toml").write_text(f'paths = ["{exports}"]\n')
    before = outputs(copied)
    (exports / "notes" / "2099-01-01 later.md").write_text(
        "# Later\n\nA single new note, **long** after all the others, about a quiet afternoon.\n"
    )
    commands("build", copied, *UNTIL_SHARDS)
    new = [step for step, key in outputs(copied).keys() - before.keys()]
    shards = sum(step == "clean" for step, _ in before)
    assert shards > 2
    for step in ("read", "ingest", "clean", "sift", "find"):
        assert new.count(step) == 1, step


def story(seed):
    """Return sentences that no other seed has."""
    draw = random.Random(seed)
    words = "harbour window letter garden kitchen evening winter mother boat paper".split()
    return "".join(
        f"In the {draw.choice(words)} of the {draw.choice(words)} I have {draw.randrange(9999)} "
        f"things to do, and that is for the {draw.choice(words)} with my {draw.choice(words)}. "
        for _ in range(9)
    )


def test_a_source_added_gives_what_a_rebuild_of_all_gives(commands, chat, tmp_path):
    """With the same secrets, pins and recorded splits; only the order of documents may differ."""
    first, more = tmp_path / "first", chat
    first.mkdir()
    for n in range(40):
        (first / f"{n:02}.txt").write_text(story(n))
    quick = (*UNTIL_SHARDS, "--set", "redact.ner=false", "--set", "split.valid=0.2")
    one, whole = tmp_path / "one", tmp_path / "whole"
    commands("init", one, "--from", first, "--me", "Ines")
    commands("build", one, *quick)
    kept = commands("sql", one, "SELECT min(id) FROM documents", "--csv").split()[1]
    (more / "version.txt").write_text(story(3) + "And then some more of it, at the end.")
    (more / "copy.txt").write_text(story(5))
    (more / "new.txt").write_text(story(70))
    commands("pin", one, kept, "keep", "--reason", "dear to me")
    secrets = shutil.copytree(one / "secrets", tmp_path / "secrets")
    commands("init", whole, "--from", first, "--from", more, "--secrets", secrets, "--me", "Ines")
    (whole / "runs").mkdir(exist_ok=True)
    for recorded in (one / "runs").glob("splits*"):
        shutil.copy(recorded, whole / "runs")
    (one / "secrets" / "sources.toml").write_text(f'paths = ["{first}", "{more}"]\n')
    commands("build", one, *quick)
    commands("build", whole, *quick)
    ours, theirs = rows(one), rows(whole)
    assert len(ours["documents"]) > 60 and len(ours["duplicates"]) == 2
    for name in ("documents", "removed", "events", "duplicates", "variants", "redactions"):
        assert sorted(map(repr, ours[name])) == sorted(map(repr, theirs[name])), name


@pytest.mark.slow
def test_a_killed_build_goes_on_where_it_was(commands, built, sample, tmp_path):
    library = tmp_path / "killed"
    begun(commands, sample, library)
    process = commands.start("build", library, *UNTIL_SHARDS, start_new_session=True)
    deadline = time.monotonic() + 300
    while not list(library.glob("objects/find/*/manifest.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (library / "corpus.duckdb").exists()
    done = {m: m.stat().st_mtime_ns for m in library.glob("objects/*/*/manifest.json")}
    assert len(done) > 10
    commands("build", library, *UNTIL_SHARDS)
    assert all(m.stat().st_mtime_ns == at for m, at in done.items())
    assert outputs(library) == outputs(built)
    assert not list(library.rglob(".tmp-*"))


def test_a_full_disk_is_told_and_leaves_nothing_half_written(commands, notes, tmp_path):
    library = tmp_path / "lib"
    (notes / "long.txt").write_text("\n".join(f"Line {i} of a long letter." for i in range(40_000)))
    commands("init", library, "--from", notes)

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = commands.start("build", library, *UNTIL_SHARDS, preexec_fn=small)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "the disk is full" in error
    assert "Traceback" not in error
    assert not (library / "corpus.duckdb").exists()
    commands("build", library, *UNTIL_SHARDS, "--set", "redact.ner=false")
    assert (library / "corpus.duckdb").exists()


def test_a_pin_outlives_a_build(commands, chat, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", chat, "--me", "Ines")
    off = ("--set", "redact.ner=false")
    commands("build", library, *UNTIL_SHARDS, *off)
    pinned = commands("sql", library, "SELECT min(id) FROM documents", "--csv").split()[1]
    commands("pin", library, pinned, "remove", "--reason", "not for training")
    commands("build", library, *UNTIL_SHARDS, *off)
    answer = commands("sql", library, f"SELECT removed FROM removed WHERE id = '{pinned}'", "--csv")
    assert answer.split()[1] == "ingest.pinned"
    commands("pin", library, pinned, "none")
    commands("build", library, *UNTIL_SHARDS, *off)
    answer = commands(
        "sql", library, f"SELECT count(*) FROM documents WHERE id = '{pinned}'", "--csv"
    )
    assert answer.split()[1] == "1"
    assert len(commands.json("diff", library)["runs"]) == 2


def test_a_sealed_library_still_answers(commands, chat, tmp_path):
    library = tmp_path / "lib"
    commands("init", library, "--from", chat, "--me", "Ines")
    commands("build", library, *UNTIL_SHARDS, "--set", "redact.ner=false")
    commands("seal", library, "--yes")
    assert not any((library / "objects").iterdir())
    assert (
        commands("sql", library, "SELECT count(*) AS n FROM documents", "--csv").split()[1] != "0"
    )
    assert len(next(store.batches(library, "train", 1, 512))["ids"]) == 1

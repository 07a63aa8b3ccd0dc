"""A bench prints its rows, appends them as JSON lines, and exits by its targets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import dedup, dedup_texts
from corpus.duplicates import Deduplicate

ROOT = Path(__file__).parents[2]
SCRIPT = """
from bench.measure import Bench
bench = Bench("toy")
with bench.measure() as work:
    block = bytearray(80_000_000)
    total = sum(range(2_000_000))
result, best = bench.measured(lambda: 42, times=2)
bench.row("ours", answer=result, cpu=work.cpu, extra=work.extra)
bench.row("theirs", cpu=None)
bench.target("CPU s", work.cpu, most={most})
bench.target("MB", work.extra, least=70, most=200)
bench.finish()
"""


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("most", "code"), [("60", 0), ("1e-9", 1)])
def test_rows_are_printed_and_kept_and_a_missed_target_fails(
    tmp_path: Path, most: str, code: int
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"bench": "earlier"}\n')
    done = run("-c", SCRIPT.format(most=most), "--json", str(file))
    assert done.returncode == code, done.stderr
    earlier, ours, theirs, cpu, memory = map(json.loads, file.read_text().splitlines())
    assert earlier == {"bench": "earlier"}
    assert (ours["what"], ours["answer"], theirs["cpu"]) == ("ours", 42, None)
    assert ours["cpu"] > 0 and 70 < ours["extra"] < 200
    assert cpu["met"] is (code == 0) and memory["met"] is True
    assert "theirs" in done.stdout and ("NO" in done.stdout) == bool(code)


@pytest.mark.slow
def test_the_duplicate_bench_meets_its_quality_on_generated_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONPLACE_BENCH_DATA", str(tmp_path))
    once = dedup_texts.given()
    kept = dedup.ours(dedup_texts.batches(once.texts), Deduplicate())
    assert len(once.texts) == 6000
    for least, share in dedup.RECALL.items():
        assert dedup.recall(kept.families, once.pairs, least) >= share
    assert dedup.precision(kept.survivors, once.texts) >= dedup.PRECISION

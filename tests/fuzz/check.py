"""What must hold of any input, whatever reader it is given to."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pyarrow as pa

from corpus.people import People
from corpus.schema import DRAFT
from corpus.sources.archive import Refused, walk
from corpus.sources.file import File
from corpus.sources.gather import Identities, fit
from corpus.sources.piece import Reading
from corpus.sources.reading import SOURCES, Account, drafts
from corpus.sources.reading import recognise as any_kind

SECONDS = 10  # of the processor; an input of 200 KB that takes longer hangs
MAX_REASON = 200
BROKE_OFF = "end of what could be read"  # the place that `drafts` gives to a reader's exception
READING = Reading()


class Hang(BaseException):
    """An input took too long; no reader catches this."""


@dataclass
class Found:
    """What one input came to: counts, and what is wrong, each as (how bad, what, where)."""

    recognised: bool = False
    pieces: int = 0
    problems: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Hang in the body after `seconds`."""

    def rung(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, rung)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def check(file: File, kind: str, seconds: float = SECONDS) -> Found:
    """Recognise and read `file` as `kind` and return what came of it."""
    found = Found()
    try:
        with limited(seconds):
            _recognise(file, kind, found)
            _read(file, kind, found)
    except Hang as error:
        found.wrong.append(("hang", f"over {seconds} s", _place(error)))
    except Exception as error:
        found.wrong.append(("crash", type(error).__name__, _place(error)))
    return found


def _recognise(file: File, kind: str, found: Found) -> None:
    head = file.head()
    module = SOURCES[kind]
    evidence = module.recognise(file, head, READING) if kind == "tabular" else None
    if kind != "tabular":
        evidence = module.recognise(file, head)
    if evidence is not None and not (isinstance(evidence, str) and evidence.strip()):
        found.wrong.append(("crash", "evidence without words", kind))
    found.recognised = bool(evidence)


def _read(file: File, kind: str, found: Found) -> None:
    account = Account()
    batches = list(drafts(file, kind, READING, account))
    if not account.balanced():
        found.wrong.append(("crash", "account does not balance", kind))
    found.pieces, found.problems = account.emitted, len(account.problems)
    for problem in account.problems:
        if problem.outcome not in ("dropped", "errored") or not problem.reason.strip():
            found.wrong.append(("crash", "problem without outcome or reason", kind))
        if len(problem.reason) > MAX_REASON or "\n" in problem.reason + problem.place:
            found.wrong.append(("crash", "reason is no short sentence", kind))
    if any(p.place == BROKE_OFF for p in account.problems):
        found.wrong.append(_caught(file, kind))
    _fit(pa.Table.from_batches(batches, DRAFT), account)


def _fit(table: pa.Table, account: Account) -> None:
    """Raise if the drafts cannot be stored, or their authors not resolved."""
    table.validate(full=True)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, DRAFT) as stream:
        stream.write_table(table)
    claims = tuple(c.handle for c in account.claims if c.strong)
    people = People.model_validate({"me": {"handles": claims}})
    verdicts = fit([table], READING, Identities(b"k" * 32, people, {}))[0][0]
    assert verdicts.num_rows == table.num_rows


def _caught(file: File, kind: str) -> tuple[str, str, str]:
    """Return where the reader broke off, by reading again."""
    try:
        for _ in SOURCES[kind].read(file, READING):
            pass
    except Exception as error:
        return "caught", type(error).__name__, _place(error)
    return "caught", "only once", kind


def _place(error: BaseException) -> str:
    """Return the last line of ours that `error` passed."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "/corpus/" in f.filename]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "elsewhere"


def check_archive(path: Path, seconds: float = SECONDS) -> Found:
    """Walk the archive at `path` and recognise what is in it."""
    found = Found()
    try:
        with limited(seconds):
            told = list(walk([path], str))
            names = [item.name for item in told]
            if not told or len(set(names)) < len(names):
                found.wrong.append(("crash", "nothing, or a name twice", "archive.py"))
            for item in told:
                found.problems += isinstance(item, Refused)
                found.pieces += isinstance(item, File)
                if isinstance(item, File):
                    any_kind(item, READING)
            found.recognised = any(item.name != path.name for item in told)
    except Hang as error:
        found.wrong.append(("hang", f"over {seconds} s", _place(error)))
    except Exception as error:
        found.wrong.append(("crash", type(error).__name__, _place(error)))
    return found

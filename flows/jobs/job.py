"""A job: one step's work on one shard or one fit, found again by its key or done and stored."""

from __future__ import annotations

import errno
import shutil
import time
import traceback
import uuid
from typing import ClassVar

from corpus.keys import digest
from corpus.lent import lend
from corpus.stage import Section
from flows.jobs.memory import release
from store.library import Library
from store.objects import Output, Writer

LEAST_FREE = 4 << 20
"""With less than this many bytes free, whatever went wrong is taken for a full disk."""

OURS = ("corpus", "tokenizer", "store", "model", "flows")
"""Packages whose errors are sentences that quote no text."""

DIED = ("BrokenProcessPool", "KilledWorker", "WorkerCrashedError", "OutOfMemoryError")
"""What the engines, Dask and Ray among them, raise when a process of theirs was killed."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StepFailed(RuntimeError):
    """A step cannot go on; the message says what, where and what to do, and holds no text."""


class NothingLeft(StepFailed):
    """There is no writing to go on with."""


class Job(Section):
    """One step's work as a value: what it reads, under which settings, and how it is done.

    `identity` is all that the result depends on; jobs of equal identity share one stored output.
    """

    step: ClassVar[str]
    version: ClassVar[int] = 1

    def identity(self) -> list[object]:
        """Return what the output depends on, as JSON values."""
        raise NotImplementedError(type(self).__name__)

    def make(self, library: Library, write: Writer) -> None:
        """Do the work and write the parts of the output."""
        raise NotImplementedError(type(self).__name__)

    def key(self) -> str:
        """Return the key under which the output is stored."""
        return digest(self.step, self.version, self.identity())

    @property
    def label(self) -> str:
        """A short name for task runs and logs."""
        return f"{self.step}-{self.key()[:8]}"


class Done(Section):
    """A finished job: its output, whether it was found rather than made, and wall seconds."""

    output: Output
    found: bool
    seconds: float


def execute(root: str, job: Job) -> Done:
    """Return the output of `job` in the library at `root`, doing the work only if it is missing.

    Raises StepFailed. Unexpected errors may quote a document, so their traceback goes to
    `secrets/errors/` and only its name into the message.
    """
    library = Library(root)
    started = time.monotonic()
    key = job.key()
    output = library.objects.find(job.step, key)
    if output is not None:
        return Done(output=output, found=True, seconds=time.monotonic() - started)
    try:
        lend(library.key_name, library.key)
        with library.objects.write(job.step, key) as write:
            job.make(library, write)
    except Exception as error:
        raise explained(library, job.step, error) from None
    finally:
        release()
    made = library.objects.find(job.step, key)
    assert made is not None, job.label
    return Done(output=made, found=False, seconds=time.monotonic() - started)


def explained(library: Library, step: str, error: Exception) -> StepFailed:
    """Return the sentence that `error` in `step` comes down to; its traceback stays private."""
    if type(error).__module__.partition(".")[0] in OURS:
        return StepFailed(str(error))
    no_room = shutil.disk_usage(library.root).free < LEAST_FREE
    if no_room or (isinstance(error, OSError) and error.errno in FULL):
        return StepFailed(
            f"{step}: the disk is full; free some space and run build again, "
            "what is finished stays and nothing half-written is used"
        )
    if type(error).__name__ in DIED:
        return StepFailed(
            f"{step}: a process that carried out jobs was killed, perhaps for want of memory; run "
            "build again, with a lower run.workers or run.shard_mb if it happens twice"
        )
    folder = library.secrets / "errors"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{step}-{uuid.uuid4().hex[:8]}.txt"
    (folder / name).write_text("".join(traceback.format_exception(error)), "utf-8")
    return StepFailed(
        f"{step}: {type(error).__name__}; the details are in secrets/errors/{name}, "
        "which may quote your text: look before sharing"
    )

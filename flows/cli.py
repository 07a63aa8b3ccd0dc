"""The command `commonplace`: everything a person does with a library from a terminal."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import typer

from flows.commands import changes, questions

ENVIRONMENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # a server that nobody would end: flows/server.py
    "PREFECT_CLIENT_MAX_RETRIES": "12",  # a server on a busy machine says 503 for a while,
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # when another build holds the same database
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "true",
}
"""Set before anything heavy is imported: nothing is sent anywhere, and the terminal is ours."""

OURS = ("corpus", "tokenizer", "store", "model", "flows")
"""Packages whose errors are sentences meant for people."""

STOPPED = 130
STOPPED_WORDS = "stopped; what is finished stays, run the same command again to go on"
SHOW_CURSOR = "\x1b[?25h"
LET_GO = 5.0
"""Seconds after Ctrl-C that Prefect has to note it; jobs in threads cannot be stopped at all."""

app = typer.Typer(
    name="commonplace",
    help="Turn your own writings into a corpus you can query, a tokenizer and a language model.\n\n"
    "Start with: commonplace init LIBRARY --from PATH…, then: commonplace build LIBRARY.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: tuple[Callable[..., None], ...] = (
    changes.init,
    changes.build,
    changes.up,
    questions.status,
    questions.sql,
    questions.why,
    questions.similar,
    questions.sample,
    questions.diff,
    questions.rules,
    questions.tokenizers,
    questions.review,
    questions.pin,
    changes.forget,
    changes.export,
    changes.seal,
    changes.gc,
)
"""Every command, in the order in which `--help` shows them."""

for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line; a mistake ends with one sentence and exit code 1."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for word in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(word) is not signal.SIG_IGN:  # as under nohup
            signal.signal(word, _stop)
    with _sentences():
        app()


class Stopped(BaseException):
    """Ctrl-C, or a kindly kill; no KeyboardInterrupt, of which typer would say nothing."""


_ASKED = threading.Event()  # to stop: what libraries make of the interruption is no mistake


def _stop(word: int, _: object) -> None:
    """Stop as on Ctrl-C, and for good when asked again or when a job does not let go in time."""
    _ASKED.set()
    signal.signal(word, lambda *_: _leave())
    timer = threading.Timer(LET_GO, _leave)
    timer.daemon = True
    timer.start()
    raise Stopped


def _leave() -> None:
    """Say that all is well and end, without waiting for jobs: what is half done is not used."""
    cursor = SHOW_CURSOR if sys.stderr.isatty() else ""
    _fail(STOPPED_WORDS, STOPPED, f"\n{cursor}")


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn our own errors, and those of the machine, into one sentence on stderr."""
    try:
        yield
    except Stopped:
        _leave()
    except Exception as error:
        if _ASKED.is_set():
            _leave()
        if isinstance(error, OSError):
            _fail_of_machine(error)
        if type(error).__module__.partition(".")[0] not in OURS:
            raise
        _fail(str(error))


def _fail_of_machine(error: OSError) -> NoReturn:
    import errno

    if error.errno == errno.ENOSPC:
        _fail("the disk is full; free some space and run again, what is finished stays")
    if isinstance(error, BrokenPipeError):
        sys.exit(0)
    _fail(f"{error.filename or 'a file'}: {error.strerror or error}; check path and permissions")


def _fail(sentence: str, code: int = 1, before: str = "") -> NoReturn:
    """Say `sentence` and end at once: DuckDB complains of what an error still holds at the end."""
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.write(f"{before}commonplace: {sentence}\n")
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()

"""The command `commonplace`: everything a person does with a library from a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from flows import asking, making

ENVIRONMENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_CLI_PROMPT": "false",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "true",
}
"""Set before anything heavy is imported: nothing is sent anywhere, and the terminal is ours."""

OURS = ("corpus", "tokenizer", "store", "model", "flows")
"""Packages whose errors are sentences meant for people."""

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
    making.init,
    making.build,
    making.up,
    asking.status,
    asking.sql,
    asking.why,
    asking.similar,
    asking.sample,
    asking.diff,
    asking.rules,
    asking.tokenizers,
    asking.review,
    asking.pin,
    making.forget,
    making.export,
    making.seal,
    making.gc,
)
"""Every command, in the order in which `--help` shows them."""

for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line; a mistake ends with one sentence and exit code 1."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with _sentences():
        app()


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn our own errors, and those of the machine, into one sentence on stderr."""
    import errno

    try:
        yield
    except KeyboardInterrupt:
        _fail("stopped; what is finished stays, run the same command again to go on", 130)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            _fail("the disk is full; free some space and run again, what is finished stays")
        if isinstance(error, BrokenPipeError):
            sys.exit(0)
        _fail(
            f"{error.filename or 'a file'}: {error.strerror or error}; check path and permissions"
        )
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in OURS:
            raise
        _fail(str(error))


def _fail(sentence: str, code: int = 1) -> None:
    sys.stderr.write(f"commonplace: {sentence}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()

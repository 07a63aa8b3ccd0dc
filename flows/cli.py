"""The command `commonplace`: everything a person does with a library from a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

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

LibraryPath = Annotated[Path, typer.Argument(metavar="LIBRARY", help="Folder of the library.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


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


@app.command()
def init(
    library: LibraryPath,
    source: Annotated[
        list[Path],
        typer.Option(
            "--from", metavar="PATH", help="A folder, file or zip of exports; repeatable."
        ),
    ],
    zone: Annotated[str, typer.Option(help="Time zone of exports that name none.")] = "UTC",
    me: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name, address or handle that is you; repeatable."),
    ] = None,
    secrets: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Take key and people from DIR instead of drawing a key."),
    ] = None,
    files: Annotated[int, typer.Option(help="List files one by one up to this many.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Say what exports are there and who «me» is, and write the settings of a new library."""
    from flows import show
    from flows.start import begin, by_file, warnings

    with show.progress(quiet=as_json):
        start = begin(library, source, zone, secrets, me or [])
    header, rows = by_file(start, sys.maxsize if as_json else files)
    if as_json:
        told = [dict(zip(header, row, strict=True)) for row in rows]
        who = [
            {
                "handle": c["handle"],
                "sure": c["person"] == "me",
                "confidence": c["confidence"],
                "evidence": c["evidence"],
            }
            for c in start.candidates()
        ]
        not_understood = warnings(start)
        print(json.dumps({"files": told, "me": who, "warnings": not_understood}, indent=1))
        return
    show.table(header, rows, "What is there")
    for warning in warnings(start):
        show.out.print(f"Warning: {show.plain(warning)}", style="yellow")
    _say_who(start)
    _say_next(library, start)


def _say_who(start: Any) -> None:
    from flows import show

    if start.people_given:
        show.out.print("People: taken from the secrets given.")
        return
    rows = [
        [
            f"{'you' if c['person'] == 'me' else 'perhaps'} ({c['confidence']:.2f})",
            f"{c['handle']}\n{', '.join(c['names'])}".strip(),
            c["evidence"] or "you said so",
            c["documents"],
        ]
        for c in start.candidates()
    ]
    if rows:
        header = ["", "handle and name", "evidence", "documents"]
        show.table(header, rows, "Who is «me»?")
        show.out.print("All handles are in secrets/identities.csv; confirm in secrets/people.toml.")
    else:
        show.out.print("Nothing tells who you are; add yourself to secrets/people.toml.")


def _say_next(library: Path, start: Any) -> None:
    from flows import show
    from flows.start import DISK_PER_BYTE

    need = max(1, start.text_bytes * DISK_PER_BYTE >> 20)
    show.out.print(
        f"\nWritten: {library}/commonplace.toml and {library}/secrets/people.toml; read both.\n"
        f"A build needs about {need:,} MB of disk. Next: commonplace build {library}"
    )


@app.command()
def build(
    library: LibraryPath,
    until: Annotated[
        str,
        typer.Option(help="Last step: ingest, curate, train-tokenizer, write-shards, finetune."),
    ] = "finetune",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.NAME=VALUE", help="Change a setting for this run."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run every step that is not done yet, in this process, and say what came out."""
    from flows.local import local_run, steps_until, summary
    from flows.settings import from_words

    overlay = from_words(settings or [])
    steps = steps_until(until)
    work = local_run(library, steps, overlay, quiet=as_json)
    summary(work, as_json)


@app.command()
def up(
    library: LibraryPath,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect UI.")] = 4200,
) -> None:
    """Start a Prefect server, a worker and the deployments of this library; Ctrl-C stops all."""
    from flows.up import serve

    serve(library, port)


@app.command()
def status(library: LibraryPath, as_json: AsJson = False) -> None:
    """Show what the library holds: the last run's funnel, sources, splits and the model."""
    from flows.look import status as look

    look(library, as_json)


@app.command()
def sql(
    library: LibraryPath,
    query: Annotated[str, typer.Argument(help="SQL over documents, removed, events, sources, …")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row.")] = False,
    rows: Annotated[int, typer.Option(min=1, help="Rows shown in a table.")] = 100,
) -> None:
    """Ask the corpus a question in SQL (read-only; nothing outside the catalogue is in reach)."""
    from flows.look import ask

    ask(library, query, "csv" if as_csv else "json" if as_json else "table", rows)


@app.command()
def why(
    library: LibraryPath,
    document: Annotated[str, typer.Argument(metavar="ID", help="Document id, or how it begins.")],
    originals: Annotated[
        bool,
        typer.Option("--originals", help="Show what was replaced, with the library's key."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell a document's whole story: where it was met and what each step did to it."""
    from flows.look import story

    story(library, document, as_json, originals)


@app.command()
def similar(
    library: LibraryPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=False, help="A text, or any file of exports.")
    ],
    n: Annotated[int, typer.Option("-n", min=1, max=1_000, help="How many for each text.")] = 10,
    least: Annotated[
        float, typer.Option(min=0.01, max=1, help="Least share of the words in common.")
    ] = 0.3,
    as_json: AsJson = False,
) -> None:
    """Find the documents most like the writing in FILE: copies, versions and excerpts."""
    from flows.similar import find

    find(library, file, n, least, as_json)


@app.command()
def sample(
    library: LibraryPath,
    n: Annotated[int, typer.Option("-n", min=1, max=1_000, help="How many documents.")] = 5,
    where: Annotated[
        str, typer.Option(help="SQL condition, e.g. kind = 'mail'.")
    ] = "origin = 'self'",
    seed: Annotated[int, typer.Option(help="Which ones.")] = 0,
    removed: Annotated[bool, typer.Option("--removed", help="Of those not used.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show some documents as they were read and as they will be learnt, changes coloured."""
    from flows.samples import some

    some(library, n, where, seed, removed, as_json)


@app.command()
def diff(
    library: LibraryPath,
    old: Annotated[str, typer.Argument(help="A run; default: the last but one.")] = "",
    new: Annotated[str, typer.Argument(help="Another run; default: the last.")] = "",
    each: Annotated[int, typer.Option("-n", min=0, help="Ids shown for each rule.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Compare two runs: settings, funnel, and which documents are kept, removed or changed by what.

    With --json every document is listed.
    """
    from flows.compare import compare

    compare(library, old, new, each, as_json)


@app.command()
def rules(
    library: LibraryPath,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Show this rule large; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this kind; repeatable.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="Look with personal, gopher, c4, fineweb or web instead.")
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.NAME=VALUE", help="Look with another setting."),
    ] = None,
    fresh: Annotated[bool, typer.Option(help="Read and measure what is new first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what each quality rule would remove, with its histogram; removes nothing."""
    from flows.rules import Chosen, dry_run
    from flows.settings import from_words

    words = [*(settings or []), *([f"filter.preset={preset}"] if preset else [])]
    dry_run(library, from_words(words), Chosen(rule or (), kind or (), as_json), fresh)


@app.command()
def tokenizers(library: LibraryPath, as_json: AsJson = False) -> None:
    """Compare the tokenizers that were trained: figures, which is used and recommended, and why."""
    from flows.tokenizers import listed

    listed(library, as_json)


@app.command()
def review(
    library: LibraryPath,
    everything: Annotated[bool, typer.Option("--all", help="Also those decided before.")] = False,
    sign: Annotated[
        str, typer.Option(metavar="NAME", help="Sign for the redacted corpus, as NAME.")
    ] = "",
    refuse: Annotated[bool, typer.Option(help="With --sign: it may not be published.")] = False,
    note: Annotated[str, typer.Option(help="With --sign: why; quote no text.")] = "",
    as_json: AsJson = False,
) -> None:
    """Decide about what was replaced on weak grounds; text is shown on a terminal only."""
    from flows.review import review as look
    from flows.review import sign_off

    if sign:
        sign_off(library, sign, refuse, note)
    else:
        look(library, everything, as_json)


@app.command()
def pin(
    library: LibraryPath,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="A document's id; or a value, its hmac, or - to type it."
        ),
    ],
    action: Annotated[
        str, typer.Argument(metavar="keep|remove|allow|deny|none", help="Your decision.")
    ],
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")] = "",
) -> None:
    """Keep or remove a document, leave a value alone or hide it; it outlives every later build."""
    from flows.look import decide

    decide(library, what, action, reason)


@app.command()
def forget(
    library: LibraryPath,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Documents d…, threads t…, people p…, files f…."),
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name, address or handle.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A file, or a kind such as whatsapp.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="WORDS", help="All that holds these words; - reads stdin.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget people, threads, files, documents or a text: everywhere, ever after, with a proof.

    Without anything to forget, one that was interrupted is finished.
    """
    from flows.forgetting import Typed, command

    words = sys.stdin.read() if text == "-" else text
    typed = Typed(ids or (), person or (), source or (), words)
    command(library, typed, lambda question: _confirm(yes, question), as_json)


@app.command()
def export(
    library: LibraryPath,
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder.")],
    form: Annotated[
        str, typer.Option("--format", help="jsonl, parquet, openai or sharegpt.")
    ] = "jsonl",
    where: Annotated[str, typer.Option(help="SQL condition over documents.")] = "true",
    as_json: AsJson = False,
) -> None:
    """Write the curated corpus for other programs, a file for each split.

    In chat formats own words are the assistant's, others' the user's. What you hand out is noted
    in secrets/, so that forget can tell you where else something is.
    """
    from flows.export import export as write

    write(library, out, form, where, as_json)


@app.command()
def seal(
    library: LibraryPath,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all text before redaction (objects/): SQL and training go on, a build reads anew."""
    from flows.tidy import seal as close

    _confirm(yes, "Delete everything in objects/? A later build needs the exports again.")
    close(library)


@app.command()
def gc(library: LibraryPath) -> None:
    """Delete objects that the last two runs do not reach, and leftovers of killed runs."""
    from flows.tidy import collect

    collect(library)


def _confirm(yes: bool, question: str) -> None:
    if not yes and not typer.confirm(question):
        _fail("nothing was changed")


def commands() -> dict[str, Callable[..., None]]:
    """Return every command by its name."""
    named = [
        (c.name or c.callback.__name__, c.callback) for c in app.registered_commands if c.callback
    ]
    return dict(named)


if __name__ == "__main__":
    main()

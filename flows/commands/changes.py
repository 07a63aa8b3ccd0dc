"""Commands that make a library, change it as a whole, or hand it out: `init` to `gc`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.arguments import AsJson, LibraryPath, Refused


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
    from flows.commands.findings import as_values, say
    from flows.commands.start import begin

    with show.progress(quiet=as_json):
        start = begin(library, source, zone, secrets, me or [])
    if as_json:
        print(json.dumps(as_values(start), indent=1))
    else:
        say(start, library, files)


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


def up(
    library: LibraryPath,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect UI.")] = 4200,
) -> None:
    """Start a Prefect server, a worker and the deployments of this library; Ctrl-C stops all."""
    from flows.commands.up import serve

    serve(library, port)


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
    from flows.commands.forgetting import Typed, command

    words = sys.stdin.read() if text == "-" else text
    typed = Typed(ids or (), person or (), source or (), words)
    command(library, typed, lambda question: sure(yes, question), as_json)


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
    from flows.commands.export import export as write

    write(library, out, form, where, as_json)


def seal(
    library: LibraryPath,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all text before redaction (objects/): SQL and training go on, a build reads anew."""
    from flows.tidy import seal as close

    close(library, lambda question: sure(yes, question))


def gc(library: LibraryPath) -> None:
    """Delete objects that the last two runs do not reach, and leftovers of killed runs."""
    from flows.tidy import collect

    collect(library)


def sure(yes: bool, question: str) -> None:
    """Return when a person says yes, or has said so before; raises Refused otherwise."""
    if not yes and not typer.confirm(question):
        raise Refused("nothing was changed")

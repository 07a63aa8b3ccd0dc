"""Commands that look into a library and take a person's decisions: `status` to `pin`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.arguments import AsJson, LibraryPath


def status(library: LibraryPath, as_json: AsJson = False) -> None:
    """Show what the library holds: the last run's funnel, sources, splits and the model."""
    from flows.commands.look import status as look

    look(library, as_json)


def sql(
    library: LibraryPath,
    query: Annotated[str, typer.Argument(help="SQL over documents, removed, events, sources, …")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row.")] = False,
    rows: Annotated[int, typer.Option(min=1, help="Rows shown in a table.")] = 100,
) -> None:
    """Ask the corpus a question in SQL (read-only; nothing outside the catalogue is in reach)."""
    from flows.commands.look import ask

    ask(library, query, "csv" if as_csv else "json" if as_json else "table", rows)


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
    from flows.commands.look import story

    story(library, document, as_json, originals)


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
    from flows.commands.similar import find

    find(library, file, n, least, as_json)


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
    from flows.commands.samples import some

    some(library, n, where, seed, removed, as_json)


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
    from flows.commands.compare import compare

    compare(library, old, new, each, as_json)


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
    from flows.commands.rules import Chosen, dry_run
    from flows.settings import from_words

    words = [*(settings or []), *([f"filter.preset={preset}"] if preset else [])]
    dry_run(library, from_words(words), Chosen(rule or (), kind or (), as_json), fresh)


def tokenizers(library: LibraryPath, as_json: AsJson = False) -> None:
    """Compare the tokenizers that were trained: figures, which is used and recommended, and why."""
    from flows.commands.tokenizers import listed

    listed(library, as_json)


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
    from flows.commands.review import review as look
    from flows.commands.review import sign_off

    if sign:
        sign_off(library, sign, refuse, note)
    else:
        look(library, everything, as_json)


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
    from flows.commands.decisions import decide

    decide(library, what, action, reason)

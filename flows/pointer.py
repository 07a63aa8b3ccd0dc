"""Which redacted corpus is to be published: noted by curate, found by review and sign-off."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.keys import digest
from corpus.stage import Section
from flows.context import Work
from store.library import Library
from store.objects import Output, write_whole

POINTER = "redacted.json"
LEAST = 8
"""Characters of the digest that a person must type, at least."""


class Redacted(Section):
    """Which redacted corpus is, or is to be, published: what `commonplace review` looks at."""

    digest: str
    hidden: tuple[Output, ...]
    originals: Output


def keep_pointer(
    work: Work, hidden: Sequence[Output], originals: Output, shards: Sequence[Output]
) -> str:
    """Note what was redacted, for `review` to find; returns the digest a sign-off is bound to."""
    named = digest([shard.digest("documents", "variants") for shard in shards])
    told = Redacted(digest=named, hidden=tuple(hidden), originals=originals)
    work.library.objects.root.mkdir(mode=0o700, exist_ok=True)
    write_whole(work.library.objects.root / POINTER, told.model_dump_json())
    return named


def redacted_now(library: Library) -> Redacted | None:
    """Return what was redacted last, or None when that is gone."""
    path = library.objects.root / POINTER
    if not path.exists():
        return None
    told = Redacted.model_validate_json(path.read_text("utf-8"))
    outputs = (*told.hidden, told.originals)
    return told if all(library.objects.find(o.step, o.key) for o in outputs) else None

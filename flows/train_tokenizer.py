"""Train the tokenizer on the person's own words of the training split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import pyarrow.compute as pc

from flows.context import Work, one
from flows.job import Job, NothingLeft, StepFailed
from store.library import Library
from store.objects import Output, Writer
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

NO_WORDS = (
    "no words of your own are left to train on; see «commonplace status» for what removed them, "
    "and whether secrets/people.toml says who you are"
)


class TrainTokenizer(Job):
    """Trains and saves one tokenizer over all shards."""

    step: ClassVar[str] = "tokenizers"
    shards: tuple[Output, ...]
    settings: Tokenizer

    def identity(self) -> list[object]:
        """The published documents and variants, and the settings."""
        told = [s.digest("documents", "variants") for s in self.shards]
        return [told, self.settings.model_dump(mode="json")]

    def make(self, library: Library, write: Writer) -> None:
        """Write the tokenizer's files as transformers reads them."""
        try:
            made = train(own_words(library, self.shards), self.settings)
        except ValueError:
            raise StepFailed(NO_WORDS) from None
        save(made, write.folder)
        write.count(vocabulary=made.get_vocab_size())


def own_words(library: Library, shards: Sequence[Output]) -> Iterator[str]:
    """Yield the texts that may be learnt: own documents of the training split, and variants."""
    for shard in shards:
        for part in ("documents", "variants"):
            columns = ["text", "origin", "split", "removed"]
            for batch in library.objects.batches(shard, part, columns=columns):
                mine = pc.equal(batch.column("origin"), "self")
                learnt = pc.and_(mine, pc.equal(batch.column("split"), "train"))
                kept = pc.and_(pc.fill_null(learnt, False), pc.is_null(batch.column("removed")))
                yield from batch.filter(kept).column("text").to_pylist()


def trained(work: Work, shards: Sequence[Output]) -> Output:
    """Return the tokenizer of the curated `shards`, trained under the run's settings.

    Raises NothingLeft when they hold no own words to train on.
    """
    if not any(own_words(work.library, shards)):
        raise NothingLeft(NO_WORDS)
    return one(work, TrainTokenizer(shards=tuple(shards), settings=work.settings.tokenizer))

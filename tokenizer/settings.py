"""Settings of the tokenizers: which are trained, on how much, and which one the run uses."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from corpus.stage import Section

Strategy = Literal[
    "gpt2", "gpt4", "llama3", "qwen", "unigram", "wordpiece", "bytes", "base", "extended"
]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
SIZED = ("gpt2", "gpt4", "llama3", "qwen", "unigram", "wordpiece")
"""Strategies that are trained to a size; the others have the size that they have."""
TAKEN_OVER = ("base", "extended")
"""Strategies that take over the tokenizer of an existing model."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, (int, str)) else value


Size = Annotated[int, Field(ge=300, le=1 << 20)]


class Tokenizer(Section):
    """Which tokenizers are trained, and which one of them encodes the corpus."""

    strategies: Annotated[tuple[Strategy, ...], BeforeValidator(_listed)] = Field(
        ("gpt2",),
        min_length=1,
        title="Strategies",
        description="Tokenizers to train and compare. gpt2, gpt4, llama3, qwen: byte-level BPE "
        "with the split rule of that model; unigram, wordpiece: these algorithms over bytes; "
        "bytes: one token a byte; base: an existing model's tokenizer as it is; extended: the "
        "same with your own frequent words. Each is reported beside the others.",
    )
    vocabulary: Annotated[tuple[Size, ...], BeforeValidator(_listed)] = Field(
        (8192,),
        min_length=1,
        title="Vocabulary sizes",
        description="Sizes to train each strategy at, a number or a list: tokens in all, that is "
        "256 bytes, the special tokens, and what is learnt. A small corpus may fill fewer. Above "
        "65,536 the shards take twice the room.",
    )
    use: str = Field(
        "",
        title="Use",
        description="The one that encodes the corpus, such as gpt4-8192, bytes or extended. "
        "Empty: the one that the report recommends.",
    )
    base: str = Field(
        "",
        pattern=r"^[\w.-]*$",
        title="Base",
        description="For base and extended: name of a folder in base/ of the library, put or "
        "linked there, with an existing model's tokenizer.json.",
    )
    extend: int = Field(
        500,
        ge=1,
        le=100_000,
        title="Words to add",
        description="Most tokens that extended adds for your frequent words.",
    )
    min_frequency: int = Field(
        2,
        ge=1,
        le=1_000_000,
        title="Least frequency",
        description="What occurs less often than this in the training text is not learnt.",
    )
    sample_mb: int = Field(
        32,
        ge=1,
        le=65_536,
        title="Training text (MB)",
        description="Above this many megabytes of UTF-8, a sample of this size is trained on and "
        "measured. Memory in use is about 200 MB and six times this, with unigram twenty.",
    )
    references: int = Field(
        4,
        ge=0,
        le=100,
        title="References",
        description="Most tokenizers of the Hugging Face cache of this machine to measure beside; "
        "those in base/ of the library are always measured.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides which texts are in the sample.",
    )

    @model_validator(mode="after")
    def _used_is_trained(self) -> Self:
        names = [one.name for one in self.each()] if self.use else []
        if self.use and self.use not in names:
            raise ValueError(f"use: {self.use} is not trained; there are {', '.join(names)}")
        if not self.base and (asked := [s for s in self.strategies if s in TAKEN_OVER]):
            raise ValueError(f"strategy {asked[0]} needs base, the name of a folder in base/")
        return self

    @property
    def name(self) -> str:
        """The name of the only tokenizer, or of the first of them.

        >>> Tokenizer(strategies=("gpt4", "bytes"), vocabulary=4096).name
        'gpt4-4096'
        """
        strategy = self.strategies[0]
        return f"{strategy}-{self.vocabulary[0]}" if strategy in SIZED else strategy

    def each(self) -> tuple[Tokenizer, ...]:
        """Return settings of one tokenizer each; what it does not depend on is as by default.

        >>> both = Tokenizer(strategies=("gpt2", "bytes"), vocabulary=[512, 1024])
        >>> [one.name for one in both.each()]
        ['gpt2-512', 'gpt2-1024', 'bytes']
        """
        out = []
        for strategy in dict.fromkeys(self.strategies):
            told = self.model_dump(include=set(_DEPENDS.get(strategy, _TRAINED)))
            sizes = dict.fromkeys(self.vocabulary) if strategy in SIZED else [_NO_SIZE]
            for size in sizes:
                values = {"strategies": (strategy,), "vocabulary": (size,), "use": "", **told}
                out.append(Tokenizer.model_validate(values))
        return tuple(out)


_NO_SIZE = 8192  # of strategies that take none
_TRAINED = ("min_frequency", "sample_mb", "seed")
_DEPENDS: dict[str, tuple[str, ...]] = {
    "bytes": (),
    "base": ("base",),
    "extended": ("base", "extend", *_TRAINED),
}

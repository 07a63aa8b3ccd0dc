"""Settings of the tokenizer."""

from __future__ import annotations

from pydantic import Field

from corpus.stage import Section


class Tokenizer(Section):
    """How the byte-level BPE vocabulary is trained."""

    vocabulary: int = Field(
        8192,
        ge=300,
        le=1 << 20,
        title="Vocabulary size",
        description="Tokens in all: 256 bytes, the special tokens, and merges for the rest. "
        "A small corpus may fill fewer. Above 65,536 the shards take twice the room.",
    )
    min_frequency: int = Field(
        2,
        ge=1,
        le=1_000_000,
        title="Least frequency of a merge",
        description="A pair of tokens that occurs less often than this is not merged.",
    )
    sample_mb: int = Field(
        32,
        ge=1,
        le=65_536,
        title="Training text (MB)",
        description="Above this many megabytes of UTF-8, a sample of this size is trained on. "
        "Memory in use is about six times this.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides which texts are in the sample.",
    )

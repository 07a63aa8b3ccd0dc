"""Settings of the little model and how it is trained; imports no torch, so that forms are quick."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from corpus.stage import Section


class FineTune(Section):
    """The shape of the little model, and its training.

    The defaults give some 1.8 million parameters at 8,192 tokens of vocabulary. It reads and
    writes up to the plan's sequence length.
    """

    layers: int = Field(4, ge=1, le=64, title="Layers", description="Blocks of the transformer.")
    width: int = Field(
        128, ge=16, le=8192, title="Width", description="Size of a token's vector; whole per head."
    )
    heads: int = Field(
        4,
        ge=1,
        le=128,
        title="Attention heads",
        description="Width ÷ heads must be whole and even.",
    )
    batch: int = Field(
        2,
        ge=1,
        le=4096,
        title="Sequences per step",
        description="How many are learnt from at once.",
    )
    steps: int = Field(
        120,
        ge=1,
        le=10_000_000,
        title="Steps",
        description="Most steps of training; it ends here or after the epochs, whichever is first.",
    )
    epochs: float = Field(
        8.0,
        gt=0,
        le=1000,
        title="Epochs",
        description="Most times everything is read. Beyond about 4 a model gains little and "
        "remembers more of the text by heart.",
    )
    learning_rate: float = Field(
        5e-3,
        gt=0,
        le=1,
        title="Learning rate",
        description="Highest rate; it rises over the warm-up and falls by a cosine to 0. "
        "A wider model wants a lower one.",
    )
    weight_decay: float = Field(
        0.1, ge=0, le=10, title="Weight decay", description="Pull of the weights towards 0 (AdamW)."
    )
    warmup: float = Field(
        0.1, ge=0, le=0.9, title="Warm-up", description="Share of the steps the rate rises over."
    )
    seed: int = Field(
        0, ge=0, le=(1 << 32) - 1, title="Seed", description="Decides the weights it starts from."
    )
    checkpoint_every: int = Field(
        40,
        ge=1,
        le=1_000_000,
        title="Checkpoint every (steps)",
        description="Training that was interrupted goes on from the newest checkpoint.",
    )
    threads: int = Field(
        0,
        ge=0,
        le=1024,
        title="Threads",
        description="Processor threads for training; 0 takes what PyTorch takes. Results are "
        "exactly repeatable for the same number only.",
    )

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width {self.width} does not give {self.heads} heads a whole, even size; "
                f"try {2 * self.heads * max(1, round(self.width / (2 * self.heads)))}"
            )
        return self

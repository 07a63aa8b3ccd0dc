"""Fine-tune: a small model on the token shards, measured on held-out writing before and after."""

from __future__ import annotations

import json

from flows.context import Work, tell
from flows.funnel import model_figures
from store.attach import catalogue
from store.catalogue import amend
from store.loader import Sequences, sequences
from store.objects import Output

MODEL = "model"


def finetuned(work: Work, tokenizer: Output) -> dict[str, float]:
    """Return the figures of the model trained by the recorded plan; it stands in `models/<name>/`.

    A model that was already trained on the same plan, tokenizer and settings is found, and one
    that was interrupted goes on from its newest checkpoint.
    """
    raise NotImplementedError

"""Writes with a trained model: one turn in the person's own voice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tokenizer.load import Tokenizer, load

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


def write(model_dir: Path, prompt: str | None, tokens: int, temperature: float, seed: int) -> str:
    """Return what the model in `model_dir` writes on after `prompt`, without the prompt.

    An own turn is begun with `<|self|>` and written on until `<|end|>`, or `tokens` tokens; other
    special tokens are never drawn, control strings in `prompt` are text. Temperature 0 always
    takes the likeliest token. The same arguments give the same text on the same machine.
    Raises FileNotFoundError when there is no model, ValueError when it is not one of ours.
    """
    # Imported here, since every command imports this module and torch takes seconds.
    import torch
    from transformers import AutoModelForCausalLM

    from model.quiet import quiet

    tokenizer = load(model_dir)
    with quiet():
        model = AutoModelForCausalLM.from_pretrained(model_dir, local_files_only=True).eval()
    ids = [tokenizer.special["self"], *tokenizer.encode([prompt or ""])[0].tolist()]
    begin = len(ids)
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        while len(ids) < begin + tokens:
            logits = _next(model, ids, tokenizer, begin)
            drawn = _draw(logits, temperature, chance)
            if drawn == tokenizer.special["end"]:
                break
            ids.append(drawn)
    return tokenizer.decode(ids[begin:]).rstrip("\ufffd")  # a character cut by the last token


def _next(model: PreTrainedModel, ids: list[int], tokenizer: Tokenizer, begin: int) -> torch.Tensor:
    """Return the logits of the token after `ids`, (vocabulary,); what may not come is -inf."""
    import torch

    seen = torch.tensor([ids[-model.config.max_position_embeddings :]])
    logits = model(input_ids=seen, use_cache=False).logits[0, -1].float()
    for role, id_ in tokenizer.special.items():
        if role != "end" or len(ids) == begin:  # something is written, however short
            logits[id_] = -torch.inf
    return logits


def _draw(logits: torch.Tensor, temperature: float, chance: torch.Generator) -> int:
    import torch

    if temperature <= 0:
        return int(logits.argmax())
    weights = torch.softmax(logits / temperature, dim=-1)
    return int(torch.multinomial(weights, 1, generator=chance))

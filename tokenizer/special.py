"""The special tokens that bound turns, and the chat template that puts them there."""

from __future__ import annotations

from tokenizers import AddedToken

SPECIAL = {"pad": "<|pad|>", "self": "<|self|>", "other": "<|other|>", "end": "<|end|>"}
"""The special tokens by role; their ids are 0, 1, 2, 3 in every trained tokenizer, the first free
ones in one that was taken over. End of sequence is `end`, never `pad`."""

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    "<|self|>{% generation %}{{ message['content'] }}<|end|>{% endgeneration %}"
    "{% else %}<|other|>{{ message['content'] }}<|end|>{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|self|>{% endif %}"
)
"""«assistant» is the person whose library it is, any other role someone else. Turns are bounded
by special tokens alone, so that ids of documents encoded one by one are the ids of the whole."""


def added() -> list[AddedToken]:
    """Return the special tokens as tokenizers takes them, in the order of their ids."""
    return [AddedToken(token, normalized=False, special=True) for token in SPECIAL.values()]

"""Conversations in a JSON file, streamed; of a file that breaks off, the last as far as it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

import ijson

from corpus.sources.json_items import DAMAGE
from corpus.sources.nesting import shallow
from corpus.sources.piece import Piece, Problem


@dataclass(slots=True)
class Thread:
    """A conversation while its messages are put in order; `kept` gives ids by nodes' keys."""

    id: str
    title: str | None = None
    position: int = 0
    before: str | None = None
    kept: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, found: Iterable[Piece | Problem]) -> Iterator[Piece | Problem]:
        """Yield what one message gave, its pieces in their place and as answers to the last one.

        The first piece of a message is what the next one answers; custom instructions, which are
        in no conversation, are left as they are.
        """
        first: str | None = None
        for item in found:
            if isinstance(item, Piece) and not item.metadata.get("custom_instructions"):
                item.thread, item.title = self.id, self.title
                item.position, item.reply_to = self.position, self.before
                self.position += 1
                first = first or item.own
            yield item
        if first is not None:
            self.kept[key] = self.before = first


class Data(NamedTuple):
    """A file's JSON: where it starts, the ijson prefix of its conversations, and the name of what
    holds their messages. `ends` is False where other text follows the JSON.
    """

    stream: BinaryIO
    start: int
    prefix: str
    messages: str
    ends: bool = True


def conversations(data: Data) -> Iterator[tuple[str, Any] | Problem]:
    """Yield the place and value of each conversation; after damage a Problem, last.

    Of the conversation that the damage cuts, all messages but the one that is cut are kept.
    """
    number = 0
    data.stream.seek(data.start)
    try:
        for told in ijson.items(shallow(data.stream), data.prefix, use_float=True):
            number += 1
            yield f"conversation {number}", told
    except DAMAGE as error:
        if not data.ends and "trailing garbage" in str(error):
            return
        rest = _cut_short(data, number)
        if rest is not None:
            yield f"conversation {number + 1}", rest
        place = f"after conversation {number}"
        yield Problem(place, "the file is cut short or damaged", "errored")


def _cut_short(data: Data, whole: int) -> dict[str, Any] | None:
    """Return what there is of the conversation after the first `whole` ones."""
    builder, begun = ijson.ObjectBuilder(), 0
    data.stream.seek(data.start)
    try:
        for place, event, value in ijson.parse(shallow(data.stream), use_float=True):
            begun += place == data.prefix and event == "start_map"
            if begun > whole and place.startswith(data.prefix):
                builder.event(event, value)
    except DAMAGE:
        pass
    told = getattr(builder, "value", None)
    messages = told.get(data.messages) if isinstance(told, dict) else None
    if begun <= whole or not isinstance(told, dict) or not isinstance(messages, (dict, list)):
        return None
    if list(told)[-1] == data.messages and messages:
        _ = messages.popitem() if isinstance(messages, dict) else messages.pop()
    return told if messages else None

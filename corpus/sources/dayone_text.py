"""The text of a Day One entry: Markdown without its escapes, rich text, transcribed speech."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from corpus.sources.elements import listed, mapping, string

MOMENT = re.compile(r"!\[[^\[\]\n]{0,300}\]\(dayone[\w-]{0,20}:/[^()\n]{0,500}\)|\ufffc")
INSIDE = re.compile(r"\[([^\[\]\n]{0,500})\]\(dayone\d?:/[^()\n]{0,500}\)")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
FENCE = re.compile(r"^```", re.MULTILINE)
BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
BREAKS = {"\u2028": "\n", "\u2029": "\n\n", "\u200b": "", "\r\n": "\n"}
MARKS = {"bulleted": "- ", "numbered": "1. "}


def plain(text: str) -> str:
    """Return an entry's Markdown as it was typed, without pictures.

    >>> plain("# Late \\\\.\\\\.\\n\\n![](dayone-moment://76F9)\\n\\nCairns\\\\!")
    '# Late ..\\n\\nCairns!'
    """
    for mark, meant in BREAKS.items():
        text = text.replace(mark, meant)
    text = INSIDE.sub(r"\1", MOMENT.sub("", text))
    parts = FENCE.split(text)  # code, every second part, has no escapes
    parts[::2] = [ESCAPE.sub(r"\1", part) for part in parts[::2]]
    return BLANK.sub("\n\n", "```".join(parts)).strip()


def rich(told: object) -> str:
    """Return the words of `richText`, which is JSON in a string or as it is; "" if there are none.

    >>> rich({"contents": [{"text": "Fed"}, {"embeddedObjects": [{}]}, {"text": "the cat"}]})
    'Fed\\nthe cat'
    """
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return ""
    runs = [mapping(run) for run in listed(mapping(told).get("contents"))]
    lines = any("\n" in (string(run.get("text")) or "") for run in runs)
    return plain("".join(_runs(runs, "" if lines else "\n")))


def _runs(runs: list[dict[str, Any]], between: str) -> Iterator[str]:
    starts = True
    for run in runs:
        text = string(run.get("text")) or ""
        if not text:
            continue
        line = mapping(mapping(run.get("attributes")).get("line"))
        if starts:
            yield _mark(line)
        yield text + between
        starts = (text + between).endswith("\n")


def _mark(line: dict[str, Any]) -> str:
    """Return what a line of this form begins with."""
    header = line.get("header")
    if isinstance(header, int) and 0 < header < 7:
        return f"{'#' * header} "
    style = str(line.get("listStyle"))
    if style == "checkbox":
        return f"- [{'x' if line.get('checked') is True else ' '}] "
    return MARKS.get(style, "")


def spoken(told: dict[str, Any]) -> str:
    """Return what was said in the entry's recordings, as Day One transcribed it."""
    found = (string(mapping(audio).get("transcription")) for audio in listed(told.get("audios")))
    return "\n\n".join(words.strip() for words in found if words and words.strip())

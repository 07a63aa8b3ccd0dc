"""Tell what a person pasted into a prompt from what they wrote there, where the form shows it.

Only plain signs count: long fenced blocks, blocks in tags or triple quotes, quoted lines, traces
of errors and a long text under an instruction that speaks of somebody else's text. All else stays
the person's own: nothing tells a pasted draft of one's own from words written in the box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})")
TAG = re.compile(r"^[ \t]{0,3}<([A-Za-z][\w:-]{0,40})(?:[ \t][^<>]{0,200})?>[ \t]*$")
QUOTED = re.compile(r"^[ \t]{0,3}>")
TRIPLE = ('"""', "'''")
TRACEBACK = re.compile(r"^(?:Traceback \(most recent call last\):|Exception in thread )")
TRACE_LINE = re.compile(r"^(?:\s|Caused by: |[\w.$]{1,120}(?:Error|Exception|Warning)\b)")
LISTED = re.compile(r"^\s*(?:[-*+•–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
ENDS = re.compile(r"[:：]\s*$")

FENCED_LINES, FENCED_SIZE = 6, 300  # a shorter block in fences is as often typed
BLOCK_SIZE = 200  # characters in tags or quotes
QUOTED_LINES = 3
INSTRUCTION = 400  # characters at most
BELOW = 350  # characters that stand under an instruction at least
MOSTLY = 0.5

TASKS = re.compile(
    r"\b(?:summar[iy]\w*|tl;?dr|key (?:points|takeaways)|bullet points|explain|analy[sz]e|extract|"
    r"translate|what does (?:this|it) (?:mean|say)|(?:this|the following|below is (?:an?|the)) "
    r"(?:article|text|passage|excerpt|abstract|paper|transcript|error|log|output|code|email|e-mail|"
    r"message|job (?:description|posting|ad))|zusammen\w*|fass\w*|übersetz\w*|erklär\w*|"
    r"résum\w*|tradui\w*|expliqu\w*|resum\w*|traduc\w*|traduz\w*|explic\w*|riassum\w*|spieg\w*|"
    r"sammenfatt\w*|oppsummer\w*|opsummer\w*|oversett\w*|oversæt\w*|sammanfatta\w*|översätt\w*|"
    r"forklar\w*|förklara\w*|samenvat\w*|vertaal\w*|streszcz\w*|przetłumacz\w*)\b"
    r"|переве(?:ди|сти)|сумм(?:ируй|аризируй)|перескажи|объясни|总结|總結|翻译|翻譯|解释|解釋|以下"
    r"|要約|翻訳|説明|요약|번역",
    re.IGNORECASE,
)
"""Words of an instruction that is given about somebody else's text, in the commonest languages."""

OWN = re.compile(
    r"\b(?:my|mine|I wrote|I've written|mein\w*|mon|ma|mes|mi|mis|meu\w*|minha\w*|mio|mia|min|mitt|"
    r"mine|mina|mijn|mój|moj\w*)\b|мо[йяюеё]\w*|我的|私の|내\s|제\s",
    re.IGNORECASE,
)
"""Words by which an instruction says that the text below is the writer's."""


class Part(NamedTuple):
    """A run of text, and whether it was pasted."""

    text: str
    pasted: bool


def parted(text: str) -> list[Part]:
    """Return `text` in runs of own and pasted words, in order; nothing but blank lines is lost.

    >>> [p.pasted for p in parted("Summarise this article:\\n\\n" + "Rain fell on us. " * 30)]
    [False, True]
    >>> parted("Write me a poem about rain:\\n- short\\n- sad")
    [Part(text='Write me a poem about rain:\\n- short\\n- sad', pasted=False)]
    """
    lines = text.split("\n")
    last = {line.strip(): number for number, line in enumerate(lines)}
    runs: list[tuple[bool, list[str]]] = [(False, [])]
    at = 0
    while at < len(lines):
        end, pasted = _block(lines, at, last)
        if pasted:
            runs += [(True, lines[at:end]), (False, [])]
        else:
            runs[-1][1].extend(lines[at:end])
        at = end
    parts = [Part("\n".join(run).strip("\n"), pasted) for pasted, run in runs]
    parts = [part for part in parts if part.text.strip()]
    return parts if any(part.pasted for part in parts) else _below_instruction(text)


def _block(lines: list[str], at: int, last: Mapping[str, int]) -> tuple[int, bool]:
    """Return the line after the block that begins at line `at`, and whether it was pasted.

    `last` is the number of the last line of each text, so that a tag nothing closes costs nothing.
    """
    line = lines[at]
    if fence := FENCE.match(line):
        mark = fence.group(1)
        end = _closing(lines, at, lambda other: other.strip().startswith(mark)) or len(lines)
        return end, end - at >= FENCED_LINES or _size(lines, at, end) >= FENCED_SIZE
    if (tag := TAG.match(line)) and last.get(closing := f"</{tag.group(1)}>", 0) > at:
        end = _closing(lines, at, lambda other: other.strip() == closing) or at + 1
        return end, _size(lines, at, end) >= BLOCK_SIZE
    if (quote := line.strip()[:3]) in TRIPLE and quote not in line.strip()[3:]:
        end = _closing(lines, at, lambda other: quote in other) or at + 1
        return end, _size(lines, at, end) >= BLOCK_SIZE
    if QUOTED.match(line):
        end = _while(lines, at, QUOTED)
        return end, end - at >= QUOTED_LINES
    traced = _while(lines, at + 1, TRACE_LINE) if TRACEBACK.match(line) else at + 1
    return traced, traced > at + 1


def _closing(lines: list[str], at: int, closes: Callable[[str], bool]) -> int | None:
    """Return the line after the next one that closes the block begun at line `at`, if any."""
    return next((n + 1 for n in range(at + 1, len(lines)) if closes(lines[n])), None)


def _size(lines: list[str], at: int, end: int) -> int:
    return sum(map(len, lines[at:end]))


def _while(lines: list[str], at: int, shape: re.Pattern[str]) -> int:
    while at < len(lines) and shape.match(lines[at]):
        at += 1
    return at


def _below_instruction(text: str) -> list[Part]:
    """Return `text` cut under an opening line that says what to do with somebody's text."""
    head, _, below = text.strip("\n").partition("\n")
    asks = len(head) <= INSTRUCTION and ENDS.search(head) and TASKS.search(head)
    if not asks or OWN.search(head) or len(below.strip()) < BELOW or _is_list(below):
        return [Part(text, False)]
    return [Part(head, False), Part(below.strip("\n"), True)]


def _is_list(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return sum(bool(LISTED.match(line)) for line in lines) >= MOSTLY * len(lines)

"""Conversations with an assistant kept as text or Markdown: prompts are one's own, answers not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Piece, Problem, localise

_PERSON = "you asked|you said|you wrote|my prompt|user prompt|prompt|user|human|you|me"
_MACHINE = (
    "ai|bot|model|response|answer|llm|system|thinking|reasoning|tool(?: use| call| result| output)?"
)
_PRODUCT = (
    "(?:google )?(?:assistant|ai assistant|chat ?gpt|gpt|claude|gemini|bard|copilot|grok|deepseek|"
    r"perplexity|llama|mistral|le chat|qwen|kimi|bing)(?:[ -][\w.-]{1,12}){0,3}?"
)
_SAYS = r"(?:'s response| response| said| says| wrote| replied)?"
_MARK = re.compile(
    rf"(?P<sign>#{{1,6}} {{0,3}}|\*\*|__)?[^\w\s#*_:>-]{{0,3}} ?"
    rf"(?:(?P<person>{_PERSON})|(?P<product>{_PRODUCT}{_SAYS})|{_MACHINE})"
    r"(?: ?\([^()\n]{1,40}\))?(?P<colon> ?:)?(?P<ends>\*\*|__)?(?P<late> ?:)?"
    r"(?:(?<=[:*_])[ \t]+(?P<text>\S.*))?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\*{0,2}(?:message )?(?:time|date|sent|created)(?: at)?:\*{0,2} (.{6,40})", re.I
)
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*\Z")
EARLY = 20  # lines, blank ones left out, before the first mark at most
LINES = 4_000
UNEVEN = 3  # how many times more one side may speak than the other
TWICE = 2


class Mark(NamedTuple):
    """A line that opens a turn: whose, in what form, and what is said on the line itself.

    `known` is whether it names a product or an assistant, as nothing else does.
    """

    mine: bool
    form: str
    text: str
    known: bool


def mark_of(line: str) -> Mark | None:
    """Return what a line says of the turn it opens, None for any other line.

    >>> mark_of("## ChatGPT said:"), mark_of("**You:** Why is it so?").text
    (Mark(mine=False, form='#', text='', known=True), 'Why is it so?')
    >>> mark_of("User interfaces are hard."), mark_of("You said it: never.")
    (None, None)
    """
    found = _MARK.fullmatch(line.strip()) if len(line) < 20_000 else None
    if found is None:
        return None
    sign, text = (found["sign"] or "")[:1], found["text"] or ""
    closed = (sign in "*_" and sign != "") == bool(found["ends"])
    colon = bool(found["colon"] or found["late"])
    if not closed or (not sign and not colon) or (text and (sign == "#" or not colon)):
        return None
    return Mark(bool(found["person"]), sign, text, bool(found["product"]))


def form_in(text: str) -> str | None:
    """Return in which form the turns of a conversation with an assistant are marked, or None.

    Both sides must speak; where marks are bare words or the other side could be anything, about as
    often and each more than once.
    """
    lines = [line for line in text.split("\n", LINES)[:LINES] if line.strip()]
    marks = [mark_of(line) for line in lines]
    for form in ("#", "*", "_", ""):
        found = [m for m in marks if m and m.form == form]
        mine = sum(m.mine for m in found)
        theirs = len(found) - mine
        known = form and any(m.known for m in found)
        least = 1 if known else TWICE
        early = any(m and m.form == form for m in marks[:EARLY])
        even = known or max(mine, theirs) <= UNEVEN * min(mine, theirs)
        if early and min(mine, theirs) >= least and even:
            return form
    return None


def turns(text: str, form: str, name: str, zone: str) -> Iterator[Piece | Problem]:
    """Yield each turn of the conversation in file `name`, whose marks are of `form`."""
    last: Piece | None = None
    position = 0
    for number, line in enumerate(text.split("\n"), start=1):
        mark = mark_of(line)
        if mark and mark.form == form:
            if last is not None:
                yield _whole(last, zone)
            last = _turn(mark, name, number, position)
            position += 1
        elif last is not None:
            last.text += f"\n{line.rstrip()}"
        elif line.strip() and not _RULE.match(line):
            yield Problem(f"line {number}", "before the first message")
    if last is not None:
        yield _whole(last, zone)


def _turn(mark: Mark, name: str, number: int, position: int) -> Piece:
    handle = "assistant:user" if mark.mine else "assistant:machine"
    return Piece(
        namespace="file",
        own=f"{name} {position}",
        text=mark.text,
        kind="prompt" if mark.mine else "chat",
        locator=f"line {number}",
        thread=name,
        position=position,
        handle=handle,
        people=[(handle, None)],
        mine=mark.mine,
    )


def _whole(piece: Piece, zone: str) -> Piece | Problem:
    """Return the turn without the rule that ends it and the time that some programs state first."""
    lines = piece.text.strip().split("\n")
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines.pop()
    told = _TIME.fullmatch(lines[0].strip()) if lines else None
    moment = printed_moment(told[1]) if told else None
    if moment is not None:
        lines = lines[1:]
        piece.created, piece.precision = localise(moment, zone), "second"
    piece.text = "\n".join(lines).strip()
    return piece if piece.text else Problem(piece.locator, "no text")

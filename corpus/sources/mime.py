"""Read the text of a mail from its parts, and what the mail holds where it has none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.sources import armor
from corpus.sources.charsets import decoded
from corpus.sources.markup import text_of
from corpus.sources.message import MAX_DEPTH, Part
from corpus.sources.reply_marks import tells

TEXTS = frozenset(
    "text/plain text/html text/enriched text/richtext text/markdown text/x-markdown".split()
)
SIGNATURES = frozenset(
    "application/pgp-signature application/pkcs7-signature application/x-pkcs7-signature "
    "application/pgp-keys".split()
)
ENVELOPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
ANSWERS = frozenset((b"reply", b"counter", b"cancel", b"declinecounter", b"refresh"))
HELD = 0.8  # of the words that the plain text has as own, so many stand in the HTML
INTRODUCTION = 15  # words of «On …, Ann Lee <ann@mail.example> wrote:», which has no mark
STUB = 300  # characters of plain text that may only say that there is HTML
RICHER = 3  # times as many words in the HTML
META = 2_048
MAX_TEXT = 8 << 20  # bytes of one text; nobody writes a longer mail
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html)\b[^>]*>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_QUOTES = re.compile(r">+")
_MARKED = re.compile(r"^[ \t]{0,3}>", re.MULTILINE)
_ENRICHED = re.compile(
    r"<param>.{0,400}?</param>|<(?!<)/?[A-Za-z-]{1,40}>", re.IGNORECASE | re.DOTALL
)


class Body(NamedTuple):
    """The text of a message, how many attachments stand beside it, and what it is instead."""

    text: str
    attachments: int
    other: str | None


@dataclass(slots=True)
class _Found:
    """What the parts of a message hold; `aside` are texts with a file's name."""

    texts: list[str] = field(default_factory=list)
    aside: list[Part] = field(default_factory=list)
    attachments: int = 0
    other: set[str] = field(default_factory=set)
    answers: bool = False


def body_of(message: Part) -> Body:
    """Return the text of `message`: of plain and HTML parts that say the same the better one.

    Quoted mail has lines with «> », a signature stands below «-- ». `other` names what a message
    without text holds: «encrypted» or «calendar».
    """
    found = _Found()
    _collect(message, found, top=True)
    if not any(t.strip() for t in found.texts) and found.aside:
        found.texts.append(_text(found.aside[0]))
        found.attachments -= 1
    text = armor.removed("\n\n".join(t.strip("\n") for t in found.texts if t.strip()))
    if text.sealed:
        found.other.add("encrypted")
    if found.answers:  # calendars write what stands beside an answer to an invitation
        return Body("", found.attachments, "calendar")
    other = next((k for k in ("encrypted", "calendar") if k in found.other), None)
    return Body(text.text, found.attachments, None if text.text.strip() else other)


def _collect(part: Part, found: _Found, top: bool = False) -> None:
    """Add what `part` holds to `found`."""
    kind = part.kind
    if kind.startswith("multipart/"):
        _collect_parts(part, found)
    elif kind in ENVELOPES:
        inside = armor.signed_content(part.content())
        if inside is None:
            found.other.add("encrypted")
        else:
            _collect(Part(inside), found)
    elif kind == "text/calendar":
        found.other.add("calendar")
        found.answers |= part.parameters.get(b"method", b"").lower() in ANSWERS
    elif kind in TEXTS and part.disposition() != "attachment":
        if part.named() and not top:
            found.aside.append(part)
            found.attachments += 1
        else:
            found.texts.append(_text(part))
    elif kind not in SIGNATURES:
        found.attachments += 1


def _collect_parts(part: Part, found: _Found) -> None:
    children = part.children()
    if part.kind == "multipart/encrypted":
        found.other.add("encrypted")
    elif part.kind == "multipart/alternative":
        _collect_best(children, found)
    elif not children and part.depth >= MAX_DEPTH:
        raise ValueError("parts nested too deep")
    elif not children:
        found.texts.append(_plain(part, part.preamble()[:MAX_TEXT]))  # it was never divided
    else:
        for child in children[:1] if part.kind == "multipart/signed" else children:
            _collect(child, found)


def _collect_best(children: list[Part], found: _Found) -> None:
    """Add one of the alternatives, which are to say the same (RFC 2046): see `chosen`."""
    plain, rich = _Found(), _Found()
    sources: list[str] = []
    for child in children:
        if child.kind == "text/html" and child.disposition() != "attachment":
            sources.append(_source(child))
        elif child.kind == "text/plain" or child.kind in ("text/enriched", "text/richtext"):
            _collect(child, plain)
        else:
            _collect(child, rich)
    texts = [t for t in plain.texts if t.strip()]
    if sources:
        found.texts.append(chosen("\n\n".join(texts), "\n".join(sources)))
        texts = [t for t in rich.texts if t.strip()] if not found.texts[-1].strip() else []
    elif any(t.strip() for t in rich.texts) and not any(_MARKED.search(t) for t in texts):
        texts = rich.texts  # HTML with its pictures in a multipart of its own
    found.texts += texts or rich.texts * (not found.texts)
    found.aside += plain.aside + rich.aside
    found.attachments += plain.attachments + rich.attachments
    found.other |= plain.other | rich.other
    found.answers |= plain.answers or rich.answers


def chosen(plain: str, html: str) -> str:
    """Return `plain`, or the text of `html` where that tells own words better.

    It does where it marks quotes or a signature, and has all that the plain text has; or where the
    plain text merely says that there is HTML.
    """
    if not plain.strip():
        return text_of(html)
    if tells(html):
        rendered = text_of(html)
        return rendered if _holds(rendered, plain) else plain
    if len(plain) <= STUB and len(html) > RICHER * len(plain):
        rendered = text_of(html)
        more = len(_WORD.findall(rendered)) > RICHER * len(_WORD.findall(plain)) + INTRODUCTION
        return rendered if more else plain
    return plain


def _holds(rendered: str, plain: str) -> bool:
    """Return whether `rendered` has the author's words that stand in `plain`."""
    own = [line for line in plain.split("\n") if not _MARKED.match(line)]
    told = "\n".join(own)[: 1 << 16]
    if not (
        _shares(rendered.split(), told.split()) or _shares(*map(_WORD.findall, (rendered, told)))
    ):
        return False
    if len(own) == plain.count("\n") + 1:
        return True  # nothing is marked in the plain text: it does not tell own from quoted
    left = [line for line in rendered.split("\n") if not _MARKED.match(line)]
    count = len("\n".join(left).split())
    return count > 0 and count >= HELD * len(told.split()) - INTRODUCTION


def _shares(words: list[str], wanted: list[str]) -> bool:
    """Return whether nearly all of the words `wanted` are among `words`."""
    known = set(words)
    return sum(word in known for word in wanted) >= HELD * len(wanted)


def _text(part: Part) -> str:
    if part.kind == "text/html":
        return text_of(_source(part))
    return _plain(part, part.content(MAX_TEXT))


def _source(part: Part) -> str:
    """Return the HTML of a part; it may name its charset itself."""
    raw = part.content(MAX_TEXT)
    charset = _name(part.parameters.get(b"charset"))
    if charset is None and (told := _CHARSET.search(raw[:META])):
        charset = told[1].decode("ascii", "replace")
    return _lines(decoded(raw, charset))


def _plain(part: Part, raw: bytes) -> str:
    text = _lines(decoded(raw, _name(part.parameters.get(b"charset"))))
    if text.startswith(("<", " ", "\n")) and _HTML.match(text):
        return text_of(text)
    if part.kind in ("text/enriched", "text/richtext"):
        return unenriched(text)
    if part.parameters.get(b"format", b"").lower() == b"flowed":
        return unflow(text, delete_space=part.parameters.get(b"delsp", b"").lower() == b"yes")
    return text


def _name(charset: bytes | None) -> str | None:
    return None if charset is None else charset.decode("ascii", "replace")


def _lines(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "")


def unflow(text: str, delete_space: bool) -> str:
    """Return `text` in format=flowed with its soft line breaks joined (RFC 3676).

    >>> unflow("one \\ntwo\\n> a \\n> b\\n-- \\nAnn", delete_space=False)
    'one two\\n> a b\\n-- \\nAnn'
    """
    out: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        marks = _QUOTES.match(line)
        depth = marks.end() if marks else 0
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        shown = content[:-1] if soft and delete_space else content
        if open_depth == depth and content != "-- ":
            out[-1].append(shown)
        else:
            out.append([f"{'>' * depth} ", shown] if depth else [shown])
        open_depth = depth if soft else None
    return "\n".join("".join(line) for line in out)


def unenriched(text: str) -> str:
    """Return text/enriched without its commands, its line breaks as they are shown (RFC 1896).

    >>> unenriched("<bold>Now</bold> is\\nthe <<time>.\\n\\nYes.")
    'Now is the <time>.\\nYes.'
    """
    text = re.sub(r"\n+", lambda m: " " if len(m[0]) == 1 else m[0][1:], text)
    return _ENRICHED.sub("", text.replace("<<", "\x01")).replace("\x01", "<")

"""The words of Markdown as Obsidian, Logseq, Jekyll and Hugo write it, without their machinery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w-]*)")
QUERIES = frozenset(
    "dataview dataviewjs query tasks base button tracker leaflet calendar-timeline jsengine".split()
)
"""Blocks that a program fills in when the note is shown."""

CALLOUT = re.compile(r"[ \t]{0,3}>[ \t]?\[!([\w-]{1,40})(?:\|[^\]\n]{0,80})?\][+-]?[ \t]*(.*)")
QUOTE_MARK = re.compile(r"[ \t]{0,3}>[ \t]?")
QUOTES = ("quote", "cite")
PROPERTY = re.compile(
    r"[ \t]*(?:- )?(?:id|collapsed|background-color|heading|hl-[\w-]+|ls-type|logseq\.[\w.-]+|"
    r"card-[\w-]+|query-[\w-]+)::.*"
)
KRAMDOWN = re.compile(r"[ \t]{0,3}\{:[^{}\n]{0,300}\}[ \t]*|[ \t]*\[TOC\][ \t]*", re.IGNORECASE)
HIGHLIGHT = re.compile(
    r"^[ \t]{0,8}\{(?:%-?|\{[<%])[ \t]{0,8}(?:end|/)?[ \t]{0,8}highlight\b[^{}\n]{0,200}\}{1,2}"
    r"[ \t]{0,8}$",
    re.MULTILINE,
)
BLOCK_ID = re.compile(r"(?:(?<=\s)|^)\^[A-Za-z0-9-]{1,40}[ \t]*$")
INLINE = re.compile(
    r"(?P<code>`[^`\n]{1,1000}`)"
    r"|!\[\[[^\[\]\n]{1,300}\]\]"
    r"|\[\[(?P<page>[^\[\]\n|]{1,300})(?:\|(?P<alias>[^\[\]\n]{0,300}))?\]\]"
    r"|\{\{c\d{1,2}::(?P<cloze>[^{}]{1,1000}?)(?:::[^{}]{0,300})?\}\}"
    r"|\{\{[^{}]{0,1000}\}\}"
    r"|\{%[^{}%]{0,1000}%\}"
    r"|<%[^%<>]{0,2000}%>"
    r"|\(\([0-9a-f-]{36}\)\)"
    r"|(?<=\))\{:[^{}\n]{0,300}\}"
)
CAPTION = re.compile(r"\b(?:caption|alt)\s*=\s*\"([^\"{}]{1,500})\"")
BLANK = re.compile(r"\n{3,}")


def words_of(text: str) -> str:
    """Return the words of a note or post; code stays as it is.

    >>> words_of("See [[Garden|the garden]]. ^a1\\n![[map.png]]\\n%% to do %%{{< toc >}}")
    'See the garden.'
    """
    out: list[str] = []
    plain = _without(_without(HIGHLIGHT.sub("```", text), "%%", "%%"), "<!--", "-->")
    for is_code, parts in groupby(_parts(plain), key=lambda part: part[0]):
        lines = "\n".join(part for _, part in parts)
        words = lines if is_code else "\n".join(_lines(lines.split("\n")))
        out.append(words if is_code else BLANK.sub("\n\n", words))
    return "\n".join(out).strip("\n")


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield runs of lines in fences, and those outside; blocks of queries are left out."""
    run: list[str] = []
    fence, info = "", ""
    for line in text.split("\n"):
        found = FENCE.match(line)
        if found and not fence:
            if run:
                yield False, "\n".join(run)
            fence, info, run = found[1], found[2].lower(), [line]
        elif found and found[1].startswith(fence) and fence and not found[2]:
            if info not in QUERIES:
                yield True, "\n".join([*run, line])
            fence, run = "", []
        else:
            run.append(line)
    if run and not (fence and info in QUERIES):
        yield bool(fence), "\n".join(run)


def _without(text: str, opens: str, closes: str) -> str:
    """Return `text` without what stands between the two marks, outside of fences and code.

    >>> _without("a<!-- b -->c `<!-- d -->`", "<!--", "-->")
    'ac `<!-- d -->`'
    """
    if opens not in text:
        return text
    out: list[str] = []
    for is_code, part in _parts(text):
        out.append(part if is_code else _cut(part, opens, closes))
    return "\n".join(out)


def _cut(text: str, opens: str, closes: str) -> str:
    out, at = [], 0
    while (start := text.find(opens, at)) >= 0:
        line = text.rfind("\n", at, start) + 1
        end = text.find(closes, start + len(opens))
        if end < 0:
            break
        if text.count("`", max(line, at), start) % 2:
            out.append(text[at : start + len(opens)])
            at = start + len(opens)
        else:
            out.append(text[at:start])
            at = end + len(closes)
    return "".join([*out, text[at:]])


def _lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines that hold words; a callout is the writer's, unless it is a quote."""
    callout = ""
    for line in lines:
        found = CALLOUT.match(line)
        if found:
            callout = found[1].lower()
            title = found[2].strip()
            if title:
                yield _inline(f"> {title}" if callout in QUOTES else title)
            continue
        mark = QUOTE_MARK.match(line)
        callout = callout if mark else ""
        if PROPERTY.fullmatch(line) or KRAMDOWN.fullmatch(line):
            continue
        if mark and callout and callout not in QUOTES:
            line = line[mark.end() :]
        words = _inline(BLOCK_ID.sub("", line))
        if words.strip() or not line.strip():
            yield words


def _inline(line: str) -> str:
    return INLINE.sub(_replaced, line).rstrip() if _may_hold(line) else line


def _may_hold(line: str) -> bool:
    return "[[" in line or "{" in line or "<%" in line or "((" in line


def _replaced(found: re.Match[str]) -> str:
    """Return the words a reader sees in place of a link, an embed or a tag."""
    if found["code"]:
        return found["code"]
    if found["page"]:
        return (found["alias"] or found["page"]).strip().lstrip("#^").replace("#", " > ")
    if found["cloze"]:
        return found["cloze"]
    caption = CAPTION.search(found.group())
    return caption.group(1) if caption else ""

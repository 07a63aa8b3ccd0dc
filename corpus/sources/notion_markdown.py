"""Pages of Notion as it writes them in Markdown: heading, properties, then the text."""

from __future__ import annotations

import re

from corpus.sources.notion_page import CREATED, LABELS, SOURCES, Page, properties_of

PROPERTY = re.compile(r"([^\s:#>|`*\-\[!][^:\n]{0,60}?):(?: (.*))?")
ASIDE = re.compile(r"^</?aside>[ \t]*$\n?", re.MULTILINE)
IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\((?!https?:)[^()\n]{1,2000}\)")
INTERNAL = re.compile(
    r"\[([^\[\]\n]{0,500})\]\((?![a-z]{2,10}:)[^()\n]{0,1000}[0-9a-f]{32}(?:_all)?"
    r"(?:\.(?:md|csv|html))?(?:\?[^()\n]{0,200})?\)"
)
EXTERNAL = re.compile(
    r"\[([^\[\]\n]{0,500})\]\(https://(?:www\.)?notion\.so/[^()\n]{0,1000}[0-9a-f]{32}[^()\n]{0,200}\)"
)
BLANK = re.compile(r"\n{3,}")


def page(text: str, own: str, columns: frozenset[str]) -> Page:
    """Return the page in parts; `columns` are its database's, none where it is in no database.

    >>> page("# Tea\\n\\nStatus: Done\\n\\nBrew it.", "0" * 32, frozenset({"Name", "Status"}))
    Page(id='00000000000000000000000000000000', title='Tea', text='Brew it.', \
properties={'Status': 'Done'}, database=None)
    """
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    title = lines[start].lstrip("# ").strip() if lines[start].startswith("#") else ""
    rest = lines[start + 1 :] if lines[start].startswith("#") else lines
    block, body = _parted(rest)
    given = _properties(block, columns)
    if given is None:
        body = rest
    return Page(own, title, _text("\n".join(body)), properties_of(given or []))


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the first block of lines, and what follows it."""
    start = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    return lines[start:end], lines[end:]


def _properties(block: list[str], columns: frozenset[str]) -> list[tuple[str, str]] | None:
    """Return the lines of `block` as properties, or None if they are text.

    A line that begins no property goes on with the last one.
    """
    out: list[tuple[str, str]] = []
    others = 0
    for line in block:
        found = PROPERTY.fullmatch(line)
        name = found[1].strip() if found else ""
        if found and (not columns or name in columns):
            out.append((name, found[2] or ""))
        elif out:
            others += 1
            out[-1] = (out[-1][0], f"{out[-1][1]}\n{line}")
        else:
            return None
    if columns:
        return out
    usual = any(name.lower() in CREATED | SOURCES | LABELS for name, _ in out)
    return out if out and not others and usual else None


def _text(body: str) -> str:
    """Return the words of the page: no callout tags, own pictures, or lines that link to pages.

    >>> _text("<aside>\\n💡 Note\\n</aside>\\n[Sub](A%20" + "0" * 32 + ".md)\\nSee [B](B%20" +
    ...       "1" * 32 + ".md).")
    '💡 Note\\nSee B.'
    """
    body = IMAGE.sub("", ASIDE.sub("", body))
    lines = (line for line in body.split("\n") if not _is_link(line))
    return BLANK.sub("\n\n", INTERNAL.sub(r"\1", EXTERNAL.sub(r"\1", "\n".join(lines)))).strip()


def _is_link(line: str) -> bool:
    return bool(INTERNAL.fullmatch(line.strip()))

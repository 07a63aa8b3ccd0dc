"""reStructuredText as the words a reader sees; directives are never carried out on other files."""

from __future__ import annotations

import re
import textwrap
import warnings
from dataclasses import dataclass, field

from docutils import nodes
from docutils.core import publish_doctree

MAX_SIZE = 2_000_000  # characters; a larger file is read as it stands
UNBROKEN = re.compile(r"(?<!\S)\S{2000}")
"""A run without a space, over which docutils' own patterns go again and again: 128 KB of one took
half a minute. Nobody writes such words; a text with one is read as it stands."""
SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "input_encoding": "unicode",
    "doctitle_xform": True,
    "sectsubtitle_xform": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "tab_width": 8,
    "line_length_limit": 1_000_000,
}
QUOTES = ("epigraph", "pull-quote", "highlights")
SKIPPED = (
    *(nodes.comment, nodes.substitution_definition, nodes.target, nodes.docinfo, nodes.raw),
    *(nodes.pending, nodes.image, nodes.topic, nodes.decoration, nodes.meta, nodes.citation),
)
ROLE = re.compile(r":(?:[\w.+-]+:)+`([^`<]*?)(?:\s*<[^<>`]*>)?`")
DIRECTIVE = re.compile(r"\.\. ([\w:.+-]+)::")
OPTION = re.compile(r"\s*:[\w-]+:")
NO_WORDS = (
    "raw",
    "toctree",
    "contents",
    "index",
    "include",
    "literalinclude",
    "automodule",
    "autoclass",
)
CODES = ("code", "code-block", "sourcecode", "highlight", "parsed-literal", "prompt", "ipython")
MAX_DEPTH = 4  # of directives that docutils does not know, within each other


@dataclass
class Parsed:
    """A document's words, and what its field list says of it."""

    text: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    date: str = ""


def parsed(source: str, depth: int = 0) -> Parsed | None:
    """Return the words of `source`, None when docutils cannot read it."""
    if len(source) > MAX_SIZE or UNBROKEN.search(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = publish_doctree(source, settings_overrides=SETTINGS)
    except (Exception, SystemExit):  # broken input shows as any error of docutils'
        return None
    out = Parsed(title=str(tree.get("title") or "") or None)
    for info in tree.findall(nodes.docinfo):
        _describe(out, info)
    writer = _Writer(depth)
    out.text = "\n\n".join(block for block in writer.blocks(tree) if block.strip())
    return out


def _describe(out: Parsed, info: nodes.docinfo) -> None:
    out.authors += [node.astext() for node in info.findall(nodes.author)]
    for date in info.findall(nodes.date):
        out.date = out.date or date.astext()
    for told in info.findall(nodes.field):
        name = told[0].astext().lower()
        if name in ("author", "authors"):
            out.authors.append(told[1].astext())
        elif name == "date":
            out.date = out.date or told[1].astext()


class _Writer:
    """Turns nodes into blocks of text; footnotes go where they stand, as «[^1]: …»."""

    def __init__(self, depth: int) -> None:
        self._depth = depth

    def blocks(self, node: nodes.Node) -> list[str]:
        out: list[str] = []
        for child in node.children:
            out += self._block(child)
        return out

    def _block(self, node: nodes.Node) -> list[str]:
        if isinstance(node, SKIPPED):
            return []
        if isinstance(node, nodes.system_message):
            return self._unknown(node)
        if isinstance(node, nodes.block_quote) and _is_quoted(node):
            return []
        if isinstance(node, (nodes.literal_block, nodes.doctest_block)):
            return [f"```\n{node.astext()}\n```"]
        if isinstance(node, nodes.footnote):
            label = node[0].astext() if node.children else ""
            words = " ".join(" ".join(self.blocks(node)).split()).removeprefix(label).strip()
            return [f"[^{label}]: {words}"]
        if isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
            return [self._list(node)]
        if isinstance(node, nodes.line_block):
            return ["\n".join(_lines(node))]
        if isinstance(node, nodes.table):
            captions = [inline(part) for part in node.children if isinstance(part, nodes.title)]
            return [*captions, "\n".join(_rows(node))]
        if isinstance(node, nodes.Text):
            return []
        if isinstance(node, nodes.TextElement):
            return [inline(node)]
        return self.blocks(node)

    def _list(self, node: nodes.Node) -> str:
        items = []
        for item in node.children:
            blocks = self.blocks(item)
            items.append("- " + "\n\n".join(blocks).strip())
        return "\n".join(items)

    def _unknown(self, node: nodes.Node) -> list[str]:
        """Return the words in a directive that docutils does not know, as Sphinx's are."""
        source = next((n.astext() for n in node.findall(nodes.literal_block)), "")
        found = DIRECTIVE.match(source)
        if found is None or self._depth >= MAX_DEPTH or found[1] in NO_WORDS:
            return []
        lines = source.split("\n")[1:]
        while lines and (OPTION.match(lines[0]) or not lines[0].strip()):
            lines.pop(0)
        body = textwrap.dedent("\n".join(lines))
        if found[1] in CODES:
            return [f"```\n{body}\n```"] if body.strip() else []
        inner = parsed(body, self._depth + 1) if body.strip() else None
        return [inner.text] if inner and inner.text else []


def inline(node: nodes.Node) -> str:
    """Return the words of a paragraph, its own line breaks as spaces."""
    out = []
    for part in node.children:
        if isinstance(part, nodes.footnote_reference):
            out.append(f"[^{part.astext()}]")
        elif isinstance(part, (nodes.image, nodes.raw, nodes.system_message)):
            continue
        elif isinstance(part, nodes.problematic):
            out.append(ROLE.sub(r"\1", part.astext()))
        elif part.children:
            out.append(inline(part))
        else:
            out.append(part.astext())
    text = "".join(out)
    return " ".join(text.split()) if isinstance(node, nodes.paragraph) else text


def _is_quoted(node: nodes.block_quote) -> bool:
    named = any(isinstance(child, nodes.attribution) for child in node.children)
    return named or any(name in QUOTES for name in node.get("classes", ()))


def _lines(node: nodes.Node) -> list[str]:
    out: list[str] = []
    for child in node.children:
        out += _lines(child) if isinstance(child, nodes.line_block) else [inline(child)]
    return out


def _rows(table: nodes.Node) -> list[str]:
    rows = ([" ".join(entry.astext().split()) for entry in row] for row in table.findall(nodes.row))
    return ["\t".join(cells) for cells in rows]

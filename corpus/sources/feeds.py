"""XML exports read entry by entry, mended where they are not well-formed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from lxml import etree

from corpus.sources.file import BOMS, File
from corpus.sources.piece import Claim, Piece, Problem
from corpus.sources.xml_elements import name_of

Item = Piece | Problem | Claim
BLOCK = 1 << 16
KEPT = 256  # characters that wait for what follows them, longer than any pattern below
DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{1,40})")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
BAD_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));")
END_INSIDE = re.compile(
    r"\]\]>(?!\s{0,40}(?:</(?:\w{1,20}:\w{1,40}|title|link|description|category|guid|name)>|<!\[C))"
)
"""«]]>» after which neither the element nor the next section begins: it belongs to the text."""


class _Mended:
    """A stream of UTF-8 in which every character may stand in XML, read from any encoding."""

    def __init__(self, stream: BinaryIO, entry: str) -> None:
        self._stream = stream
        head = stream.read(BLOCK)
        stream.seek(0)
        self._decoder = codecs.getincrementaldecoder(_encoding(head))(errors="replace")
        self._edge = re.compile(rf"<(/?)(?:\w{{1,20}}:)?{entry}(?=[\s>]|\Z)")
        self._text, self._tail, self._ended = "", "", False
        self.open = False

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes, about `size` of them; none at the end."""
        ready = ""
        while not ready and not (self._ended and not self._text):
            block = self._stream.read(max(size, BLOCK))
            self._ended = not block
            self._text += self._decoder.decode(block, final=self._ended)
            cut = len(self._text) if self._ended else _between(self._text, len(self._text) - KEPT)
            ready, self._text = _without_ends(self._text, cut), self._text[cut:]
        for edge in self._edge.finditer(ready):
            self.open = not edge.group(1)
        self._tail = (self._tail + ready)[-KEPT:]
        ready = BAD_REFERENCE.sub(_reference, CONTROLS.sub("", ready))
        return ready.encode("utf-8", "replace")

    def ends(self, root: str) -> bool:
        """Return whether the last thing read is the end of the element `root`."""
        return bool(re.search(rf"</(?:\w{{1,20}}:)?{re.escape(root)}\s*>", self._tail))


def _between(text: str, at: int) -> int:
    """Return a place at or before `at` that cuts no mark-up in two, if one is near."""
    near = max(0, at - 4 * KEPT)
    found = max(text.rfind(sign, near, max(at, 0)) for sign in " \n>")
    return found + 1 if found >= 0 else max(at, 0)


def _without_ends(text: str, cut: int) -> str:
    """Return `text[:cut]` in which a «]]>» ends a section only where its element ends too."""
    out, at = [], 0
    for found in END_INSIDE.finditer(text):
        if found.start() >= cut:
            break
        out += [text[at : found.start()], "]]]]><![CDATA[>"]
        at = found.end()
    return "".join([*out, text[at:cut]])


def _reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    fits = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return found.group() if fits or 0x10000 <= code < 0x110000 else ""


def _encoding(head: bytes) -> str:
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    found = DECLARED.search(head)
    try:
        return codecs.lookup(found.group(1).decode()).name if found else "utf-8"
    except LookupError:
        return "utf-8"


def entries(
    file: File,
    entry: str,
    others: tuple[str, ...],
    read: Callable[[etree._Element], Iterable[Item]],
) -> Iterator[Item]:
    """Yield what `read` makes of each element named `entry` or in `others`, in order.

    Memory holds one. A file that is cut short yields the entries that are whole, and then one
    errored problem.
    """
    with file.open() as stream:
        mended = _Mended(stream, entry)
        held: list[Item] = []
        number, root = 0, ""
        try:
            for element in _elements(mended, (entry, *others)):
                yield from held
                root = root or name_of(element.getroottree().getroot())
                number += name_of(element) == entry
                held = list(read(element))
        except etree.XMLSyntaxError:
            root = ""
        if not mended.open:  # else the last entry is only what there is of it
            yield from held
        if mended.open or not root or not mended.ends(root):
            whole = number - (mended.open and number > 0)
            yield Problem(f"after entry {whole}", "the file is cut short or damaged", "errored")


def _elements(stream: _Mended, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield each element of `names` that is in no other, whole; it is emptied afterwards."""
    events = etree.iterparse(
        stream,  # type: ignore[arg-type]
        events=("start", "end"),
        encoding="utf-8",
        recover=True,
        huge_tree=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    root, inside = None, 0
    for event, element in events:
        root = element if root is None else root
        named = name_of(element) in names and element is not root
        if event == "start":
            inside += named
            continue
        inside -= named
        if named and not inside:
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)

"""XML elements by their names without namespaces, whole or one block after another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree


def tree_of(data: bytes) -> etree._Element | None:
    """Return `data` as XML, mended where it is not well-formed; None when nothing is left."""
    parser = etree.XMLParser(
        recover=True, huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def blocks(part: io.RawIOBase | BinaryIO, inside: str, *whole: str) -> Iterator[etree._Element]:
    """Yield each child of the first element at `inside`, and every element named in `whole`.

    `inside` is its name, or its parent's and its own: «body/text».

    Each is emptied afterwards, so that memory holds one. Raises Damaged or etree.XMLSyntaxError
    after what stands before the damage.
    """
    events = etree.iterparse(
        part,  # type: ignore[arg-type]
        events=("start", "end"),
        huge_tree=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    depth = body = 0
    around, _, name = inside.rpartition("/")
    for event, element in events:
        depth += 1 if event == "start" else -1
        if event == "start" and not body and name_of(element) == name:
            outer = element.getparent()
            if not around or (outer is not None and name_of(outer) == around):
                body = depth
        elif event == "end" and ((body and depth == body) or name_of(element) in whole):
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
        elif event == "end" and body and depth < body:
            body = 1 << 30  # what follows the body is none of it


def name_of(element: etree._Element) -> str:
    """Return the element's name without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value_of(element: etree._Element, name: str) -> str | None:
    """Return the attribute `name`, of whichever namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of `element` that have one of `names`, in order."""
    for child in element:
        if name_of(child) in names:
            yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element at `path` below `element`, None when a step is missing."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text_in(element: etree._Element | None) -> str:
    """Return all the text in `element`, spaces joined."""
    if element is None or not isinstance(element.tag, str):
        return ""  # a comment is no text
    return " ".join("".join(element.itertext()).split())

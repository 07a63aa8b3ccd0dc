"""Mutations of files: of bytes, of text, and of JSON, XML and zip by their structure."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

MAX = 200_000  # bytes of an input
TOKENS = (
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc3",
        b"\x85",
        b"\r",
        b"\n\n",
    ),
    *(b"\n", b"\x1b$B", b'"', b"'", b"\\", b"{", b"[", b"}", b"]", b",", b":", b"<", b">", b"</"),
    *(b"&", b"&#x110000;", b"&#0;", b"<!--", b"<![CDATA[", b"]]>", b"&b;", b"=?utf-8?q?=FF?="),
    *(b"From ", b"\nFrom a@b Mon Jan  1 00:00:00 2024\n", b"> ", b"|", b"\t", b";", b"```\n"),
    *(b"---\n", b"+++\n", b"# ", b"0", b"-1", b"99999999999999999999", b"1e999", b"NaN", b"null"),
    *(
        b"2024-13-45T99:99:99Z",
        b"0000-00-00",
        b"\xe2\x80\xae",
        b"\xe2\x80\x8f",
        b"\xf0\x9f\x98\x80",
    ),
    *(b"%00", b"../", b"http://", b"true", b"\\u0000", b"\\ud800", b"\\par ", b"\\begin{", b"$$"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1e308, float("nan"), float("inf"), 10**30, -(10**15)),
    *(253402300800, "", " ", "x", "x" * 5_000, "0", "-1", "null", "\ud800", "a\0b", "2024-02-30"),
    *("9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00", "2024-01-01T00:00:00", "\u202e"),
    *("<b>&amp;</b>", "https://x.example/?a=1", [], {}, [[]], [None], [{}], [1, "a", None]),
    *({"": ""}, {"text": None}, {"a": {"b": [{}]}}, [""] * 50),
)
NUMBER = re.compile(rb"\d+")
TAG = re.compile(rb"<[^<>]{1,300}>")
ATTRIBUTE = re.compile(rb"""=("[^"<>]{0,200}"|'[^'<>]{0,200}')""")


def mutated(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Return `data` changed in one or some places, by a way that fits its form or by any."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        ways = list(PLAIN)
        if data[:2] == b"PK":
            ways += [of_zip] * 12
        elif data.lstrip()[:1] in (b"{", b"[") or b"= [" in data[:200]:
            ways += [of_json] * 14
        elif data.lstrip()[:1] == b"<":
            ways += [of_xml] * 10
        data = draw.choice(ways)(data, others, draw)[:MAX]
    return data


def _span(data: bytes, draw: Random, most: int = 400) -> tuple[int, int]:
    start = draw.randrange(len(data) + 1)
    return start, min(len(data), start + draw.randrange(1, most))


def flip(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Flip bits of some bytes."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 2, 8, 40)) if out else 0):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def cut(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Truncate, at the end or at the start."""
    place = draw.randrange(len(data) + 1)
    return data[:place] if draw.random() < 0.8 else data[place:]


def drop(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Take a span out."""
    start, end = _span(data, draw)
    return data[:start] + data[end:]


def repeat(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Repeat a span, sometimes very often."""
    start, end = _span(data, draw)
    return data[:end] + data[start:end] * draw.choice((1, 2, 30, 500)) + data[end:]


def insert(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Insert a token that means something to some reader, sometimes very often."""
    start, _ = _span(data, draw)
    return data[:start] + draw.choice(TOKENS) * draw.choice((1, 1, 1, 3, 2_000)) + data[start:]


def splice(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Put a part of another file into this one."""
    other = draw.choice(others) if others else data
    start, end = _span(other, draw, 4_000)
    place, after = _span(data, draw)
    return data[:place] + other[start:end] + data[draw.choice((place, after)) :]


def swap_lines(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Move, drop, double or join lines."""
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    line = lines.pop(place)
    way = draw.randrange(4)
    if way == 0:
        lines.insert(draw.randrange(len(lines) + 1), line)
    elif way == 1:
        lines[place:place] = [line, line]
    elif way == 2 and lines:
        lines[min(place, len(lines) - 1)] += line
    return b"\n".join(lines)


def numbers(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Change a number, as in a date, a length or an id."""
    found = list(NUMBER.finditer(data[:MAX]))
    if not found:
        return data
    place = draw.choice(found)
    new = draw.choice((b"0", b"00", b"99", b"-1", b"9" * 25, b"31", b"13", b"2024", b""))
    return data[: place.start()] + new + data[place.end() :]


def encoded(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Write the text in another encoding, or with other line ends."""
    way = draw.choice(("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "\r\n", "\r", "utf-32"))
    if way.startswith("\r"):
        return data.replace(b"\n", way.encode())
    return data.decode("utf-8", "replace").encode(way, "replace")


PLAIN: tuple[Callable[[bytes, list[bytes], Random], bytes], ...] = (
    *(flip, flip, cut, cut, drop, repeat, insert, insert, splice, splice, swap_lines, numbers),
    encoded,
)


def of_json(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Change types, keys and items of JSON, JSON lines or a script that assigns JSON."""
    text = data.decode("utf-8", "replace")
    text = text.removeprefix("\ufeff")
    lead = ""
    if text.startswith(("window", "var", "const", "let")):
        at = text.find("=") + 1
        lead, text = text[:at], text[at:]
    try:
        tree = json.loads(text)
    except ValueError:
        return _of_lines(text, draw)
    except RecursionError:
        return data
    for _ in range(draw.choice((1, 1, 2, 4, 12))):
        tree = _changed(tree, draw)
    if draw.random() < 0.02:
        depth = draw.choice((200, 3_000, 60_000))
        return (lead + "[" * depth + "]" * depth).encode()
    return (lead + _dumped(tree, draw)).encode("utf-8", "surrogatepass")


def _of_lines(text: str, draw: Random) -> bytes:
    lines = text.split("\n")
    place = draw.randrange(len(lines))
    try:
        lines[place] = _dumped(_changed(json.loads(lines[place]), draw), draw)
    except (ValueError, RecursionError):
        lines[place] = draw.choice(("{", '{"a": [', "null", '{"text": 3}', "[1]"))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _dumped(tree: Any, draw: Random) -> str:
    try:
        return json.dumps(tree, ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 1)))
    except (RecursionError, ValueError):
        return "[]"


def _changed(tree: Any, draw: Random) -> Any:
    """Return `tree` with one place in it changed."""
    path: list[tuple[Any, Any]] = []
    node = tree
    while isinstance(node, (dict, list)) and node and (not path or draw.random() < 0.88):
        key = draw.choice(list(node)) if isinstance(node, dict) else draw.randrange(len(node))
        path.append((node, key))
        node = node[key]
    if not path:
        return draw.choice(VALUES)
    holder, key = path[-1]
    way = draw.random()
    if way < 0.5:
        holder[key] = draw.choice(VALUES)
    elif way < 0.65:
        del holder[key]
    elif way < 0.75:
        holder[key] = draw.choice(([node], {"text": node}, [node] * 40, str(node)[:900]))
    elif way < 0.9 and isinstance(holder, dict):
        holder[draw.choice([*holder, "text", "id", "type", "__proto__"])] = holder.pop(key)
    else:
        holder[key] = [node, node]
    return tree


def of_xml(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Drop, double, nest or rename elements, change attributes, declare entities."""
    tags = list(TAG.finditer(data[:MAX]))
    if not tags:
        return data
    tag, other = draw.choice(tags), draw.choice(tags)
    way = draw.randrange(8)
    if way == 0:
        return data[: tag.start()] + data[tag.end() :]
    if way == 1:
        return data[: tag.end()] + tag.group() * draw.choice((1, 5, 800)) + data[tag.end() :]
    if way == 2:
        return data[: tag.start()] + other.group() + data[tag.end() :]
    if way == 3:
        low, high = sorted((tag.start(), other.start()))
        return data[:high] + data[low:high] * draw.choice((1, 3, 50)) + data[high:]
    if way == 4:
        low, high = sorted((tag.start(), other.start()))
        return data[:low] + data[high:]
    if way == 5:
        values = list(ATTRIBUTE.finditer(data[:MAX]))
        if values:
            value = draw.choice(values)
            new = json.dumps(str(draw.choice(VALUES)), ensure_ascii=False)
            new = new.encode("utf-8", "replace")
            return data[: value.start(1)] + new.replace(b"<", b"&lt;") + data[value.end(1) :]
    if way == 6:
        bomb = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 900 + b'"><!ENTITY c "'
        bomb += b"&b;" * 900 + b'"><!ENTITY d SYSTEM "file:///etc/passwd">]>'
        at = data.find(b"?>") + 2 if data.lstrip().startswith(b"<?xml") else 0
        return data[:at] + bomb + data[at : tag.end()] + b"&c;&d;" + data[tag.end() :]
    return data[: tag.end()] + b"<i>" * draw.choice((50, 4_000, 40_000)) + data[tag.end() :]


def of_zip(data: bytes, others: list[bytes], draw: Random) -> bytes:
    """Change one member of a zip file, or leave it out."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            members = [(i.filename, archive.read(i)) for i in archive.infolist()]
            if not members:
                return data
            place = draw.randrange(len(members))
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
                for n, (name, inside) in enumerate(members):
                    if n != place:
                        changed.writestr(name, inside)
                    elif draw.random() < 0.9:
                        changed.writestr(name, mutated(inside, [m for _, m in members], draw))
    except Exception:  # already broken beyond repacking
        return flip(data, others, draw)
    return out.getvalue()

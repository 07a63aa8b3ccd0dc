"""Take a mail apart: its header fields and its parts, as offsets into the bytes it came in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from corpus.sources.transfer import undone

MAX_HEADER = 1 << 20
MAX_DEPTH = 50  # multiparts within multiparts; deeper ones are an attack
MAX_PARTS = 1_000
WANTED = frozenset(
    b"from sender reply-to to cc bcc subject date message-id in-reply-to references received "
    b"content-type content-transfer-encoding content-disposition return-path delivered-to "
    b"x-original-to envelope-to x-apparently-to x-original-from list-id list-post "
    b"x-mailing-list x-beenthere mailing-list x-list list-unsubscribe precedence "
    b"auto-submitted x-autoreply x-autorespond x-failed-recipients x-gm-thrid x-gmail-labels "
    b"x-folder x-mozilla-folder x-mozilla-status x-mozilla-draft-info x-status x-unsent "
    b"x-uniform-type-identifier x-universally-unique-identifier x-mail-created-date "
    b"x-github-reason x-github-sender x-gitlab-project x-jira-fingerprint "
    b"x-phabricator-sent-this-message x-launchpad-message-rationale".split()
)
"""The header fields that say something here; the rest, often most of a header, is not kept."""

_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+\Z")
_PARAMETER = re.compile(
    rb";[ \t\r\n]*([^\s=;*]+)(\*\d+)?(\*)?[ \t\r\n]*=[ \t\r\n]*(\"(?:[^\"\\]|\\.)*+\"|[^;\"]*)"
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_CLOSES = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")


class Part:
    """A message or a part of one: `fields` by lower-case name, and where its body stands.

    Nothing is decoded or copied before it is asked for.
    """

    __slots__ = ("data", "depth", "end", "fields", "kind", "parameters", "start")

    def __init__(
        self, data: bytes, start: int = 0, end: int | None = None, default: str = "text/plain"
    ) -> None:
        self.data = data
        self.end = len(data) if end is None else end
        self.depth = 0
        self.fields, self.start = _header(data, start, self.end)
        value = self.raw(b"content-type")
        self.kind, self.parameters = (default, {}) if value is None else content_type(value)

    def raw(self, name: bytes) -> bytes | None:
        """Return the first field of that lower-case name, unfolded; None if there is none."""
        values = self.fields.get(name)
        return values[0] if values else None

    def content(self, most: int = sys.maxsize) -> bytes:
        """Return the body with its transfer encoding undone, as far as it can be.

        Of a body that is longer than `most` as it stands, the rest is left out.
        """
        encoding = (self.raw(b"content-transfer-encoding") or b"").strip().lower()
        return undone(self.data[self.start : min(self.end, self.start + most)], encoding)

    def disposition(self) -> str:
        """Return «attachment», «inline» or whatever the part says it is, in lower case."""
        value = self.raw(b"content-disposition") or b""
        return value.partition(b";")[0].strip().lower().decode("ascii", "replace")

    def named(self) -> bool:
        """Return whether the part carries the name of a file."""
        if b"name" in self.parameters:
            return True
        value = self.raw(b"content-disposition")
        return value is not None and b"filename" in parameters(value)

    def children(self) -> list[Part]:
        """Return the parts of a multipart; none when it was never divided or is nested too deep."""
        boundary = self.parameters.get(b"boundary", b"").rstrip()
        if not boundary or self.depth >= MAX_DEPTH:
            return []
        default = "message/rfc822" if self.kind == "multipart/digest" else "text/plain"
        found = []
        for start, end in _regions(self.data, self.start, self.end, b"--" + boundary):
            child = Part(self.data, start, end, default)
            child.depth = self.depth + 1
            found.append(child)
            if len(found) >= MAX_PARTS:
                break
        return found

    def preamble(self) -> bytes:
        """Return what stands above the first line between parts: all of what has no parts."""
        boundary = self.parameters.get(b"boundary", b"").rstrip()
        mark = b"--" + boundary + b"--"
        at = self.data.find(mark, self.start, self.end) if boundary else -1
        return self.data[self.start : self.end if at < 0 else at]


def _header(data: bytes, start: int, end: int) -> tuple[dict[bytes, list[bytes]], int]:
    """Return the wanted fields of the header at `start`, and where the body begins.

    A line that is no field ends the header, as a blank line does.
    """
    block, body = _block(data, start, end)
    fields: dict[bytes, list[bytes]] = {}
    at = start
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    for line in block.replace(b"\n ", b"  ").replace(b"\n\t", b"  ").split(b"\n"):
        name, colon, value = line.partition(b":")
        lower = name.rstrip(b" \t").lower()
        if colon and lower in WANTED:
            fields.setdefault(lower, []).append(value.strip())
        elif not (colon and _NAME.match(lower)) and line.strip() and not _passes(line):
            at = _body_at(data, start, end)
            return fields, at
    return fields, body


def _block(data: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Return the bytes up to the first blank line, and where what stands below it begins."""
    stop = min(end, start + MAX_HEADER)
    if data.startswith((b"\n", b"\r\n"), start, end):
        return b"", start + (1 if data[start] == 10 else 2)
    lf = data.find(b"\n\n", start, stop)
    crlf = data.find(b"\n\r\n", start, stop if lf < 0 else lf)
    if crlf >= 0:
        return data[start:crlf], crlf + 3
    return (data[start:lf], lf + 2) if lf >= 0 else (data[start:stop], stop)


def _passes(line: bytes) -> bool:
    """Return whether `line` may stand in a header although it is no field."""
    return line.startswith((b"From ", b">From ", b" ", b"\t", b":"))


def _body_at(data: bytes, start: int, end: int) -> int:
    """Return the offset of the first line that is neither a field nor the rest of one."""
    stop = min(end, start + MAX_HEADER)
    while start < stop:
        after = data.find(b"\n", start, stop) + 1 or stop
        line = data[start:after]
        name, colon, _ = line.partition(b":")
        field = colon and _NAME.match(name.rstrip(b" \t"))
        if not (field or _passes(line)):
            return start
        start = after
    return stop


def _regions(data: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each part between lines that begin with `mark` starts and ends (RFC 2046)."""
    begun = -1
    at = data.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        closes = _CLOSES.match(data, after, end) if at == start or data[at - 1] in b"\r\n" else None
        if closes is None:
            at = data.find(mark, after, end)
            continue
        if begun >= 0:
            stop = at - (2 if data[at - 2 : at] == b"\r\n" else 1)
            if stop >= begun:
                yield begun, stop
        if closes[1]:
            return
        begun = closes.end()
        at = data.find(mark, begun, end)
    if 0 <= begun < end:  # never closed
        yield begun, end


def content_type(value: bytes) -> tuple[str, dict[bytes, bytes]]:
    """Return the type in lower case, text/plain where it is none, and its parameters.

    >>> content_type(b'Text/HTML; charset="utf-8"')
    ('text/html', {b'charset': b'utf-8'})
    >>> content_type(b"text")[0]
    'text/plain'
    """
    kind = value.partition(b";")[0].strip().lower()
    shown = kind.decode("ascii", "replace") if kind.count(b"/") == 1 else "text/plain"
    return shown, parameters(value)


def parameters(value: bytes) -> dict[bytes, bytes]:
    """Return the parameters of a field by lower-case name, those in pieces joined (RFC 2231).

    >>> parameters(b'attachment; filename*0="a b"; filename*1*=%20c')
    {b'filename': b'a b c'}
    """
    found: dict[bytes, bytes] = {}
    for name, piece, encoded, text in _PARAMETER.findall(value[:MAX_HEADER]):
        text = _ESCAPE.sub(rb"\1", text[1:-1]) if text[:1] == b'"' else text.strip()
        if encoded:
            text = text.rpartition(b"'")[2] if not piece or piece == b"*0" else text
            text = _percent(text)
        lower = name.lower()
        if piece:
            found[lower] = found.get(lower, b"") + text
        else:
            found.setdefault(lower, text)
    return found


def _percent(text: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text)

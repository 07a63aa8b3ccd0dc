"""Web archives (mht, mhtml): the page among the MIME parts of a saved one."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

from corpus.sources.file import decode

MHTML = re.compile(
    rb"\A(?:[\w-]{1,60}:[^\n]{0,2000}+\n(?:[ \t][^\n]{0,2000}+\n){0,50}+){0,30}?"
    rb"(?:Snapshot-Content-Location:|From: <Saved by |X-MimeOLE:[^\n]{0,200}MHTML|"
    rb"Content-Type:\s*multipart/related[^\n]{0,500}(?:\n[ \t][^\n]{0,500}){0,5}"
    rb"type=\"?text/html)",
    re.IGNORECASE,
)


def page_of(data: bytes) -> str | None:
    """Return the first HTML part, decoded; None when there is none."""
    try:
        message = message_from_bytes(data)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except (ValueError, LookupError, RecursionError):
        return None
    return _decoded(parts[0]) if parts else None


def _decoded(part: Message) -> str | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    return decode(payload, part.get_content_charset())[0]

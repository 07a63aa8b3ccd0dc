"""The words of a row of Messages: its text, its attributed body, or what it was edited to."""

from __future__ import annotations

import plistlib
import sqlite3
from typing import Any

from corpus.sources.typedstream import text_of_stream

ATTACHMENT = "\ufffc"  # stands in the text where an attachment is shown
MAX_SUMMARY = 4 << 20


def words_of(row: sqlite3.Row) -> tuple[str, bool]:
    """Return the last text of a message, and whether there is one that cannot be decoded."""
    summary = _summary(row["message_summary_info"])
    edited = _edited(summary) if summary else None
    if edited:
        return _clean(edited), False
    text = row["text"]
    if isinstance(text, str) and text.strip(ATTACHMENT + " \n"):
        return _clean(text), False
    body = row["attributedBody"]
    if not isinstance(body, bytes) or not body:
        return "", False
    found = text_of_stream(body)
    return _clean(found or ""), found is None


def _clean(text: str) -> str:
    return text.replace(ATTACHMENT, "").replace("\0", "").strip()


def _summary(blob: object) -> dict[str, Any]:
    """Return the property list that keeps the history of an edited message."""
    if not isinstance(blob, bytes) or not blob.startswith(b"bplist00") or len(blob) > MAX_SUMMARY:
        return {}
    try:
        found = plistlib.loads(blob, fmt=plistlib.FMT_BINARY)
    except Exception:  # a broken list may fail in any way; the text itself is elsewhere
        return {}
    return found if isinstance(found, dict) else {}


def _edited(summary: dict[str, Any]) -> str | None:
    """Return the last version of a message of one part, None if it has none or several parts."""
    parts, ranges = summary.get("ec"), summary.get("otr")
    if (
        not isinstance(parts, dict)
        or len(parts) != 1
        or (isinstance(ranges, dict) and len(ranges) > 1)
    ):
        return None
    versions = next(iter(parts.values()))
    last = versions[-1] if isinstance(versions, list) and versions else None
    body = last.get("t") if isinstance(last, dict) else None
    return text_of_stream(body) if isinstance(body, bytes) else None

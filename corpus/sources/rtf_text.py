"""The words of an RTF document: what is shown, notes, comments, and others' insertions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from corpus.sources.docx_body import MADE, QUOTES, joined
from corpus.sources.margins import Comment, Insertions
from corpus.sources.rtf_tokens import Token
from corpus.sources.rtf_words import (
    ENDS,
    ESCAPED,
    FIELDS,
    HIDDEN,
    KEPT,
    QUIET,
    SIGNS,
    CodePages,
    date_of,
)

MAX_GROUPS = 5_000
SKIP, BODY, BEFORE = "skip", "body", "before"


@dataclass(slots=True)
class _Group:
    """What holds between two braces: where text goes, and how it is written and shown."""

    to: str = BEFORE
    base: str = BEFORE  # where text goes that a quiet group shows after all
    font: int | None = None
    fallback: int = 1
    hidden: bool = False
    deleted: bool = False
    reviser: int | None = None
    when: str = ""
    starred: bool = False


@dataclass
class Rtf:
    """What has been read of a document; `whole` tells whether its last brace was there."""

    inserted: Insertions = field(default_factory=lambda: Insertions(None))
    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)
    made: dict[bytes, int] = field(default_factory=dict)
    title: str | None = None
    heading: str | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        self._pages = CodePages()
        self._styles: dict[int, str] = {}
        self._defined = self._skip = 0
        self._style: int | None = None
        self._out: dict[str, list[str]] = {}
        self._pending, self._units = bytearray(), bytearray()
        self._listed = self._row = self._in_table = self._after_row = False

    def text(self) -> str:
        """Return the blocks and then the notes."""
        return "\n\n".join(t for t in (joined(self.blocks), *self.notes) if t.strip())

    def read(self, tokens: Iterable[Token]) -> None:
        """Read the document to its last brace, or as far as it goes."""
        group = _Group()
        outer: list[_Group] = []
        for token in tokens:
            if token.kind == "text" or token.kind == "byte":
                self._plain(token.value, group)
            elif token.kind == "word":
                self._word(token.value, token.number, group)
            elif token.kind == "sign":
                self._sign(token.value, group)
            elif token.kind == "open" and len(outer) < MAX_GROUPS:
                self._flush(group)
                outer.append(group)
                group, self._skip = replace(group, starred=False), 0
            elif token.kind == "close" and outer:
                self._flush(group)
                ended, group, self._skip = group, outer.pop(), 0
                self._closed(ended, group)
                if not outer:
                    self.whole = True
                    break
        self._flush(group)
        self._end(_Group(to=BODY))

    def _plain(self, text: bytes, group: _Group) -> None:
        """Hold bytes back: the second of a character may stand as a letter."""
        skipped = min(self._skip, len(text))
        self._skip -= skipped
        if text[skipped:]:
            self._flush(group, bytes_too=False)
            self._pending += text[skipped:]

    def _sign(self, sign: bytes, group: _Group) -> None:
        if sign == b"*":
            group.starred = True
        elif sign in (b"\n", b"\r"):
            self._flush(group)
            self._end(group)
        elif self._skip:
            self._skip -= 1
        else:
            self._flush(group)
            self._put(ESCAPED.get(sign, ""), group)

    def _word(self, word: bytes, number: int | None, group: _Group) -> None:
        if word == b"u" and number is not None:
            if self._pending:
                self._flush(group)
            self._units += (number % 0x10000).to_bytes(2, "little")
            self._skip = group.fallback
            return
        self._flush(group)
        self._skip = 0
        if self._goes(word, group):
            return
        if word in SIGNS:
            self._put(SIGNS[word], group)
        elif word in ENDS:
            self._put(" ", group) if self._in_table and word == b"par" else self._end(group)
        elif word in (b"cell", b"nestcell"):
            self._put("\t", group)
            self._row = self._row or group.to == BODY
        elif word in (b"row", b"nestrow"):
            self._end(group)
        else:
            self._looks(word, number, group)

    def _goes(self, word: bytes, group: _Group) -> bool:
        """Send the text of the group where `word` says; return whether it says so."""
        starred, group.starred = group.starred, False
        name = word.decode("ascii")
        if word == b"rtf":
            group.to = group.base = BODY
        elif word in (b"shptxt", b"dptxbxtext", b"ud"):
            group.to = group.base
        elif word == b"fldrslt":
            if MADE.match("".join(self._out.pop("fldinst", []))):
                group.to = group.base = SKIP
        elif word in (b"listtext", b"pntext"):
            self._listed = True
            group.to = group.base = SKIP
        elif word in KEPT:
            if group.to != SKIP or group.base != SKIP:
                group.to = group.base = name
                self._out.pop(name, None)
        elif word in QUIET:
            group.to = SKIP
        elif word in HIDDEN or starred:
            group.to = group.base = SKIP
        else:
            return False
        return True

    def _looks(self, word: bytes, number: int | None, group: _Group) -> None:
        """Note how the text that follows is written, shown or marked."""
        on = number != 0
        if word in (b"v", b"htmlrtf"):
            group.hidden = on
        elif word == b"deleted":
            group.deleted = on
        elif word == b"revised":
            group.reviser = 0 if on else None
        elif word == b"revauth" and group.reviser is not None:
            group.reviser = number or 0
        elif word == b"revdttm":
            group.when = date_of(number or 0)
        elif word == b"plain":
            group.font = group.reviser = None
            group.hidden = group.deleted = False
        elif word == b"pard":
            self._style, self._in_table = None, False
        elif word == b"intbl":
            self._in_table = True
        elif word == b"uc":
            group.fallback = max(0, min(1 if number is None else number, 8))
        elif word == b"s":
            self._style = self._defined = number or 0
        elif group.to == "creatim" and word in FIELDS and number is not None:
            self.made[word] = number
        elif word == b"f":
            group.font = self._defined = number or 0
        else:
            self._pages.note(word, number, self._defined if group.to == "fonttbl" else None)

    def _flush(self, group: _Group, bytes_too: bool = True) -> None:
        """Put down the characters that were held back for what might follow them."""
        if self._units:
            data, self._units = self._units, bytearray()
            self._put(data.decode("utf-16-le", "replace"), group)
        if bytes_too and self._pending:
            data, self._pending = self._pending, bytearray()
            self._put(data.decode(self._pages.of(group.font), "replace"), group)

    def _put(self, text: str, group: _Group) -> None:
        if not text or group.hidden or group.deleted or group.to in (SKIP, BEFORE):
            return
        if group.reviser is not None and group.to == BODY:
            names = "".join(self._out.get("revtbl", [])).split(";")
            who = names[group.reviser] if 0 <= group.reviser < len(names) else ""
            if self.inserted.takes(who, group.when, text):
                return
        self._out.setdefault(group.to, []).append(text)

    def _closed(self, ended: _Group, around: _Group) -> None:
        """See to what was taken down for a group that ends."""
        if ended.to == "stylesheet":
            name = self._taken("stylesheet").rstrip("; ").lower()
            if name:
                self._styles.setdefault(self._defined, name)
        elif ended.to == around.to:
            return
        elif ended.to in ("author", "title"):
            self.info[ended.to] = self._taken(ended.to)
            self.inserted.author = self.info.get("author") or None
        elif ended.to == "footnote":
            if words := self._taken("footnote"):
                self.notes.append(f"[^{len(self.notes) + 1}]: {words}")
                self._put(f"[^{len(self.notes)}]", around)
        elif ended.to == "annotation":
            date = self._taken("atndate")
            when = date_of(int(date)) if date.isdecimal() and len(date) < 11 else ""
            who, words = self._taken("atnauthor"), self._taken("annotation")
            self.comments.append(Comment(str(len(self.comments) + 1), who, words, when))

    def _taken(self, name: str) -> str:
        return " ".join("".join(self._out.pop(name, [])).split())

    def _end(self, group: _Group) -> None:
        """End the paragraph, or the row of a table; elsewhere than in the body, the line."""
        if group.to != BODY:
            self._put("\n", group)
            return
        text = "".join(self._out.pop(BODY, [])).strip("\n").rstrip(" \t")
        listed, self._listed = self._listed, False
        row, self._row = self._row, False
        style = self._styles.get(self._style, "") if self._style is not None else ""
        flat = " ".join(text.split())
        if not flat or style in QUOTES:
            return
        self.title = self.title or (flat if style == "title" else None)
        self.heading = self.heading or (flat if style == "heading 1" else None)
        if row and self._after_row:
            self.blocks[-1] += f"\n{text}"
        else:
            is_item = listed and not style.startswith("heading")
            self.blocks.append(f"- {text.strip()}" if is_item else text)
        self._after_row = row

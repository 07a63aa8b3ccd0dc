"""Read mail: mailboxes (mbox, Gmail Takeout) and single messages (eml, emlx)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from corpus.sources import mime
from corpus.sources.file import File
from corpus.sources.mbox import MAX_MESSAGE, Raw, is_separator, split
from corpus.sources.piece import Claim, Piece, Problem, Reading

NAMESPACE = "message-id"
ENOUGH = 10  # messages below which the most common recipient says nothing
KNOWN = frozenset(
    b"from to cc date subject message-id mime-version received return-path delivered-to "
    b"content-type reply-to references in-reply-to dkim-signature x-gm-thrid".split()
)
SENDING = frozenset((b"from", b"received", b"message-id", b"mime-version", b"return-path"))
SENT = frozenset(
    "sent|sent mail|sent items|sent messages|outbox|gesendet|gesendete objekte|"
    "gesendete elemente|messages envoyés|éléments envoyés|envoyés|enviados|elementos enviados|"
    "enviadas|mensagens enviadas|itens enviados|e-mails enviados|posta inviata|inviati|inviata|"
    "verzonden|verzonden items|verzonden berichten|sendt|sendte elementer|sendt e-post|"
    "sendte mails|sendt post|skickat|skickade objekt|skickat mejl|wysłane|elementy wysłane|"
    "odeslané|odeslaná pošta|odeslané zprávy|lähetetyt|lähetetty|elküldött|elküldött elemek|"
    "отправленные|gönderilmiş postalar|gönderilmiş öğeler|送信済みメール|送信済み|送信済みアイテム|"
    "已发送邮件|已发送|已傳送郵件|寄件備份|보낸편지함|보낸 편지함".split("|")
)
DRAFT = frozenset(
    "draft|drafts|entwurf|entwürfe|brouillon|brouillons|borrador|borradores|rascunho|rascunhos|"
    "bozza|bozze|concepten|kladde|kladder|utkast|wersje robocze|koncepty|"
    "luonnos|luonnokset|piszkozatok|черновик|черновики|taslak|taslaklar|下書き|草稿|임시보관함".split(
        "|"
    )
)
SPAM = frozenset("spam|junk|junk e-mail|junk-e-mail|spamverdacht|indésirables|söppost".split("|"))
ROBOT = re.compile(r"email:(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b[^@]*@")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_RE = re.compile(r"^(?:\s*(?:re|aw|sv|vs|fwd?|wg|tr|rv|antw)\s*:)+\s*", re.IGNORECASE)
_EMLX = re.compile(rb"(\d{1,10})[ \t]*\r?\n")


@dataclass(slots=True)
class _Seen:
    """What the messages of one file say about whose mailbox it is."""

    messages: int = 0
    sent: dict[str, str | None] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    addressed: Counter[str] = field(default_factory=Counter)


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a mailbox or a message, None if it does not."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").partition(b"\n")
    if is_separator(first) and _fields(rest):
        return "opens with a «From … year» line and header fields, as a mailbox does"
    names = _fields(rest if _EMLX.fullmatch(first + b"\n") else head.removeprefix(b"\xef\xbb\xbf"))
    known = names & KNOWN
    pasted = b"sent" in names and not names & {b"message-id", b"received", b"mime-version"}
    if len(known) >= 2 and names & SENDING and not pasted:
        return f"opens with {len(known)} header fields of a mail"
    return None


def _fields(head: bytes) -> set[bytes]:
    """Return the lower-case names of the header fields that `head` opens with.

    None when other lines stand among them, unless four fields came first.
    """
    names: set[bytes] = set()
    for line in head.lstrip(b"\r\n").split(b"\n"):
        if not line.strip():
            break
        name, colon, _ = line.partition(b":")
        if line[:1] in b" \t" or line.startswith(b">From "):
            continue
        if not colon or not re.fullmatch(rb"[\x21-\x39\x3b-\x7e]{1,100}", name.rstrip(b" \t")):
            return names if len(names) >= 4 else set()
        names.add(name.strip().lower())
    return names


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, then the claims about who «me» is."""
    seen = _Seen()
    folder = _folder(file.name)
    for n, raw in enumerate(_messages(file), start=1):
        place = f"message {n}"
        try:
            item = _item(raw, place, folder, seen)
            if isinstance(item, Piece) and item.thread is None:
                item.thread = f"{file.name}:{_RE.sub('', item.title or '').casefold()}"
            yield item
        except Exception as error:  # the email package fails in many ways; the next may be fine
            yield Problem(place, f"{type(error).__name__} while parsing the message", "errored")
    yield from _claims(seen)


def _messages(file: File) -> Iterator[Raw]:
    with file.open() as stream:
        start = stream.read(3)
        stream.seek(3 if start == b"\xef\xbb\xbf" else 0)
        first = stream.readline(1_000)
        while first and not first.strip():
            first = stream.readline(1_000)
        if is_separator(first):
            stream.seek(-len(first), 1)
            yield from split(stream)
            return
        size = _EMLX.fullmatch(first)
        data = (b"" if size else first) + stream.read(MAX_MESSAGE)
        yield Raw(b"", data[: int(size[1])] if size else data)


def _item(raw: Raw, place: str, folder: str, seen: _Seen) -> Piece | Problem:
    message = message_from_bytes(raw.data, policy=compat32)
    labels = _labels(message) | {folder}
    draft, sent = bool(labels & DRAFT), bool(labels & SENT)
    people = _people(message)
    seen.messages += 1
    _note(message, people, sent, seen)
    reason = _automatic(message, people, labels)
    if reason:
        return Problem(place, reason)
    body = mime.body_of(message)
    if not body.text.strip():
        return Problem(place, body.other or "no text")
    metadata = {
        "attachments": body.attachments,
        "draft": draft,
        "list": mime.field(message, "List-Post") is not None,
    }
    piece = Piece(
        namespace=NAMESPACE,
        text=body.text,
        kind="mail",
        locator=place,
        people=people,
        handle=people[0][0] if people and mime.field(message, "From") else None,
        mine=True if sent or draft else None,
        title=mime.words_of(mime.field(message, "Subject") or "") or None,
        metadata={key: value for key, value in metadata.items() if value},
    )
    _place_in_thread(piece, message)
    _date(piece, message, raw.separator)
    return piece


def _labels(message: Message) -> set[str]:
    """Return the case-folded labels and folders the message was filed under."""
    labels = set()
    for name in ("X-Gmail-Labels", "X-Folder", "X-Mozilla-Folder"):
        value = mime.words_of(mime.field(message, name) or "")
        labels |= {_folder(label.strip(' "')) for label in value.split(",")}
    return labels - {""}


def _folder(name: str) -> str:
    """Return the case-folded folder a file or label stands for.

    >>> _folder("Takeout/Mail/Sent.mbox"), _folder("INBOX.Sent Items"), _folder("Sent/cur/17.eml")
    ('sent', 'sent items', 'sent')
    """
    parts = [p for p in re.split(r"[/\\!]", name) if p.lower() not in ("", "cur", "new", "tmp")]
    for part in reversed(parts):
        stem = re.sub(r"\.(?:mbox|mbx|eml|emlx|zip|sbd)$|:2,\w*$", "", part, flags=re.IGNORECASE)
        for known in (stem, stem.rpartition(".")[2]):
            if known.casefold().strip() in SENT | DRAFT | SPAM:
                return known.casefold().strip()
    return ""


def _people(message: Message) -> list[tuple[str, str | None]]:
    """Return author and recipients, each once."""
    found: dict[str, str | None] = {}
    for name in ("From", "To", "Cc", "Bcc"):
        for handle, shown in mime.addresses(mime.field(message, name)):
            found[handle] = found.get(handle) or shown
    return list(found.items())


def _automatic(
    message: Message, people: list[tuple[str, str | None]], labels: set[str]
) -> str | None:
    """Return why nobody wrote this message to anybody, or None."""
    if labels & SPAM:
        return "spam"
    if message.get_content_type() == "multipart/report":
        return "bounce or receipt"
    if mime.field(message, "Return-Path") == "<>" or (people and ROBOT.match(people[0][0])):
        return "automatic mail"
    precedence = (mime.field(message, "Precedence") or "").lower()
    if precedence in ("bulk", "junk", "auto_reply") or mime.field(message, "X-Autoreply"):
        return "automatic mail"
    if (mime.field(message, "Auto-Submitted") or "no").split(";")[0].strip().lower() != "no":
        return "automatic mail"
    if mime.field(message, "List-Unsubscribe") and not mime.field(message, "List-Post"):
        return "bulk mail"  # a discussion list names where to post (RFC 2369)
    return None


def _place_in_thread(piece: Piece, message: Message) -> None:
    own = _ids(mime.field(message, "Message-ID"))
    parents = _ids(mime.field(message, "In-Reply-To"))
    roots = _ids(mime.field(message, "References")) or parents or own
    gmail = mime.field(message, "X-GM-THRID")
    piece.own = own[0] if own else None
    piece.reply_to = parents[0] if parents else None
    piece.thread = f"gmail:{gmail}" if gmail else roots[0] if roots else None


def _ids(value: str | None) -> list[str]:
    found = _ID.findall(value or "")
    return found or ([value] if value and "@" in value and " " not in value else [])


def _date(piece: Piece, message: Message, separator: bytes) -> None:
    """Set when the piece was written: as stated, else when it was received."""
    stated = mime.moment(mime.field(message, "Date"))
    received = (mime.field(message, "Received") or "").rpartition(";")[2]
    envelope = b" ".join(separator.split()[2:]).decode("ascii", "replace")
    piece.created = stated or mime.moment(received) or mime.moment(envelope)
    piece.precision = "second" if piece.created else "unknown"
    piece.basis = "stated" if stated else "assumed"


def _note(message: Message, people: list[tuple[str, str | None]], sent: bool, seen: _Seen) -> None:
    if sent and people and mime.field(message, "From"):
        seen.sent[people[0][0]] = seen.sent.get(people[0][0]) or people[0][1]
    for handle, _ in mime.addresses(mime.field(message, "Delivered-To")):
        seen.delivered[handle] += 1
    for handle, _ in [] if sent else mime.addresses(mime.field(message, "To"))[:5]:
        seen.addressed[handle] += 1


def _claims(seen: _Seen) -> Iterator[Claim]:
    for handle, name in seen.sent.items():
        yield Claim(handle, "wrote mail that is filed as sent", strong=True, name=name)
    for handle, count in seen.delivered.most_common(3):
        yield Claim(handle, f"{count} messages were delivered to it", strong=False)
    if seen.messages >= ENOUGH:
        for handle, count in seen.addressed.most_common(1):
            evidence = f"most messages are addressed to it ({count} of {seen.messages})"
            yield Claim(handle, evidence, strong=False)

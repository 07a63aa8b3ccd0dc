"""Make the sample library's exports and its truth from `pieces/`: `python sample/make.py`."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import random
import shutil
import zipfile

from chats import android, chatgpt, iphone, telegram
from letters import Post, mailbox, single
from truth import truth_of
from written import EXPORTS, SECRETS, TRUTH, Block, Export, Shown, blocks, doubled, told

from corpus.keys import digest

ZIPPED = (2025, 6, 15, 12, 0, 0)  # one time for all members, so that the bytes never change
ALTOS = "whatsapp/WhatsApp Chat - Harbourside Altos.zip"
LAPTOP = "old laptop.zip"
JOURNAL, POCKET = "journal/entries.jsonl", "journal/pocket.csv"
OVERLAP = (50, 122)  # lines of the chat with a friend that both exports have
BROKEN_ROW = "2023-01-29"  # the day whose row in the journal is double-encoded
SAME_ROW = "2024-11-10"  # the day that the second journal has as well
PHOTO = "notes/attachments/medlar.jpg"
AUTHOR = "Hedda Marchbanks"


def build() -> Export:
    """Return all files of the sample, what is in them, and the account of each."""
    export = Export()
    _texts(export)
    _blog(export)
    laptop = _drafts(export)
    _journals(export)
    post = Post(_second_drafts())
    mailbox(export, post, "mail/Inbox.mbox", "i")
    mailbox(export, post, "mail/Sent.mbox", "s")
    single(export, post)
    android(export, "whatsapp/2025-02", 0, OVERLAP[1])
    android(export, "whatsapp/2025-06", OVERLAP[0], 10_000)
    export.files[ALTOS] = archive({"_chat.txt": iphone(f"{ALTOS}!_chat.txt", export)})
    telegram(export, "telegram/result.json")
    first = chatgpt(export, "chatgpt/conversations.json")
    _laptop(export, laptop)
    _damaged(export, first)
    return export


def _texts(export: Export) -> None:
    for block in [*blocks("notes.txt"), *blocks("essays.txt")]:
        path, *options = _options(block.head)
        mojibake = "mojibake" in options
        encoding = next((o[9:] for o in options if o.startswith("encoding=")), "utf-8")
        text = block.text + "\n"
        body, source = _body(text), "markdown" if path.endswith(".md") else "plain"
        data = (doubled(text) if mojibake else text).encode(encoding)
        if encoding == "utf-16":  # with the byte order of any machine, not of this one
            data = b"\xff\xfe" + text.encode("utf-16-le")
        header = text[: text.index(body)]
        export.add(path, data, source, [Shown(path, "line 1", body, header, mojibake=mojibake)])


def _options(head: str) -> list[str]:
    """Return the path and the options that follow it in a heading.

    >>> _options("essays/a b.txt encoding=cp1252")
    ['essays/a b.txt', 'encoding=cp1252']
    """
    words = head.split(" ")
    while len(words) > 1 and words[-1].startswith(("encoding=", "mojibake")):
        words.insert(0, words.pop())
    found = [w for w in words if w.startswith(("encoding=", "mojibake"))]
    return [" ".join(w for w in words if w not in found), *found]


def _body(text: str) -> str:
    """Return a note without its front matter."""
    return (text.split("---\n", 2)[2] if text.startswith("---\n") else text).strip("\n")


def _blog(export: Export) -> None:
    for block in blocks("blog.txt"):
        path, *options = _options(block.head)
        title, date = block.fields["title"], block.fields["date"]
        paragraphs = "\n".join(
            f"<p>{html.escape(p, quote=False)}</p>" for p in block.text.split("\n\n")
        )
        page = (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<title>{title}</title>\n<meta name="author" content="{AUTHOR}">\n'
            f'<meta name="date" content="{date}">\n</head>\n'
            f"<body>\n<article>\n<h1>{title}</h1>\n{paragraphs}\n</article>\n</body>\n</html>\n"
        )
        mojibake = "mojibake" in options
        piece = Shown(path, "line 1", f"{title}\n\n{block.text}", mojibake=mojibake)
        export.add(path, (doubled(page) if mojibake else page).encode(), "html", [piece])


def _edited(text: str, edits: list[list[str]]) -> str:
    for old, new in edits:
        if text.count(old) != 1:
            raise SystemExit(f"drafts.toml: «{old}» stands {text.count(old)} times in its piece")
        text = text.replace(old, new)
    return text


def _drafts(export: Export) -> dict[str, tuple[str, str]]:
    """Add the drafts and copies; return those that go into the archive: path → title, text."""
    found = {p.file: p.text for p in export.pieces}
    laptop = {}
    for draft in told("drafts.toml")["draft"]:
        path = draft["to"]
        if "/" not in path:
            continue
        text = _edited(found[draft["from"]], draft["edits"])
        if path.startswith("old laptop/"):
            laptop[path] = (draft["created"], text)
        elif path.endswith(".md"):
            front = (
                f"---\ntitle: {draft['title']}\ncreated: {draft['created']}\ntags: [draft]\n---\n"
            )
            export.add(
                path, f"{front}{text}\n".encode(), "markdown", [Shown(path, "line 1", text, front)]
            )
        else:
            export.add(path, f"{text}\n".encode(), "plain", [Shown(path, "line 1", text)])
    for copy in told("drafts.toml")["copy"]:
        path, text = copy["to"], found[copy["from"]]
        same = path.endswith(".md")
        data = export.files[copy["from"]] if same else f"{text}\n".encode()
        export.add(path, data, "markdown" if same else "plain", [Shown(path, "line 1", text)])
    return laptop


def _second_drafts() -> dict[str, Block]:
    """Return the mails that were written twice, by key."""
    sent = {b.head: b for b in blocks("sent.txt")}
    out = {}
    for draft in told("drafts.toml")["draft"]:
        if "/" not in draft["to"]:
            first = sent[draft["from"]]
            fields = first.fields | {"Subject": draft["subject"], "Date": draft["date"]}
            out[draft["to"]] = Block(draft["to"], fields, _edited(first.text, draft["edits"]))
    return out


def _days(name: str) -> list[tuple[str, str, str]]:
    """Return day, title and text of each entry of a journal."""
    return [(*b.head.split(" | ", 1), b.text) for b in blocks(name)]


def _journals(export: Export) -> None:
    lines, pieces = [], []
    for n, (day, title, text) in enumerate(_days("journal.txt"), start=1):
        broken = day == BROKEN_ROW
        row = {"id": f"entry-{n:03}", "created": f"{day}T21:{n:02}:00+00:00", "title": title}
        row["text"] = doubled(text) if broken else text
        lines.append(json.dumps(row, ensure_ascii=False))
        pieces.append(Shown(JOURNAL, f"line {n}", text, title, mojibake=broken))
    export.add(JOURNAL, ("\n".join(lines) + "\n").encode(), "tabular", pieces)
    days = _days("pocket.txt") + [d for d in _days("journal.txt") if d[0] == SAME_ROW]
    table, pieces = io.StringIO(), []
    writer = csv.writer(table)
    writer.writerow(["id", "created", "title", "text"])
    for n, (day, title, text) in enumerate(sorted(days), start=1):
        writer.writerow([f"pocket-{n}", day, title, text])
        pieces.append(Shown(POCKET, f"line {n + 1}", text, title))
    export.add(POCKET, table.getvalue().encode(), "tabular", pieces)


def _laptop(export: Export, drafts: dict[str, tuple[str, str]]) -> None:
    """Add the archive of an old computer, with a member that points out of it."""
    texts = {p.file: p.text for p in export.pieces}
    members: dict[str, bytes] = {}
    for block in blocks("laptop.txt"):
        if block.text.startswith("@copy "):
            _member(
                export, members, block.head, "plain", ("", texts[block.text.removeprefix("@copy ")])
            )
        else:
            _member(export, members, block.head, "markdown", (block.fields["created"], block.text))
    for path, draft in drafts.items():
        _member(export, members, path, "markdown", draft)
    members["../escape.md"] = (
        b"# Nothing\n\nThis member asks to be written outside of the archive.\n"
    )
    export.files[LAPTOP] = archive(members)
    export.refuse(f"{LAPTOP}!../escape.md", None, "path leads out of the archive")


def _member(
    export: Export, members: dict[str, bytes], path: str, source: str, dated: tuple[str, str]
) -> None:
    created, text = dated
    front = f"---\ncreated: {created}\n---\n" if created else ""
    members[path] = f"{front}{text}\n".encode()
    export.account(f"{LAPTOP}!{path}", source, [Shown(f"{LAPTOP}!{path}", "line 1", text)])


def archive(members: dict[str, bytes]) -> bytes:
    """Return a zip archive of `members`, stored: compressors differ from machine to machine."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIPPED)
            info.create_system = 3
            packed.writestr(info, data)
    return stream.getvalue()


def _damaged(export: Export, conversations: bytes) -> None:
    """Add what cannot be read: a file cut short, an empty mailbox, a picture."""
    path = "chatgpt/conversations-2022.json"
    first = conversations.index(b'"author"')  # inside of the first message, which nobody wrote
    export.add(path, conversations[: first + 40], "chatgpt", [])
    export.accounts[path]["errored"] = 1
    export.refuse("mail/Drafts.mbox", b"", "empty file")
    noise = random.Random(27).randbytes(3_000)
    export.refuse(
        PHOTO, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + noise + b"\xff\xd9", "not writing"
    )


def only_for(export: Export) -> str:
    """Return what binds `secrets/` to these exports: the digest of all that is read from them.

    A build with these secrets refuses any other input, since everyone can read the key here.
    """
    seen = []
    for name in (n for n, account in export.accounts.items() if account["source"]):
        archive_name, _, member = name.partition("!")
        data = export.files[archive_name]
        if member:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                data = packed.read(member)
        seen.append((f"{EXPORTS.name}/{name}", hashlib.blake2b(data, digest_size=16).hexdigest()))
    return digest(sorted(seen))


def main() -> None:
    """Write `exports/` afresh, `truth.json` and `secrets/only-for`."""
    export = build()
    shutil.rmtree(EXPORTS, ignore_errors=True)
    for name, data in export.files.items():
        path = EXPORTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    found = truth_of(export, OVERLAP)
    TRUTH.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (SECRETS / "only-for").write_text(only_for(export) + "\n", "ascii")
    words = sum(len(p.text.split()) for p in export.pieces if not p.others)
    print(f"{len(export.files)} files, {len(export.pieces)} pieces, {words:,} own words")


if __name__ == "__main__":
    main()

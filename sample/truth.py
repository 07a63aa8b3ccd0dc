"""State what the sample holds and where: accounts, repeats, quotes, damage, personal data."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from written import SECRETS, Export, Shown, told

PLAIN = re.compile(r"(?<![\w’'.*@/-])[a-z]+(?:[,;]? [a-z]+){2,9}(?=[ .,;:?!\n]|\Z)")
ODD = re.compile(r"(?<!\w)[a-zà-ÿ’]+(?:[,;]? [a-z0-9à-ÿ’£]+){2,8}(?!\w)")
SHORTEST = 22
SHINGLE = 5
KEPT = ["9 March 2009", "21 September 2013"]  # dates stay as they are by default


def truth_of(export: Export, overlap: tuple[int, int]) -> dict[str, Any]:
    """Return the truth about `export`; `overlap` are the lines of a chat that two exports share."""
    own = [p for p in export.pieces if not p.others]
    by_file = {p.file: p for p in own}
    people = tomllib.loads((SECRETS / "people.toml").read_text("utf-8"))
    mails = {p.text: p for p in own if p.file.endswith("Sent.mbox")}
    return {
        "person": people["me"],
        "files": dict(sorted(export.accounts.items())),
        "mojibake": [_mojibake(p, own) for p in own if p.mojibake],
        "exact": _exact(own),
        "near": _near(by_file, mails, own),
        "overlap": _overlap(export, overlap),
        "seen_before": [{"file": "mail/saved/resent - Saturday.eml", "as": "mail/Sent.mbox"}],
        "quotes": [_cut(p, p.quoted) for p in own if p.quoted],
        "signatures": [_cut(p, p.signed) for p in own if p.signed],
        "kept": KEPT,
        "values": _values(export.pieces),
    }


def probe(text: str, elsewhere: list[str]) -> str:
    """Return a run of plain lower-case words of `text` that none of `elsewhere` holds.

    It has no name, number or mark in it, so that it stands in the text after redaction too.
    """
    found = (run for run in runs(text) if len(run) >= SHORTEST)
    for run in sorted(found, key=lambda run: -len(run)):
        if not any(run in other for other in elsewhere):
            return run
    raise SystemExit(f"no probe in the text that begins «{text[:40]}»")


def runs(text: str, pattern: re.Pattern[str] = PLAIN) -> list[str]:
    """Return the runs of lower-case words in `text`, also those that begin inside another."""
    starts = (found.start() for found in re.finditer(r"(?<!\w)[a-zà-ÿ]", text))
    return [found[0] for start in starts if (found := pattern.match(text, start))]


def _others(piece: Shown, own: list[Shown]) -> list[str]:
    return [p.text for p in own if p is not piece and p.text != piece.text]


def _mojibake(piece: Shown, own: list[Shown]) -> dict[str, str]:
    """Return where a double-encoded piece is and a stretch of it with what must be mended."""
    fixed = max((r for r in runs(piece.text, ODD) if not r.isascii()), key=len)
    find = probe(piece.text, _others(piece, own))
    return {"file": piece.file, "locator": piece.place, "find": find, "fixed": fixed}


def _exact(own: list[Shown]) -> list[dict[str, Any]]:
    """Return the pieces that say word for word the same; the same mail seen twice is none."""
    same: dict[str, list[Shown]] = {}
    for piece in own:
        if len(piece.text) > 150:
            same.setdefault(piece.text, []).append(piece)
    out = []
    for text, pieces in same.items():
        if (
            len(pieces) == 2
            and not pieces[1].file.endswith(".eml")
            and "whatsapp" not in pieces[0].file
        ):
            found = probe(text, _others(pieces[0], own))
            places = [p.place for p in pieces]
            out.append(
                {"a": found, "b": found, "files": [p.file for p in pieces], "places": places}
            )
    return out


def shingles(text: str) -> set[tuple[str, ...]]:
    """Return the runs of five words of `text` in lower case."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def jaccard(a: str, b: str) -> float:
    """Return the share of runs of five words that two texts have in common."""
    first, second = shingles(a), shingles(b)
    return len(first & second) / len(first | second)


def _near(
    by_file: dict[str, Shown], mails: dict[str, Shown], own: list[Shown]
) -> list[dict[str, Any]]:
    out = []
    for draft in told("drafts.toml")["draft"]:
        if "/" in draft["to"]:
            a = by_file[draft["from"]]
            b = by_file.get(draft["to"]) or by_file[f"old laptop.zip!{draft['to']}"]
        else:
            (b,) = [p for p in mails.values() if draft["edits"][0][1] in p.text]
            (a,) = [p for p in mails.values() if draft["edits"][0][0] in p.text and p is not b]
        pair = {"a": probe(a.text, _others(a, own)), "b": probe(b.text, _others(b, own))}
        out.append(pair | {"jaccard": round(jaccard(a.text, b.text), 4), "files": [a.file, b.file]})
    return out


def _overlap(export: Export, lines: tuple[int, int]) -> dict[str, Any]:
    first, second = sorted({p.file for p in export.pieces if "WhatsApp Chat with" in p.file})
    size = lines[1] - lines[0]
    shared = [p for p in export.pieces if p.file == second and int(p.place[5:]) <= size]
    return {"files": [first, second], "shared": len(shared)}


def _cut(piece: Shown, gone: str) -> dict[str, str]:
    """Return a stretch that must be cut from a mail and one that must stay."""
    inside = re.sub(r"^>+ ?", "", gone, flags=re.MULTILINE)
    cut = max(runs(inside) or [gone.split("\n")[0]], key=len)
    stay = max(runs(piece.text), key=len)
    return {"file": piece.file, "locator": piece.place, "cut": cut, "own": stay}


def _values(pieces: list[Shown]) -> list[dict[str, str]]:
    """Return every planted value with every place it stands in, in the words or around them."""
    out: list[dict[str, str]] = []
    missing = []
    for type_, values in told("values.toml").items():
        for value in values:
            whole = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
            start = len(out)
            for p in pieces:
                around = "\n".join((p.header, p.quoted, p.signed))
                for place, text in ((p.place, p.text), (f"{p.place}, around it", around)):
                    if whole.search(text):
                        out.append({"value": value, "type": type_, "file": p.file, "place": place})
            if len(out) == start:
                missing.append(value)
    if missing:
        raise SystemExit(f"values.toml: these stand nowhere: {', '.join(missing)}")
    return out

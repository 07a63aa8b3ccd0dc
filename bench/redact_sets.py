"""Annotated texts from files of others: presidio-research, the court texts of TAB, CoNLL columns.

Types are put into ours: an address, a town and a postal code are a LOCATION. Kinds that no engine
here looks for (ages, quantities, titles, works) keep their own names, so that they count where
characters or whole entities are counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bench.redact_metric import Mention

TYPES = {
    "STREET_ADDRESS": "LOCATION", "ADDRESS": "LOCATION", "GPE": "LOCATION", "LOC": "LOCATION",
    "ZIP_CODE": "LOCATION", "location": "LOCATION", "DOMAIN_NAME": "URL", "PER": "PERSON",
    "person": "PERSON", "ORG": "ORGANIZATION", "corporation": "ORGANIZATION",
    "US_DRIVER_LICENSE": "ID_NUMBER", "CODE": "ID_NUMBER", "DATETIME": "DATE_TIME", "DEM": "NRP",
}  # fmt: skip
NAMED = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})


class Set(NamedTuple):
    """Texts and what is in each; `same` are types found that count as another here."""

    name: str
    texts: list[str]
    truth: list[list[Mention]]
    same: Mapping[str, str] = {}


def read(path: Path) -> Set:
    """Return the annotated texts of a file; raises ValueError when it has none of the forms."""
    text = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        return _made(path.stem, (_court(json.loads(line)) for line in text.splitlines() if line))
    if path.suffix == ".json":
        told = json.loads(text)
        entries = told if isinstance(told, list) else []
        if entries and "full_text" in entries[0]:
            return _made(path.stem, map(_sentence, entries))
        if entries and "text" in entries[0]:
            return _made(path.stem, map(_court, entries))
    elif _columns(text):
        return _made(path.stem, _documents(text), {"HANDLE": "PERSON"})
    raise ValueError(f"{path.name}: neither presidio-research, TAB nor columns of words and tags")


def _made(
    name: str,
    told: Iterator[tuple[str, list[Mention]]],
    same: Mapping[str, str] | None = None,
) -> Set:
    pairs = list(told)
    return Set(name, [text for text, _ in pairs], [truth for _, truth in pairs], same or {})


def _sentence(entry: dict[str, Any]) -> tuple[str, list[Mention]]:
    return entry["full_text"], [
        Mention(s["start_position"], s["end_position"], _type(s["entity_type"]))
        for s in entry["spans"]
    ]


def _court(entry: dict[str, Any]) -> tuple[str, list[Mention]]:
    """Return a text of TAB as its first annotator marked it; an entity is DIRECT if once so."""
    if "entities" in entry:
        marked = entry["entities"]
    else:
        marked = next(iter(entry["annotations"].values()))["entity_mentions"]
    direct = {m["entity_id"] for m in marked if m["identifier_type"] == "DIRECT"}
    kinds = {m["entity_id"]: "QUASI" for m in marked if m["identifier_type"] == "QUASI"}
    kinds |= dict.fromkeys(direct, "DIRECT")
    return entry["text"], [
        Mention(
            m["start_offset"],
            m["end_offset"],
            _type(m["entity_type"]),
            kinds.get(m["entity_id"], "") if m["identifier_type"] != "NO_MASK" else "",
            m["entity_id"],
        )
        for m in marked
    ]


def _type(label: str) -> str:
    return TYPES.get(label, label)


def _columns(text: str) -> bool:
    lines = [line.split() for line in text[:4000].splitlines()[:-1] if line.strip()]
    tags = [words[-1] for words in lines if len(words) > 1]
    return bool(tags) and all(tag == "O" or tag[:2] in ("B-", "I-") for tag in tags)


def _documents(text: str) -> Iterator[tuple[str, list[Mention]]]:
    """Yield documents: sentences a line each, words apart by spaces; one sentence when unmarked."""
    whole = "-DOCSTART-" in text
    sentences: list[list[tuple[str, str]]] = []
    for block in text.replace("\r", "").split("\n\n"):
        words = [line.split() for line in block.split("\n") if line.strip()]
        if not words:
            continue
        if words[0][0] == "-DOCSTART-":
            if sentences:
                yield _joined(sentences)
            sentences, words = [], words[1:]
        if words:
            sentences.append([(w[0], w[-1]) for w in words if len(w) > 1])
        if not whole and sentences:
            yield _joined(sentences)
            sentences = []
    if sentences:
        yield _joined(sentences)


def _joined(sentences: list[list[tuple[str, str]]]) -> tuple[str, list[Mention]]:
    out, mentions, at = [], list[Mention](), 0
    for sentence in sentences:
        open_ = ""
        for n, (word, tag) in enumerate(sentence):
            kind, _, label = tag.partition("-")
            type_ = _type(label)
            if type_ in NAMED:
                if kind == "I" and open_ == label:
                    mentions[-1] = mentions[-1]._replace(end=at + len(word))
                else:
                    mentions.append(Mention(at, at + len(word), type_))
            open_ = label
            end = "\n" if n == len(sentence) - 1 else " "
            out.append(word + end)
            at += len(word) + 1
    return "".join(out), mentions

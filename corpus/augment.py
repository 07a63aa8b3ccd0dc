"""Makes variants of training documents with nlpaug: misspelt words, and nothing else changed."""

from __future__ import annotations

import copy
import random
import re
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus.keys import seed
from corpus.quiet import light
from corpus.schema import DOCUMENTS, VARIANTS
from corpus.stage import Ledger, Section, column

if TYPE_CHECKING:
    from nlpaug import Augmenter

Name = Literal["keyboard", "ocr", "spelling", "swap", "delete"]
Kind = Literal["mail", "post", "note", "essay", "prompt"]

LAYOUTS = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "tr", "uk"})
"""Languages nlpaug has a keyboard for, of those with small letters; others type on the English."""
TRIES = 8
"""Words looked at per word to change; many have no misspelling that nlpaug knows."""

# A lowercase word that stands alone between blanks, but for punctuation: not a name, not in a URL,
# address, number, path, tag or code. Four letters is also the least nlpaug's character noise takes.
_WORD = re.compile(
    r"(?<!\S)[(\[\"'“”‘’„«»¡¿*–—-]*"
    r"(?P<word>[^\W\d_]{4,}(?:['’][^\W\d_]+)?)"
    r"(?=[)\]\"'“”‘’„«»*,.;:!?…–—-]*(?!\S))"
)
_RESULT = re.compile(r"\w+(?:['’-]\w+)*")


class Augment(Section):
    """Which training documents get variants, and how much those differ."""

    step: ClassVar[str] = "augment"
    version: ClassVar[int] = 1

    share: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Share",
        description="Share of your own training documents that get variants; 0 makes none.",
    )
    per_document: int = Field(
        1, ge=1, le=20, title="Variants each", description="Most variants of one document."
    )
    edits: float = Field(
        0.03,
        gt=0,
        le=0.5,
        title="Words changed",
        description="Share of the words that a variant misspells; at least one.",
    )
    augmenters: tuple[Name, ...] = Field(
        ("keyboard", "ocr", "spelling", "swap"),
        min_length=1,
        title="Augmenters",
        description="One is drawn per variant: a neighbouring key, a misread letter, a common "
        "misspelling (English), two letters swapped, a letter left out (delete).",
    )
    kinds: tuple[Kind, ...] = Field(
        ("mail", "post", "note", "essay"),
        title="Kinds",
        description="Kinds of writing that get variants; chat and code never do.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides which documents get variants, and which words change.",
    )


def variants(batch: pa.RecordBatch, settings: Augment) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return the variants of the documents in `batch` as `VARIANTS`, and the events.

    Own documents in use of the training split have them. A variant is its parent but for `id`
    (the parent's, «~» and its number), `parent` and `text`, where some lowercase words are
    misspelt and all between them is the parent's; one that came out like its parent is left out.
    Events are the parent's: action «varied», rule the augmenter, value the words changed, other
    the variant.
    """
    ledger = Ledger(settings.step)
    rows, ids, texts = [], [], []
    for row, id_, text, language in _chosen(batch, settings):
        for n in range(1, settings.per_document + 1):
            chance = random.Random(seed("augment", settings.seed, id_, n))
            name = chance.choice(_fitting(settings.augmenters, language))
            varied, changed = vary(text, name, language, settings.edits, chance)
            if not changed:
                continue
            rows.append(row)
            ids.append(f"{id_}~{n}")
            texts.append(varied)
            ledger.add(id_, "varied", name, value=float(changed), other=ids[-1])
    return _made(batch, rows, ids, texts), ledger.batch()


def _chosen(batch: pa.RecordBatch, settings: Augment) -> list[tuple[int, str, str, str | None]]:
    """Return (row, id, text, language) of the documents to vary."""
    able = pc.and_(
        pc.and_(pc.is_null(batch.column("removed")), pc.equal(batch.column("origin"), "self")),
        pc.and_(
            pc.equal(batch.column("split"), "train"),
            pc.is_in(batch.column("kind"), value_set=pa.array(settings.kinds, pa.string())),
        ),
    )
    columns = [column(batch, name) for name in ("id", "text", "language")]
    flags = pc.fill_null(able, False).to_pylist()
    return [
        (row, id_, text, language)
        for row, (flag, id_, text, language) in enumerate(zip(flags, *columns, strict=True))
        if flag and text and seed("augment", settings.seed, id_) < settings.share * 2**64
    ]


def _fitting(names: tuple[Name, ...], language: str | None) -> tuple[Name, ...]:
    """Return the augmenters for `language`: the misspellings nlpaug knows are English.

    >>> _fitting(("spelling", "swap"), "de")
    ('swap',)
    """
    fitting = tuple(n for n in names if n != "spelling" or language in ("en", None))
    return fitting or names


def _made(
    batch: pa.RecordBatch, rows: list[int], ids: list[str], texts: list[str]
) -> pa.RecordBatch:
    taken = batch.select(DOCUMENTS.names).take(pa.array(rows, pa.int64()))
    columns = dict(zip(DOCUMENTS.names, taken.columns, strict=True))
    columns |= {
        "id": pa.array(ids, pa.string()),
        "text": pa.array(texts, pa.string()),
        "parent": taken.column("id"),
    }
    return pa.RecordBatch.from_arrays([columns[f.name] for f in VARIANTS], schema=VARIANTS)


def vary(
    text: str, name: Name, language: str | None, edits: float, chance: random.Random
) -> tuple[str, int]:
    """Return `text` with a share `edits` of its words misspelt, and how many were.

    >>> vary("Meet me by the harbour at 10:15.", "swap", "en", 0.1, random.Random(2))
    ('Meet me by the ahrbour at 10:15.', 1)
    """
    words = [m.span("word") for m in _WORD.finditer(text) if _is_lower(m["word"])]
    wanted = max(1, round(edits * len(words)))
    augmenter = _drawing(_augmenter(name, language if language in LAYOUTS else "en"), chance)
    changed: dict[tuple[int, int], str] = {}
    for start, end in chance.sample(words, min(len(words), TRIES * wanted)):
        word = text[start:end]
        new = augmenter.augment(word)[0]
        if new != word and new.islower() and _RESULT.fullmatch(new):
            changed[start, end] = new
        if len(changed) == wanted:
            break
    return _spliced(text, changed), len(changed)


def _is_lower(word: str) -> bool:
    """Return whether all letters of `word` are small ones; scripts without have none to vary.

    >>> [_is_lower(word) for word in ("don't", "Berg", "漢字", "die漢")]
    [True, False, False, False]
    """
    return all(c.islower() or c in "'’" for c in word)


def _spliced(text: str, changed: dict[tuple[int, int], str]) -> str:
    """Return `text` with the spans of `changed` replaced.

    >>> _spliced("a few words", {(2, 5): "fwe"})
    'a fwe words'
    """
    parts, at = [], 0
    for (start, end), new in sorted(changed.items()):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _drawing(augmenter: Augmenter, chance: random.Random) -> Augmenter:
    """Return a copy of `augmenter` that draws from `chance`.

    nlpaug draws from the global generator, which other threads draw from at the same time.
    """
    own = copy.copy(augmenter)
    own.sample = chance.sample
    return own


@cache
def _augmenter(name: Name, layout: str) -> Augmenter:
    """Return nlpaug's augmenter `name`, set to change one letter of the one word it is given."""
    characters, words = _nlpaug()
    word = {"tokenizer": _alone, "reverse_tokenizer": "".join}  # its own would part «don't»
    one = {"aug_char_min": 1, "aug_char_max": 1, "aug_word_p": 1, **word}
    match name:
        case "keyboard":
            plain = {"include_upper_case": False, "include_numeric": False}
            return characters.KeyboardAug(lang=layout, **plain, **one)
        case "ocr":
            return characters.OcrAug(**one)
        case "spelling":
            spelling = words.SpellingAug(aug_p=1, include_reverse=False, **word)
            known = spelling.model.dict
            # nlpaug orders them by string hashes, which differ in every process
            spelling.model.dict = {key: sorted(known[key]) for key in known}
            return spelling
        case _:
            return characters.RandomCharAug(action=name, **one)


def _nlpaug() -> tuple[ModuleType, ModuleType]:
    """Return nlpaug's augmenters of characters and of words."""
    with light():
        characters = import_module("nlpaug.augmenter.char")
        return characters, import_module("nlpaug.augmenter.word")


def _alone(word: str) -> list[str]:
    return [word]

"""Inputs of the near-duplicate bench: real or invented texts, multiplied, with the true pairs."""

from __future__ import annotations

import ast
import random
import re
import string
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import data
from corpus.schema import WORK

Pairs = list[tuple[str, str, float]]
LOWER = string.ascii_lowercase


class Input(NamedTuple):
    """Texts by id, and pairs (id, id, exact Jaccard) known to be alike."""

    texts: dict[str, str]
    pairs: Pairs


class Found(NamedTuple):
    """The survivor and the family of each text that has a family."""

    survivors: dict[str, str]
    families: dict[str, str]


def found_of(verdicts: pa.Table) -> Found:
    ids, *told = (verdicts[name].to_pylist() for name in ("id", "survivor", "family"))
    return Found(*(dict(zip(ids, column, strict=True)) for column in told))


def shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))


def generated() -> Input:
    """Return 6,000 invented texts, 1,500 of them edited copies, and the true pairs."""
    draw = random.Random(7)
    vocabulary = ["".join(draw.choices("abdeéfgiklmnoørstuä", k=draw.randint(2, 9)))
                  for _ in range(9000)]  # fmt: skip
    texts = {f"t{i}": " ".join(draw.choices(vocabulary, k=draw.randint(60, 900)))
             for i in range(4500)}  # fmt: skip
    pairs = []
    for i in range(1500):
        words = texts[f"t{i}"].split()
        for _ in range(int(len(words) * 0.04 * draw.random())):
            words[draw.randrange(len(words))] = draw.choice(vocabulary).upper()
        texts[f"t{i}e"] = " ".join(words)
        likeness = jaccard(*map(shingles, (texts[f"t{i}"], " ".join(words))))
        pairs.append((f"t{i}", f"t{i}e", likeness))
    return Input(texts, pairs)


def given() -> Input:
    """Return the texts of the bench data, or invented ones where there are none."""
    texts, truth = data("bench/dev.parquet"), data("bench/dev.truth.parquet")
    if texts is None or truth is None:
        return generated()
    table = pq.read_table(texts, columns=["id", "text"])
    pairs = pq.read_table(truth, columns=["a", "b", "jac5"]).to_pydict()
    return Input(
        dict(zip(*(table[c].to_pylist() for c in ("id", "text")), strict=True)),
        list(zip(*pairs.values(), strict=True)),
    )


def unseen(size: int = 6_000_000) -> Input:
    """Return real text that nothing was tuned to, every fourth edited, and the true pairs.

    It is the documentation inside the installed packages; the edits are of six kinds and leave
    from .7 to all of the shingles. It also has near duplicates, even chains, of its own.
    """
    draw, texts, pairs = random.Random(5), dict[str, str](), []
    for n, text in enumerate(_docstrings(size, draw)):
        texts[f"d{n}"] = text
        if n % 4 == 0:
            texts[f"d{n}e"] = _edited(text, draw)
            likeness = jaccard(shingles(text), shingles(texts[f"d{n}e"]))
            pairs.append((f"d{n}", f"d{n}e", likeness))
    return Input(texts, pairs)


def _docstrings(size: int, draw: random.Random) -> Iterator[str]:
    """Yield about `size` characters of different docstrings of 60 words and more."""
    files = sorted(Path(sysconfig.get_path("purelib")).rglob("*.py"))
    draw.shuffle(files)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    seen: set[str] = set()
    for file in files:
        try:
            nodes = list(ast.walk(ast.parse(file.read_bytes())))
        except (SyntaxError, ValueError):
            continue
        for text in (ast.get_docstring(n) for n in nodes if isinstance(n, documented)):
            words = " ".join((text or "").lower().split())
            if text and words.count(" ") >= 60 and words not in seen:
                seen.add(words)
                size -= len(text)
                yield text
        if size < 0:
            return


def _edited(text: str, draw: random.Random) -> str:
    """Return `text` with words replaced, left out, put in or exchanged, its end cut, or its case
    and blanks changed."""
    words, kind, left = text.split(), draw.randrange(6), draw.uniform(0.7, 1)
    edits = max(1, round(len(words) * (1 - left) / (1 + left) / 5))  # each takes five shingles
    if kind == 4:
        return " ".join(words[: max(8, int(len(words) * left))])
    if kind == 5:
        return "".join(word.swapcase() + draw.choice([" ", "\n", ", ", " — "]) for word in words)
    for place in sorted(draw.sample(range(len(words) - 1), edits), reverse=True):
        new = f"x{draw.randrange(10**6)}"
        put = ([new], [], [new, words[place]], [words[place + 1], words[place]])[kind]
        words[place : place + 1 + (kind == 3)] = put
    return " ".join(words)


def multiplied(once: Input, times: int) -> Input:
    """Return `times` editions of `once`, each spelt in an alphabet of its own.

    Every letter a to z is another one in another edition, so that lengths, repetition and the
    Jaccard of the known pairs stay, while no edition has a shingle of another.
    """
    texts, pairs = dict(once.texts), list(once.pairs)
    for edition in range(1, times):
        draw = random.Random(edition)
        other = "".join(draw.sample(LOWER, len(LOWER)))
        spelt = str.maketrans(LOWER + LOWER.upper(), other + other.upper())
        texts |= {f"{id_}.{edition}": text.translate(spelt) for id_, text in once.texts.items()}
        pairs += [(f"{a}.{edition}", f"{b}.{edition}", j) for a, b, j in once.pairs]
    return Input(texts, pairs)


def slice_of(whole: Input, documents: int) -> dict[str, str]:
    """Return so many texts, those of known pairs first."""
    planted = {id_ for a, b, _ in whole.pairs for id_ in (a, b)}
    chosen = sorted(whole.texts, key=lambda id_: (id_ not in planted, id_))[:documents]
    return {id_: whole.texts[id_] for id_ in chosen}


def megabytes(texts: dict[str, str]) -> float:
    return sum(len(text.encode()) for text in texts.values()) / 1e6


def batches(texts: dict[str, str], rows: int = 2000) -> list[pa.RecordBatch]:
    """Return the texts as documents on their way through the stages."""
    ids = list(texts)
    out = []
    for first in range(0, len(ids), rows):
        some = ids[first : first + rows]
        told = {"id": some, "text": [texts[id_] for id_ in some]}
        told |= {"kind": ["note"] * len(some), "origin": ["self"] * len(some)}
        arrays = [
            pa.array(told[f.name], f.type) if f.name in told else pa.nulls(len(some), f.type)
            for f in WORK
        ]
        out.append(pa.RecordBatch.from_arrays(arrays, schema=WORK))
    return out

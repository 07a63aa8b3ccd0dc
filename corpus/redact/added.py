"""Recognizers that a person adds by settings: any class of Presidio's, or a Presidio YAML file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.redact import quiet
from corpus.redact.entities import Entity
from corpus.redact.ner.models import ModelRefused, named

REACH, LIFT, LEAST = 60, 0.35, 0.4
"""Characters before a match in which a context word counts; what it adds; the score it has then."""


class RecognizerRefused(ValueError):
    """A recognizer named in the settings is not there or cannot be made; the message says why."""


def is_file(name: str) -> bool:
    """Return whether a recognizer is named by a YAML file.

    >>> is_file("extra.yaml"), is_file("UkNinoRecognizer")
    (True, False)
    """
    return name.lower().endswith((".yaml", ".yml"))


def content(name: str) -> str:
    """Return the SHA-256 of the file that `name` is, empty for the name of a class.

    Raises RecognizerRefused when the file cannot be read.
    """
    if not is_file(name):
        return ""
    try:
        return hashlib.sha256(Path(name).expanduser().read_bytes()).hexdigest()
    except OSError as error:
        raise RecognizerRefused(f"{name}: {error.strerror}") from None


def load(name: str) -> tuple[Any, ...]:
    """Return the recognizers that `name` stands for, ready to use; raises RecognizerRefused."""
    return _load(name, content(name))


@lru_cache(maxsize=64)
def _load(name: str, _digest: str) -> tuple[Any, ...]:
    presidio: Any = quiet.presidio()
    try:
        if is_file(name):
            return tuple(_listed(presidio, Path(name).expanduser()))
        return (_made(presidio, name),)
    except RecognizerRefused:
        raise
    except (ModelRefused, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecognizerRefused(f"{name}: {error}") from None


def _listed(presidio: Any, path: Path) -> Iterator[Any]:
    import yaml

    try:
        told = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise RecognizerRefused(f"{path}: no valid YAML: {error}") from None
    entries = told.get("recognizers") if isinstance(told, dict) else None
    if not entries:
        raise RecognizerRefused(f"{path}: holds no «recognizers»")
    for entry in entries:
        if isinstance(entry, str):
            yield _made(presidio, entry)
            continue
        if not entry.get("enabled", True):
            continue
        if entry.get("type") == "predefined" or not ({"patterns", "deny_list"} & set(entry)):
            yield _made(presidio, entry.get("class_name") or entry["name"])
            continue
        left = {
            k: v for k, v in entry.items() if k not in ("type", "enabled", "supported_languages")
        }
        left.setdefault("supported_language", "en")
        yield presidio.PatternRecognizer.from_dict(left)


def _made(presidio: Any, name: str) -> Any:
    from presidio_analyzer import predefined_recognizers as predefined

    kind = named(name) if ":" in name else getattr(predefined, name, None)
    if kind is None:
        raise RecognizerRefused(
            f"{name}: Presidio has no such recognizer; write its class name, «module:Class» or a "
            f"file"
        )
    made = kind()
    if not isinstance(made, presidio.EntityRecognizer):
        raise RecognizerRefused(f"{name}: is no Presidio recognizer")
    return made


def types(names: Sequence[str]) -> frozenset[str]:
    """Return the types of entity that the recognizers find."""
    return frozenset(t for name in names for r in load(name) for t in r.supported_entities)


def find(
    texts: Sequence[str], names: Sequence[str], wanted: frozenset[str], artifacts: Any
) -> Iterator[tuple[int, Entity]]:
    """Yield (number of the text, entity) for what the recognizers find in each text on its own."""
    for name in names:
        for recognizer in load(name):
            asked = [t for t in recognizer.supported_entities if t in wanted]
            rule = f"rule.{recognizer.name}"
            for n, text in enumerate(texts if asked else ()):
                for r in recognizer.analyze(text, asked, artifacts) or ():
                    score = _lifted(text, r, recognizer.context or ())
                    yield n, Entity(r.start, r.end, r.entity_type, score, rule)


def _lifted(text: str, result: Any, context: Sequence[str]) -> float:
    """Return the score of a result, more when one of the recognizer's words stands before it."""
    score = float(result.score)
    if not context or score >= 1:
        return score
    words = set(re.findall(r"\w+", text[max(0, result.start - REACH) : result.start].lower()))
    before = text[max(0, result.start - REACH) : result.start].lower()
    hit = any(w.lower() in words if w.isalnum() else w.lower() in before for w in context)
    return min(1.0, max(score + LIFT, LEAST)) if hit else score

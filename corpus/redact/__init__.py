"""Redaction: personal data is found, agreed on per thread and replaced; a gate looks again."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.people import People
from corpus.redact.engine import analyzer
from corpus.redact.entities import Entity
from corpus.redact.fields import find_entities, without_model
from corpus.redact.settings import Redact
from corpus.redact.stage import Replace

__all__ = ["Entity", "Redact", "Replace", "find", "find_entities", "without_model"]


def find(
    texts: Sequence[str], settings: Redact | None = None, people: People | None = None
) -> list[list[Entity]]:
    """Return the entities of each text, sorted and without overlaps, in code points.

    Texts are taken to be in a language that NER knows. The result for a text does not depend on
    the other texts. Raises ModelRefused when NER is on and its model is missing or altered.

    >>> find(["mail me at ann@example.org"], Redact(ner=False))[0][0][:3]
    (11, 26, 'EMAIL_ADDRESS')
    """
    settings = settings or Redact()
    return analyzer(settings, people or People()).find(texts, [settings.ner] * len(texts))

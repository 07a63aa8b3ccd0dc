"""An entity is a typed span of a text; where several overlap, one rule decides what stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

RANKS = {"deny": 6, "secret": 5, "checksum": 5, "identity": 4, "rule": 3, "thread": 2, "ner": 1}
RANKS |= {"list": 1, "near": 1, "again": 0}  # surmised, as believable as the model


class Entity(NamedTuple):
    """A span `[start, end)` in code points, its type, score in 0..1 and the rule that found it.

    The part of `rule` before the dot is its family: deny, checksum, identity, thread, rule or ner.
    """

    start: int
    end: int
    type: str
    score: float
    rule: str


def rank(rule: str) -> int:
    """Return how strongly `rule` is believed: checksummed > identity > rule > NER.

    >>> rank("checksum.iban") > rank("identity.name") > rank("rule.phone") > rank("ner.person")
    True
    """
    return RANKS.get(rule.partition(".")[0], RANKS["rule"])


def resolve(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """Return `entities` of `text` sorted and without overlaps; nothing found is left uncovered.

    The stronger rule wins, then the longer span. A longer span that holds a stronger one whole
    wins over it (an address over the name in it), unless NER found it as another type. Spans of one
    type are united; of a loser, what sticks out stays when it holds two letters or digits.

    >>> [e[:3] for e in resolve("Ann Lee", [Entity(0, 7, "PERSON", .85, "ner.person"),
    ...                                     Entity(0, 3, "PERSON", .95, "identity.part")])]
    [(0, 7, 'PERSON')]
    """
    kept: list[Entity] = []
    for cluster in _clusters(sorted(entities)):
        kept.extend(cluster if len(cluster) == 1 else _settle(text, cluster))
    return kept


def _clusters(entities: list[Entity]) -> Iterator[list[Entity]]:
    cluster: list[Entity] = []
    reach = -1
    for entity in entities:
        if cluster and entity.start >= reach:
            yield cluster
            cluster = []
        cluster.append(entity)
        reach = max(reach, entity.end)
    if cluster:
        yield cluster


def _settle(text: str, cluster: list[Entity]) -> list[Entity]:
    ranked = sorted(((_strength(e, cluster), e) for e in cluster), key=_order)
    kept: list[Entity] = []
    for _, entity in ranked:
        touching = [k for k in kept if k.start < entity.end and entity.start < k.end]
        if not touching:
            kept.append(entity)
        elif len(touching) == 1 and touching[0].type == entity.type:
            kept.remove(touching[0])
            kept.append(_union(touching[0], entity))
        else:
            kept.extend(_rest(text, entity, touching))
    return sorted(kept)


def _strength(entity: Entity, cluster: list[Entity]) -> int:
    own = rank(entity.rule)
    inside = (
        rank(other.rule)
        for other in cluster
        if entity.start <= other.start
        and other.end <= entity.end
        and other.end - other.start < entity.end - entity.start
        and (own > RANKS["ner"] or other.type == entity.type)
    )
    return max(own, max(inside, default=own))


def _order(ranked: tuple[int, Entity]) -> tuple[int, int, float, Entity]:
    strength, entity = ranked
    return (-strength, entity.start - entity.end, -entity.score, entity)


def _union(first: Entity, second: Entity) -> Entity:
    best = max(first, second, key=lambda e: (rank(e.rule), e.score))
    return best._replace(
        start=min(first.start, second.start),
        end=max(first.end, second.end),
        score=max(first.score, second.score),
    )


def _rest(text: str, entity: Entity, taken: list[Entity]) -> Iterator[Entity]:
    start = entity.start
    for other in [*sorted(taken), Entity(entity.end, entity.end, "", 0.0, "")]:
        end = min(other.start, entity.end)
        piece = text[start:end]
        if sum(map(str.isalnum, piece)) >= 2:
            lead = len(piece) - len(piece.lstrip(" \t\n,.;:-"))
            stop = start + len(piece.rstrip(" \t\n,;:-"))
            yield entity._replace(start=start + lead, end=stop)
        start = max(start, other.end)

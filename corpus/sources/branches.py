"""The tree of a conversation with a machine: its shown branch, and where others leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

FAR = 50  # nodes of tools and systems between two messages that are kept


class Node(NamedTuple):
    """A node of the tree: the key above it, its message's id, when that was sent, whose it is.

    `when` is None for a node without a message.
    """

    parent: str | None
    id: str
    when: float | None
    is_prompt: bool


class Place(NamedTuple):
    """Where a message stands off the shown branch: the branch's first node, how far down it is,
    and the id of the message above it.
    """

    top: str
    depth: int
    reply_to: str | None


def branch(nodes: Mapping[str, Node], current: object) -> dict[str, None]:
    """Return the keys from the root to `current`, or to the newest leaf if that is missing.

    >>> tree = {"a": Node(None, "a", 1, True), "b": Node("a", "b", 2, False)}
    >>> list(branch(tree, None))
    ['a', 'b']
    """
    if not isinstance(current, str) or current not in nodes:
        inner = {node.parent for node in nodes.values() if node.when is not None}
        leaves = [
            (node.when, number, key)
            for number, (key, node) in enumerate(nodes.items())
            if node.when is not None and key not in inner
        ]
        current = max(leaves, default=(0.0, 0, None))[2]
    path: dict[str, None] = {}
    while current is not None and current in nodes and current not in path:
        path[current] = None  # a damaged tree may run in a circle
        current = nodes[current].parent
    return dict.fromkeys(reversed(path))


def abandoned(
    nodes: Mapping[str, Node], keys: Iterable[str], kept: Mapping[str, str]
) -> dict[str, Place]:
    """Return the place of each of `keys`, none of which is on the shown branch.

    `kept` gives the ids of the messages of the shown branch by their keys.
    """
    wanted = set(keys)
    tops: dict[str, tuple[str, int]] = {}
    for key in wanted:
        path: dict[str, None] = {}
        at: str | None = key
        while at in wanted and at not in tops and at not in path:
            path[at] = None
            at = nodes[at].parent
        top, depth = tops.get(at or "", ("", -1))
        for step in reversed(path):
            top, depth = top or step, depth + 1
            tops[step] = (top, depth)
    return {key: Place(*tops[key], _above(nodes, key, kept)) for key in wanted}


def _above(nodes: Mapping[str, Node], key: str, kept: Mapping[str, str]) -> str | None:
    """Return the id of the nearest message above `key` that is kept, or a prompt left too."""
    at = nodes[key].parent
    for _ in range(FAR):
        if at is None or at not in nodes:
            return None
        if at in kept or nodes[at].is_prompt:
            return kept.get(at, nodes[at].id)
        at = nodes[at].parent
    return None

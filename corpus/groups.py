"""Documents that must not be parted: what shares a family or a session, through others as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from corpus.schema import SPLITS

TRAIN, VALID, TEST = range(len(SPLITS))  # the order tells what is more held out
NONE = -1


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of documents that must not be parted: one entry a group, but `of`, one a document.

    `first` is the smallest id; `latest` the newest `created` (microseconds, the smallest int64
    when there is none); `weight` sums what the documents weigh; `held` is the most held-out
    recorded split, or NONE; `mixed`, whether there is another recorded one; `own`, whether any
    words are one's own.
    """

    of: np.ndarray
    first: np.ndarray
    latest: np.ndarray
    weight: np.ndarray
    held: np.ndarray
    mixed: np.ndarray
    own: np.ndarray


def grouped(documents: pa.Table, codes: np.ndarray) -> Groups:
    """Return the groups of `documents`; `codes` are their recorded splits, or NONE.

    The columns are those of `corpus.split.fit`; a document that is not in use weighs nothing.
    """
    of = components([documents["family"], documents["session"]])
    count = int(of.max(initial=-1)) + 1
    order = pc.sort_indices(documents["id"]).to_numpy()
    _, first = np.unique(of[order], return_index=True)
    created = pc.cast(documents["created"], pa.int64())
    oldest = np.iinfo(np.int64).min
    latest = np.full(count, oldest)
    np.maximum.at(latest, of, pc.fill_null(created, oldest).to_numpy())
    held, least = np.full(count, NONE), np.full(count, len(SPLITS))
    np.maximum.at(held, of, codes)
    np.minimum.at(least, of, np.where(codes == NONE, len(SPLITS), codes))
    own = pc.fill_null(pc.equal(documents["origin"], "self"), False).to_numpy()
    return Groups(
        of=of,
        first=documents["id"].take(pa.array(order[first])).to_numpy(),
        latest=latest,
        weight=np.bincount(of, weights=_weights(documents), minlength=count),
        held=held,
        mixed=(held != NONE) & (least < held),
        own=np.bincount(of, weights=own, minlength=count) > 0,
    )


def _weights(documents: pa.Table) -> np.ndarray:
    use = pc.is_null(documents["removed"]).to_numpy()
    if "weight" not in documents.schema.names:
        return use.astype(np.float64)
    return np.where(use, pc.fill_null(documents["weight"], 0).to_numpy(), 0).astype(np.float64)


def components(links: Sequence[pa.ChunkedArray]) -> np.ndarray:
    """Return a number per row, equal for rows that equal values of `links` connect."""
    count = nodes = len(links[0])
    rows, values = [], []
    for link in links:
        codes = link.combine_chunks().dictionary_encode()
        linked = np.flatnonzero(pc.is_valid(link).to_numpy())
        rows.append(linked)
        values.append(nodes + pc.fill_null(codes.indices, 0).to_numpy()[linked].astype(np.int64))
        nodes += len(codes.dictionary)
    row, value = np.concatenate(rows), np.concatenate(values)
    graph = coo_array((np.ones(len(row), np.int8), (row, value)), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1][:count]
    return np.unique(labels, return_inverse=True)[1] if count else np.zeros(0, np.int64)

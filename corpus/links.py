"""Who is near whom: verified pairs of units, looked up from either side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


class Links:
    """The pairs `edges` (i, j, jaccard, containment) of some of `units` units, by unit.

    >>> links = Links(np.array([[0, 2, 0.8, 0.9], [1, 2, 0.9, 1.0]]), 3)
    >>> links.others(0).tolist(), list(links.nearest(2))
    ([2], [(1, 0.9, 1.0), (0, 0.8, 0.9)])
    """

    def __init__(self, edges: np.ndarray, units: int) -> None:
        ends = edges[:, :2].astype(np.int64)
        ones, others = ends.ravel(), ends[:, ::-1].ravel()
        likeness = np.repeat(edges[:, 2:], 2, axis=0)
        order = np.lexsort((others, -likeness[:, 0], ones))
        self._others, self._likeness = others[order], likeness[order]
        self._starts = np.searchsorted(ones[order], np.arange(units + 1))

    def others(self, unit: int) -> np.ndarray:
        """Return who is near `unit`, the nearest first."""
        return self._others[self._starts[unit] : self._starts[unit + 1]]

    def nearest(self, unit: int) -> Iterator[tuple[int, float, float]]:
        """Yield who is near `unit`, with Jaccard and containment, the nearest first."""
        for place in range(self._starts[unit], self._starts[unit + 1]):
            jaccard, part = self._likeness[place].tolist()
            yield int(self._others[place]), jaccard, part

"""Who is near whom: verified pairs of units, looked up from either side."""

from __future__ import annotations

import numpy as np


class Links:
    """The pairs `ends` (i, j) of some of `units` units, by unit.

    >>> Links(np.array([[0, 2], [1, 2]]), 3).others(2).tolist()
    [0, 1]
    """

    def __init__(self, ends: np.ndarray, units: int) -> None:
        ones, others = ends.ravel(), ends[:, ::-1].ravel()
        order = np.lexsort((others, ones))
        self._others = others[order]
        self._starts = np.searchsorted(ones[order], np.arange(units + 1))

    def others(self, unit: int) -> np.ndarray:
        """Return who is near `unit`."""
        return self._others[self._starts[unit] : self._starts[unit + 1]]

"""The figures of a text: all that quality rules look at, in plain Python.

`figures` is written to be read. `corpus.measure` computes the same numbers, bit for bit, from
UTF-8 bytes and some thousand times faster; a test holds the two together.
"""

from __future__ import annotations

from corpus.lines import LINE_FIGURES, line_figures
from corpus.shapes import SHAPE_FIGURES, shape_figures
from corpus.words import WORD_FIGURES, word_figures

FIGURES = WORD_FIGURES + LINE_FIGURES + SHAPE_FIGURES
"""The columns of what is measured."""


def figures(text: str, language: str | None = None) -> dict[str, float]:
    """Return the `FIGURES` of `text`; NaN where there is nothing to take a share of.

    >>> figures("Milk, bread")["words"]
    2.0
    """
    return word_figures(text, language) | line_figures(text) | shape_figures(text)

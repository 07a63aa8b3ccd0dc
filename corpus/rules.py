"""The quality rules: which figure of `corpus.words` each looks at, and its thresholds by kind."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from corpus.stage import Section
from corpus.words import FIGURES

Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Section):
    """Bounds beyond which a document is not used; a share of 1 or a minimum of 0 is no bound.

    A document too small for a figure (`corpus.words`) is not judged by it.
    """

    min_words: int = Field(
        2, ge=0, title="Least words", description="Documents with fewer words are not used."
    )
    max_words: int = Field(
        1_000_000, ge=1, title="Most words", description="Documents with more are not used."
    )
    max_addresses: Share = Field(0.8, title="Addresses", description="Share of characters in URLs.")
    max_machine_text: Share = Field(
        0.5, title="Machine text", description="Share of base64, hexadecimal and such."
    )
    min_mean_word_length: float = Field(
        1.5, ge=0, title="Least mean word length", description="In characters."
    )
    max_mean_word_length: float = Field(
        15.0, ge=1, title="Most mean word length", description="In characters."
    )
    max_symbol_ratio: float = Field(
        0.5, ge=0, title="Symbols", description="«#» and «…» for each word."
    )
    min_alphabetic_words: Share = Field(
        0.3, title="Alphabetic words", description="Least share of words with a letter."
    )
    min_vowels: Share = Field(0.2, title="Vowels", description="Least share among Latin letters.")
    max_letter_coincidence: Share = Field(
        0.25,
        title="Letter coincidence",
        description="Chance that two of the text's letters a–z are the same: prose has .06–.08, "
        "«hahaha» .5.",
    )
    min_stop_words: int = Field(
        2,
        ge=0,
        le=20,
        title="Stop words",
        description="Least number of different ones, in texts of 50 words or more.",
    )
    max_bullet_lines: Share = Field(
        1.0, title="Bullet lines", description="Share of lines that are list items."
    )
    max_ellipsis_lines: Share = Field(
        1.0, title="Ellipsis lines", description="Share of lines that end with «…»."
    )
    max_table_lines: Share = Field(
        0.9,
        title="Table lines",
        description="Share of lines with far more digits and signs than letters.",
    )
    max_duplicate_lines: Share = Field(
        0.5, title="Duplicate lines", description="Share of characters in repeated lines."
    )
    max_duplicate_paragraphs: Share = Field(
        0.5, title="Duplicate paragraphs", description="Likewise of paragraphs."
    )
    max_top_2gram: Share = Field(
        0.5, title="Top 2-gram", description="Share of the most frequent two words."
    )
    max_top_3gram: Share = Field(
        0.5, title="Top 3-gram", description="Share of the most frequent three words."
    )
    max_top_4gram: Share = Field(
        0.5, title="Top 4-gram", description="Share of the most frequent four words."
    )


PRESETS: dict[str, Thresholds] = {
    "mail": Thresholds(),
    "chat": Thresholds(min_words=1, min_alphabetic_words=0.2, min_stop_words=1, max_top_2gram=0.7),
    "post": Thresholds(max_ellipsis_lines=0.8),
    "note": Thresholds(),
    "essay": Thresholds(
        min_words=30,
        max_addresses=0.3,
        max_machine_text=0.3,
        min_mean_word_length=2.5,
        max_mean_word_length=12.0,
        max_symbol_ratio=0.2,
        min_alphabetic_words=0.6,
        max_bullet_lines=0.95,
        max_ellipsis_lines=0.8,
        max_table_lines=0.6,
        max_duplicate_lines=0.3,
        max_duplicate_paragraphs=0.3,
        max_top_2gram=0.3,
        max_top_3gram=0.3,
        max_top_4gram=0.3,
    ),
    "prompt": Thresholds(min_words=1, min_stop_words=0, max_table_lines=1.0),
    "code": Thresholds(
        min_words=1,
        min_mean_word_length=0.0,
        max_mean_word_length=30.0,
        max_symbol_ratio=10.0,
        min_alphabetic_words=0.0,
        min_vowels=0.0,
        min_stop_words=0,
        max_table_lines=1.0,
        max_duplicate_lines=0.8,
        max_duplicate_paragraphs=0.8,
        max_top_2gram=1.0,
        max_top_3gram=1.0,
        max_top_4gram=1.0,
    ),
}
"""Kind → its thresholds. Made for personal writing: Gopher's would drop most notes and chats."""


class Verdict(NamedTuple):
    """The first rule a document fails, what was measured and the threshold it went beyond."""

    rule: str
    value: float
    threshold: float


EMPTY = Verdict("empty", 0.0, 1.0)
RULES = tuple(Thresholds.model_fields)
"""The rules in the order in which they are asked; `min_words` is the rule «min-words»."""

_COLUMNS = [FIGURES.index(name.split("_", 1)[1]) for name in RULES]
_SIGNS = np.array([1.0 if name.startswith("max_") else -1.0 for name in RULES])


def judge(figures: np.ndarray, thresholds: list[Thresholds]) -> list[Verdict | None]:
    """Return for each row of `figures` (n, FIGURES) the first rule that it fails, or None.

    A document without a visible character fails «empty»; NaN fails nothing.
    """
    limits = {t: np.array([getattr(t, name) for name in RULES], float) for t in set(thresholds)}
    bounds = np.array([limits[t] for t in thresholds]).reshape(len(thresholds), len(RULES))
    values = figures[:, _COLUMNS]
    fails = (values - bounds) * _SIGNS > 0
    first = fails.argmax(axis=1)
    out: list[Verdict | None] = []
    for row, failed in enumerate(fails.any(axis=1).tolist()):
        if figures[row, 0] == 0:
            out.append(EMPTY)
        elif failed:
            n = first[row]
            rule = RULES[n].replace("_", "-")
            out.append(Verdict(rule, float(values[row, n]), float(bounds[row, n])))
        else:
            out.append(None)
    return out

"""The quality rules: which figure each looks at, what it is a share of, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from corpus.figures import FIGURES
from corpus.stage import Section

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Length = Annotated[float, Field(ge=0)]


def _of(title: str, description: str) -> Any:
    """Return the field of a rule that is not asked unless a preset or a person says so."""
    return Field(None, title=title, description=description)


class Thresholds(Section):
    """Bounds beyond which a document is not used; a rule without one is not asked.

    A share of 1, or a minimum of 0, is no bound either. Unless `judge_short` is set, a document
    too small for a share to say anything (`SIZES`) is not judged by it.
    """

    min_words: Count | None = _of("Least words", "Documents with fewer words are not used.")
    max_words: Count | None = _of("Most words", "Documents with more words are not used.")
    max_key_text: Share | None = _of("Keys", "Share of characters in PEM and PGP blocks.")
    max_credential_lines: Share | None = _of(
        "Credentials", "Share of lines that give a password, a login or a token."
    )
    max_setting_lines: Share | None = _of(
        "Settings", "Share of lines like «DB_HOST=localhost», as in .env files."
    )
    max_log_lines: Share | None = _of("Logs", "Share of lines of a program's log.")
    max_trace_lines: Share | None = _of("Stack traces", "Share of lines of stack traces.")
    max_dump_lines: Share | None = _of("Hex dumps", "Share of lines with an offset and bytes.")
    max_diff_lines: Share | None = _of("Diffs", "Share of lines of a diff.")
    max_csv_lines: Share | None = _of("CSV", "Share of lines of comma-separated and such tables.")
    max_data_lines: Share | None = _of("Data", "Share of lines of JSON and XML.")
    max_minified_text: Share | None = _of(
        "Minified text", "Share of characters in long lines of code or data without spaces."
    )
    max_addresses: Share | None = _of("Addresses", "Share of characters in URLs.")
    max_machine_text: Share | None = _of(
        "Machine text", "Share of characters in base64, hexadecimal and such."
    )
    min_mean_word_length: Length | None = _of("Least mean word length", "In characters.")
    max_mean_word_length: Length | None = _of("Most mean word length", "In characters.")
    max_hash_ratio: Share | None = _of("Hashes", "«#» for each word or sign.")
    max_ellipsis_ratio: Share | None = _of("Ellipses", "«…» for each word or sign.")
    min_alphabetic_words: Share | None = _of(
        "Alphabetic words", "Least share of words with a letter."
    )
    min_alphabetic_tokens: Share | None = _of(
        "Alphabetic tokens", "Least share of words and signs that are a word with a letter."
    )
    min_vowels: Share | None = _of("Vowels", "Least share among Latin letters.")
    min_letter_coincidence: Share | None = _of(
        "Least letter coincidence",
        "Chance that two of the text's letters a–z are the same: prose has .06–.08, letters "
        "struck at random .04.",
    )
    max_letter_coincidence: Share | None = _of(
        "Most letter coincidence", "Likewise: «hahaha» has .5."
    )
    min_stop_words: Annotated[int, Field(ge=0, le=20)] | None = _of(
        "Stop words", "Least number of different stop words of the text's language."
    )
    max_bullet_lines: Share | None = _of("Bullet lines", "Share of lines that are list items.")
    max_ellipsis_lines: Share | None = _of("Ellipsis lines", "Share of lines that end with «…».")
    max_table_lines: Share | None = _of(
        "Table lines", "Share of lines with far more digits and signs than letters."
    )
    min_terminal_lines: Share | None = _of(
        "Sentence lines", "Least share of lines that end as a sentence does."
    )
    max_short_lines: Share | None = _of("Short lines", "Share of lines of at most 30 characters.")
    max_newline_ratio: Length | None = _of("Newlines", "Line ends for each word or sign.")
    max_duplicate_lines: Share | None = _of("Duplicate lines", "Share of lines seen before.")
    max_duplicate_line_characters: Share | None = _of(
        "Duplicate line characters", "Share of characters in lines seen before."
    )
    max_duplicate_paragraphs: Share | None = _of(
        "Duplicate paragraphs", "Share of paragraphs seen before."
    )
    max_duplicate_paragraph_characters: Share | None = _of(
        "Duplicate paragraph characters", "Share of characters in paragraphs seen before."
    )
    max_top_2gram: Share | None = _of(
        "Top 2-gram", "Share of characters in the most frequent two words in a row."
    )
    max_top_3gram: Share | None = _of("Top 3-gram", "Likewise of three words.")
    max_top_4gram: Share | None = _of("Top 4-gram", "Likewise of four words.")
    max_duplicate_5gram: Share | None = _of(
        "Duplicate 5-grams", "Share of characters in runs of five words that came before."
    )
    max_duplicate_6gram: Share | None = _of("Duplicate 6-grams", "Likewise of six words.")
    max_duplicate_7gram: Share | None = _of("Duplicate 7-grams", "Likewise of seven words.")
    max_duplicate_8gram: Share | None = _of("Duplicate 8-grams", "Likewise of eight words.")
    max_duplicate_9gram: Share | None = _of("Duplicate 9-grams", "Likewise of nine words.")
    max_duplicate_10gram: Share | None = _of("Duplicate 10-grams", "Likewise of ten words.")
    max_lorem_ipsum: Count | None = _of("Lorem ipsum", "Lines with these words.")
    max_brace_lines: Count | None = _of("Braces", "Lines with «{» that end as a sentence does.")
    min_sentences: Count | None = _of(
        "Sentences", "Least number of sentences in lines of three words that end as one does."
    )
    judge_short: bool = Field(
        False,
        title="Judge short documents",
        description="Ask for shares however short a document is, as rules for web pages do.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        for figure in ("words", "mean_word_length", "letter_coincidence"):
            least, most = getattr(self, f"min_{figure}"), getattr(self, f"max_{figure}")
            if least is not None and most is not None and least > most:
                raise ValueError(f"min_{figure} is {least}, more than max_{figure}, {most}")
        return self


RULES = tuple(name for name in Thresholds.model_fields if name[:4] in ("min_", "max_"))
"""The rules in the order in which they are asked; `min_words` is the rule «min-words»."""

SIZES: dict[str, tuple[str, int]] = {
    **dict.fromkeys(
        (
            "mean_word_length", "hash_ratio", "ellipsis_ratio", "alphabetic_words",
            "alphabetic_tokens", "newline_ratio",
        ),
        ("words", 10),
    ),
    **dict.fromkeys([f"top_{n}gram" for n in (2, 3, 4)], ("words", 30)),  # a verse repeats itself
    **dict.fromkeys([f"duplicate_{n}gram" for n in range(5, 11)], ("words", 30)),
    "stop_words": ("words", 50),
    **dict.fromkeys(
        (
            "bullet_lines", "ellipsis_lines", "table_lines", "terminal_lines", "short_lines",
            "duplicate_lines", "duplicate_line_characters",
        ),
        ("lines", 5),
    ),
    **dict.fromkeys(
        ("duplicate_paragraphs", "duplicate_paragraph_characters"), ("paragraphs", 3)
    ),
    **dict.fromkeys(
        (
            "credential_lines", "setting_lines", "log_lines", "trace_lines", "dump_lines",
            "diff_lines", "csv_lines", "data_lines",
        ),
        ("lines", 3),
    ),
    "vowels": ("latin_letters", 60),
    "max_letter_coincidence": ("latin_letters", 60),
    "min_letter_coincidence": ("latin_letters", 200),
}  # fmt: skip
"""Figure, or rule, → what it is a share of, and how many of those there must be."""


def figure_of(rule: str) -> str:
    """Return the figure that `rule` looks at.

    >>> figure_of("max_top_2gram")
    'top_2gram'
    """
    return rule.removeprefix("min_").removeprefix("max_")


def size_of(name: str) -> tuple[str, int]:
    """Return what must be there, and how much of it, to judge by a rule or a figure."""
    return SIZES.get(name) or SIZES.get(figure_of(name)) or ("visible", 1)


def shown(rule: str) -> str:
    """Return `rule` as reasons and tables have it.

    >>> shown("max_top_2gram")
    'max-top-2gram'
    """
    return rule.replace("_", "-")


class Verdict(NamedTuple):
    """The first rule a document fails, what was measured and the threshold it went beyond."""

    rule: str
    value: float
    threshold: float


EMPTY = Verdict("empty", 0.0, 1.0)

_COLUMNS = [FIGURES.index(figure_of(rule)) for rule in RULES]
_SIGNS = np.array([1.0 if rule.startswith("max_") else -1.0 for rule in RULES])
_SIZES = [FIGURES.index(size_of(rule)[0]) for rule in RULES]
_LEAST = np.array([float(size_of(rule)[1]) for rule in RULES])


def bounds(thresholds: Sequence[Thresholds]) -> np.ndarray:
    """Return the bound of each of `RULES` for each of `thresholds`; NaN where there is none."""
    each = {id(t): t for t in thresholds}  # hashing one is slower than judging a document
    rows = {key: n for n, key in enumerate(each)}
    limits = np.array([[getattr(t, name) for name in RULES] for t in each.values()], float)
    chosen = [rows[id(t)] for t in thresholds]
    return limits.reshape(len(each), len(RULES))[chosen]


def judged_by(figures: np.ndarray, thresholds: Sequence[Thresholds]) -> np.ndarray:
    """Return what each of `RULES` measures of each row of `figures`; NaN where it does not judge.

    >>> judged_by(np.zeros((1, len(FIGURES))), [Thresholds()]).shape == (1, len(RULES))
    True
    """
    short = np.array([t.judge_short for t in thresholds], bool).reshape(-1, 1)
    enough = (figures[:, _SIZES] >= _LEAST) | short
    return np.where(enough, figures[:, _COLUMNS], np.nan)


def failures(figures: np.ndarray, thresholds: Sequence[Thresholds]) -> np.ndarray:
    """Return which of `RULES` each row of `figures` fails, bool (n, rules); NaN fails nothing."""
    beyond: np.ndarray = (judged_by(figures, thresholds) - bounds(thresholds)) * _SIGNS
    return np.asarray(beyond > 0)


def judge(figures: np.ndarray, thresholds: Sequence[Thresholds]) -> list[Verdict | None]:
    """Return for each row of `figures` (n, FIGURES) the first rule that it fails, or None.

    A document without a visible character fails «empty».
    """
    fails, blank = failures(figures, thresholds), figures[:, 0] == 0
    out: list[Verdict | None] = [EMPTY if empty else None for empty in blank.tolist()]
    for row in np.flatnonzero(fails.any(axis=1) & ~blank).tolist():
        rule = int(fails[row].argmax())
        limit = getattr(thresholds[row], RULES[rule])
        value = figures[row, _COLUMNS[rule]]
        out[row] = Verdict(shown(RULES[rule]), float(value), float(limit))
    return out

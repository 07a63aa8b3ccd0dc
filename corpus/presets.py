"""Presets of the quality rules: ours for personal writing by kind, and those made for web pages.

Those for the web have the names and thresholds of their papers and of datatrove, and are asked of
documents of every kind; on notes, chats and mails they leave little, which `commonplace rules`
shows beforehand.
"""

from __future__ import annotations

from typing import Literal, get_args

from corpus.rules import Thresholds

Preset = Literal["personal", "gopher", "c4", "fineweb", "web"]
PRESETS: tuple[str, ...] = get_args(Preset)

_MACHINE = {
    "max_key_text": 0.5,
    "max_credential_lines": 0.5,
    "max_setting_lines": 0.5,
    "max_log_lines": 0.5,
    "max_trace_lines": 0.5,
    "max_dump_lines": 0.5,
    "max_diff_lines": 0.6,
    "max_csv_lines": 0.6,
    "max_data_lines": 0.6,
    "max_minified_text": 0.5,
}
_NOTE = Thresholds(
    min_words=2,
    max_words=1_000_000,
    **_MACHINE,
    max_addresses=0.8,
    max_machine_text=0.5,
    min_mean_word_length=1.5,
    max_mean_word_length=15.0,
    max_hash_ratio=0.4,
    max_ellipsis_ratio=0.4,
    min_alphabetic_words=0.2,
    min_vowels=0.2,
    min_letter_coincidence=0.042,
    max_letter_coincidence=0.25,
    max_table_lines=0.9,
    max_duplicate_line_characters=0.5,
    max_duplicate_paragraph_characters=0.5,
    max_top_2gram=0.5,
    max_top_3gram=0.5,
    max_top_4gram=0.5,
    max_duplicate_10gram=0.7,
)


def _like_note(**changed: float | None) -> Thresholds:
    return Thresholds.model_validate({**_NOTE.model_dump(), **changed})


PERSONAL: dict[str, Thresholds] = {
    "mail": _NOTE,
    "chat": _like_note(min_words=1, min_alphabetic_words=0.1, max_top_2gram=0.7),
    "post": _like_note(max_ellipsis_lines=0.8),
    "note": _NOTE,
    "essay": _like_note(
        min_words=30,
        max_addresses=0.3,
        max_machine_text=0.3,
        min_mean_word_length=2.5,
        max_mean_word_length=12.0,
        max_hash_ratio=0.2,
        max_ellipsis_ratio=0.2,
        min_alphabetic_words=0.6,
        min_stop_words=2,
        max_bullet_lines=0.95,
        max_ellipsis_lines=0.8,
        max_table_lines=0.6,
        max_duplicate_line_characters=0.3,
        max_duplicate_paragraph_characters=0.3,
        max_top_2gram=0.3,
        max_top_3gram=0.3,
        max_top_4gram=0.3,
        max_duplicate_10gram=0.5,
    ),
    "prompt": _like_note(
        min_words=1,
        max_setting_lines=0.9,
        max_log_lines=0.9,
        max_trace_lines=0.9,
        max_diff_lines=0.9,
        max_csv_lines=0.9,
        max_data_lines=0.9,
        max_minified_text=0.9,
        max_table_lines=None,
    ),
    "code": Thresholds(
        min_words=1,
        max_words=1_000_000,
        max_key_text=0.5,
        max_log_lines=0.8,
        max_trace_lines=0.8,
        max_dump_lines=0.8,
        max_minified_text=0.8,
        max_addresses=0.8,
        max_machine_text=0.5,
        max_mean_word_length=30.0,
        max_letter_coincidence=0.25,
        max_duplicate_line_characters=0.8,
        max_duplicate_paragraph_characters=0.8,
    ),
}
"""Kind → its thresholds. Made for personal writing: Gopher's would drop most notes and chats.

Stop words are asked of essays only: lists have none, nor have Hindi or Greek in Latin letters.
"""

GOPHER = Thresholds(
    min_words=50,
    max_words=100_000,
    min_mean_word_length=3.0,
    max_mean_word_length=10.0,
    max_hash_ratio=0.1,
    max_ellipsis_ratio=0.1,
    min_alphabetic_tokens=0.8,
    min_stop_words=2,
    max_bullet_lines=0.9,
    max_ellipsis_lines=0.3,
    max_duplicate_lines=0.3,
    max_duplicate_line_characters=0.2,
    max_duplicate_paragraphs=0.3,
    max_duplicate_paragraph_characters=0.2,
    max_top_2gram=0.2,
    max_top_3gram=0.18,
    max_top_4gram=0.16,
    max_duplicate_5gram=0.15,
    max_duplicate_6gram=0.14,
    max_duplicate_7gram=0.13,
    max_duplicate_8gram=0.12,
    max_duplicate_9gram=0.11,
    max_duplicate_10gram=0.1,
    judge_short=True,
)
"""Quality and repetition rules of Gopher (Rae et al. 2021, section A1.1 and table A1)."""

C4 = Thresholds(max_lorem_ipsum=0, max_brace_lines=0, min_sentences=5, judge_short=True)
"""C4 (Raffel et al. 2020): lines it would cut are not counted, but the text is left whole."""

FINEWEB = Thresholds(
    min_terminal_lines=0.12,
    max_short_lines=0.67,
    max_duplicate_line_characters=0.01,
    max_newline_ratio=0.3,
    judge_short=True,
)
"""FineWeb's own rules (Penedo et al. 2024, section 3.6)."""

WEB = Thresholds.model_validate(
    GOPHER.model_dump() | C4.model_dump(exclude_none=True) | FINEWEB.model_dump(exclude_none=True)
)
"""All three sets, as FineWeb was made with."""

KINDS = tuple(PERSONAL)


def thresholds(preset: str) -> dict[str, Thresholds]:
    """Return the thresholds of `preset` by kind.

    >>> thresholds("gopher")["chat"].min_words
    50
    """
    of_web = {"gopher": GOPHER, "c4": C4, "fineweb": FINEWEB, "web": WEB}
    return dict.fromkeys(KINDS, of_web[preset]) if preset in of_web else PERSONAL


ELSEWHERE: dict[str, tuple[str, ...]] = {
    "min_words": ("gopher_short_doc",),
    "max_words": ("gopher_long_doc",),
    "min_mean_word_length": ("gopher_below_avg_threshold",),
    "max_mean_word_length": ("gopher_above_avg_threshold",),
    "max_hash_ratio": ("gopher_too_many_hashes",),
    "max_ellipsis_ratio": ("gopher_too_many_ellipsis",),
    "max_bullet_lines": ("gopher_too_many_bullets",),
    "max_ellipsis_lines": ("gopher_too_many_end_ellipsis",),
    "min_alphabetic_tokens": ("gopher_below_alpha_threshold",),
    "min_stop_words": ("gopher_enough_stop_words",),
    "max_duplicate_lines": ("dup_line_frac",),
    "max_duplicate_line_characters": ("dup_line_char_frac", "char_dup_ratio"),
    "max_duplicate_paragraphs": ("dup_para_frac",),
    "max_duplicate_paragraph_characters": ("dup_para_char_frac",),
    **{f"max_top_{n}gram": (f"top_{n}_gram",) for n in (2, 3, 4)},
    **{f"max_duplicate_{n}gram": (f"duplicated_{n}_n_grams",) for n in range(5, 11)},
    "max_lorem_ipsum": ("lorem_ipsum",),
    "max_brace_lines": ("curly_bracket",),
    "min_sentences": ("too_few_sentences",),
    "min_terminal_lines": ("line_punct_ratio",),
    "max_short_lines": ("short_line_ratio",),
    "max_newline_ratio": ("list_ratio",),
}
"""Rule → what datatrove calls it."""

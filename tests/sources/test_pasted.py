"""What counts as pasted into a prompt, and what stays the person's own."""

import pytest

from corpus.sources.pasted import parted

LONG = "The council voted on Tuesday to close the quay for the winter. " * 8
LINES = "x = 1\n" * 8


@pytest.mark.parametrize(
    ("text", "own", "pasted"),
    [
        (f"Why?\n```py\n{LINES}```\nThanks", ["Why?", "Thanks"], [f"```py\n{LINES}```"]),
        (f"Fix it\n```\n{LINES}", ["Fix it"], [f"```\n{LINES}".strip("\n")]),
        (f"Read:\n<doc>\n{LONG}\n</doc>\nOk?", ["Read:", "Ok?"], [f"<doc>\n{LONG}\n</doc>"]),
        (f'Read\n"""\n{LONG}\n"""', ["Read"], [f'"""\n{LONG}\n"""']),
        ("She wrote\n> a\n> b\n> c\nWell?", ["She wrote", "Well?"], ["> a\n> b\n> c"]),
        (f"Summarize this article:\n\n{LONG}", ["Summarize this article:"], [LONG]),
        (f"Fasse den Text zusammen:\n{LONG}", ["Fasse den Text zusammen:"], [LONG]),
        (f"翻译：\n{LONG}", ["翻译："], [LONG]),
        (
            "Help\nTraceback (most recent call last):\n  File x\nValueError: no\nWhat now?",
            ["Help", "What now?"],
            ["Traceback (most recent call last):\n  File x\nValueError: no"],
        ),
    ],
)
def test_pasted_text_is_told_by_its_form(text, own, pasted):
    parts = parted(text)
    assert [p.text for p in parts if not p.pasted] == own
    assert [p.text for p in parts if p.pasted] == pasted


@pytest.mark.parametrize(
    "text",
    [
        "Just a question?",
        "Use `x` and\n```\nls -l\n```\nplease.",
        f"Here is what happened to me:\n\n{LONG}",
        f"Summarize my article:\n\n{LONG}",
        f"Proofread this:\n\n{LONG}",
        "Explain the following things:\n" + "- what a quay is, and why\n" * 20,
        "> one line\nAgreed.",
        "<b>\nhi\n</b>",
        f"{LONG}\n\n{LONG}",
        "Explain this: what is a quay?",
        "",
        "\n\n",
    ],
)
def test_all_else_stays_own(text):
    assert not any(part.pasted for part in parted(text))


def test_no_word_is_lost():
    text = f"a\n```\n{LINES}```\nb\n<t>\n{LONG}\n</t>\n> q\n> q\n> q\nc"
    assert "\n".join(p.text for p in parted(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    ["<a>\n" * 20_000, "```\n" * 20_000, '"""\n' * 20_001, "> \n" * 20_000, "<a " + "b" * 200_000],
)
def test_hostile_text_ends(text):
    parted(text)

import json
import random
from pathlib import Path

import pytest

from corpus.letters.marks import Known
from corpus.letters.quote_phrases import FORWARDED, FROM, ORIGINAL, SENT, SUBJECT
from corpus.letters.quotes import Cut, cut, is_forward_only
from corpus.letters.signature_phrases import DEVICE

FOLDER = Path(__file__).parents[1] / "cases"
CASES = json.loads((FOLDER / "quotes.json").read_text("utf-8"))


def marked(path):
    """Yield each mail: its name, its text, and whether each character is own, None if either."""
    meaning = {"⟪": True, "⟫": False, "⟨": None, "⟩": False}
    for mail in path.read_text("utf-8").split("=== ")[1:]:
        name, _, body = mail.partition("\n")
        text, own, state = "", [], False
        for character in body:
            if character in meaning:
                state = meaning[character]
            else:
                text += character
                own.append(None if character.isspace() else state)
        yield name, text, own


MAILS = list(marked(FOLDER / "mails.txt"))


def rebuilt(text: str, found: Cut) -> str:
    kept, at = "", 0
    for start, end, _ in found.spans:
        assert at <= start < end <= len(text)
        kept += text[at:start]
        at = end
    return kept + text[at:]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_what_is_kept_and_which_rules_cut(case):
    found = cut(case["text"])
    assert found.text == case["kept"]
    assert [span.rule for span in found.spans] == case["rules"]
    assert is_forward_only(case["text"]) == case.get("forward", False)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_the_remaining_text_is_the_input_without_the_ranges(case):
    found = cut(case["text"])
    assert found.text.strip() == rebuilt(case["text"], found).strip()


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cutting_twice_changes_nothing_more(case):
    once = cut(case["text"]).text
    assert cut(once).text == once


@pytest.mark.parametrize(("name", "text", "own"), MAILS, ids=[name for name, _, _ in MAILS])
def test_of_other_programs_mails_just_the_own_words_are_kept(name, text, own):
    kept = [True] * len(text)
    for start, end, _ in cut(text).spans:
        kept[start:end] = [False] * (end - start)
    asked = [n for n, whose in enumerate(own) if whose is not None]
    lost = "".join(text[n] for n in asked if own[n] and not kept[n])
    strange = "".join(text[n] for n in asked if kept[n] and not own[n])
    assert (lost, strange) == ("", "")


@pytest.mark.parametrize("marker", FORWARDED)
def test_every_forward_marker_is_known_in_each_dress(marker):
    for dressed in (f"---------- {marker} ---------", f"{marker}:"):
        text = f"Please read this.\n\n{dressed}\n\ntheir words"
        assert cut(text).text == "Please read this."
        assert not is_forward_only(text)
        assert is_forward_only(f"{dressed}\n\ntheir words")


@pytest.mark.parametrize("marker", ORIGINAL)
def test_every_original_message_marker_is_known(marker):
    assert cut(f"I think so.\n\n-----{marker}-----\ntheir words").text == "I think so."


@pytest.mark.parametrize("sender", FROM)
def test_every_sender_label_opens_a_block(sender):
    for sent, subject in zip(SENT, SUBJECT * 3, strict=False):
        block = f"{sender}: Ada\n{sent}: 2 Apr 2012\n{subject}: News\n\ntheir words"
        assert cut(f"Fine with me.\n\n{block}").text == "Fine with me."


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_what_is_only_passed_on_leaves_nothing(case):
    assert not is_forward_only(case["text"]) or cut(case["text"]).text == ""


def test_device_patterns_are_anchored_to_a_whole_line():
    assert len(DEVICE) > 5
    text = "My bag says Sent from my iPhone on it, as a joke for everyone."
    assert cut(text).text == text


@pytest.mark.timeout(60)  # it takes a second; backtracking would take hours
def test_hostile_text_ends():
    hostile = [
        ">" * 100_000,
        ">\n" * 50_000,
        "On On On " * 11_000,
        "On On:\n" * 14_000,
        "On Mon 2012 12:30 wrote\n" * 4_000,
        "_" * 100_000,
        "-- \n" * 25_000,
        "a@" * 50_000 + ":",
        "From: a@b.cc\n" * 8_000,
        "Sent from my " * 8_000,
        "\n" * 100_000,
        ("On " + "a" * 290 + ":\n") * 340,
        ">\n>>> a\n" * 15_000,
        "a: b\n\n" * 15_000,
        "To: a;\n" * 14_000,
        "Subject\nTo\n" * 9_000,
        "- - - -\n" * 12_000,
        ("_" * 99 + "\n") * 1_000,
        "AB> x\n" * 16_000,
        "> " + "a" * 60 + "\nb\n> c\n" * 9_000,
        ("+1 22 33 44 " * 20 + "\n") * 400,
        "confidential error " * 5_000,
        "a" * 1_000_000,
    ]
    for text in hostile:
        assert len(cut(text).text) <= len(text)


def test_a_quote_without_header_that_python_prints_is_own():
    text = "Try this:\n\n>>> len([])\n0\n\nIt prints nothing else."
    assert cut(text).text == text
    assert cut(f"On 3 May 2024 at 10:12, Ann wrote:\n{text}").text != text


def test_what_is_known_of_other_mails_is_cut_and_given_back():
    text = "Hi.\nWhen can you come?\nAt noon.\n\n> typed by me\n\nBest\nAnn\n"
    place = {line: (text.index(line), text.index(line) + len(line)) for line in text.split("\n")}
    known = Known(
        quoted=[place["When can you come?"]],
        own=[place["> typed by me"]],
        signed=[(place["Best"][0], place["Ann"][1])],
    )
    found = cut(text, known)
    assert found.text == "Hi.\nAt noon.\n\n> typed by me"
    assert [span.rule for span in found.spans] == ["quote.parent", "signature.learned"]
    assert found.text.strip() == rebuilt(text, found).strip()


def test_a_part_of_a_line_that_is_known_goes_alone():
    text = "You said it was late. Who pays? I do."
    start = text.index("Who pays? ")
    found = cut(text, Known(quoted=[(start, start + len("Who pays? "))]))
    assert found.text == "You said it was late. I do."


def test_ranges_that_reach_beyond_the_text_do_no_harm():
    found = cut("One.\nTwo.", Known([(0, 99)], [(5, 400)], [(2, 50)]))
    assert all(0 <= start < end <= 99 for start, end, _ in found.spans)


def test_random_lines_always_balance():
    parts = [line for case in CASES for line in case["text"].splitlines()]
    parts += [line for _, text, _ in MAILS for line in text.splitlines()]
    for seed in range(200):
        lines = random.Random(seed).choices(parts, k=30)
        text = "\n".join(lines)
        found = cut(text)
        assert found.text.strip() == rebuilt(text, found).strip()
        assert found.spans == sorted(found.spans)

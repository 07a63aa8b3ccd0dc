import json
import random
from pathlib import Path

import pytest

from corpus.quote_phrases import FORWARDED, FROM, ORIGINAL, SENT, SUBJECT
from corpus.quotes import Cut, cut, is_forward_only
from corpus.signature_phrases import DEVICE

CASES = json.loads((Path(__file__).parents[1] / "cases" / "quotes.json").read_text("utf-8"))


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
    ]
    for text in hostile:
        assert len(cut(text).text) <= len(text)


def test_random_lines_always_balance():
    parts = [line for case in CASES for line in case["text"].splitlines()]
    for seed in range(200):
        lines = random.Random(seed).choices(parts, k=30)
        text = "\n".join(lines)
        found = cut(text)
        assert found.text.strip() == rebuilt(text, found).strip()
        assert found.spans == sorted(found.spans)

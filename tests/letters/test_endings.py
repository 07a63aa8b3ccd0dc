"""Endings that many mails share: what is cut, what stays, what counts as many."""

import pytest

from corpus.letters.endings import Ending, learn

BODY = "This is what I wanted to say about it."


def endings(tail, count=3, **other):
    for n in range(count):
        lines = [f"{BODY} {n}", *tail]
        places = [(10 * i, 10 * i + 9, line) for i, line in enumerate(lines)]
        yield Ending(
            f"m{n}", other.get("author", "me"), other.get("occasion", (f"t{n}", None)), places,
            frozenset({"jill", "dove"}),
        )  # fmt: skip


def kept(tail, count=3, **other):
    """Return how many lines of the tail stay, of each mail the same."""
    found = learn(endings(tail, count, **other), 3)
    stays = {(found[f"m{n}"][0] // 10 if f"m{n}" in found else None) for n in range(count)}
    assert len(stays) == 1
    first = stays.pop()
    return len(tail) if first is None else first - 1


@pytest.mark.parametrize(
    ("tail", "stays"),
    [
        (["Best,", "Jill"], 0),
        (["Jill"], 0),
        (["Mvh", "J. Dove"], 0),
        (["Please let me know if you have any questions.", "Best,", "Jill"], 1),
        (["Looking forward to hearing from you."], 1),
        (["Takk"], 1),
        (["See you!", "Jill Dove", "Boats since 1902"], 1),
        (["Harbour Street 2", "+47 22 33 44 55"], 1),
        (["Take care!", " ".join(["word"] * 30) + "."], 1),
        (["-----", "Boats since 1902"], 0),
    ],
)
def test_what_goes_and_what_stays(tail, stays):
    assert kept(tail) == stays


def test_less_than_enough_is_no_habit():
    assert kept(["Best,", "Jill"], count=2) == 2


def test_drafts_of_one_mail_are_no_habit():
    assert kept(["Best,", "Jill"], occasion=("t", "2024-05-08")) == 2


def test_authors_are_told_apart():
    two = [*endings(["Best,", "Jill"], 2), *endings(["Best,", "Jill"], 2, author="other")]
    assert learn(two, 3) == {}


def test_a_mail_that_is_only_the_ending_is_left():
    alone = Ending("alone", "me", ("t9", None), [(0, 5, "Best,"), (6, 10, "Jill")])
    found = learn([*endings(["Best,", "Jill"]), alone], 3)
    assert "alone" not in found and len(found) == 3


def test_the_order_of_mails_does_not_matter():
    some = list(endings(["Best,", "Jill"], 5))
    assert learn(some, 3) == learn(some[::-1], 3)

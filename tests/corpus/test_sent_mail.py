"""Whose folders of sent mail are: one person's surely, of many only proposed."""

import pytest

from corpus.identities import STRONG, proposals, resolved, table
from corpus.people import People, normal
from corpus.sent_mail import AMONG_OTHERS, FEW


def claims(**boxes):
    """Return the claims on folders of sent mail, each a list of (address, name, messages)."""
    return [
        {
            "handle": f"email:{address}",
            "name": name,
            "evidence": "wrote mail that is filed as sent",
            "strong": True,
            "same_as": None,
            "mailbox": box,
            "messages": messages,
        }
        for box, told in boxes.items()
        for address, name, messages in told
    ]


def mine(told, **people):
    """Return the addresses that are «me» by these claims and people.toml, without «email:»."""
    who = resolved(People.model_validate(people), told)
    return {normal(h).partition(":")[2] for h in who.me.handles}


ANN, HOME = ("ann.lee@work.example", "Ann Lee", 60), ("al@home.example", "Lee, Ann (home)", 35)
BEN, CAI = ("ben@x.example", "Ben", 50), ("cai@y.example", "Cai", 45)
LIST = [(f"{n}@list.example", f"Writer {n}", 3) for n in "abcdefghijklmnopqrstuvwxyz"]


@pytest.mark.parametrize(
    ("box", "me"),
    [
        ([ANN], {ANN[0]}),
        ([ANN, HOME], {ANN[0], HOME[0]}),
        ([ANN, ("ann.lee@old.example", None, 40)], {ANN[0], "ann.lee@old.example"}),
        ([ANN, ("ben@x.example", "Ben", 3)], {ANN[0]}),
        ([ANN, BEN], set()),
        (LIST, set()),
        ([*LIST, ANN], set()),
    ],
)
def test_only_who_wrote_nearly_all_sent_mail_is_surely_me(box, me):
    assert mine(claims(a=box)) == me


def test_who_wrote_among_others_is_proposed_unless_they_wrote_little():
    told = claims(a=[ANN, HOME, BEN, ("dee@z.example", "Dee", 2)])
    found = table([], told, People())
    assert {row["handle"] for row in proposals(found)} == {
        f"email:{who[0]}" for who in (ANN, HOME, BEN)
    }
    assert {row["evidence"] for row in proposals(found)} == {AMONG_OTHERS}
    assert all(row["confidence"] < STRONG for row in found.to_pylist())


def test_in_a_folder_with_mail_of_me_nobody_else_is_me():
    told = claims(a=[("ann@x.example", "Ann", 4), ("ben@x.example", "Ben", 96)])
    assert mine(told, me={"handles": ["email:ann@x.example"]}) == {"ann@x.example"}
    assert mine(told, me={"handles": ["name:Ann"], "names": ["Ann"]}) == {"ann"}


def test_another_address_of_me_is_known_by_the_name_in_a_folder_of_one_s_own():
    told = claims(a=[ANN, HOME])
    assert mine(told, me={"handles": [f"email:{ANN[0]}"]}) == {ANN[0], HOME[0]}


def test_whom_people_toml_tells_apart_does_not_count():
    told = claims(a=[ANN, BEN])
    assert mine(told, person=[{"handles": [f"email:{BEN[0]}"]}]) == {ANN[0]}
    assert mine(told, not_me=[f"email:{BEN[0]}"]) == {ANN[0]}


def test_each_account_s_folder_is_one_s_own_but_not_those_of_a_whole_firm():
    few = {f"b{n}": [who] for n, who in enumerate([ANN, BEN, CAI][:FEW])}
    assert mine(claims(**few)) == {ANN[0], BEN[0], CAI[0]}
    firm = {f"b{n}": [who] for n, who in enumerate(LIST)}
    assert mine(claims(**firm)) == set()
    assert mine(claims(**firm), me={"handles": ["email:c@list.example"]}) == {"c@list.example"}


def test_files_of_one_mail_each_are_weighed_by_their_folder():
    assert mine([*claims(sent=[ANN]), *claims(sent=[BEN])]) == set()
    assert mine([*claims(sent=[ANN])] * 20 + claims(sent=[("b@x.example", "B", 1)])) == {ANN[0]}


def test_the_order_of_claims_changes_nothing():
    told = claims(a=[ANN, HOME, BEN], b=LIST, c=[CAI])
    found = table([], told, People())
    assert table([], told[::-1], People()).equals(found)

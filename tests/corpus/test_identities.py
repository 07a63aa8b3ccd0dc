"""The identity table: strong evidence is used, weak is proposed, names alone join nobody."""

import csv
import io
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from corpus.identities import CONFIRMED, STRONG, WEAK, as_csv, proposals, resolved, table
from corpus.people import People, author_id, normal
from corpus.schema import DRAFT

KEY = b"k" * 32


def claim(handle, strong, evidence="told so", name=None, same_as=None):
    told = {"handle": handle, "strong": strong, "evidence": evidence, "name": name}
    return {**told, "same_as": same_as}


def drafts(*rows):
    """Return a table of drafts from (handle, name, source, thread)."""
    made = [
        {
            "source": source,
            "thread": thread,
            "handle": handle,
            "people": [{"handle": handle, "name": name}],
            "created": datetime(2024, 5, 1 + n, tzinfo=UTC),
        }
        for n, (handle, name, source, thread) in enumerate(rows)
    ]
    return [pa.Table.from_pylist(made, DRAFT)]


def by_handle(found):
    return {row["handle"]: row for row in found.to_pylist()}


def people(**told):
    return People.model_validate(told)


def test_strong_evidence_is_used_and_weak_is_only_proposed():
    told = [claim("slack:U1", True, name="Ann Lee"), claim("name:Ann", False)]
    found = by_handle(table(drafts(("name:Ann", "Ann", "whatsapp", "t1")), told, People()))
    assert (found["slack:U1"]["person"], found["slack:U1"]["confidence"]) == ("me", STRONG)
    assert (found["name:Ann"]["person"], found["name:Ann"]["confidence"]) == (None, WEAK)
    who = resolved(People(), told)
    assert who.owner("slack:U1") == "me"
    assert who.owner("name:Ann") == "name:ann"
    assert who.me.names == ("Ann Lee",)


def test_what_the_person_says_goes_before_what_an_export_says():
    written = people(
        person=[{"names": ["Ben"], "handles": ["email:ben@x.example"]}],
        not_me=["telegram:user7"],
    )
    told = [claim("email:Ben@X.example", True), claim("telegram:user7", True, name="Work phone")]
    who = resolved(written, told)
    assert who.owner("email:ben@x.example") == "person:0"
    assert who.owner("telegram:user7") == "telegram:user7"
    assert who.me.handles == who.me.names == ()
    found = by_handle(table([], told, written))
    assert found["telegram:user7"]["person"] is None
    assert found["email:Ben@X.example"]["person"] == "person:0"
    assert {row["confidence"] for row in found.values()} == {0.0}


def test_a_confirmed_handle_is_certain_and_is_not_proposed_again():
    found = table([], [claim("name:Ann", False)], people(me={"handles": ["name:~ ann"]}))
    row = by_handle(found)["name:Ann"]
    assert (row["person"], row["confirmed"], row["confidence"]) == ("me", True, CONFIRMED)
    assert proposals(found) == []


def test_who_writes_in_every_conversation_is_proposed():
    rows = []
    for n in range(3):
        rows += [("name:Ann", "Ann", "whatsapp", f"t{n}"), (f"name:B{n}", "B", "whatsapp", f"t{n}")]
    first = proposals(table(drafts(*rows), [], People()))
    assert [row["handle"] for row in first] == ["name:Ann"]
    assert "every one of the 3 conversations" in first[0]["evidence"]
    assert proposals(table(drafts(*rows[:4]), [], People())) == []
    alone = [*rows, ("name:C", "C", "whatsapp", "t9"), ("name:D", "D", "whatsapp", "t9")]
    assert proposals(table(drafts(*alone), [], People())) == []


def test_a_namesake_is_worth_asking_about_but_is_not_merged():
    told = [claim("email:ann@x.example", True, name="Ann Lee")]
    found = table(drafts(("messenger:5:Ann Lee", "Ann LEE", "messenger", "t1")), told, People())
    (row,) = proposals(found)
    assert (row["handle"], row["evidence"], row["person"]) == (
        "messenger:5:Ann Lee",
        "has your name",
        None,
    )


def test_weak_evidence_adds_up_but_never_reaches_strong():
    told = [claim("name:Ann", False, f"evidence {n}") for n in range(9)]
    rows = proposals(table([], told, People()))
    assert WEAK < rows[0]["confidence"] < STRONG


def test_equal_names_are_one_author_only_within_a_conversation_or_when_listed():
    same = author_id(KEY, People(), "name:Ann", "t1")
    assert same == author_id(KEY, People(), "name:ann ", "t1")
    assert same != author_id(KEY, People(), "name:Ann", "t2")
    listed = people(person=[{"names": ["Ann"], "handles": ["name:Ann", "phone:+47 900 00 000"]}])
    ids = {author_id(KEY, listed, h, t) for h in ("name:Ann", "phone:+4790000000") for t in "ab"}
    assert len(ids) == 1
    address = {author_id(KEY, People(), "email:a@x.example", t) for t in "ab"}
    assert len(address) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("email:Ann+list@Gmail.com", "email:a.n.n@googlemail.com", True),
        ("email:ann+x@work.example", "email:ann@work.example", False),
        ("phone:+47 900-00 000", "phone:+4790000000", True),
        ("phone:90000000", "phone:+90000000", False),
        ("name:~\u200eÅse 🌻", "name:åse", True),
        ("name:🌻", "name:🍀", False),
        ("twitter:@ann", "twitter:Ann", True),
        ("slack:U1", "discord:U1", False),
    ],
)
def test_handles_are_compared_in_their_normal_form(one, other, same):
    assert (normal(one) == normal(other)) is same


def test_a_handle_that_an_export_joins_to_a_known_one_is_that_person():
    written = people(person=[{"names": ["Ben"], "handles": ["email:ben@x.example"]}])
    told = [
        claim("email:ann@x.example", True),
        claim("slack:U1", True, "the address of the account", same_as="email:ann@x.example"),
        claim("slack:U2", True, "the address of the account", same_as="email:ben@x.example"),
        claim("slack:U3", True, "the address of the account", same_as="email:eve@x.example"),
    ]
    who = resolved(written, told)
    owners = [who.owner(f"slack:U{n}") for n in (1, 2, 3)]
    assert owners == ["me", "person:0", "slack:u3"]
    found = by_handle(table([], told, written))
    assert found["slack:U1"]["person"] == "me"
    assert found["slack:U3"]["person"] is None


def test_handles_that_stand_nowhere_are_listed_too():
    found = by_handle(table([], [], people(me={"handles": ["email:ann@x.example"]})))
    assert found["email:ann@x.example"]["person"] == "me"
    assert found["email:ann@x.example"]["documents"] == 0


def test_the_table_counts_and_is_written_most_documents_first():
    rows = [("name:Ann", "Ann", "whatsapp", "t1"), ("name:Ben", None, "whatsapp", "t1")]
    found = table(drafts(*rows, rows[1]), [], People())
    ben = by_handle(found)["name:Ben"]
    assert (ben["documents"], ben["threads"], ben["names"]) == (2, 1, [])
    assert (ben["first"].day, ben["last"].day) == (2, 3)
    told = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [row["handle"] for row in told] == ["name:Ben", "name:Ann"]

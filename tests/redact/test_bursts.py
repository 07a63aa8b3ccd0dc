"""Messages sent in one go are read together: a number split over two of them is found."""

from datetime import UTC, datetime, timedelta

from corpus.people import People
from corpus.redact import Redact, find_entities
from corpus.schema import WORK, record_batch

RULES = Redact(ner=False)
START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def message(n, text, minutes=0.0, author="a", thread="t", **more):
    row = {name: None for name in WORK.names}
    created = START + timedelta(minutes=minutes)
    row |= {"id": f"m{n}", "text": text, "kind": "chat", "thread": thread, "author": author}
    return row | {"position": n, "created": created, "origin": "self"} | more


def found(*rows):
    batch = record_batch(list(rows), WORK)
    texts = {row["id"]: row["text"] for row in rows}
    return [
        (row["id"], row["type"], texts[row["id"]][row["start"] : row["end"]])
        for row in find_entities(batch, RULES, People()).to_pylist()
    ]


def test_a_number_split_over_two_messages_is_found_in_both():
    assert found(message(0, "call me: +47 900"), message(1, "11 222 ok?", 0.5)) == [
        ("m0", "PHONE_NUMBER", "+47 900"),
        ("m1", "PHONE_NUMBER", "11 222"),
    ]


def test_a_card_split_over_three_messages_is_found_in_all():
    pieces = ("4111 1111", "1111", "1111 there")
    told = found(*(message(n, text, n * 0.4) for n, text in enumerate(pieces)))
    assert [value for _, type_, value in told if type_ == "CREDIT_CARD"] == [
        "4111 1111", "1111", "1111",
    ]  # fmt: skip


def test_nothing_is_read_together_across_people_threads_or_three_minutes():
    first = message(0, "call me: +47 900")
    for other in (
        message(1, "11 222 ok?", 0.5, author="b"),
        message(1, "11 222 ok?", 0.5, thread="u"),
        message(1, "11 222 ok?", 3),
        message(1, "11 222 ok?", 0.5, removed="filter.x"),
        message(1, "11 222 ok?", 0.5, kind="mail"),
    ):
        assert found(first, other) == []


def test_one_by_one_what_stands_in_one_message_stays_as_it_is():
    assert found(message(0, "mail ann@example.org"), message(1, "86.34.246.154", 1)) == [
        ("m0", "EMAIL_ADDRESS", "ann@example.org"),
        ("m1", "IP_ADDRESS", "86.34.246.154"),
    ]

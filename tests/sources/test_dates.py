"""Moments in the forms that programs and people use."""

from datetime import UTC, date, datetime

import pytest

from corpus.sources.dates import date_in, moment

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("2024-07-01T12:00:00Z", "second"),
        ("2024-07-01 12:00:00.000000+00:00", "second"),
        ("2024-07-01 12:00:00 UTC", "second"),
        ("2024-07-01 14:00:00 +0200", "second"),
        ("2024-07-01T12:00Z", "minute"),
        ("Mon, 01 Jul 2024 14:00:00 +0200", "second"),
        (NOON, "second"),
        (1719835200, "second"),
        (1719835200.0, "second"),
        ("1719835200000", "second"),
        (1719835200000000, "second"),
        (1719835200000000000, "second"),
    ],
)
def test_a_moment_is_the_same_in_every_form(value, precision):
    assert moment(value, "Europe/Oslo") == (NOON, precision)


@pytest.mark.parametrize(
    ("value", "start", "precision"),
    [
        ("2024-07-01", "2024-06-30T22:00:00+00:00", "day"),
        (date(2024, 7, 1), "2024-06-30T22:00:00+00:00", "day"),
        ("20240701", "2024-06-30T22:00:00+00:00", "day"),
        ("2024-07", "2024-06-30T22:00:00+00:00", "month"),
        (2024, "2023-12-31T23:00:00+00:00", "year"),
        ("2024-07-01 00:30", "2024-06-30T22:30:00+00:00", "minute"),
    ],
)
def test_what_has_no_zone_is_local(value, start, precision):
    assert moment(value, "Europe/Oslo") == (datetime.fromisoformat(start), precision)


@pytest.mark.parametrize(
    "value", [None, "", "soon", True, [], {}, 0, 7, float("nan"), 1e300, "2024-13-45", b"2024"]
)
def test_what_is_no_date_is_unknown(value):
    assert moment(value, "UTC") == (None, "unknown")


@pytest.mark.parametrize("name", ["2024-02-30.txt", "1234567890.txt", "notes.txt", "99-01-01.txt"])
def test_numbers_in_a_name_are_not_always_a_date(name):
    assert date_in(name, "UTC") == (None, "unknown")

"""Surrogates: same type and shape, agreed within a scope, never a real value."""

import ipaddress

import pytest

from corpus.redact import checks
from corpus.redact.known import digits
from corpus.redact.surrogates import Surrogates, canonical_form, shape

KEY = b"0123456789abcdef"


def test_the_names_of_one_person_agree_and_keep_their_case():
    drawn = Surrogates(KEY, "t")
    first, last = drawn.name("Ann Miller").split()
    assert drawn.name("ann", "Ann Miller") == first.lower()
    assert drawn.name("MILLER", "Ann Miller") == last.upper()
    assert drawn.name("Miller, Ann", "Ann Miller") == f"{last}, {first}"
    assert drawn.name("Ann’s", "Ann Miller") == f"{first}’s"
    assert drawn.name("A. van der Miller", "A. van der Miller")[1:11] == ". van der "


def test_scope_and_key_decide():
    names = [f"Ann Miller{c}" for c in "abcdefghij"]
    draw = lambda key, scope: [Surrogates(key, scope).name(n) for n in names]  # noqa: E731
    assert draw(KEY, "t") == draw(KEY, "t")
    assert draw(KEY, "t") != draw(KEY, "u")
    assert draw(KEY, "t") != draw(b"another", "t")


def test_people_of_a_thread_get_different_names_in_any_order():
    people = [
        f"{a} {b}" for a in ("Ann", "Tom", "Eve", "Sue", "Jim") for b in ("Lee", "Berg", "Holt")
    ]
    forth, back = Surrogates(KEY, "t"), Surrogates(KEY, "t")
    forth.reserve(people)
    back.reserve(people[::-1])
    assert [forth.name(p) for p in people] == [back.name(p) for p in people]
    assert len({forth.name(p) for p in people}) == len(people)
    real = {part.lower() for p in people for part in p.split()}
    assert not real & {part.lower() for p in people for part in forth.name(p).split()}


def test_a_real_value_is_never_drawn():
    free = Surrogates(KEY, "t").draw("PHONE_NUMBER", "(415) 555-0142")
    taken = {canonical_form("PHONE_NUMBER", free)}
    assert Surrogates(KEY, "t", taken).draw("PHONE_NUMBER", "(415) 555-0142") != free


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("PHONE_NUMBER", "(415) 555-0142"),
        ("PHONE_NUMBER", "+44 7911 123456"),
        ("PHONE_NUMBER", "+47 900 11 222"),
        ("CREDIT_CARD", "4111-1111-1111-1111"),
        ("CREDIT_CARD", "378282246310005"),
        ("IBAN_CODE", "gb82 west 1234 5698 7654 32"),
        ("IBAN_CODE", "DE89370400440532013000"),
        ("US_SSN", "078-05-1120"),
    ],
)
def test_numbers_keep_their_shape(type_, value):
    drawn = Surrogates(KEY, "t").draw(type_, value)
    assert drawn != value
    assert shape(drawn) == shape(value) and len(drawn) == len(value)
    if type_ == "CREDIT_CARD":
        assert checks.card(digits(drawn))
    if type_ == "IBAN_CODE":
        assert checks.mod97("".join(filter(str.isalnum, drawn)).upper()) == 1
    if type_ == "US_SSN":
        assert not checks.ssn(digits(drawn))


def test_addresses_are_those_kept_for_documentation():
    drawn = Surrogates(KEY, "t")
    assert ipaddress.ip_address(drawn.draw("IP_ADDRESS", "86.34.246.154")).is_private
    assert ipaddress.ip_address(drawn.draw("IP_ADDRESS", "2001:4860::1")) in ipaddress.ip_network(
        "2001:db8::/32"
    )
    assert drawn.draw("EMAIL_ADDRESS", "ann@corp.no").partition("@")[2].startswith("example.")


def test_an_address_keeps_its_kind_of_street():
    drawn = Surrogates(KEY, "t").draw("LOCATION", "12 Oak Lane, Springfield, IL 62701")
    assert " Lane, " in drawn and "Oak" not in drawn and "Springfield" not in drawn
    assert shape(drawn) == shape("12 Oak Lane, Springfield, IL 62701")

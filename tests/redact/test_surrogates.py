"""Surrogates: same type and shape, agreed within a scope, never a real value."""

import ipaddress
import re
from datetime import date

import phonenumbers
import pytest

from corpus.people import People, Person
from corpus.redact import checks, pools
from corpus.redact.aliases import Aliases
from corpus.redact.known import digits
from corpus.redact.logins import plain
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


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("Jürgen Müller", "de_DE"),
        ("Ольга Иванова", "ru_RU"),
        ("Φίλιππος Παπαδόπουλος", "el_GR"),
        ("محمد الأحمد", "ar_AA"),
        ("अमित शर्मा", "hi_IN"),
        ("Giuseppe Abatantuono", "it_IT"),
    ],
)
def test_a_name_stays_in_its_locale(name, locale):
    for scope in "abcde":
        first, last = Surrogates(KEY, scope).name(name).split()
        pool = pools.names(locale)
        assert first in {*pool.women, *pool.men}
        assert last in pool.last
        assert {first, last}.isdisjoint(name.split())


def test_a_name_of_one_word_keeps_family_name_first():
    drawn = Surrogates(KEY, "t")
    pool = pools.names("ko_KR")
    assert drawn.name("김민수")[0] in pool.last
    assert drawn.name("김철수")[0] == drawn.name("김민수")[0] != "김"


def test_a_compound_name_stays_compound_and_agrees_with_its_parts():
    drawn = Surrogates(KEY, "t")
    whole = drawn.name("Dilwyn Prosser-Jones")
    assert re.fullmatch(r"\w+ \w+-\w+", whole)
    assert drawn.name("Jones", "Ann Jones") == whole.rpartition("-")[2]


@pytest.mark.parametrize(
    ("value", "reserved"),
    [
        ("(415) 555-7342", r"\([2-9]\d\d\) 555-01\d\d"),
        ("+1 415 555 7342", r"\+1 [2-9]\d\d 555 01\d\d"),
        ("+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("07911 123456", r"07700 900\d{3}"),
        ("+33 6 12 34 56 78", r"\+33 6 39 98 \d\d \d\d"),
        ("+33 1 42 68 53 00", r"\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49) \d\d \d\d"),
        ("+49 30 12345678", r"\+49 (30 23125|69 90009|40 66969|89 99998|22 14710)\d{3}"),
        ("+46 70 123 45 67", r"\+46 70 174 06 \d\d"),
        ("+61 491 234 567", r"\+61 491 57\d \d{3}"),
        ("+353 21 123 4567", r"\+353 20 91\d \d{4}"),
    ],
)
def test_phones_are_of_the_ranges_their_country_keeps_for_fiction(value, reserved):
    for scope in "abcdefgh":
        drawn = Surrogates(KEY, scope, regions=("US", "GB")).draw("PHONE_NUMBER", value)
        assert re.fullmatch(reserved, drawn), drawn


@pytest.mark.parametrize("value", ["+47 900 11 222", "+91 98765 43210", "+358 40 1234567"])
def test_where_none_is_kept_a_number_is_drawn_that_nobody_has(value):
    for scope in "abcdefgh":
        drawn = Surrogates(KEY, scope).draw("PHONE_NUMBER", value)
        number = phonenumbers.parse(drawn)
        assert number.country_code == phonenumbers.parse(value).country_code
        assert not phonenumbers.is_valid_number(number)
        assert shape(drawn) == shape(value)


def test_one_number_written_in_two_ways_gets_one_surrogate():
    drawn = Surrogates(KEY, "t", regions=("US",))
    national, abroad = (drawn.draw("PHONE_NUMBER", v) for v in ("(415) 555-7342", "+14155557342"))
    assert digits(abroad) == "1" + digits(national)
    assert canonical_form("PHONE_NUMBER", "+14155557342") == canonical_form(
        "PHONE_NUMBER", "(415) 555-7342", ("US",)
    )


@pytest.mark.parametrize(
    ("card", "brand"),
    [
        ("4539 1488 0343 6467", "4000 00"),
        ("5105105105105100", "555555"),
        ("378282246310005", "378282"),
        ("3530111333300000", "353011"),
        ("6200000000000005", "620000"),
        ("2223003122003222", "222300"),
    ],
)
def test_cards_are_test_cards_of_their_brand(card, brand):
    drawn = Surrogates(KEY, "t").draw("CREDIT_CARD", card)
    assert drawn.startswith(brand)
    assert shape(drawn) == shape(card)
    assert checks.card(digits(drawn))


def test_places_and_dates_keep_language_and_form():
    drawn = Surrogates(KEY, "t")
    street = drawn.draw("LOCATION", "Hauptstraße 5, 80331 München")
    assert re.fullmatch(r"\w+straße \d, \d{5} \w+", street)
    assert street.split()[-1] in pools.towns("de_DE")
    assert re.fullmatch(r"\d\d\. [a-z]+ 20\d\d", drawn.draw("DATE_TIME", "12. mars 2024"))
    assert re.fullmatch(
        r"[A-Z]\w+ \d(st|nd|rd|th), \d{4}", drawn.draw("DATE_TIME", "May 3rd, 2020")
    )
    for scope in "abcdef":
        moved = Surrogates(KEY, scope).draw("DATE_TIME", "2012-05-12")
        assert moved != "2012-05-12"
        assert date.fromisoformat(moved)


ANN = Person(names=("Ann Miller", "Annie"), handles=("email:ann.miller@corp.example", "@annmill"))


def test_all_that_one_person_is_called_agrees():
    pairs = [
        ("email:ann.miller@corp.example", "Ann Miller"),
        ("email:bob@x.example", "Robert Smith"),
    ]
    who = Aliases(pairs, {"Tom Baker"}, People(person=(ANN,)))
    drawn = Surrogates(KEY, "t")

    def stand_in(type_, value):
        return drawn.draw(type_, value, who.person(type_, value))

    first, last = stand_in("PERSON", "Ann Miller").split()
    assert stand_in("PERSON", "Annie") == first == stand_in("PERSON", "ANN").title()
    assert stand_in("PERSON", "A. Miller") == f"{first[0]}. {last}"
    assert stand_in("EMAIL_ADDRESS", "ann.miller@corp.example").startswith(
        f"{plain(first)}.{plain(last)}@example."
    )
    assert stand_in("EMAIL_ADDRESS", "amiller@home.example").startswith(
        f"{plain(first)[0]}{plain(last)}@"
    )
    assert stand_in("HANDLE", "@annmill") == f"@{plain(first)}{plain(last)}"
    robert = stand_in("PERSON", "Robert Smith").split()
    assert stand_in("PERSON", "Bob Smith").split() == robert
    assert stand_in("EMAIL_ADDRESS", "bob@x.example").partition("@")[0] == plain(robert[0])
    assert stand_in("PERSON", "Baker") == stand_in("PERSON", "Tom Baker").split()[1]


def test_who_may_be_meant_twice_is_nobody():
    pairs = [(f"email:{n}@x.example", f"Ann {n.title()}") for n in ("lee", "berg")]
    who = Aliases(pairs, (), People(person=(ANN,)))
    assert who.person("PERSON", "Ann") == ""
    assert who.person("PERSON", "Lee") == "Ann Lee"
    assert who.person("PERSON", "Annie") == "Ann Miller", "listed by hand, wherever it stands"


def test_aliases_do_not_depend_on_order():
    pairs = [("email:a@x.example", "Ann Lee"), ("email:a@x.example", "Ann"), (None, "Tom Lee")]
    values = [("PERSON", v) for v in ("Ann", "Lee", "Tom", "A. Lee")]
    tell = lambda p: [Aliases(p, (), People()).person(*v) for v in values]  # noqa: E731
    assert tell(pairs) == tell(pairs[::-1])


def drawn_for(value, pairs, found=()):
    who = Aliases(pairs, {*found}, People())
    return Surrogates(KEY, "thread").name(value, who.person("PERSON", value))


def test_cases_and_other_spellings_of_a_name_get_what_stands_for_it():
    pairs = [("email:k@x.example", "Katharina Müller")]
    whole = drawn_for("Katharina Müller", pairs)
    first, last = whole.split()
    assert drawn_for("Katharina Mueller", pairs, ["Katharina Mueller"]) == whole
    assert drawn_for("K. Müller", pairs, ["K. Müller", "Stefan Müller"]) == f"{first[0]}. {last}"
    assert drawn_for("Kathi", pairs) == first
    assert drawn_for("Müllers", pairs) == (last if last[-1] in "sxzß" else f"{last}s")
    assert drawn_for("Katharina_Mueller", pairs) == f"{first}_{last}"
    ivan = [("x:1", "Ольга Иванова")]
    assert drawn_for("Ольги", ivan) == drawn_for("Ольга", ivan)


def test_a_family_name_alone_is_that_of_all_who_bear_it():
    pairs = [("x:1", "Ann Miller"), ("x:2", "Tom Miller")]
    assert drawn_for("Miller", pairs) == drawn_for("Ann Miller", pairs).split()[1]
    several = drawn_for("Ann", pairs, ["Ann & Tom Miller"])
    assert several == drawn_for("Ann Miller", pairs).split()[0]

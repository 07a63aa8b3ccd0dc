"""Hidden characters, marks and look-alikes hide nothing, and spans lie where they stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.people import People, Person
from corpus.redact import Redact, find
from corpus.redact.views import view

RULES = Redact(ner=False)
PEOPLE = People(person=(Person(names=("Zoë Åberg",)), Person(names=("Omar Haddad",))))


def found(text, people=None):
    return [(e.type, text[e.start : e.end]) for e in find([text], RULES, people or People())[0]]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write to ann\u200b@exam\u200bple.org now", "ann\u200b@exam\u200bple.org"),
        ("write to ann@example\u00ad.org", "ann@example\u00ad.org"),
        ("write to \u0430nn@ex\u0430mple.org", "\u0430nn@ex\u0430mple.org"),
        ("write to \uff41\uff4e\uff4e@example.org", "\uff41\uff4e\uff4e@example.org"),
        ("write to a\u0336n\u0336n\u0336@example.org", "a\u0336n\u0336n\u0336@example.org"),
    ],
)
def test_an_address_is_found_however_it_is_hidden(text, hidden):
    assert found(text) == [("EMAIL_ADDRESS", hidden)]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("\u202bהיי Omar Haddad שלום\u202c", "Omar Haddad"),
        ("\u2067Omar\u2069 Haddad", "Omar\u2069 Haddad"),
        ("x Zoe\u0308 A\u030aberg y", "Zoe\u0308 A\u030aberg"),
        ("x Zo\u0451 \u00c5berg, Om\u0430r H\u0430dd\u0430d", "Om\u0430r H\u0430dd\u0430d"),
        ("O\u0301\u0302m\u0323ar Haddad", "Haddad"),
    ],
)
def test_a_known_name_is_found_among_marks_and_directions(text, hidden):
    assert hidden in [value for _, value in found(text, PEOPLE)]


def test_digits_of_other_scripts_are_read():
    text = "اتصل \u0660\u0661 +\u0664\u0667 \u0669\u0660\u0660 \u0661\u0661 \u0662\u0662\u0662"
    assert [type_ for type_, _ in found(text)] == ["PHONE_NUMBER"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("https://x.example/?e=ann.lee%40corp-example.org&x=1", "EMAIL_ADDRESS"),
        ("call +4\ufe0f\u20e34\ufe0f\u20e3 7\u20e3911 12\ufe0f\u20e33456 now", "PHONE_NUMBER"),
    ],
)
def test_escapes_and_keycaps_hide_nothing(text, type_):
    assert type_ in [found_type for found_type, _ in found(text)]


def test_plain_text_is_its_own_view_and_other_scripts_stay_as_they_are():
    for text in ("Ann Lee", "Zoë Åberg", "Анна Петрова", "שָׁלוֹם", "नमस्ते", "日本語"):
        assert view(text) == (text, ())


def test_what_no_encoding_can_hold_is_looked_at_all_the_same():
    text = "\ud800 mail ann@example.org \udfff\0"
    assert found(text) == [("EMAIL_ADDRESS", "ann@example.org")]
    assert find([text], Redact()) is not None


@given(st.text(st.sampled_from("aB1 \n\0\u200b\u0301\u0430\uff21\ud800é@.שּ"), max_size=30))
def test_every_place_of_a_view_is_a_place_of_the_text(text):
    seen = view(text)
    ends = [seen.place(i, i)[0] for i in range(len(seen.text) + 1)]
    assert ends == sorted(ends) and ends[-1] == len(text)
    for i, char in enumerate(seen.text):
        start, end = seen.place(i, i + 1)
        assert char in text[start:end] or not text[start:end].isascii() or "\0" in text[start:end]

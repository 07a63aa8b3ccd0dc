"""Header fields of mail: words, addresses and dates, beside the standard library's reading."""

import email.utils
from datetime import UTC, datetime
from email.header import Header, decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources import fields
from corpus.sources.charsets import decoded
from corpus.sources.fields import addresses, moment, shown, words_of

SHOWN = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
WORDS = st.text(SHOWN, min_size=1, max_size=40)


@given(WORDS, st.sampled_from(["utf-8", "utf-16", "iso-8859-1", "koi8-r"]))
def test_encoded_words_are_read_as_the_standard_library_reads_them(text, charset):
    try:
        value = Header(text, charset, header_name="Subject").encode()
    except UnicodeError:
        return
    told = str(make_header(decode_header(value)))
    assert words_of(shown(value.encode()) or "") == " ".join(told.split()) or charset != "utf-8"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?=", "café"),
        ("=?utf-8?B?w4XDhQ==?==?utf-8?B?w4U=?=", "ÅÅÅ"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?utf-8*en?Q?a_b?=", "a b"),
        ("=?x-no-such?Q?plain?= words", "plain words"),
        ("=?utf-8?B?***?= kept", "=?utf-8?B?***?= kept"),
        ("Re: =?utf-8?q?=C3=98l?= og =?utf-8?q?vin?=", "Re: Øl og vin"),
        ("a =? b", "a =? b"),
    ],
)
def test_encoded_words(value, words):
    assert words_of(value) == words


@pytest.mark.parametrize(
    "value",
    [
        "a@x.example",
        "Ann Lee <ann@x.example>",
        '"Lee, Ann" <ann@x.example>, bo@x.example',
        "<a@x.example>,,<b@x.example>",
        "Ann (at work) <ann@x.example>",
        "ann@x.example (Ann Lee)",
        '"A \\"B\\" C" <a@x.example>',
        "team: a@x.example, B <b@x.example>;",
        "Ann Lee<ann@x.example>",
    ],
)
def test_addresses_are_read_as_the_standard_library_reads_them(value):
    theirs = [(f"email:{a.lower()}", n or None) for n, a in email.utils.getaddresses([value]) if a]
    if "(at work)" in value:
        theirs = [("email:ann@x.example", "Ann")]  # a comment beside a name is not part of it
    assert list(addresses(value)) == theirs


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ("Lee, Ann <ann@x.example>", [("name:Lee", "Lee"), ("email:ann@x.example", "Ann")]),
        ("undisclosed-recipients:;", []),
        ("'ann@x.example' <ann@x.example>", [("email:ann@x.example", None)]),
        ("Ann Lee", [("name:Ann Lee", "Ann Lee")]),
        ("=?utf-8?q?Lee=2C_Ann?= <ann@x.example>", [("email:ann@x.example", "Lee, Ann")]),
        ('"unclosed <a@x.example>', [("email:unclosed<a@x.example>", None)]),
        ("a@x.example; b@x.example", [("email:a@x.example", None), ("email:b@x.example", None)]),
        ("<@relay.example:ann@x.example>", [("email:ann@x.example", None)]),
        ("", []),
        (None, []),
    ],
)
def test_addresses(value, people):
    assert list(addresses(value)) == people


@given(st.text(st.sampled_from('a@.<>"(),;:\\ =?'), max_size=60))
def test_no_text_makes_addresses_fail(value):
    for handle, _ in addresses(value):
        assert handle.startswith(("email:", "name:"))


def test_hostile_fields_are_read_in_linear_time():
    for piece in ("<", '"', "(", "(a", "\\", ",", "=?", "=?a?q?", "a@", " ", ":"):
        addresses(piece * 60_000)
        words_of(piece * 60_000)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)), st.integers(-11, 13))
def test_dates_are_read_as_the_standard_library_reads_them(when, hours):
    value = f"{when:%a, %d %b %Y %H:%M:%S} {'-' if hours < 0 else '+'}{abs(hours):02}30"
    assert moment(value) == email.utils.parsedate_to_datetime(value).astimezone(UTC)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 2 Apr 2012 20:21:52 +0400", "2012-04-02T16:21:52"),
        ("2 Apr 2012 20:21 +0000", "2012-04-02T20:21:00"),
        ("Mon, 02 Apr 2012 20:21:52 GMT", "2012-04-02T20:21:52"),
        ("Mon, 02 Apr 2012 20:21:52 EST", "2012-04-03T01:21:52"),
        ("Mon, 02 Apr 2012 20:21:52 +0200 (CEST)", "2012-04-02T18:21:52"),
        ("Mon, 2 Apr 12 20:21:52 -0000", "2012-04-02T20:21:52"),
        ("Mon Apr  2 18:26:00 2012", "2012-04-02T16:26:00"),
        ("Mon, 2 Apr 2012 18:26:00", "2012-04-02T16:26:00"),
        ("Mon Apr 02 18:26:00 +0000 2012", "2012-04-02T18:26:00"),
        ("2012-04-02T20:21:52Z", "2012-04-02T20:21:52"),
        ("Mon, 2 Apr 2012 23:59:60 +0000", "2012-04-02T23:59:59"),
        ("Mon, 2 Apr 9999 20:21:52 +0400", None),
        ("Mon, 99 Apr 2012", None),
        ("Mon, 31 Feb 2012 10:00:00 +0000", None),
        ("Mon, 2 Apr 2012 20:21:52 +9999", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(value, iso):
    found = moment(value, "Europe/Oslo")
    assert (found and found.replace(tzinfo=None).isoformat()) == iso


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("blåbær på fjellet", "utf-8", "iso-8859-1"),
        ("blåbær på fjellet", "cp1252", "utf-8"),
        ("blåbær på fjellet", "utf-8", None),
        ("日本語のメール", "iso2022_jp", None),
        ("①日本語", "iso2022_jp_ext", "iso-2022-jp"),
        ("Привет, мир", "utf-8", "koi8-r"),
        ("Привет, мир", "koi8-r", "koi8-r"),
        ("Hello there", "utf-16-le", None),
        ("Hello there", "utf-16-be", "utf-16"),
        ("Hello there", "utf-16-le", "utf-16"),
        ("Hello there", "utf-16", "utf-16"),
        ("don’t", "utf-7", "utf-7"),
        ("don’t – “so”", "cp1252", "us-ascii"),
        ("“quoted”", "cp1252", "iso-8859-1"),
        ("你好，世界，再见", "gb18030", "gb2312"),
        ("안녕하세요 여러분", "cp949", "ks_c_5601-1987"),
    ],
)
def test_text_is_decoded_as_it_is_and_not_as_it_says(text, codec, declared):
    if codec == "iso2022_jp_ext":
        text = text[1:]
    assert decoded(text.encode(codec), declared) == text


def test_a_few_broken_bytes_do_not_change_the_charset():
    raw = "Vi møtes på kaia, og så går vi".encode() + b"\xff"
    assert decoded(raw, "utf-8") == "Vi møtes på kaia, og så går vi\ufffd"


def test_ids_of_a_field():
    assert fields.ids("<a@x>\n <b@x>") == ["a@x", "b@x"]

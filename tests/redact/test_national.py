"""National numbers: right ones are found where their country is configured, wrong ones nowhere."""

import pytest

from corpus.redact import Redact, find
from corpus.redact.national import NUMBERS, identity_numbers

RIGHT = {
    "GB": "AB 12 34 56 C",
    "NO": "010190 00083",
    "SE": "811218-9876",
    "DK": "070761-4285",
    "FI": "131052-308T",
    "DE": "86 095 742 719",
    "FR": "2 55 08 14 168 025 38",
    "ES": "12345678Z",
    "IT": "RSSMRA85T10A562S",
    "PL": "44051401359",
    "BE": "85.07.30-033.28",
    "BR": "111.444.777-35",
    "CH": "756.9217.0769.85",
    "CA": "130-692-544",
}  # published examples and made numbers


def spans(text, *regions):
    return [text[start:end] for start, end, _ in identity_numbers(text, regions)]


def test_every_country_has_an_example():
    assert set(RIGHT) == {number.region for number in NUMBERS}


@pytest.mark.parametrize(("region", "number"), RIGHT.items())
def test_a_right_number_is_found_and_a_wrong_one_is_not(region, number):
    assert spans(f"my number is {number}, ok", region) == [number]
    assert spans(f"my number is {number}, ok") == []
    if region not in ("GB", "DK"):  # these have no check digit
        last = number[-1]
        wrong = number[:-1] + (chr(ord(last) - 1) if last not in "0A" else chr(ord(last) + 1))
        assert spans(f"my number is {wrong}, ok", region) == []


def test_numbers_without_check_digits_have_other_bounds():
    assert spans("GB 12 34 56 C and 450761-4285", "GB", "DK") == []
    assert spans("NHS number 943 476 5919 here", "GB") == ["943 476 5919"]


def test_signs_within_a_number_and_letters_for_digits_are_read():
    assert spans("hetu 131052+308T and 131052a308t", "FI") == ["131052+308T", "131052a308t"]
    assert spans("cf RSSMRA45C12F2L5N", "IT") == ["RSSMRA45C12F2L5N"]
    assert spans("nie x-2482300w", "ES") == ["x-2482300w"]


def test_they_are_found_by_the_regions_of_the_settings():
    text = "CPF 111.444.777-35"
    found = find([text], Redact(ner=False, regions=("br",)))[0]
    assert [(e.type, e.rule, text[e.start : e.end]) for e in found] == [
        ("ID_NUMBER", "checksum.national", "111.444.777-35")
    ]

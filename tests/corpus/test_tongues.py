"""Languages that are easily taken for each other, told apart by small words and letters."""

import pytest

from corpus import language
from corpus.stops import SMALL_WORDS, STOP_WORDS
from corpus.tongues import LETTERS, NEIGHBOURS, Evidence, neighbours, small_words

SENTENCES = {
    "no": "Årsaken er at de ikke har fått noe svar på brevet ennå, og nå venter de hele uken.",
    "nn": "Eg veit ikkje kva dei vil, men me får sjå korleis det går når dei kjem heim att.",
    "da": "Hun var selvfølgelig ikke hjemme, så jeg lagde nøglen under den røde urtepotte igen.",
    "sv": "Men de hade inte tänkt på att båten låg kvar på andra sidan sjön.",
    "sk": "Som rád, že si prišiel, ale nabudúce mi prosím ťa daj vedieť skôr.",
    "cs": "Jsem rád, že jsi přišel, ale příště mi prosím tě dej vědět dřív.",
    "hr": "Netko je cijelo vrijeme stajao ondje, tko zna što je htio vidjeti tijekom noći.",
    "sl": "Zdaj pa res ne vem več, kaj naj naredim, ker me nihče od njih ne posluša.",
    "sr": "Нисам знао да је већ отишао, па сам га чекао пред вратима скоро цео сат.",
    "mk": "Не знаев дека веќе си заминал, па те чекав пред вратата речиси цел час.",
    "ro": "Nu știu de ce a plecat așa de repede, că abia ajunsese și era încă lumină afară.",
    "ca": "No sé per què se'n va anar tan de pressa, si tot just havia arribat amb els altres.",
    "et": "Ma ei tea, miks ta nii vara ära läks, kuigi õues oli veel üsna valge.",
    "lt": "Nežinau, kodėl jis taip greitai išėjo, juk dar tik ką buvo atvažiavęs pas mus.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_neighbours_are_told_apart(code):
    assert language.detect(SENTENCES[code]).code == code


def test_every_neighbour_has_words_and_letters_of_its_own():
    for group in NEIGHBOURS:
        for code in group.split():
            assert code in SMALL_WORDS or code in STOP_WORDS
            assert code in LETTERS
            others = [small_words(other) for other in neighbours(code) - {code}]
            assert code == "bs" or small_words(code) - frozenset().union(*others), code


def test_foreign_letters_speak_against_a_language():
    text = Evidence("příště řeka")
    assert text.weight("cs") > text.weight("sk")
    assert Evidence("plain").weight("sk") == Evidence("plain").weight("cs")


def test_serbian_is_known_in_both_scripts():
    assert {"где", "gde"} <= small_words("sr")


@pytest.mark.parametrize(
    "text",
    [
        "qzpx wmvk jdro tygu hnbc sfle aiqz kxwp mrdv ojtc yubh gnfs elai zqkx",
        "8 14 92 kg 17 3 0.5 l 44 12 m 9 81 7 22 x 31 5 2 cm 18 6 70",
    ],
)
def test_what_is_no_language_stays_undecided(text):
    assert language.detect(text).code is None


def test_a_short_paragraph_is_not_in_a_neighbour_of_the_main_language():
    long = SENTENCES["no"] + " Og så gikk vi hjem igjen uten å si noe mer til noen av dem."
    text = "\n\n".join([long, long, "Endelig frokost: te, brød og ost.", SENTENCES["sr"]])
    found = language.by_paragraph(text, language.detect(text).code)
    assert found and found[:2] == ["no", "no"] and found[2] in (None, "no") and found[3] == "sr"


def test_one_paragraph_of_another_language_is_enough():
    english = "We walked along the river until it was dark, and nobody said a word about it."
    text = "\n\n".join(
        [english] * 6 + ["Morgen fahren wir endlich wieder ans Meer."] + [english] * 6
    )
    found = language.detect(text)
    assert found.code == "en" and found.mixed
    assert language.by_paragraph(text, "en") == ["en"] * 6 + ["de"] + ["en"] * 6


def test_small_words_are_found_in_scripts_with_vowel_marks_and_without_spaces():
    assert Evidence("यह किताब मेरी है और वह उसकी").telling("hi") >= 3
    assert Evidence("हे पुस्तक माझे आहे आणि ते नाही").telling("mr") > 2
    assert Evidence("他说这个我不要了").telling("zh") >= 3

"""Names the model missed, mislabelled or cut, and lines that hold none."""

import pytest

from corpus.redact import Redact, find
from corpus.redact.again import again
from corpus.redact.entities import Entity
from corpus.redact.surmise.casing import nameless, truecased
from corpus.redact.surmise.gazetteer import GIVEN, PLACE, WORD, flags, ordinary
from corpus.redact.surmise.refinement import refine


def people(line, *found, **more):
    return [line[s.start : s.end] for s in refine(line, found, **more) if s.type == "PERSON"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("My name is Torvald Penhallow and I am late", ["Torvald Penhallow"]),
        ("my name is okonjo and i am late", ["okonjo"]),
        ("His brother Dragomir came along", ["Dragomir"]),
        ("Quennell said it would rain", ["Quennell"]),
        ("Ottoline, could you bring the salt?", ["Ottoline"]),
        ("we met Jorunn Hallvardsen there", ["Jorunn Hallvardsen"]),
        ("The committee met on Tuesday", []),
        ("I met NAOMI PENHALLOW in town", ["NAOMI PENHALLOW"]),
        ("I saw it on CNN and BBC News", []),
        ("so Naomi Penhallow, Jr. came", ["Naomi Penhallow, Jr."]),
        ("I will mark the road on the map", []),
    ],
)
def test_names_stand_where_names_stand(line, names):
    assert people(line) == names


def test_a_span_of_the_model_is_completed_and_cut():
    line = "J. R. Penhallow wrote to Ann Lee: hello"
    assert people(line, (6, 15, "PERSON", 0.9)) == ["J. R. Penhallow", "Ann Lee"]
    line = "then Naomi (Nono) T. Penhallow III came"
    assert people(line, (5, 10, "PERSON", 0.9)) == ["Naomi (Nono) T. Penhallow III"]
    assert people("ask Tom pls", (4, 11, "PERSON", 0.9)) == ["Tom"]
    assert people("thanks Ann", (0, 10, "PERSON", 0.9)) == ["Ann"]


def test_who_stands_in_a_list_with_a_person_is_one():
    line = "Ann, Okko and Pernille went home"
    assert people(line, (0, 3, "PERSON", 0.9)) == ["Ann", "Okko", "Pernille"]


def test_other_labels_on_personal_names_are_not_believed():
    assert people("Emma Featherstone left", (0, 17, "ORG", 0.8)) == ["Emma Featherstone"]


def test_times_that_say_nothing_exact_are_left():
    line = "for three months, next week, in early 1990"
    spans = [(4, 16, "DATE", 0.9), (18, 27, "DATE", 0.9), (32, 42, "DATE", 0.9)]
    found = [line[s.start : s.end] for s in refine(line, spans) if s.type == "DATE_TIME"]
    assert found == ["three months", "early 1990"]


def test_lists_know_names_places_and_words():
    assert flags("siobhan") & GIVEN and not flags("siobhan") & WORD
    assert flags("norway") & PLACE and flags("kraków") & PLACE
    assert flags("saarbrücken") & PLACE
    assert ordinary("walked") and ordinary("tables") and not ordinary("kowalczyk")


def test_case_is_restored_where_it_tells_nothing():
    assert truecased("naomi and kwabena are here") == "Naomi and Kwabena are here"
    assert truecased("NAOMI IS HERE") == "Naomi is here"
    assert truecased("will you mark it") is not None and truecased("Naomi is here") is None
    assert nameless("ok see you there then") and not nameless("ok see you naomi")


def test_a_name_found_once_is_found_where_it_comes_again():
    text = "Torvald Penhallow came. Later penhallow and Penhallow's dog left, torvald too."
    first = Entity(0, 17, "PERSON", 0.85, "ner.person")
    found = [text[e.start : e.end] for e in again(text, [first])]
    assert found == ["Torvald Penhallow", "Torvald", "Penhallow", "Penhallow"]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Snorrik is down. To restart snorrik, ask whoever runs Snorrik for you.", 0),
        ("Snorrik is down. Nobody has seen her since, and Snorrik will not answer.", 2),
        ("Merge it. Then Merge again, and merge once more before the day is over.", 0),
        ("Naomi came. The cat is called naomi too, or so Naomi said when we met her.", 2),
    ],
)
def test_what_a_text_has_in_lower_case_too_is_no_name_unless_lists_know_it(text, times):
    found = again(text, [Entity(0, text.index(" "), "PERSON", 0.7, "ner.person")])
    assert len({e.start for e in found}) == times


def test_identifiers_and_lines_of_code_hold_no_names():
    code = [
        "    elif len(val) == repo.org:",
        "class Sqrt(HttpRequest): pass",
        "import nikola, lena",
        "set --author and `naomi` in config.lena",
    ]
    assert [find([line], Redact())[0] for line in code] == [[]] * len(code)
    assert [t for t in ("Ask Naomi McLeod (34)", "file: Naomi_Lee.pdf") if not find([t])[0]] == []


def test_lower_case_lines_give_names_and_other_lines_are_not_changed_by_them():
    lines = ["ask naomi about it", "make your mark", "Naomi Lee is here"]
    found = find(lines, Redact())
    assert [[line[e.start : e.end] for e in f] for line, f in zip(lines, found, strict=True)] == [
        ["naomi"], [], ["Naomi Lee"],
    ]  # fmt: skip
    assert found == [find([line], Redact())[0] for line in lines]

"""Through the command line: what is like a text is found, what is judged by is not learnt from."""

import json
import random

import pytest

QUICK = ("--until", "write-shards", "--set", "redact.ner=false", "--set", "run.workers=1")


def story(seed, lines=9):
    """Return sentences that no other seed has."""
    draw = random.Random(seed)
    words = "harbour window letter garden kitchen evening winter mother boat paper".split()
    return "".join(
        f"In the {draw.choice(words)} of the {draw.choice(words)} I have {draw.randrange(9999)} "
        f"things to do, and that is for the {draw.choice(words)} with my {draw.choice(words)}. "
        for _ in range(lines)
    )


@pytest.fixture(scope="module")
def library(commands, tmp_path_factory):
    """A library of forty notes, two of which hold an item of the evaluation set «quiz»."""
    folder = tmp_path_factory.mktemp("notes")
    for n in range(40):
        (folder / f"{n:02}.txt").write_text(story(n))
    item = story(900, 1)
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"{story(name)}{item}{story(name + name)}")
    (folder / "twice.txt").write_text(story(7) + "And then a little more of it.")
    quiz = tmp_path_factory.mktemp("sets") / "quiz.jsonl"
    quiz.write_text(json.dumps({"question": item.upper(), "answer": 3}) + "\n")
    library = tmp_path_factory.mktemp("libraries") / "alike"
    commands("init", library, "--from", folder, "--me", "Ines")
    told = f'[[set]]\nname = "quiz"\npath = "{quiz}"\n'
    (library / "secrets" / "evaluation.toml").write_text(told)
    commands("build", library, *QUICK, "--set", "split.test=0", "--set", "split.valid=0")
    return library


def test_what_is_in_an_evaluation_set_is_not_learnt_from(commands, library):
    query = "SELECT removed, count(*) FROM removed WHERE removed LIKE 'decon%' GROUP BY 1"
    assert commands("sql", library, query, "--csv").split()[1:] == ["decontaminate.evaluation,2"]
    query = "SELECT DISTINCT rule, other FROM events WHERE step = 'decontaminate'"
    assert commands("sql", library, query, "--csv").split()[1:] == ["evaluation,quiz"]


def test_an_evaluation_set_that_went_away_is_named_without_its_path(commands, library):
    file = library / "secrets" / "evaluation.toml"
    kept = file.read_text()
    file.write_text('[[set]]\nname = "gone"\npath = "/no/such/place.jsonl"\n')
    try:
        said = commands("build", library, *QUICK, code=1)
    finally:
        file.write_text(kept)
    assert "the path of set «gone» is gone" in said
    assert "/no/such" not in said and "Traceback" not in said


def test_two_evaluation_sets_of_one_name_are_not_taken_for_one(commands, library):
    file = library / "secrets" / "evaluation.toml"
    kept = file.read_text()
    file.write_text(kept + kept)
    try:
        said = commands("build", library, *QUICK, code=1)
    finally:
        file.write_text(kept)
    assert "two sets have the same name" in said and "Traceback" not in said


def test_copies_versions_and_excerpts_of_a_file_are_found(commands, library, tmp_path):
    def found(text):
        (tmp_path / "asked.txt").write_text(text)
        rows = commands.json("similar", library, tmp_path / "asked.txt", "--least", "0.8")
        return [(row["relation"], round(row["containment"], 2)) for row in rows]

    assert found(story(3).upper()) == [("same", 1.0)]
    assert [relation for relation, _ in found(story(7))] == ["same", "version"]
    assert found(story(12, 3) + "\n") == [("excerpt", 1.0)]
    assert found(story(4444)) == []


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda folder: folder, "a folder; name one file"),
        (lambda folder: folder / "none.txt", "none.txt"),
        (lambda folder: _written(folder / "few.txt", "too few words"), "no text of 8 words"),
    ],
)
def test_a_file_that_cannot_be_compared_is_told_in_a_sentence(
    commands, library, tmp_path, made, says
):
    said = commands("similar", library, made(tmp_path), code=1)
    assert says in said and "Traceback" not in said


def _written(path, text):
    path.write_text(text)
    return path

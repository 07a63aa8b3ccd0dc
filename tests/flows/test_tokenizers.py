"""Tokenizers through the command line: several compared, one used, and what is asked in vain."""

import json
from pathlib import Path

import pytest

from flows.jobs.job import StepFailed
from flows.learnt import check_tokenizer
from store.library import Library
from tests.tokenizer.test_base import like_qwen

PLAIN = ("--set", "redact.ner=false", "--set", "run.workers=1")
TRAIN = ("--until", "train-tokenizer", *PLAIN)
SEVERAL = (
    "--set", 'tokenizer.strategies=["gpt4", "bytes", "base", "extended"]',
    "--set", "tokenizer.vocabulary=[300, 5000]", "--set", "tokenizer.base=acme",
)  # fmt: skip


@pytest.fixture(scope="module")
def library(commands, tmp_path_factory):
    """A library of a few notes and one chat, with a base model's tokenizer beside."""
    folder = tmp_path_factory.mktemp("tokenizers")
    notes = folder / "notes"
    notes.mkdir()
    words = "the harbour was quiet and my grandmother remembered everything about weather".split()
    for n in range(24):
        text = " ".join(words[(n * k) % len(words)] for k in range(1, 90))
        (notes / f"2024-01-{n + 1:02} note.txt").write_text(f"Note {n}: {text}.")
    commands("init", folder / "library", "--from", notes)
    (folder / "library" / "base" / "acme").mkdir(parents=True)
    like_qwen().save(str(folder / "library" / "base" / "acme" / "tokenizer.json"))
    commands("build", folder / "library", *TRAIN, *SEVERAL)
    return folder / "library"


def test_all_that_are_asked_for_are_trained_and_compared(commands, library):
    told = commands.json("tokenizers", library)
    found = {row["name"]: row for row in told["tokenizers"]}
    assert list(found) == ["gpt4-300", "gpt4-5000", "bytes", "base", "extended", "base/acme"]
    assert told["used"] == told["recommended"] == "gpt4-300"
    assert found["bytes"]["bytes_per_token"] == 1
    assert found["extended"]["new_rows"] > found["base"]["new_rows"] == 4
    assert found["base"]["bytes_per_token"] == found["base/acme"]["bytes_per_token"]
    assert any("gpt4-5000: the corpus fills" in note for note in told["notes"])
    shown = commands("tokenizers", library)
    assert "gpt4-300 *" in shown and "Recommended: gpt4-300" in shown
    html = Path(told["report"]).read_text("utf-8")
    assert "grandmother" in html and "Note 3" not in html


def test_the_one_that_is_named_encodes_the_corpus(commands, library):
    use = ("--until", "write-shards", *PLAIN, *SEVERAL, "--set", "tokenizer.use=extended")
    commands("build", library, *use)
    told = commands.json("tokenizers", library)
    assert (told["used"], told["recommended"]) == ("extended", "gpt4-300")
    key = next(row["key"] for row in told["tokenizers"] if row["name"] == "extended")
    asked = "SELECT DISTINCT tokenizer FROM shards"
    assert json.loads(commands("sql", library, asked, "--json"))["tokenizer"] == key
    asked = (
        "SELECT value FROM figures WHERE step = 'train-tokenizer' AND rule = 'bytes' "
        "AND name = 'bytes_per_token' AND kind IS NULL"
    )
    assert json.loads(commands("sql", library, asked, "--json"))["value"] == 1
    check_tokenizer(Library.open(library), key)
    with pytest.raises(StepFailed, match=rf"written with tokenizer {key}.*run write-shards"):
        check_tokenizer(Library.open(library), "another")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("tokenizer.use=gpt2-1",), "use: gpt2-1 is not trained; there are gpt2-8192"),
        (('tokenizer.strategies=["base"]', "tokenizer.base=gone"), "no base/gone/tokenizer.json"),
        (('tokenizer.strategies=["extended"]',), "extended needs base"),
    ],
)
def test_what_cannot_be_trained_is_told_in_one_sentence(commands, library, words, says):
    settings = [part for word in words for part in ("--set", word)]
    told = commands("build", library, *TRAIN, *settings, code=1)
    assert says in told.splitlines()[-1] and "Traceback" not in told


def test_without_any_tokenizer_the_way_to_one_is_told(commands, notes, tmp_path):
    commands("init", tmp_path / "lib", "--from", notes)
    assert "train them with" in commands("tokenizers", tmp_path / "lib", code=1)

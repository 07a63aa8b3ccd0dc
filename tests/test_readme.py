"""The README is short and its map names every source file; readers have a page of their own."""

import re
from pathlib import Path

from corpus.sources import SOURCES

ROOT = Path(__file__).parent.parent
FOLDERS = ("corpus", "tokenizer", "store", "model", "flows", "bench")


READERS = "corpus/sources/"


def sources():
    paths = (
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py" or path.read_text().count("\n") > 3
    )
    return sorted({READERS if path.startswith(READERS) else path for path in paths})


def mapped():
    """Return the files named in the map; a line may name several that do one job: {a,b}.py."""
    lines = (ROOT / "README.md").read_text().split("## Where things are")[1].splitlines()
    named = [line.split(maxsplit=1) for line in lines if line.strip() and "```" not in line]
    assert all(len(words) == 2 and len(words[1]) > 20 for words in named)
    return [path for words in named for path in expanded(words[0])]


def expanded(path):
    """Return the files a line stands for.

    >>> expanded("corpus/{near,units}.py")
    ['corpus/near.py', 'corpus/units.py']
    """
    start, brace, rest = path.partition("{")
    names, _, end = rest.partition("}")
    return [f"{start}{name}{end}" for name in names.split(",")] if brace else [path]


def test_every_source_file_has_its_line_and_no_other_has():
    assert sorted(mapped()) == sources()


def test_every_kind_of_source_has_its_line_for_readers():
    page = (ROOT / "docs" / "sources.md").read_text()
    told = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert sorted(told) == sorted(SOURCES)


def test_it_can_be_read_in_one_sitting():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150

"""The README is short and names every source file in one line."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("corpus", "tokenizer", "store", "model", "flows", "bench")


def sources():
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py" or path.read_text().count("\n") > 3
    )


def mapped():
    """Return the files named in the map, a line each: the path, then what it does."""
    lines = (ROOT / "README.md").read_text().split("## Where things are")[1].splitlines()
    named = [line.split(maxsplit=1) for line in lines if line.strip() and "```" not in line]
    assert all(len(words) == 2 and len(words[1]) > 20 for words in named)
    return [path for path, _ in named]


def test_every_source_file_has_its_line_and_no_other_has():
    assert sorted(mapped()) == sources()


def test_it_can_be_read_in_one_sitting():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150

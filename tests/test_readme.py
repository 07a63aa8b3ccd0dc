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
    """Return the files named in the map: «folder/» headings, then «name.py  what it does»."""
    lines = (ROOT / "README.md").read_text().split("## Where things are")[1].splitlines()
    folder, found = "", []
    for line in lines:
        word = line.split()[0] if line.split() else ""
        if word.endswith("/"):
            folder = word
        elif word.endswith(".py"):
            assert len(line.split()) > 2, f"{word} has no description"
            found.append(folder + word)
    return found


def test_every_source_file_has_its_line_and_no_other_has():
    assert sorted(mapped()) == sources()


def test_it_can_be_read_in_one_sitting():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150

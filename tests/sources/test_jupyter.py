"""Notebooks: prose and code apart, outputs never."""

import copy
import json
from pathlib import Path

import pytest

from corpus.sources import jupyter
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURE = Path(__file__).parent.parent / "fixtures/jupyter/rain.ipynb"


@pytest.fixture
def read(tmp_path):
    def read(told):
        path = tmp_path / "n.ipynb"
        path.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
        file = File(path=path, name="n.ipynb", id="f")
        assert recognise(file, Reading())[0] == "jupyter"
        return list(jupyter.read(file, Reading(assume_mine=("jupyter",))))

    return read


def cell(source, kind="markdown", **more):
    return {"cell_type": kind, "source": source, **more}


def test_prose_and_code_are_documents_of_one_thread(read):
    claim, prose, code, raw = read(FIXTURE.read_bytes())
    assert prose.text == (
        "# Rain in the barrel\n\nI measured it with a stick. \n\nIt was less than I thought."
    )
    assert (code.text, code.kind) == ("litres = 42\nprint(litres)", "code")
    assert code.metadata == {"language": "python"}
    assert prose.thread == code.thread
    assert (prose.handle, prose.mine, prose.title) == (
        "name:Ann Leeson", None, "Rain in the barrel")  # fmt: skip
    assert raw.outcome == "dropped"
    assert not claim.strong


def test_a_notebook_of_version_3_has_sheets_and_headings(read):
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Rain"},
        {"cell_type": "code", "input": ["a = 1"], "outputs": [{"text": "never"}]},
    ]
    prose, code = read({"nbformat": 3, "worksheets": [{"cells": cells}]})
    assert (prose.text, code.text) == ("## Rain", "a = 1")


def test_lines_of_the_oldest_notebooks_have_no_ends(read):
    old = {"cell_type": "markdown", "source": ["# Rain", "", "It fell."]}
    new = {"cell_type": "markdown", "source": ["# Wind\n", "It blew."]}
    (prose,) = read({"nbformat": 2, "worksheets": [{"cells": [old, new]}]})
    assert prose.text == "# Rain\n\nIt fell.\n\n# Wind\nIt blew."


def test_a_tutorial_under_its_makers_notice_is_not_assumed_to_be_ones_own(read):
    notice = cell("# Licensed under the Apache License, Version 2.0", "code")
    told = read({"cells": [cell("Welcome"), notice], "nbformat": 4})
    assert [p.mine for p in told] == [None, None]
    assert read({"cells": [cell("Mine")], "nbformat": 4})[0].mine is True


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [1], {"a": 1}, True])
def test_wrong_types_give_only_items(read, wrong):
    whole = json.loads(FIXTURE.read_text())
    for field in ("cell_type", "source", "outputs", "metadata", None):
        told = copy.deepcopy(whole)
        if field is None:
            told["cells"][0] = wrong
        else:
            told["cells"][0][field] = wrong
        assert all(isinstance(x, Piece | Problem | Claim) for x in read(told))
    assert read({**whole, "metadata": wrong})


def test_cuts_keep_the_cells_before(read):
    whole = FIXTURE.read_bytes()
    for cut in range(120, len(whole) - 4, 7):
        told = read(whole[:cut])
        assert told[-1] == Problem(
            "end of the file", "the JSON is damaged or ends early", "errored"
        )
    assert any(isinstance(x, Piece) for x in read(whole[:-150]))

"""Ghost exports: whichever format a post is kept in, under whoever wrote it."""

import copy
import json
from pathlib import Path

import pytest

from corpus.sources import ghost
from corpus.sources.file import File
from corpus.sources.ghost_cards import html_of
from corpus.sources.pages import own_words
from corpus.sources.piece import Claim, Piece, Problem, Reading

EXPORT = Path(__file__).parent.parent / "fixtures/ghost/plot.ghost.2024-02-02.json"


@pytest.fixture
def read(tmp_path):
    def read(told):
        path = tmp_path / "g.json"
        path.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
        file = File(path=path, name="g.json", id="f")
        assert ghost.recognise(file, file.head())
        return list(ghost.read(file, Reading()))

    return read


def lexical(*nodes):
    return json.dumps({"root": {"type": "root", "children": nodes}})


def test_posts_in_html_lexical_and_mobiledoc(read):
    first, page, draft, empty, claim = read(EXPORT.read_bytes())
    assert first.text == "It rained on the rhubarb."
    assert first.handle == "email:mira@plot.example"
    assert page.text == "Who digs\n\nWe dig\n& sow <seeds>."
    assert page.metadata == {"type": "page", "authors": 2}
    assert draft.text == "First line\n\nTyped *so*.\n\n- one"
    assert draft.metadata == {"status": "draft"}
    assert empty.outcome == "dropped"
    assert claim == Claim("email:mira@plot.example", claim.evidence, False, "Mira Solberg")


def test_the_flat_form_is_read_too(read):
    told = json.loads(EXPORT.read_text())["db"][0]
    assert [x.own for x in read(told) if isinstance(x, Piece)] == [
        x.own for x in read(EXPORT.read_bytes()) if isinstance(x, Piece)
    ]


def test_numbers_of_old_exports_are_not_taken_for_ids_of_all_sites(read):
    told = {"meta": {"exported_on": 1}, "data": {"posts": [{"id": 1, "slug": "a", "html": "<p>x"}]}}
    assert read(told)[0].own == "1:a"


def test_cards_with_words_stay_and_others_go():
    cards = lexical(
        {"type": "callout", "calloutText": "<b>Mind</b> the step"},
        {"type": "bookmark", "metadata": {"title": "theirs"}},
        {"type": "toggle", "heading": "Why", "content": "<p>So.</p>"},
        {"type": "codeblock", "code": "a < b"},
        {"type": "list", "tag": "ol", "children": [{"type": "listitem", "children": [
            {"type": "extended-text", "text": "one"}]}]},
    )  # fmt: skip
    assert own_words(html_of(cards, None)) == (
        "Mind the step\n\nWhy\n\nSo.\n\n```\na < b\n```\n\n- one"
    )


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [1], {"a": 1}, "{", "[[]]", True])
def test_wrong_types_give_only_items(read, wrong):
    told = json.loads(EXPORT.read_text())
    data = told["db"][0]["data"]
    for table in data:
        for field in [*data[table][0], None]:
            broken = copy.deepcopy(told)
            row = broken["db"][0]["data"][table]
            if field is None:
                row[0] = wrong
            else:
                row[0][field] = wrong
            got = read(broken)
            assert all(isinstance(x, Piece | Problem | Claim) for x in got)
            assert sum(isinstance(x, Piece | Problem) for x in got) == 4


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [1], [[1]], [[1, "p"]], [[10, 99]]])
def test_broken_editor_formats_give_no_words(wrong):
    assert html_of({"root": wrong}, {"sections": wrong, "cards": wrong}).strip("</p>") == ""


def test_a_cut_export_keeps_the_posts_before_the_cut(read):
    whole = EXPORT.read_bytes()
    for cut in range(300, len(whole) - 5, 11):
        told = read(whole[:cut])
        assert sum(x.outcome == "errored" for x in told if isinstance(x, Problem)) <= 1
        assert all(isinstance(x, Piece | Problem | Claim) for x in told)
    assert next(x.own for x in read(whole[:-200]) if isinstance(x, Piece)).endswith("1")

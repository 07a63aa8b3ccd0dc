"""Blogger: posts and comments of both feeds and of the interface, one id for all three."""

import json
from pathlib import Path

import pytest

from corpus.sources import blogger
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURES = Path(__file__).parent.parent / "fixtures/blogger"
POST = {
    "kind": "blogger#post",
    "id": "901",
    "blog": {"id": "5550001"},
    "published": "2012-08-01T20:30:00+02:00",
    "title": "Jam &amp; jars",
    "content": "<p>Twelve jars.</p><blockquote>theirs</blockquote>",
    "author": {"id": "0700123456", "displayName": "Mira"},
    "labels": ["pantry"],
    "status": "LIVE",
}


@pytest.fixture
def read(tmp_path):
    def read(told):
        path = tmp_path / "b"
        path.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
        file = File(path=path, name="b", id="f")
        return list(blogger.read(file, Reading()))

    return read


def test_a_feed_and_the_interface_name_a_post_alike(read):
    feed = read((FIXTURES / "feed.atom").read_bytes())
    api = read([POST])
    assert (feed[0].namespace, feed[0].own) == (api[0].namespace, api[0].own)
    assert feed[0].handle == api[0].handle
    assert (api[0].text, api[0].title) == ("Twelve jars.", "Jam & jars")
    assert api[0].created == feed[0].created


def test_comments_answer_posts_and_comments(read):
    post, question, answer, trashed, claim = read((FIXTURES / "feed.atom").read_bytes())
    assert (question.reply_to, question.thread) == (post.own, post.thread)
    assert answer.reply_to == question.own
    assert trashed.outcome == "dropped"
    assert claim == Claim("blogger:0700123456", claim.evidence, strong=False, name="Mira Solberg")


def test_the_older_backup_has_drafts_comments_and_a_template(read):
    template, draft, comment, _ = read((FIXTURES / "blog-05-01-2010.xml").read_bytes())
    assert template.reason == "the blog's settings or template; not writing"
    assert draft.metadata == {"status": "draft"}
    assert (comment.reply_to, comment.title) == ("11", None)


@pytest.mark.parametrize("told", [[POST], {"kind": "blogger#postList", "items": [POST]}, POST])
def test_lists_pages_and_single_posts_are_read(read, told):
    assert recognise_json(told) and read(told)[0].own == "901"


def recognise_json(told):
    return blogger.recognise(None, json.dumps(told).encode())


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [1], {"a": 1}, True])
@pytest.mark.parametrize("field", sorted(POST))
def test_wrong_types_give_only_items(read, field, wrong):
    told = read([{**POST, field: wrong}, POST])
    assert all(isinstance(x, Piece | Problem | Claim) for x in told)
    assert [x.own for x in told if isinstance(x, Piece)][-1] == "901"


@pytest.mark.parametrize("name", ["feed.atom", "blog-05-01-2010.xml"])
def test_every_cut_ends_in_one_error(read, name):
    whole = (FIXTURES / name).read_bytes()
    pieces = [x.own for x in read(whole) if isinstance(x, Piece)]
    for cut in range(400, len(whole) - 10, 3):
        told = read(whole[:cut])
        got = [x.own for x in told if isinstance(x, Piece)]
        assert got == pieces[: len(got)]
        assert sum(x.outcome == "errored" for x in told if isinstance(x, Problem)) == 1


def test_cut_json_keeps_what_is_whole(read):
    told = read(json.dumps([POST, POST])[:-30].encode())
    assert [type(x) for x in told] == [Piece, Problem, Claim]


def test_other_feeds_are_left_alone(tmp_path):
    path = tmp_path / "a"
    path.write_text('<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>')
    file = File(path=path, name="a", id="f")
    assert blogger.recognise(file, file.head()) is None
    assert isinstance(recognise(file, Reading()), str)

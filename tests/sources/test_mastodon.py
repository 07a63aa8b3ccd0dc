import json
from datetime import UTC, datetime

import pytest

from corpus.sources import mastodon
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

ME = "https://social.example/users/ann"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTOR = {"id": ME, "type": "Person", "preferredUsername": "ann", "name": "Ann", "inbox": f"{ME}/in"}


@pytest.fixture
def read(tmp_path):
    def run(*activities, actor=ACTOR, name="outbox.json", raw=None):
        told = {"type": "OrderedCollection", "orderedItems": list(activities)}
        path = tmp_path / name
        path.write_text(json.dumps(told) if raw is None else raw, encoding="utf-8")
        beside = tmp_path / "actor.json"
        beside.unlink(missing_ok=True)
        if actor:
            beside.write_text(json.dumps(actor))
        file = File(path, f"x/{name}", "f")
        assert mastodon.recognise(file, file.head())
        return list(mastodon.read(file, Reading()))

    return run


def note(n, html="<p>hi</p>", to=(PUBLIC,), cc=(f"{ME}/followers",), **more):
    post = {
        "id": f"{ME}/statuses/{n}",
        "type": "Note",
        "attributedTo": ME,
        "published": "2023-05-01T10:00:00Z",
        "content": html,
        "to": list(to),
        "cc": list(cc),
        **more,
    }
    return {"type": "Create", "actor": ME, "object": post}


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def test_a_post_is_ones_own(read):
    found = read(note(1))
    (piece,) = of(Piece, found)
    assert (piece.namespace, piece.own) == ("activitypub", f"{ME}/statuses/1")
    assert (piece.handle, piece.mine) == ("mastodon:ann@social.example", True)
    assert piece.created == datetime(2023, 5, 1, 10, tzinfo=UTC)
    assert [(c.handle, c.strong, c.name) for c in of(Claim, found)] == [
        ("mastodon:ann@social.example", True, "Ann")
    ]


def test_without_an_actor_file_the_activity_names_its_author(read):
    found = read(note(1), actor=None)
    assert [(p.handle, p.mine) for p in of(Piece, found)] == [("mastodon:ann@social.example", True)]


def test_reposts_and_posts_of_others_are_dropped(read):
    boost = {"type": "Announce", "actor": ME, "object": "https://other.example/9"}
    theirs = note(2, attributedTo="https://other.example/users/ben")
    found = read(boost, theirs, {"type": "Like", "object": "x"}, note(3, ""))
    assert [p.reason for p in of(Problem, found)] == [
        "a repost of another's words",
        "written by another person",
        "an activity without a post",
        "no text",
    ]


def test_links_are_whole_and_quotes_left_out(read):
    link = (
        '<a href="https://x.example/long"><span class="invisible">https://</span>'
        '<span class="ellipsis">x.example/lo</span><span class="invisible">ng</span></a>'
    )
    quote = '<p class="quote-inline">RE: https://other.example/9</p>'
    found = read(
        note(1, f"<p>see {link}<br>&amp; go</p>"),
        note(2, f"{quote}<blockquote>theirs</blockquote><p>mine</p>"),
        note(3, f"{quote}<blockquote>theirs</blockquote>"),
    )
    assert [p.text for p in of(Piece, found)] == ["see https://x.example/long\n& go", "mine"]


def test_a_warning_is_the_title_and_descriptions_are_kept(read):
    picture = {"type": "Document", "name": "A bowl"}
    found = read(
        note(1, "<p>Soup.</p>", summary="food", attachment=[picture]),
        note(2, "", attachment=[picture]),
        note(3, "", attachment=[{"type": "Document", "name": None}]),
    )
    first, second = of(Piece, found)
    assert (first.title, first.text, first.metadata["alt"]) == ("food", "Soup.", ["A bowl"])
    assert second.text == "A bowl"
    assert [p.reason for p in of(Problem, found)] == ["media without words"]


def test_a_poll_has_its_choices(read):
    options = [{"type": "Note", "name": "Rain"}, {"type": "Note", "name": "Shine"}]
    (piece,) = of(Piece, read(note(1, "<p>Which?</p>", type="Question", anyOf=options)))
    assert piece.text == "Which?\n\n- Rain\n- Shine"


@pytest.mark.parametrize(
    ("to", "cc", "seen"),
    [
        ([PUBLIC], [f"{ME}/followers"], "public"),
        ([f"{ME}/followers"], ["as:Public"], "unlisted"),
        ([f"{ME}/followers"], [], "followers"),
        (["https://other.example/users/ben"], [], "direct"),
    ],
)
def test_who_may_see_it_is_told(read, to, cc, seen):
    (piece,) = of(Piece, read(note(1, to=to, cc=cc)))
    assert piece.metadata["visibility"] == seen


def test_answers_share_a_thread(read):
    theirs = "https://other.example/9"
    found = read(
        note(1),
        note(2, inReplyTo=f"{ME}/statuses/1"),
        note(3, inReplyTo=f"{ME}/statuses/2"),
        note(4, inReplyTo=theirs),
        note(5),
        note(6, conversation="tag:social.example,2023:objectId=6"),
    )
    first = f"{ME}/statuses/1"
    assert [p.thread for p in of(Piece, found)] == [
        *[first] * 3,
        theirs,
        None,
        "tag:social.example,2023:objectId=6",
    ]
    assert [p.position for p in of(Piece, found)] == [1, 2, 3, 4, 5, 6]


def test_one_language_is_told_and_two_are_not(read):
    found = read(note(1, contentMap={"de-CH": "x"}), note(2, contentMap={"de": "x", "en": "y"}))
    assert [p.language for p in of(Piece, found)] == ["de", None]


def test_lists_of_what_was_liked_are_one_problem(read):
    found = read("https://other.example/1", "https://other.example/2", name="likes.json")
    assert [type(x) for x in found] == [Claim, Problem]


def test_a_file_that_breaks_off_keeps_what_stands_before(read):
    whole = json.dumps({"type": "OrderedCollection", "orderedItems": [note(n) for n in range(3)]})
    for cut in range(whole.index("statuses/1"), len(whole)):
        found = read(raw=whole[:cut])
        assert [p.outcome for p in of(Problem, found)] == ["errored"]
        assert len(of(Piece, found)) >= 1


def test_other_collections_are_left_alone(tmp_path):
    path = tmp_path / "outbox.json"
    for told in ({"type": "OrderedCollection"}, {"orderedItems": ["x"]}, {"type": "Person"}):
        path.write_text(json.dumps(told))
        assert mastodon.recognise(File(path, "x/outbox.json", "f"), path.read_bytes()) is None

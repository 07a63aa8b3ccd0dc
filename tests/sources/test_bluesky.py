import json
from pathlib import Path

import pytest

from corpus.sources import bluesky
from corpus.sources.bluesky_records import with_links
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURE = Path(__file__).parent.parent / "fixtures" / "bluesky" / "repo.car"
ME = "did:plc:annleeannleeannleeannlee"


@pytest.fixture
def read(tmp_path):
    def run(data, name="repo.car"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        file = File(path, f"x/{name}", "f")
        assert bluesky.recognise(file, file.head())
        return list(bluesky.read(file, Reading()))

    return run


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def test_records_have_the_addresses_of_the_tree(read):
    found = read(FIXTURE.read_bytes())
    pieces = of(Piece, found)
    assert [p.own for p in pieces] == [
        f"at://{ME}/app.bsky.feed.post/3lbkj25b7p{key}22" for key in "abc"
    ]
    assert [p.mine for p in pieces] == [True] * 3
    assert pieces[1].reply_to == pieces[1].thread == pieces[0].own == pieces[0].thread
    assert pieces[0].position < pieces[1].position < pieces[2].position
    assert [(c.handle, c.strong, c.name) for c in of(Claim, found)] == [
        (f"bluesky:{ME}", True, "Ann Lee")
    ]


def test_descriptions_are_words_and_quoted_posts_are_not(read):
    pieces = of(Piece, read(FIXTURE.read_bytes()))
    assert pieces[2].text == "A heron on one leg"
    assert len(pieces) == 3


def test_links_count_bytes():
    text = "Åh 日本 see x.example/a... !"
    start = text.encode().index(b"x.example")
    link = {"uri": "https://x.example/abc"}
    facet = {"index": {"byteStart": start, "byteEnd": start + 14}, "features": [link]}
    assert with_links(text, [facet]) == "Åh 日本 see https://x.example/abc !"
    wide = {"index": {"byteStart": 0, "byteEnd": 999}, "features": [link]}
    assert with_links(text, [wide, {"index": None}, None]) == text


def test_likes_and_follows_are_one_problem_a_kind(read):
    reasons = [p.reason for p in of(Problem, read(FIXTURE.read_bytes()))]
    assert reasons == [
        "media or a link without words",
        "profile (1); not writing",
        "likes (2); not writing",
        "accounts followed (1); not writing",
    ]


def test_a_car_file_that_breaks_off_gives_what_can_be_read(read):
    whole = FIXTURE.read_bytes()
    most = 0
    for cut in range(200, len(whole)):
        found = read(whole[:cut])
        assert any(p.outcome == "errored" for p in of(Problem, found))
        most = max(most, len(of(Piece, found)))
        assert {p.text for p in of(Piece, found)} <= {p.text for p in of(Piece, read(whole))}
    assert most == 3


def test_a_flipped_byte_costs_its_record_only(read):
    whole = FIXTURE.read_bytes()
    at = whole.index(b"and so on")
    found = read(whole[:at] + b"x" + whole[at + 1 :])
    assert [p.text for p in of(Piece, found)] == [
        "Åh, read https://essay.example/a-long-path now",
        "A heron on one leg",
    ]
    assert of(Problem, found)[0].reason == "a damaged or missing block"


def test_json_of_records(read):
    record = {"$type": "app.bsky.feed.post", "text": "hi", "createdAt": "2023-07-21T01:33:51Z"}
    address = f"at://{ME}/app.bsky.feed.post/3k2yinh52ne2x"
    one = {"uri": address, "cid": "x", "value": record}
    for told in (one, [one], {"records": [one], "cursor": "x"}, {"feed": [{"post": one}]}):
        (piece,) = of(Piece, read(told, "post.json"))
        assert (piece.own, piece.handle, piece.mine) == (address, f"bluesky:{ME}", None)


def test_reposts_in_a_feed_are_dropped(read):
    record = {"$type": "app.bsky.feed.post", "text": "theirs"}
    post = {"uri": "at://did:plc:ben/app.bsky.feed.post/1", "record": record}
    found = read({"feed": [{"post": post, "reason": {"by": "x"}}]}, "feed.json")
    assert [type(x) for x in found] == [Problem]


def test_blog_entries_in_a_repository(read):
    entry = {"$type": "com.whtwnd.blog.entry", "title": "On tea", "content": "# Tea\n\nHot."}
    found = read({"app.bsky.feed.post": {}, "com.whtwnd.blog.entry": {"1": entry}, "x": {
        "1": {"$type": "app.bsky.graph.list"}}}, "repo.json")  # fmt: skip
    assert [(p.title, p.kind, p.own) for p in of(Piece, found)] == [
        ("On tea", "essay", "com.whtwnd.blog.entry/1")
    ]


def test_other_files_are_left_alone(tmp_path):
    path = tmp_path / "x.car"
    for data in (b"\x3a\xa2eroots\x81", b'{"$type": "x"}', b'{"uri": "at://did:plc:x/y/z"}', b"x"):
        path.write_bytes(data)
        assert bluesky.recognise(File(path, "x/x.car", "f"), data) is None

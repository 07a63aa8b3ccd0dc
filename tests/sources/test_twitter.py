import json
from datetime import UTC, datetime

import pytest

from corpus.sources import twitter
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.twitter_posts import with_links

ACCOUNT = [{"account": {"accountId": "7", "username": "Ann_Lee", "accountDisplayName": "Ann"}}]
WHEN = "Wed Oct 10 20:19:24 +0000 2018"


@pytest.fixture
def archive(tmp_path):
    def add(name, data, wrapper=None):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        wrapper = wrapper or name.removesuffix(".js").replace("-", "_").rpartition("/")[2]
        lead = wrapper if "=" in wrapper else f"window.YTD.{wrapper}.part0 = "
        path.write_bytes(lead.encode() + (data if isinstance(data, bytes) else _json(data)))
        return File(path, f"x/{name}", "f")

    add("account.js", ACCOUNT)
    return add


def _json(data):
    return json.dumps(data, indent=1).encode() + b";\n"


def tweet(n, text, **more):
    return {"tweet": {"id_str": str(n), "full_text": text, "created_at": WHEN, **more}}


def read(file):
    assert twitter.recognise(file, file.head())
    return list(twitter.read(file, Reading()))


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def texts(found):
    return [p.text for p in of(Piece, found)]


def test_the_account_is_me_by_number_and_by_name(archive):
    claims = of(Claim, read(archive("account.js", ACCOUNT)))
    assert [(c.handle, c.strong, c.name) for c in claims] == [
        ("twitter:7", True, "Ann"),
        ("twitter:@ann_lee", True, "Ann"),
    ]


def test_a_post_and_when_it_was_written(archive):
    (piece,) = of(Piece, read(archive("tweets.js", [tweet(12, "hi", lang="in")])))
    assert (piece.namespace, piece.own, piece.position, piece.mine) == ("twitter", "12", 12, True)
    assert piece.created == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)
    assert (piece.handle, piece.language, piece.thread) == ("twitter:7", "id", None)


@pytest.mark.parametrize(
    "wrapper", ["window.YTD.tweet.part0 = ", "Grailbird.data.tweets_2012_07 = \n "]
)
def test_older_scripts_are_read_the_same(archive, wrapper):
    plain = {"id": 3, "id_str": "3", "text": "old", "created_at": "2012-07-31 20:00:00 +0000"}
    (piece,) = of(Piece, read(archive("tweet.js", [plain], wrapper)))
    assert (piece.own, piece.text, piece.created.year) == ("3", "old", 2012)


def test_entities_are_unescaped_once(archive):
    found = read(archive("tweets.js", [tweet(1, "a &amp;lt; b &amp; c &lt;3")]))
    assert texts(found) == ["a &lt; b & c <3"]


def test_mentions_put_before_a_reply_go_and_typed_ones_stay(archive):
    text = "@ben @cid yes @dan"
    reply = tweet(2, text, display_text_range=["10", "18"], in_reply_to_status_id_str="1")
    typed = tweet(3, "@ben come here", display_text_range=["0", "14"])
    odd = tweet(4, "no mention here", display_text_range=["3", "15"])
    assert texts(read(archive("tweets.js", [reply, typed, odd]))) == [
        "yes @dan",
        "@ben come here",
        "no mention here",
    ]


def test_links_are_written_out_and_those_to_media_and_quotes_go():
    links = {
        "https://t.co/a": "https://b.example/?x=1",
        "https://t.co/q": "https://x.com/b/status/9",
    }
    assert with_links("see https://t.co/a https://t.co/q https://t.co/pic", links) == (
        "see https://b.example/?x=1"
    )


def test_what_is_not_ones_own_or_not_words_is_dropped(archive):
    edits = {"edit_info": {"initial": {"editTweetIds": ["4", "5"]}}}
    found = read(
        archive(
            "tweets.js",
            [
                tweet(1, "RT @ben: words of Ben"),
                tweet(2, "https://t.co/x"),
                tweet(3, "So true RT @ben: words of Ben"),
                tweet(4, "frist", **edits),
                tweet(5, "first", **edits),
            ],
        )
    )
    assert texts(found) == ["So true", "first"]
    assert [p.reason for p in of(Problem, found)] == [
        "a repost of another's words",
        "a link or media without words",
        "an earlier version of an edited post",
    ]


def test_a_conversation_has_its_first_post_as_thread_across_parts(archive):
    archive(
        "tweets-part1.js",
        [tweet(10, "first")],
        "tweets.part1=".replace("tweets", "window.YTD.tweets"),
    )
    file = archive(
        "tweets.js",
        [
            tweet(12, "third", in_reply_to_status_id_str="11"),
            tweet(11, "second", in_reply_to_status_id_str="10"),
            tweet(13, "to another", in_reply_to_status_id_str="9"),
        ],
    )
    found = of(Piece, read(file))
    assert [(p.thread, p.reply_to) for p in found] == [("10", "11"), ("10", "10"), ("9", "9")]


def test_a_circle_of_answers_ends(archive):
    one = tweet(1, "a", in_reply_to_status_id_str="2")
    two = tweet(2, "b", in_reply_to_status_id_str="1")
    assert len(of(Piece, read(archive("tweets.js", [one, two])))) == 2


URLS = [{"shortUrl": "https://t.co/in", "expandedUrl": "https://tea.example/"}]


def note(text, when="2018-10-10T20:19:24.000Z", n="900"):
    return {
        "noteTweet": {"noteTweetId": n, "createdAt": when, "core": {"text": text, "urls": URLS}}
    }


def test_a_long_post_replaces_its_beginning(archive):
    whole = "Long & winding: it goes on and on https://t.co/in and further than fits."
    cut = tweet(1, "@ben Long &amp; winding: it goes on and on… https://t.co/cut")
    other = tweet(2, "Something else of the same second")
    file = archive("tweets.js", [cut, other])
    notes = archive("note-tweet.js", [note(whole), note("Never shown elsewhere", n="901")])
    assert texts(read(file)) == [
        "Long & winding: it goes on and on https://tea.example/ and further than fits.",
        "Something else of the same second",
    ]
    found = read(notes)
    assert texts(found) == ["Never shown elsewhere"]
    assert [p.reason for p in of(Problem, found)] == ["read with the post that shows its beginning"]


def test_a_long_post_of_another_day_is_another(archive):
    file = archive("tweets.js", [tweet(1, "The same beginning of words")])
    archive("note-tweet.js", [note("The same beginning of words and more", "2019-01-01T00:00:00Z")])
    assert texts(read(file)) == ["The same beginning of words"]


def dm(n, sender, text, **more):
    return {"messageCreate": {"id": str(n), "senderId": sender, "text": text, **more}}


def test_direct_messages(archive):
    urls = [{"url": "https://t.co/a", "expanded": "https://b.example/"}]
    talk = [
        dm(3, "7", "look https://t.co/a", urls=urls, createdAt="2022-07-21T10:02:00.000Z"),
        dm(2, "8", "where &amp; when?", createdAt="2022-07-21T10:01:00.000Z"),
        {"joinConversation": {"initiatingUserId": "8"}},
        dm(1, "7", "https://t.co/p", mediaUrls=["x"]),
    ]
    told = [{"dmConversation": {"conversationId": "7-8", "messages": talk}}]
    found = read(archive("direct-messages.js", told))
    assert [(p.text, p.mine, p.handle, p.thread, p.position) for p in of(Piece, found)] == [
        ("look https://b.example/", True, "twitter:7", "7-8", 3),
        ("where & when?", False, "twitter:8", "7-8", 2),
    ]
    assert [p.reason for p in of(Problem, found)] == ["service message", "media without text"]


def test_prompts_to_grok_are_own_words_and_its_answers_are_not(archive):
    def said(who, text):
        sender = {"originalName": who}
        told = {
            "chatId": "1",
            "createdAt": "2025-01-01T00:00:00Z",
            "sender": sender,
            "message": text,
        }
        return {"grokChatItem": told}

    found = read(archive("grok-chat-item.js", [said("USER", "why?"), said("AGENT", "so.")]))
    assert [(p.text, p.kind, p.mine) for p in of(Piece, found)] == [
        ("why?", "prompt", True),
        ("so.", "prompt", False),
    ]
    assert len({p.own for p in of(Piece, found)}) == 2


def test_articles_are_read_where_their_form_is_known(archive):
    blocks = {"contentState": {"blocks": [{"text": "One."}, {"text": ""}, {"text": "Two."}]}}
    told = [{"article": {"id": "5", "title": "On tea", **blocks}}, {"article": {"x": 1}}]
    found = read(archive("article.js", told))
    assert [(p.title, p.text, p.kind) for p in of(Piece, found)] == [
        ("On tea", "One.\n\nTwo.", "essay")
    ]
    assert [p.outcome for p in of(Problem, found)] == ["errored"]


@pytest.mark.parametrize(
    "name", ["like", "ad-engagements", "ip-audit", "manifest", "follower", "block"]
)
def test_other_files_are_one_problem(archive, name):
    found = read(archive(f"{name}.js", [{"x": {"fullText": "not mine"}}]))
    assert [type(x) for x in found if not isinstance(x, Claim)] == [Problem]


def test_a_script_that_breaks_off_keeps_what_stands_before(archive):
    whole = json.dumps([tweet(n, f"p{n}") for n in range(4)]).encode()
    for cut in range(whole.index(b"p1"), len(whole)):
        found = read(archive("tweets.js", whole[:cut]))
        assert [p.outcome for p in of(Problem, found)] == ["errored"]
        assert texts(found) == ["p0", "p1", "p2", "p3"][: len(texts(found))]
    assert texts(read(archive("tweets.js", whole + b" ;\n"))) == ["p0", "p1", "p2", "p3"]


def test_other_scripts_are_left_alone(tmp_path):
    path = tmp_path / "tweets.js"
    for text in ("const tweets = [1];", "window.data = {};", "// window.YTD.tweets.part0 = ["):
        path.write_text(text)
        assert twitter.recognise(File(path, "x/tweets.js", "f"), path.read_bytes()) is None

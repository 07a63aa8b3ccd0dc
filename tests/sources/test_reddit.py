import json
from datetime import UTC, datetime

import pytest

from corpus.sources import reddit
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reddit_text import own_words

COMMENTS = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n"
POSTS = "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
LINK = "https://reddit.example/r/tea/comments/p1/"


@pytest.fixture
def table(tmp_path):
    def add(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return File(path, f"x/{name}", "f")

    return add


def read(file):
    assert reddit.recognise(file, file.head())
    return list(reddit.read(file, Reading()))


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def comment(n, body, parent=""):
    body = body.replace('"', '""')
    date = "2024-01-01 10:00:00 UTC"
    return f'{n},{LINK}_/{n}/,{date},10.0.0.1,tea,0,{LINK},{parent},"{body}",\n'


def test_a_comment_and_what_it_answers(table):
    found = read(table("any name.csv", COMMENTS + comment("c1", "yes") + comment("c2", "no", "c1")))
    first, second = of(Piece, found)
    assert (first.namespace, first.own, first.thread) == ("reddit", "t1_c1", "t3_p1")
    assert (first.reply_to, second.reply_to) == ("t3_p1", "t1_c1")
    assert first.created == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert (first.mine, first.metadata) == (True, {"subreddit": "tea"})


def test_quotes_are_left_out_and_own_words_kept():
    assert own_words("> theirs\n\nmine\n\n&gt; theirs again\n\nmine too") == "mine\n\nmine too"
    assert own_words(">!a spoiler of mine!< &amp;amp;") == ">!a spoiler of mine!< &amp;"
    assert own_words("```\n> a prompt\n```") == "```\n> a prompt\n```"


def test_what_is_gone_or_only_quoted_is_dropped(table):
    rows = (comment(f"c{n}", b) for n, b in enumerate(["[deleted]", "[removed]", "", "> q", "me"]))
    found = read(table("c.csv", COMMENTS + "".join(rows)))
    assert [p.reason for p in of(Problem, found)] == [
        *["deleted or removed"] * 2,
        "no text",
        "only quotes another",
    ]
    assert [p.text for p in of(Piece, found)] == ["me"]


def test_the_title_of_a_link_is_what_one_wrote(table):
    rows = [
        f"p1,{LINK},2024-01-01 10:00:00 UTC,,tea,0,Pots &amp; pans,https://x.example/,\n",
        f'p2,{LINK},2024-01-01 10:00:00 UTC,,tea,0,Question,{LINK},"Which?"\n',
        f"p3,{LINK},2024-01-01 10:00:00 UTC,,tea,0,Gone,{LINK},[removed]\n",
    ]
    found = read(table("p.csv", POSTS + "".join(rows)))
    assert [(p.text, p.title) for p in of(Piece, found)] == [
        ("Pots & pans", None),
        ("Which?", "Question"),
    ]


def test_a_message_is_ones_own_when_the_account_is_stated(table):
    header = "id,permalink,thread_id,date,ip,from,to,subject,body\n"
    when = "2024-01-01 10:00:00 UTC"
    rows = f"m1,x,t1,{when},,ann,ben,Hi,one\nm2,x,t1,{when},,ben,ann,,two\n"
    assert [p.mine for p in of(Piece, read(table("messages.csv", header + rows)))] == [None, None]
    table("statistics.csv", "statistic,value\naccount name,Ann\n")
    found = read(table("messages_archive.csv", header + rows))
    assert [(p.handle, p.mine) for p in of(Piece, found)] == [
        ("reddit:ann", True),
        ("reddit:ben", False),
    ]
    assert [(c.handle, c.strong) for c in of(Claim, found)] == [("reddit:ann", True)]


def test_an_open_quote_costs_one_row(table):
    text = COMMENTS + comment("c1", "a") + 'c2,"open,x\n' + comment("c3", "b")
    found = read(table("c.csv", text))
    assert [p.text for p in of(Piece, found)] == ["a", "b"]
    assert [p.outcome for p in of(Problem, found)] == ["errored"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("post_votes.csv", "id,permalink,direction\nx,y,up\n"),
        ("subscribed_subreddits.csv", "subreddit\ntea\npottery\n"),
        (
            "comment_headers.csv",
            "id,permalink,date,ip,subreddit,gildings,link,parent\na,b,c,d,e,f,g,h\n",
        ),
        ("announcements.csv", "announcement_id,sent_at,subject,body\n1,2,Hello,A letter to all\n"),
        ("friends.csv", "username,note\n"),
    ],
)
def test_the_machinery_of_a_request_is_one_problem(table, name, text):
    found = [x for x in read(table(name, text)) if not isinstance(x, Claim)]
    assert [(type(x), x.outcome) for x in found] == [(Problem, "dropped")]


@pytest.mark.parametrize(
    "text",
    [
        "Comment ID,Channel ID,Comment Text\n1,2,hello\n",
        "id,author,date,permalink,subreddit,title,body\n1,ann,2024,x,tea,t,b\n",
        "subreddit\ntea\n",
        "A letter, with commas\nand lines, of prose\n",
    ],
)
def test_other_tables_are_left_alone(table, text):
    file = table("comments.csv", text)
    assert reddit.recognise(file, file.head()) is None


def test_what_rexport_saves(table):
    told = {
        "saved": [{"name": "t3_a", "title": "theirs", "subreddit_name_prefixed": "r/x"}] * 3,
        "comments": [{"name": "t1_b", "body": "&gt; q\n\nmine", "created_utc": 1700000000.0}],
        "inbox": [
            {"name": "t4_c", "author": {"name": "ben"}, "body": "hi", "was_comment": False},
            {
                "name": "t1_d",
                "author": "ben",
                "body": "re",
                "was_comment": True,
                "parent_id": "t1_b",
            },
        ],
        "profile": {"name": "ann"},
    }
    found = read(table("export.json", json.dumps(told)))
    assert [(p.own, p.text, p.kind, p.mine) for p in of(Piece, found)] == [
        ("t1_b", "mine", "post", True),
        ("t4_c", "hi", "chat", False),
        ("t1_d", "re", "post", False),
    ]
    assert [c.handle for c in of(Claim, found)] == ["reddit:ann"]

"""Substack exports: bodies with what the list says of them, and never a subscriber."""

import pytest

from corpus.sources import substack
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

HEADER = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"


@pytest.fixture
def export(tmp_path):
    """Return a function that writes an export and reads one of its files."""

    def export(name, listed="", **bodies):
        (tmp_path / "posts").mkdir(exist_ok=True)
        (tmp_path / "posts.csv").write_text(HEADER + listed)
        for post, body in bodies.items():
            (tmp_path / "posts" / f"{post.replace('_', '.', 1)}.html").write_text(body)
        file = File(path=tmp_path / name, name=f"e/{name}", id="f")
        assert recognise(file, Reading())[0] == "substack"
        return [x for x in substack.read(file, Reading()) if not isinstance(x, Claim)]

    return export


def test_a_post_has_what_the_list_says(export):
    row = '7.frost,2023-11-04T07:30:00Z,true,,newsletter,everyone,"Frost, &#x201C;late&#x201D;",,\n'
    (post,) = export("posts/7.frost.html", row, **{"7_frost": "<p>It came.</p>"})
    assert (post.title, post.text, post.own) == ("Frost, “late”", "It came.", "7")
    assert post.created.isoformat() == "2023-11-04T07:30:00+00:00"
    assert post.metadata == {}


def test_a_draft_and_a_thread_say_so(export):
    row = "7.x,,false,,thread,everyone,T,,\n"
    (post,) = export("posts/7.x.html", row, **{"7_x": "<p>Ask me.</p>"})
    assert (post.created, post.metadata) == (None, {"status": "draft", "type": "thread"})


def test_a_row_without_a_body_is_dropped_and_one_with_is_left_to_it(export):
    rows = "7.x,,true,,newsletter,everyone,T,,\n8.y,,true,,podcast,everyone,T,,\n"
    assert export("posts.csv", rows, **{"7_x": "<p>a</p>"}) == [
        Problem("line 3", "a post whose text is not in the export")
    ]


def test_another_publications_post_is_dropped(export):
    row = "7.x,,true,,restack,everyone,T,,\n"
    (told,) = export("posts/7.x.html", row, **{"7_x": "<p>theirs</p>"})
    assert told.outcome == "dropped"


def test_widgets_quotations_and_marks_of_notes_are_left_out(export):
    body = (
        '<p>Own<a class="footnote-anchor">1</a>.</p><blockquote>theirs</blockquote>'
        '<div class="pullquote">Own.</div><div class="subscription-widget-wrap">Join</div>'
        '<div class="preformatted-block"><label class="hide-text">note</label>'
        '<pre class="text">Line\nby line</pre></div><pre><code>x = 1</code></pre>'
    )
    (post,) = export("posts/7.x.html", **{"7_x": body})
    assert post.text == "Own.\n\nLine\nby line\n\n```\nx = 1\n```"


@pytest.mark.parametrize(
    "head",
    [
        b"post_id,timestamp,email,post_type\n1,2,a@b.example,x\n",
        b"email,active_subscription,expiry\na@b.example,false,\n",
        b"\xef\xbb\xbfpost_id,email,country,city\n1,a@b.example,NO,Oslo\n",
    ],
)
def test_subscribers_are_never_read(tmp_path, head):
    path = tmp_path / "1.opens.csv"
    path.write_bytes(head)
    file = File(path=path, name="1.opens.csv", id="f")
    assert recognise(file, Reading())[0] == "substack"
    (told,) = substack.read(file, Reading())
    assert told == Problem("file", "data about subscribers; not writing")


def test_a_page_of_ones_own_is_not_taken_for_a_post(tmp_path):
    path = tmp_path / "1.html"
    path.write_text("<p>Just a page.</p>")
    assert substack.recognise(File(path=path, name="1.html", id="f"), path.read_bytes()) is None


def test_cuts_of_any_file_give_only_items(export, tmp_path):
    row = "7.x,2023-11-04T07:30:00Z,true,,newsletter,everyone,T,S,\n"
    export("posts/7.x.html", row, **{"7_x": "<p>It <b>came</b>.</p>"})
    for name in ("posts.csv", "posts/7.x.html"):
        whole = (tmp_path / name).read_bytes()
        for cut in range(len(whole)):
            (tmp_path / name).write_bytes(whole[:cut])
            file = File(path=tmp_path / name, name=f"e/{name}", id="f")
            substack.recognise(file, whole[:cut])
            assert all(
                isinstance(x, Piece | Problem | Claim) for x in substack.read(file, Reading())
            )
        (tmp_path / name).write_bytes(whole)

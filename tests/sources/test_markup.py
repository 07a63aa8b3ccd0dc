"""HTML to text: what a reader sees, with code, lists, quotes and signatures kept apart."""

import time

import pytest

from corpus.sources.markup import text_of

CASES = {
    "<p>Hello <b>bold</b> world</p><p>  </p>\n<p>next</p>": "Hello bold world\n\nnext",
    "<style>x{}</style><nav>menu</nav><script>x</script><p>a<!-- c -->b": "ab",
    "<ul><li>one<li>two<ul><li>in</ul></ul><p>end": "- one\n- two\n- in\n\nend",
    "<pre>a<br>b\n\n\n\n  c</pre>": "```\na\nb\n\n\n\n  c\n```",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a\tb\nc",
    "no tags, 2 &lt; 3": "no tags, 2 < 3",
    "a\x01b\x02c": "abc",
    "": "",
}


@pytest.mark.parametrize("html", CASES)
def test_the_text_is_what_a_reader_sees(html):
    assert text_of(html) == CASES[html]


def test_everything_after_outlooks_header_is_quoted_wherever_it_stands():
    html = (
        "<body><div><p>Yes</p><div><div id='divRplyFwdMsg'><b>From:</b> Bo</div></div>"
        "<p>Old words</p></div><p>More old</p></body>"
    )
    assert text_of(html) == "Yes\n\n> From: Bo\n>\n> Old words\n>\n> More old"


def test_thunderbirds_cite_line_and_quote_are_quoted_and_words_below_are_not():
    html = (
        "<div class='moz-cite-prefix'>On Monday, Bo wrote:<br></div>"
        "<blockquote type='cite'>line one<br>line two</blockquote><p>mine</p>"
    )
    assert text_of(html).split("\n\n") == [
        "> On Monday, Bo wrote:",
        "> line one\n> line two",
        "mine",
    ]


@pytest.mark.parametrize(
    "signature",
    [
        "<pre class='moz-signature'>-- \nAnn\nBoss</pre>",
        "<span class='gmail_signature_prefix'>-- </span><br>"
        "<div class='gmail_signature'><div>Ann<div>Boss</div></div></div>",
        "<div data-smartmail='gmail_signature'>Ann<br>Boss</div>",
    ],
)
def test_a_signature_has_its_mark_once(signature):
    text = text_of(f"<div>Hi</div>{signature}")
    assert text.replace("\n\n", "\n") == "Hi\n-- \nAnn\nBoss"


@pytest.mark.parametrize(
    "html",
    ["<div>" * 200_000 + "deep", "<p><td>" * 50_000 + "deep", "<blockquote>" * 2_000 + "deep"],
)
def test_hostile_markup_ends_and_keeps_the_words(html):
    begun = time.process_time()
    assert "deep" in text_of(html)
    assert time.process_time() - begun < 10

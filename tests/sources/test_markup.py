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


CITED = '<blockquote class="gmail_quote">When?</blockquote>'
MSO = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
REPLIES = {
    "gmail, answered below and between": (
        f'<div>Top<br></div><div class="gmail_quote"><div class="gmail_attr">On Monday Bo &lt;<a>'
        f"b@x.example</a>&gt; wrote:<br></div>{CITED}<div>One.</div>{CITED}<div>Two.</div></div>",
        "Top\n\n> On Monday Bo <b@x.example> wrote:\n\n> When?\n\nOne.\n\n> When?\n\nTwo.",
    ),
    "gmail, forwarded with a reply in it": (
        '<div>Look</div><div class="gmail_quote">---- Forwarded ----<br>From: Bo<br>Date: Monday'
        f"<br>Subject: x<br>To: me<br><br>His words.{CITED}<div>More of his.</div></div>",
        "Look\n\n> ---- Forwarded ----\n> From: Bo\n> Date: Monday\n> Subject: x\n> To: me\n>\n"
        "> His words.\n>\n> > When?\n>\n> More of his.",
    ),
    "gmail, quoted by another program that puts prefixes before classes": (
        '<p>Yes</p><div class="x_gmail_quote">On Monday Bo wrote:<blockquote>When?</blockquote>'
        "</div>",
        "Yes\n\n> On Monday Bo wrote:\n>\n> > When?",
    ),
    "outlook on the desk": (
        "<p>Passt.</p><div><div style='" + MSO + "'><p><b>Von:</b> M<br><b>Gesendet:</b> Montag"
        "<br><b>Betreff:</b> T</p></div></div><p>Alter Text</p>",
        "Passt.\n\n> Von: M\n> Gesendet: Montag\n> Betreff: T\n>\n> Alter Text",
    ),
    "a ruled block of one's own": (
        f"<div style='{MSO}' class='x'><b>Wann:</b> heute <b>Wo:</b> hier</div><div>mine</div>",
        "Wann: heute Wo: hier\nmine",
    ),
    "outlook on the phone": (
        '<div>Danke!</div><div style="border-width: 1pt medium medium; border-style: solid none '
        'none;"><div class="ms-outlook-mobile-reference-message"><b>Von: </b>m<br><b>Betreff: '
        "</b>T</div></div><div>Alter Text</div>",
        "Danke!\n\n> Von: m\n> Betreff: T\n>\n> Alter Text",
    ),
    "outlook's header within a quote ends with the quote": (
        '<div>Top</div><blockquote type="cite"><div>x<div id="x_divRplyFwdMsg"><b>From:</b> Z</div>'
        "<div>older</div></div></blockquote><div>below</div>",
        "Top\n\n> x\n> From: Z\n> older\n\nbelow",
    ),
    "a mail passed on from thunderbird": (
        '<p>look</p><div class="moz-forward-container">---- Forwarded Message ----<p>theirs</p>'
        "</div>",
        "look\n\n> ---- Forwarded Message ----\n>\n> theirs",
    ),
    "an indent that is no quote": (
        '<div>a</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">b</blockquote>',
        "a\n\nb",
    ),
    "proton's quote and signature": (
        '<div>Ja</div><div class="protonmail_signature_block"><div>Ann</div></div><div class='
        '"protonmail_quote">On Monday:<br><blockquote type="cite">When?</blockquote></div>',
        "Ja\n-- \nAnn\n\n> On Monday:\n>\n> > When?",
    ),
    "breaks at the end of blocks": (
        "<div>a<br></div><div>b<br></div><div><br></div><div>c<br>d</div>",
        "a\nb\n\nc\nd",
    ),
    "spaces that only hold a line open": ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
    "faces": (
        "<p>so <span style='font-family:Wingdings'>J</span> and <img alt='😀' src='x'></p>"
        "<p><img alt='Logo'></p>",
        "so ☺ and 😀",
    ),
    "what is not shown": ("<p>a</p><div style='display:none'>preview</div><p>b</p>", "a\n\nb"),
}


@pytest.mark.parametrize("name", REPLIES)
def test_what_mail_programs_put_around_a_reply(name):
    html, text = REPLIES[name]
    assert text_of(html) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<div class='gmail_quote'>",
        "<div id='divRplyFwdMsg'>",
        f"<div style='{MSO}'><b>a:</b><b>b:</b><b>c:</b>",
        "<div class='gmail_quote'>a<blockquote>b</blockquote>c",
        "<div class='gmail_quote'><br>",
    ],
)
def test_hostile_replies_end(piece):
    begun = time.process_time()
    text_of(piece * 2_500 + "deep")
    text_of(piece * 200 + "deep</div>" * 200)
    assert time.process_time() - begun < 10

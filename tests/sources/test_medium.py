"""Medium exports: stories without what they quote, and whose account it is."""

from pathlib import Path

import pytest

from corpus.sources import html, medium
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURES = Path(__file__).parent.parent / "fixtures/medium"


def page(body, title="A title", footer=""):
    return (
        f'<html><body><article class="h-entry"><header><h1 class="p-name">{title}</h1></header>'
        f'<section data-field="body" class="e-content">{body}</section><footer>{footer}</footer>'
        "</article></body></html>"
    )


@pytest.fixture
def read(tmp_path):
    def read(text, name="posts/2020-01-02_A-title-0a1b2c3d4e5f.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        file = File(path=path, name=f"e/{name}", id="f")
        assert recognise(file, Reading())[0] == "medium"
        return list(medium.read(file, Reading()))

    return read


def test_a_story_without_quotations_cards_or_its_title_again(read):
    body = (
        '<h3 class="graf graf--title">A title</h3><h4 class="graf--subtitle">Sub</h4><p>Mine.</p>'
        '<blockquote class="graf--blockquote">theirs</blockquote>'
        '<blockquote class="graf--pullquote">theirs</blockquote>'
        '<div class="graf--mixtapeEmbed"><a>A story</a></div><figcaption>A picture</figcaption>'
    )
    author = '<a class="p-author" href="https://medium.com/@Ann">Ann Lee</a>'
    claim, story = read(page(body, footer=author))
    assert story.text == "Sub\n\nMine.\n\nA picture"
    assert (story.own, story.title, story.handle) == ("0a1b2c3d4e5f", "A title", "medium:ann")
    assert story.created.date().isoformat() == "2020-01-02"  # of the name
    assert claim == Claim("medium:ann", claim.evidence, strong=True, name="Ann Lee")


def test_a_draft_and_its_published_story_have_one_id(read):
    link = '<a href="https://medium.com/p/aaaa11112222">View original.</a>'
    draft = read(page("<p>x y</p>", footer=link), "posts/draft_A-title-aaaa11112222.html")[-1]
    canonical = '<a class="p-canonical" href="https://medium.com/@a/a-title-aaaa11112222">c</a>'
    story = read(page("<p>x y</p>", footer=canonical), "posts/2020-01-01_x-ffff.html")[-1]
    assert draft.own == story.own
    assert (draft.mine, draft.created, draft.metadata) == (True, None, {"status": "draft"})


def test_a_response_has_no_title_but_its_first_words(read):
    (story,) = read(page("<p>I agree, but never in August.</p>", title="I agree, but…"))
    assert story.title is None


def test_the_profile_beside_says_whose_drafts_they_are():
    path = FIXTURES / "posts/draft_I-agree--but-never-9a8b7c6d5e4f.html"
    (piece,) = medium.read(File(path=path, name=f"m/posts/{path.name}", id="f"), Reading())
    assert piece.handle == "medium:mirasol"


def test_the_profile_names_the_account():
    path = FIXTURES / "profile/profile.html"
    user, mail, problem = medium.read(File(path=path, name="profile.html", id="f"), Reading())
    assert (user.handle, mail.handle) == ("medium:mirasol", "email:mira@plot.example")
    assert user.strong and mail.strong and problem.outcome == "dropped"


def test_what_others_wrote_and_the_account_did_is_not_read(read):
    assert read('<ul><li><a class="h-cite">x</a></li></ul>', "highlights/highlights-0001.html") == [
        Problem("file", "a list of what the account did; not writing")
    ]


def test_other_pages_are_left_to_others(tmp_path):
    path = tmp_path / "lists" / "a.html"
    path.parent.mkdir()
    path.write_text("<html><body><p>My list</p></body></html>")
    file = File(path=path, name="x/lists/a.html", id="f")
    assert medium.recognise(file, file.head()) is None
    assert html.recognise(file, file.head())


def test_cuts_give_only_items(read, tmp_path):
    whole = page("<p>One</p>", footer='<a class="p-author" href="https://medium.com/@a">A</a>')
    read(whole)
    path = next((tmp_path / "posts").iterdir())
    for cut in range(len(whole)):
        path.write_text(whole[:cut])
        file = File(path=path, name="e/posts/x.html", id="f")
        assert all(isinstance(x, Piece | Problem | Claim) for x in medium.read(file, Reading()))

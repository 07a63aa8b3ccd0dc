"""What the first bytes tell: prose of any language is text, other programs' files are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources import chatgpt, html, markdown, plain, tabular
from corpus.sources.file import HEAD, File
from corpus.sources.piece import Reading
from corpus.sources.shape import head_text, is_prose

NOT_PROSE = {
    "an array of objects": '[\n  {"uuid": "x", "chat_messages": []}\n]',
    "a cut object": '{"title": "x", "textContent": "y',
    "numbers": "[1, 2, 3]",
    "nested arrays": '[["a", 1], ["b", 2]]',
    "an archive's script": 'window.YTD.account.part0 = [ {"account": {}} ]',
    "a script of ours": "const data = {\n a: 1 }",
    "XML without declaration": '<smses count="2"><sms address="1"/></smses>',
    "XML": "<?xml version='1.0'?><en-export/>",
    "bookmarks": "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>B</TITLE>",
    "a calendar": "BEGIN:VCALENDAR\nVERSION:2.0\n",
    "a contact": "BEGIN:VCARD\nFN:Ann\n",
    "a pointer": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "an outline": "* TODO call the bank\n:PROPERTIES:\n:END:\n",
    "an outline with settings": "#+TITLE: Plans\n\nText.\n",
    "a table": "name,amount,currency\nrent,900,GBP\nbread,3,GBP\n",
    "XML below a comment": "<!--\nA feed.\n-->\n<feed>\n<entry><title>x</title></entry></feed>",
    "a key": "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n",
}
PROSE = [
    "[[Garden]] has a new gate.",
    "[[2024-01-01]] We walked.",
    "[02:54] <Ann> is it on?\n[02:55] <Bo> it is\n",
    "<Ann> is it on?\n<Bo> it is\n",
    "* Next to the door\n* Done with the roof\n",
    "<!-- draft -->\nThe roof is done.",
    "[1] A footnote, and what it says.",
    "{shouting} He came in.",
    '["Come in," she said.]',
    "Milk, bread, eggs.\nButter, ham, jam.\nRain, wind, snow.\n",
    "milk, bread, eggs\nbutter, ham, jam\n",
    "今日は雨でした。" * 3,
    "From here on it was downhill.\n\nTo: the sea.",
]


@pytest.mark.parametrize("kind", NOT_PROSE)
def test_other_programs_files_are_no_prose(kind):
    assert not is_prose(NOT_PROSE[kind])
    assert plain.recognise(None, NOT_PROSE[kind].encode()) is None
    assert markdown.recognise(None, NOT_PROSE[kind].encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        '{% extends "base.html" %}\n{% block a %}\n<p>\n{{ a }}\n</p>\n{% endblock %}\n',
        "Rows:\n" + "<tr><td>1</td></tr>\n" * 9,
    ],
)
def test_templates_and_tags_are_no_plain_text(text):
    assert plain.recognise(None, text.encode()) is None


def test_markdown_may_begin_with_lines_of_html():
    top = '<p align="center">\n  <img src="a.png">\n</p>\n\n'
    text = f"{top}# Boats\n\nWe have [two](https://a.example).\n\n- Ida\n- Gul\n"
    assert markdown.recognise(None, text.encode()) == "Markdown headings"
    feed = "<feed>\n" + "<entry><title>x</title></entry>\n" * 5 + "# Boats\n\n- [a](b)\n"
    assert markdown.recognise(None, feed.encode()) is None


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_prose(text):
    assert plain.recognise(None, text.encode()) == "text in utf-8"


def test_a_character_cut_by_the_end_of_the_head_does_not_change_the_encoding():
    head = ("雨" * HEAD).encode()[:HEAD]
    assert HEAD % 3
    assert head_text(head) == ("雨" * (HEAD // 3), "utf-8")


@pytest.mark.parametrize("head", [b"PK\x03\x04abc", b"{\\rtf1 hello}", b"a\0b", b"\x01\x02" * 50])
def test_binary_files_are_no_text(head):
    assert head_text(head) is None


@given(st.one_of(st.binary(max_size=400), st.text(alphabet='[{"<>#-|,;\t\r\n\x00a:=', max_size=80)))
def test_recognising_never_raises(tmp_path_factory, content):
    head = content if isinstance(content, bytes) else content.encode()
    path = tmp_path_factory.getbasetemp() / "any"
    for start in (b"", b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff", b"\xff\xfe", b'[{"mapping": {'):
        path.write_bytes(start + head)
        file = File(path=path, name="any", id="f")
        for module in (chatgpt, html, markdown, plain):
            found = module.recognise(file, start + head)
            assert found is None or found
        assert tabular.recognise(file, start + head, Reading()) != ""

"""Evernote exports: whose words a note holds, boxes, attached files, broken notes and bombs."""

import pytest

from corpus.sources import evernote
from corpus.sources.enml import words_of
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Reading

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">\n'
    '<en-export application="Evernote">'
)


def note(content="<div>Words.</div>", title="T", created="20240129T203941Z", more="", inside=""):
    stamp = f"<created>{created}</created>" if created else ""
    about = f"<note-attributes>{inside}</note-attributes>"
    body = f"<content><![CDATA[<!DOCTYPE en-note><en-note>{content}</en-note>]]></content>"
    return f"<note><title>{title}</title>{stamp}{about}{body}{more}</note>"


@pytest.fixture
def read(tmp_path):
    def read(*notes, head=HEAD, tail="</en-export>"):
        path = tmp_path / "n.enex"
        path.write_bytes((head + "\n".join(notes) + tail).encode())
        file = File(path=path, name="n.enex", id="f")
        assert evernote.recognise(file, file.head())
        items = [i for i in evernote.read(file, Reading()) if not isinstance(i, Claim)]
        return [i for i in items if isinstance(i, Piece)], [
            i for i in items if not isinstance(i, Piece)
        ]

    return read


@pytest.mark.parametrize(
    ("inside", "origin", "mine"),
    [
        ("", None, True),
        ("<source>mobile.android</source>", None, True),
        ("<author>Ann Oak</author>", None, None),
        ("<source>web.clip7</source>", "clipped", None),
        ("<source-url>https://x.example/a</source-url>", "clipped", None),
        ("<source-url>file:///home/a</source-url>", None, True),
        ("<source-application>webclipper.evernote</source-application>", "clipped", None),
        ("<source>mail.smtp</source>", "forwarded", None),
    ],
)
def test_whose_words_a_note_holds(read, inside, origin, mine):
    (piece,), _ = read(note(inside=inside))
    assert (piece.origin, piece.mine) == (origin, mine)


def test_a_comment_beside_a_clip_is_kept_as_own(read):
    clip = '<div style="--en-clipped-content:article;"><p>Theirs.</p></div>'
    pieces, _ = read(note(f"<div>Mine.</div>{clip}", inside="<source>web.clip</source>"))
    assert [(p.text, p.origin, p.mine) for p in pieces] == [
        ("Mine.", None, True),
        ("Theirs.", "clipped", None),
    ]
    assert pieces[0].own != pieces[1].own


def test_files_attached_are_skipped_wherever_a_block_ends(read, monkeypatch):
    resource = f"<resource><data encoding='base64'>{'QUJD' * 400}</data></resource>"
    for block in (7, 64, 1 << 20):
        monkeypatch.setattr("corpus.sources.evernote_notes.BLOCK", block)
        pieces, others = read(note(more=resource), note(title="U", more=resource * 2))
        assert [(p.text, p.title) for p in pieces] == [("Words.", "T"), ("Words.", "U")]
        assert others == []


def test_ids_come_from_the_second_a_note_was_made_in(read):
    notes = (note(), note(title="U"), note(created=None), note(created="20250101T000000Z"))
    pieces, _ = read(*notes)
    own = [p.own for p in pieces]
    assert own[2] is None
    assert len({own[0], own[1], own[3]}) == 3
    assert read(notes[3])[0][0].own == own[3]


def test_a_note_without_a_date_takes_that_of_its_last_change(read):
    (piece,), _ = read(note(created=None, more="<updated>20240130T080000Z</updated>"))
    assert (piece.created.isoformat(), piece.basis) == ("2024-01-30T08:00:00+00:00", "assumed")


def test_broken_notes_are_errors_and_the_next_are_read(read):
    unended = "<note><title>A</title><content>"
    pieces, others = read(
        note(title="a & b"), unended, note(title="&nbsp;C&bomb;"), "<note></note>", note(title="D")
    )
    assert [p.title for p in pieces] == ["a & b", "C", "D"]
    assert [o.outcome for o in others] == ["errored", "errored"]
    assert others[1].shape


def test_a_file_that_ends_early_is_an_error(read):
    pieces, others = read(note(), "<note><title>B</title>", tail="")
    assert len(pieces) == 1
    assert [o.outcome for o in others] == ["errored"]


def test_bombs_and_outer_files_are_never_resolved(read, tmp_path):
    (tmp_path / "secret.txt").write_text("SECRET")
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE en-export [<!ENTITY a "ha">'
        '<!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "secret.txt">]><en-export>'
    )
    inside = '<?xml version="1.0"?><!DOCTYPE en-note [<!ENTITY a "ha">]>'
    (piece,), _ = read(note(f"{inside}<div>x&a;y&f;</div>", title="&b;&f; t"), head=bomb)
    assert "ha" not in piece.text.replace("&a;", "")
    assert "SECRET" not in piece.text + (piece.title or "")


def test_an_encrypted_note_is_dropped_and_one_in_part_is_read(read):
    crypt = '<en-crypt cipher="AES">UkM1</en-crypt>'
    pieces, others = read(note(crypt), note(f"<div>In the open.</div>{crypt}"))
    assert [p.text for p in pieces] == ["In the open."]
    assert [(o.reason, o.outcome) for o in others] == [("encrypted", "dropped")]


def test_a_note_too_long_is_an_error_not_a_full_memory(read, monkeypatch):
    monkeypatch.setattr("corpus.sources.evernote_notes.MAX_NOTE", 2_000)
    pieces, others = read(note("<div>long</div>" * 300), note())
    assert len(pieces) == 1
    assert [o.reason for o in others] == ["a note longer than any is"]


def test_metadata_is_tags_and_source_never_places(read):
    more = "<tag>a</tag><tag>b</tag>"
    (piece,), _ = read(note(more=more, inside="<latitude>37.7</latitude><source>x</source>"))
    assert piece.metadata == {"tags": ["a", "b"], "source": "x"}


def test_authors_are_weak_claims(tmp_path):
    path = tmp_path / "n.enex"
    path.write_text(HEAD + note(inside="<author>Ann</author>") * 2 + note() + "</en-export>")
    items = evernote.read(File(path=path, name="n.enex", id="f"), Reading())
    (claim,) = (i for i in items if isinstance(i, Claim))
    assert (claim.handle, claim.strong) == ("evernote:Ann", False)
    assert claim.evidence == "named as the author of 2 of 3 notes"


@pytest.mark.parametrize(
    ("enml", "text"),
    [
        ('<en-todo checked="true"/>tea<br/><en-todo/>milk', "[x] tea\n[ ] milk"),
        ('<en-todo checked="false"></en-todo>tea', "[ ] tea"),
        ("<div>a</div><div><br/></div><div>b</div>", "a\n\nb"),
        ("<div/><div>a</div><span/>b", "a\nb"),
        ("a<en-media hash='x' type='image/png'></en-media>b", "ab"),
        ("<div>&nbsp;R&amp;D &lt;3</div>", "R&D <3"),
    ],
)
def test_enml_becomes_text(enml, text):
    assert words_of(f"<en-note>{enml}</en-note>").own == text

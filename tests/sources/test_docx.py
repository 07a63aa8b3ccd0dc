"""Word documents: what the author left standing is theirs; changes and comments are not."""

import io
import zipfile

import pytest

from corpus.sources import docx
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = (
    f'<w:document xmlns:w="{W}" xmlns:w14="w14" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>'
)
TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="cp" xmlns:dc="dc" xmlns:dcterms="dcterms">'
    "<dc:creator>{creator}</dc:creator><dcterms:created>{created}</dcterms:created>"
    "</cp:coreProperties>"
)


def p(*runs, style="", more=""):
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{more}</w:pPr>{''.join(runs)}</w:p>"


def r(text, more=""):
    return f'<w:r><w:rPr>{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def ins(text, author):
    return f'<w:ins w:author="{author}" w:date="2024-03-01T09:00:00Z">{r(text)}</w:ins>'


def packed(body, creator="Ann Lee", created="2024-02-29T10:00:00Z", **parts):
    """Return a document; `parts` are further files under word/, by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", f"{HEAD}{body}</w:body></w:document>")
        for name, inside in parts.items():
            archive.writestr(f"word/{name}.xml", inside)
        archive.writestr("docProps/core.xml", CORE.format(creator=creator, created=created))
    return out.getvalue()


@pytest.fixture
def read(tmp_path):
    def read(body, zone="UTC", **parts):
        path = tmp_path / "a.docx"
        path.write_bytes(body if isinstance(body, bytes) else packed(body, **parts))
        file = File(path=path, name="a.docx", id="f")
        assert recognise(file, Reading())[0] == "docx"
        return [x for x in docx.read(file, Reading(zone=zone, assume_mine=("docx",)))]

    return read


def text(told):
    return next(x for x in told if isinstance(x, Piece)).text


def test_paragraphs_lists_and_tables(read):
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="Listeavsnitt1"><w:name w:val="List Bullet"/>'
        '</w:style><w:style w:styleId="Overskrift1"><w:name w:val="heading 1"/></w:style>'
        "</w:styles>"
    )
    number = '<w:numPr><w:numId w:val="3"/></w:numPr>'
    table = (
        "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc>"
        "<w:tc><w:p/></w:tc></w:tr></w:tbl>"
    ).format(p(r("Bed")), p(r("Crop")), p(r("North")))
    body = p(r("The garden"), style="Overskrift1") + p(r("Two "), r("words."))
    body += p(r("peas"), style="Listeavsnitt1") + p(r("beans"), more=number) + table
    told = read(body, styles=styles)
    assert text(told) == "The garden\n\nTwo words.\n\n- peas\n- beans\n\nBed\tCrop\nNorth\t"
    assert told[1].title == "The garden"


def test_a_tracked_insertion_belongs_to_whoever_made_it(read):
    body = p(r("I dug"), ins(" deep", "Ann Lee"), ins(" and wide", "Bo Ek"), r("."))
    claim, own, other = read(body, zone="Europe/Oslo")
    assert own.text == "I dug deep."
    assert (other.text, other.handle, other.mine) == ("and wide", "name:Bo Ek", None)
    assert other.created.isoformat() == "2024-03-01T08:00:00+00:00"  # local time, whatever «Z» says
    assert other.thread == own.thread == "a.docx"
    assert claim == Claim("name:Ann Lee", claim.evidence, strong=False, name="Ann Lee")


def test_deleted_moved_and_hidden_text_is_left_out(read):
    gone = '<w:del w:author="Bo Ek"><w:r><w:delText>never</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:author="x">{r("old place")}</w:moveFrom>'
    hidden = r("hidden", "<w:vanish/>") + r("shown", '<w:vanish w:val="0"/>')
    assert text(read(p(r("a "), gone, moved, hidden))) == "a shown"


def test_a_deleted_paragraph_mark_joins_two_paragraphs(read):
    body = p(r("one "), more='<w:rPr><w:del w:author="x"/></w:rPr>') + p(r("two"))
    assert text(read(body)) == "one two"


def test_a_drop_capital_is_the_first_letter_of_the_next_paragraph(read):
    body = p(r("O"), more='<w:framePr w:dropCap="drop" w:lines="3"/>') + p(r("nce more"))
    assert text(read(body)) == "Once more"


def test_fields_show_their_result_but_no_list_of_contents(read):
    def field(code, result):
        marks = [f'<w:r><w:fldChar w:fldCharType="{k}"/></w:r>' for k in ("begin", "separate")]
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        return f"{marks[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{marks[1]}{result}{end}"

    body = p(field(" TOC \\o ", r("Chapter 1 ... 3"))) + p(field(" DATE ", r("2 May")), r(" came"))
    assert text(read(body)) == "2 May came"


def test_a_field_that_never_ends_hides_nothing(read):
    body = p(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        r("all the rest"),
    )
    assert text(read(body)) == "all the rest"


def test_footnotes_follow_the_text_and_headers_do_not(read):
    first = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="0"/><w:footnote w:id="2">'
    body = p(r("Salt"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r(" is dear."))
    told = read(
        body,
        footnotes=f"{first}{p(r('In June.'))}</w:footnote></w:footnotes>",
        header1=f'<w:hdr xmlns:w="{W}">{p(r("CONFIDENTIAL"))}</w:hdr>',
    )
    assert text(told) == "Salt[^1] is dear.\n\n[^1]: In June."


def test_a_text_box_is_read_once(read):
    box = f"<w:pict><w:txbxContent>{p(r('in the box'))}</w:txbxContent></w:pict>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert text(read(p(r("before"), both) + p(r("after")))) == "before\n\nin the box\n\nafter"


def test_comments_are_pieces_of_their_authors(read):
    comments = (
        f'<w:comments xmlns:w="{W}" xmlns:w14="w14">'
        f'<w:comment w:id="0" w:author="Bo Ek" w:date="2024-03-02T07:30:00Z">'
        f'<w:p w14:paraId="AA">{r("Really?")}</w:p></w:comment>'
        f'<w:comment w:id="1" w:author="Ann Lee"><w:p w14:paraId="BB">{r("Yes.")}</w:p></w:comment>'
        f'<w:comment w:id="2" w:author="Microsoft Office User">{p(r("x"))}</w:comment></w:comments>'
    )
    extended = (
        '<w15:x xmlns:w15="w15"><w15:commentEx w15:paraId="BB" w15:paraIdParent="AA"/></w15:x>'
    )
    told = read(p(r("Text.")), comments=comments, commentsExtended=extended)
    _, _, question, answer, nobody = told
    assert (question.handle, question.text, question.mine) == ("name:Bo Ek", "Really?", None)
    assert (answer.handle, answer.reply_to) == ("name:Ann Lee", question.own)
    assert nobody == Problem("comment 3", "a comment by nobody named")


@pytest.mark.parametrize("creator", ["", "python-docx", "Microsoft Office User", "HP"])
def test_a_creator_that_names_nobody_leaves_the_text_to_the_settings(read, creator):
    (piece,) = read(p(r("Mine.")), creator=creator)
    assert (piece.handle, piece.mine) == (None, True)


@pytest.mark.parametrize("created", ["", "1601-01-01T00:00:00Z", "2013-12-23T23:15:00Z", "soon"])
def test_a_date_that_no_one_wrote_on_is_unknown(read, created):
    assert read(p(r("x y")), created=created)[1].created is None


def test_lists_of_contents_and_quotations_are_left_out(read):
    quote = '<w:style w:styleId="Q"><w:name w:val="Quote"/></w:style>'
    styles = f'<w:styles xmlns:w="{W}">{quote}</w:styles>'
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{p(r('Chapter 1'))}</w:sdtContent></w:sdt>"
    )
    body = contents + p(r("Others said"), style="Q") + p(r("I say"))
    assert text(read(body, styles=styles)) == "I say"


def test_a_file_cut_short_yields_what_stands_before_the_cut(read):
    body = "".join(p(r(f"Line {n} {hash((n, n)):x}.")) for n in range(4_000))
    whole = packed(body)
    told = read(whole[: len(whole) // 2])
    assert text(told).startswith("Line 0 ")
    assert [x.outcome for x in told if isinstance(x, Problem)] == ["errored"]


def test_no_cut_or_flipped_byte_raises(tmp_path):
    whole = packed(p(r("I dug"), ins(" wide", "Bo Ek")))
    for n in range(0, len(whole), 7):
        path = tmp_path / f"{n}.docx"
        flipped = whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :]
        for data in (whole[:n], flipped):
            path.write_bytes(data)
            file = File(path=path, name="a", id="f")
            docx.recognise(file, data)
            for item in docx.read(file, Reading()):
                assert isinstance(item, Piece | Problem | Claim)


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.sources.packed.MAX_UNPACKED", 1 << 20)
    data = packed(p(r("start")) + p(r("x" * (4 << 20))))
    path = tmp_path / "b.docx"
    path.write_bytes(data)
    told = list(docx.read(File(path=path, name="b", id="f"), Reading()))
    assert text(told) == "start"
    assert told[-1].outcome == "errored"


def test_an_encrypted_document_says_so(tmp_path):
    path = tmp_path / "e.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le"))
    file = File(path=path, name="e", id="f")
    assert docx.recognise(file, file.head())
    assert [x.outcome for x in docx.read(file, Reading())] == ["errored"]

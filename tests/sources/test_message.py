"""A mail taken apart: as the standard library takes it apart, on odd mail too."""

import base64
import quopri
import random
from email import message_from_bytes
from email.policy import compat32

import pytest

from corpus.sources.message import Part, parameters
from corpus.sources.transfer import unbase64

TEXTS = [
    *(b"hello\n", b"", b"a\n\nb\n", b"l\xe5g\r\n", b"> q\n-- \nx", b"--\n", b"--b\n", b"From me\n"),
    *(b" indented\n\ttab\n", b"=\n", b"x=3D=\n y", b"trail \n", b"last without end"),
]
ENCODINGS = [b"", b"7bit", b"8bit", b"base64", b"quoted-printable", b"QUOTED-PRINTABLE", b"bogus"]
TYPES = [
    *(b"", b"Content-Type: text/plain\n", b"Content-Type: text/html; charset=utf-8\n"),
    *(b'content-type: TEXT/Plain;\n charset="iso-8859-1"\n', b"Content-Type: text\n"),
    *(b"Content-Type: image/png; name=x\n", b"Content-Type: message/rfc822\n"),
]
HEADS = [
    *(b"", b"From: a@x\nTo: b@x\n", b"Received: x;\n y; z\n", b"From x@y Mon\nA: b\n"),
    *(b"Subject: =?utf-8?q?a?=\n folded\n\tmore\nX-Y: z\n", b"no field here\n", b":empty\n"),
]


def leaf(some):
    body = b"".join(some.choice(TEXTS) for _ in range(some.randint(0, 4)))
    encoding = some.choice(ENCODINGS)
    if encoding == b"base64":
        body = base64.encodebytes(body)
        body = some.choice([body, body.replace(b"=", b""), b"!! " + body])
    if encoding.lower() == b"quoted-printable" and some.random() < 0.7:
        body = quopri.encodestring(body)
    head = some.choice(TYPES)
    head += b"Content-Transfer-Encoding: " + encoding + b"\n" if encoding else b""
    return head + b"\n" + body


def multipart(some, depth):
    boundary = some.choice([b"b%d", b"bb%d", b"outer%d", b"=_x y%d", b"b-%d"]) % depth
    kind = some.choice([b"mixed", b"alternative", b"related", b"digest"])
    out = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
    out += some.choice([b"", b"preamble\n"])
    for _ in range(some.randint(0, 3)):
        out += b"--" + boundary + some.choice([b"", b" ", b"\t"]) + b"\n"
        nested = depth < 3 and some.random() < 0.35
        out += multipart(some, depth + 1) if nested else leaf(some)
        out += b"" if out.endswith(b"\n") and some.random() < 0.5 else b"\n"
    closing = b"--" + boundary + b"--" + some.choice([b"", b"\n", b"\nepilogue\n"])
    return out + (closing if some.random() < 0.8 else b"")


def odd_message(seed):
    some = random.Random(seed)
    data = some.choice(HEADS) + (multipart(some, 0) if some.random() < 0.6 else leaf(some))
    return data.replace(b"\n", b"\r\n") if some.random() < 0.3 else data


def leaves_of(message):
    """Return the leaves of the standard library's message."""
    if message.get_content_type().startswith("multipart/") and message.is_multipart():
        return [leaf for child in message.get_payload() for leaf in leaves_of(child)]
    if message.get_content_type().startswith("message/"):
        return [(message.get_content_type(), b"")]
    content = message.get_payload(decode=True) or b""
    return [(message.get_content_type(), content.strip(b"\r\n"))]


def our_leaves(part):
    if part.kind.startswith("message/"):
        return [(part.kind, b"")]
    if part.kind.startswith("multipart/"):
        children = part.children()
        if children:
            return [leaf for child in children for leaf in our_leaves(child)]
        return [(part.kind, part.preamble().strip(b"\r\n"))]
    return [(part.kind, part.content().strip(b"\r\n"))]


@pytest.mark.parametrize("begin", range(0, 3_000, 500))
def test_odd_messages_come_apart_as_with_the_standard_library(begin):
    for seed in range(begin, begin + 500):
        data = odd_message(seed)
        theirs = message_from_bytes(data, policy=compat32)
        assert our_leaves(Part(data)) == leaves_of(theirs), seed
        for name in ("from", "subject", "received", "content-type"):
            told = theirs.get(name)
            raw = Part(data).raw(name.encode())
            assert (raw is None) == (told is None), (seed, name)
            if raw is not None:
                assert raw.split() == str(told).encode().split(), (seed, name)


def test_a_header_without_blank_line_below_and_one_without_fields():
    part = Part(b"From: a@x.example\nhello\nSubject: no field\n")
    assert (part.raw(b"from"), part.raw(b"subject")) == (b"a@x.example", None)
    assert part.content() == b"hello\nSubject: no field\n"
    assert Part(b"just text\n").content() == b"just text\n"
    assert Part(b"\nSubject: body\n").fields == {}
    assert Part(b"Subject : spaced\n\nx").raw(b"subject") == b"spaced"


def test_a_charset_with_more_behind_its_quotes_is_read():
    told = parameters(b'text/plain; charset = "UTF-8"Content-Transfer-Encoding: 8bit')
    assert told == {b"charset": b"UTF-8"}


def test_base64_that_is_cut_or_has_strangers_in_it():
    whole = base64.b64encode(b"some longer text")
    for n in range(len(whole)):
        assert b"some longer text".startswith(unbase64(whole[:n]))
        assert unbase64(whole[:n] + b"!\r\n" + whole[n:]) == b"some longer text"


def test_uuencoded_text_is_read():
    body = b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n%:&5L;&\\ \n \nend\n"
    assert Part(body).content() == b"hello"


def test_multiparts_in_multiparts_end():
    bomb = b"Content-Type: multipart/mixed; boundary=b0\n\n"
    for n in range(2_000):
        bomb += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1)
    part, depth = Part(bomb), 0
    while children := part.children():
        part, depth = children[0], depth + 1
    assert depth == 50

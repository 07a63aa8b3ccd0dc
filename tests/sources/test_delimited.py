"""CSV: the dialect is found by content, and one bad record takes no other along."""

import io

import pytest

from corpus.sources.delimited import OPEN_QUOTE, dialect_of, records
from corpus.sources.file import HEAD


def told(text, **dialect):
    return list(records(io.StringIO(text, newline=""), {"strict": True, **dialect}))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    head = f'id{delimiter}text\r\n1{delimiter}"Salt, fat; heat | acid"\r\n'.encode()
    dialect, names = dialect_of(head)
    assert (dialect["delimiter"], names) == (delimiter, ["id", "text"])


def test_backslash_quotes_are_found():
    dialect, _ = dialect_of(b'id,text\n1,"say \\"hi\\", ok"\n')
    assert told('1,"say \\"hi\\", ok"\n', **dialect) == [(1, ["1", 'say "hi", ok'])]


@pytest.mark.parametrize("head", [b"", b"text\nonly\n", b"a,a\n1,2\n", b"x" * 200, b"a,b\n"])
def test_no_table_has_no_dialect(head):
    assert dialect_of(head) is None


def test_a_record_cut_by_the_end_of_the_head_does_not_count():
    long = "line\n" * HEAD
    head = f'id,text\n1,one\n2,"{long}"\n'.encode()[:HEAD]
    assert dialect_of(head)[1] == ["id", "text"]


def test_an_open_quote_costs_one_record():
    text = '1,"fine"\n2,"open\n3,c\n4,"two\nlines"\n5,"odd" end\n6,f\n'
    assert told(text) == [
        (1, ["1", "fine"]),
        (2, OPEN_QUOTE),
        (3, ["3", "c"]),
        (4, ["4", "two\nlines"]),
        (6, OPEN_QUOTE),
        (7, ["6", "f"]),
    ]


def test_an_open_quote_in_the_last_line_is_told():
    assert told('1,a\n2,"open') == [(1, ["1", "a"]), (2, OPEN_QUOTE)]

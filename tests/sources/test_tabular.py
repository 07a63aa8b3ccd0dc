"""Data sets: columns mapped or guessed, own ids kept, bad rows counted, conversations split."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.keys import digest
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

ROWS = [
    {"id": "n1", "body": "The first note, about bread.", "created_at": "2024-01-02T03:04:05Z"},
    {"id": "n2", "body": "", "created_at": None},
    {"id": "n3", "body": "A third one\nover two lines.", "created_at": "2024-01-03"},
]


@pytest.fixture
def read(tmp_path):
    def read(name, content=None, **reading):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = File(path=path, name=name, id=digest(name))
        found = recognise(file, Reading(**reading))
        assert not isinstance(found, str), found
        account = Account()
        rows = [
            r for b in drafts(file, found[0], Reading(**reading), account) for r in b.to_pylist()
        ]
        assert account.balanced()
        return found[0], rows, account

    return read


def parquet(path, rows):
    pq.write_table(pa.Table.from_pylist(rows), path)


def test_json_lines_csv_and_parquet_say_the_same(read, tmp_path):
    lines = "\n".join(json.dumps(r) for r in ROWS)
    table = 'id,body,created_at\nn1,"The first note, about bread.",2024-01-02T03:04:05Z\nn2,,\n'
    table += 'n3,"A third one\nover two lines.",2024-01-03\n'
    parquet(tmp_path / "c.parquet", ROWS)
    told = [read("a.jsonl", lines), read("b.csv", table), read("c.parquet")]
    for kind, rows, account in told:
        assert kind == "tabular"
        assert [r["text"] for r in rows] == [ROWS[0]["body"], ROWS[2]["body"]]
        assert rows[0]["created"] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert rows[1]["created_precision"] == "day"
        assert json.loads(rows[0]["metadata"]) == {"id": "n1"}
        assert all(r["mine"] and r["native"] for r in rows)
        assert (account.seen, account.emitted, account.count("dropped")) == (3, 2, 1)


def test_columns_can_be_mapped(read):
    line = json.dumps({"words": "Mapped text.", "who": "ann@home.example", "text": "not this"})
    _, rows, _ = read("m.jsonl", line, columns={"text": "words", "author": "who"})
    assert rows[0]["text"] == "Mapped text."
    assert (rows[0]["handle"], rows[0]["mine"]) == ("email:ann@home.example", None)


def test_a_table_without_text_is_refused(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"amount": 3}\n{"amount": 4}\n')
    assert isinstance(recognise(File(path, "t.jsonl", "f"), Reading()), str)


@pytest.mark.parametrize("stamp", [1700000000, 1700000000.0, 1700000000000, "1700000000000000"])
def test_epochs_of_any_unit_are_read(read, stamp):
    _, rows, _ = read("e.jsonl", json.dumps({"text": "x y z", "timestamp": stamp}))
    assert rows[0]["created"] == datetime.fromtimestamp(1700000000, UTC)


def test_broken_rows_are_errors_and_the_others_are_read(read):
    _, rows, account = read(
        "b.jsonl", '{"text": "one"}\n{"text": "tw\n[1]\n{"text": "three"}\n{"text"'
    )
    assert [r["text"] for r in rows] == ["one", "three"]
    assert account.count("errored") == 3
    _, rows, account = read("b.csv", "id,text\n1,one\n2,two,extra\n3,three\n")
    assert [r["text"] for r in rows] == ["one", "three"]
    assert account.count("errored") == 1


def test_conversations_become_turns_in_order(read):
    lines = [
        {
            "id": "c1",
            "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Yes?"},
            ],
        },
        {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "Hello"}]},
    ]
    _, rows, account = read("t.jsonl", "\n".join(map(json.dumps, lines)))
    assert [(r["text"], r["mine"], r["kind"]) for r in rows] == [
        ("Hi", True, "prompt"),
        ("Yes?", False, "chat"),
        ("Hello", True, "prompt"),
    ]
    assert rows[1]["reply_to"] == rows[0]["id"]
    assert rows[0]["thread"] == rows[1]["thread"] != rows[2]["thread"]
    assert account.count("dropped") == 1


def test_an_edit_of_a_row_keeps_its_id(read):
    one = read("x.jsonl", json.dumps({"id": 7, "text": "before"}))[1][0]
    two = read("x.jsonl", json.dumps({"id": 7, "text": "after"}))[1][0]
    assert one["id"] == two["id"]
    assert one["text_digest"] != two["text_digest"]

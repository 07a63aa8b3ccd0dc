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


def refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return isinstance(recognise(File(path, name, "f"), Reading()), str)


def test_one_object_is_a_table_only_when_its_name_says_so(tmp_path):
    assert refused(tmp_path, "post.json", '{"text": "a post", "langs": ["en"]}')
    assert not refused(tmp_path, "post.jsonl", '{"text": "a post", "langs": ["en"]}')


def test_objects_under_the_name_of_text_are_no_text(tmp_path):
    line = json.dumps({"type": "user", "message": {"role": "user", "content": "hi"}})
    assert refused(tmp_path, "log.jsonl", f"{line}\n" * 3)


@pytest.mark.parametrize(
    ("form", "encoding"),
    [
        *(("csv", encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")),
        *(("jsonl", encoding) for encoding in ("utf-8", "utf-8-sig", "cp1252")),
    ],
)
def test_any_encoding_is_read(read, form, encoding):
    text = "Blåbærsyltetøy på brødskive"
    csv = f"id;text\r\n1;{text}\r\n2;øl\r\n"
    lines = "".join(
        json.dumps({"id": 1, "text": t}, ensure_ascii=False) + "\n" for t in (text, "øl")
    )
    _, rows, _ = read(f"e.{form}", (csv if form == "csv" else lines).encode(encoding))
    assert rows[0]["text"] == text


def test_one_bad_byte_does_not_spoil_the_other_lines(read):
    _, rows, _ = read("b.jsonl", b'{"text":"caf\xc3\xa9 \xc3\xa6"}\n{"text":"caf\xe9"}\n')
    assert [r["text"] for r in rows] == ["café æ", "café"]


def test_a_first_line_longer_than_the_head_is_read(read):
    lines = [json.dumps({"text": "word " * 40_000}), json.dumps({"text": "short"})]
    _, rows, _ = read("long.json", "\n".join(lines))
    assert [len(r["text"]) for r in rows] == [200_000, 5]


def test_an_open_quote_costs_one_row(read):
    _, rows, account = read("q.csv", 'id,text\n1,"one"\n2,"open\n3,three\n4,"four\nlines"\n')
    assert [r["text"] for r in rows] == ["one", "three", "four\nlines"]
    assert [(p.place, p.outcome) for p in account.problems] == [("line 3", "errored")]


def test_a_damaged_part_of_a_parquet_file_costs_its_rows_only(read, tmp_path):
    table = pa.table({"text": [f"note {n} of {n * 7919 % 1000}" for n in range(900)]})
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=300, use_dictionary=False)
    data = bytearray((tmp_path / "p.parquet").read_bytes())
    place = pq.ParquetFile(tmp_path / "p.parquet").metadata.row_group(1).column(0).data_page_offset
    data[place : place + 60] = b"\xff" * 60
    _, rows, account = read("p.parquet", bytes(data))
    assert [r["locator"] for r in rows] == [f"row {n}" for n in (*range(1, 301), *range(601, 901))]
    assert account.count("errored") == 300


def test_a_cut_parquet_file_is_an_error_with_its_reason(read, tmp_path):
    parquet(tmp_path / "c.parquet", ROWS)
    _, rows, account = read("c.parquet", (tmp_path / "c.parquet").read_bytes()[:-20])
    assert (rows, [p.reason for p in account.problems]) == ([], ["damaged Parquet file"])


def test_an_undecodable_value_costs_one_row_and_pictures_are_not_read(read, tmp_path):
    offsets, data = pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0])), b"ok\xff\xfe"
    text = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(data))
    pq.write_table(pa.table({"text": text, "body": [b"\x89", b"\x89"]}), tmp_path / "u.parquet")
    _, rows, account = read("u.parquet")
    assert [r["text"] for r in rows] == ["ok"]
    assert account.count("errored") == 1


@pytest.mark.parametrize("stream", [True, False])
def test_arrow_files_and_streams_are_read(read, tmp_path, stream):
    table = pa.table(
        {"text": ["a", "b"], "date": pa.array([1_700_000_000_000_000_001] * 2, pa.timestamp("ns"))}
    )
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, new(sink, table.schema) as writer:
        writer.write_table(table)
    _, rows, _ = read("a.arrow")
    assert [r["text"] for r in rows] == ["a", "b"]
    assert rows[0]["created"] == datetime.fromtimestamp(1_700_000_000, UTC)


def test_the_fields_of_a_row_are_kept(read):
    row = {"text": "Hi", "author": "Ann Oak <Ann@home.example>", "lang": "en-GB", "source": "s"}
    row |= {"id": 3.0, "url": "http://x.example", "thread": "t", "timestamp": "junk"}
    other = {"text": [{"type": "text", "text": "a"}, "b"], "role": "assistant"}
    _, (one, two), _ = read("f.jsonl", "\n".join(map(json.dumps, (row, other))))
    assert (one["handle"], one["mine"], one["language"]) == ("email:ann@home.example", None, "en")
    assert json.loads(one["metadata"]) == {"id": "3", "source": "s", "url": "http://x.example"}
    assert (one["created"], one["created_precision"]) == (None, "unknown")
    assert (two["text"], two["mine"], two["kind"]) == ("a\n\nb", False, "chat")


def test_a_mapped_column_that_a_file_lacks_is_guessed(read):
    _, rows, _ = read("g.jsonl", json.dumps({"body": "words"}), columns={"text": "other"})
    assert rows[0]["text"] == "words"


def test_turns_that_are_none_are_errors(read):
    line = {"messages": [{"role": "user", "content": "Hi"}, 5, {"role": "tool", "content": "x"}]}
    _, rows, account = read("t.jsonl", json.dumps(line))
    assert [r["text"] for r in rows] == ["Hi"]
    assert (account.count("errored"), account.count("dropped")) == (1, 1)


@pytest.mark.parametrize(
    "column",
    ["Sender name", "participant", "Speaker", "user_id", "Nickname", "address", "FromName"],
)
def test_whoever_a_column_names_has_written_the_row(read, column):
    _, (first, second), _ = read(
        "chat.csv", f"Date,{column},Message\n2024,Ann,Hi you\n2024,Ben,Hello"
    )
    told = [(row["mine"], row["handle"]) for row in (first, second)]
    assert told == [(None, "name:Ann"), (None, "name:Ben")]


@pytest.mark.parametrize(
    ("column", "own", "others"),
    [("direction", "outgoing", "incoming"), ("is_from_me", "1", "0"), ("From Me", "True", "False")],
)
def test_a_column_says_which_messages_are_own(read, column, own, others):
    text = f"address,{column},body\n+4790,{own},See you\n+4790,{others},Where are you?\n"
    _, (first, second), _ = read("sms.csv", text)
    assert (first["mine"], first["handle"], first["kind"]) == (True, None, "chat")
    assert (second["mine"], second["handle"], second["kind"]) == (False, "name:+4790", "chat")


@pytest.mark.parametrize("text", ["message", "msg"])
def test_the_log_of_a_program_is_no_data_set(tmp_path, text):
    path = tmp_path / "a.jsonl"
    row = {"level": "info", text: "The server has started now", "timestamp": "2024-03-12T09:10:00Z"}
    path.write_text("\n".join([json.dumps(row)] * 3))
    file = File(path, "a.jsonl", "f")
    assert recognise(file, Reading()) == "not writing of a kind that is known here"
    assert recognise(file, Reading(columns={"text": text}))[0] == "tabular"

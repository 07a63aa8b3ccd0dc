"""Gathering: stable ids, aligned exports, sessions, authors and balanced sightings."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from corpus.keys import digest
from corpus.people import People, Person
from corpus.schema import DRAFT, WORK
from corpus.sources.file import File
from corpus.sources.gather import Identities, attribute, fit
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

START = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
ME = People(me=Person(names=("Ines Halvorsen",), handles=("name:Ines",)))
TALK = [
    (
        i,
        ("Ines", "Odd")[i % 2],
        f"message {i} about the {'boat garden choir kitchen'.split()[i % 4]}",
    )
    for i in range(40)
]


def chat(lines, shift_hours=0, names=None):
    """Return a WhatsApp export of (minute, name, text) lines."""
    out = []
    for minute, name, text in lines:
        moment = START + timedelta(minutes=minute, hours=shift_hours)
        out.append(f"{moment:%d/%m/%Y, %H:%M} - {(names or {}).get(name, name)}: {text}")
    return "\n".join(out) + "\n"


def draft(tmp_path, name, text, reading=None):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    file = File(path=path, name=name, id="f" + digest(name)[:8])
    reading = reading or Reading()
    kind, _ = recognise(file, reading)
    account = Account()
    table = pa.Table.from_batches(drafts(file, kind, reading, account), DRAFT)
    assert account.balanced()
    return table


def gathered(*tables, people=ME, pins=None, key=b"k" * 32):
    verdicts, sightings = fit(tables, Reading(), Identities(key, people, pins or {}))
    documents = []
    for table, verdict in zip(tables, verdicts, strict=True):
        batch, rows = table.combine_chunks().to_batches()[0], verdict.to_batches()[0]
        documents.append(pa.Table.from_batches([attribute(batch, rows)[0]], WORK))
    return documents, verdicts, sightings


def ids_by_text(documents):
    rows = pa.concat_tables(documents).select(["text", "id"]).to_pylist()
    return {row["text"]: row["id"] for row in rows}


def test_an_overlapping_export_gives_each_message_once(tmp_path):
    old = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:30]))
    new = draft(tmp_path, "WhatsApp Chat with Odd (1).txt", chat(TALK[12:]))
    documents, verdicts, sightings = gathered(old, new)
    assert sum(d.num_rows for d in documents) == len(TALK)
    assert sightings.num_rows == 30 + 28
    assert sum(not k for v in verdicts for k in v["kept"].to_pylist()) == 18
    assert len(set(pa.concat_tables(documents)["thread"].to_pylist())) == 1


@pytest.mark.parametrize(
    ("shift", "names"), [(0, {}), (2, {}), (0, {"Odd": "Odd Boat"}), (-5, {"Odd": "O."})]
)
def test_a_shifted_clock_or_renamed_contact_changes_no_id(tmp_path, shift, names):
    old = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:30]))
    before = ids_by_text(gathered(old)[0])
    new = draft(tmp_path, "other name.txt", chat(TALK[12:], shift, names))
    after = ids_by_text(gathered(old, new)[0])
    assert {t: after[t] for t in before} == before
    assert len(after) == len(TALK)


def test_the_newest_text_of_an_edited_message_wins(tmp_path):
    edited = list(TALK)
    edited[20] = (20, "Ines", "message 20, edited since")
    old = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:30]))
    new = draft(tmp_path, "WhatsApp Chat with Odd (1).txt", chat(edited[5:]))
    texts = ids_by_text(gathered(old, new)[0])
    assert "message 20, edited since" in texts
    assert TALK[20][2] not in texts
    assert texts["message 20, edited since"] == ids_by_text(gathered(old)[0])[TALK[20][2]]


def test_a_re_export_of_the_newest_messages_keeps_every_id_and_adds_what_is_new(tmp_path):
    """WhatsApp exports the newest 40,000 messages only; here they are the newest 400 of 600."""
    place = "harbour attic orchard stair ferry oven meadow lock".split()
    talk = [
        (n // 3, ("Ines", "Odd")[n * 7 % 3 == 0], f"{place[n * 5 % 8]} {n * n % 97} {n}")
        for n in range(600)
    ]
    short = [(m, w, "ok" if n % 4 == 0 else t) for n, (m, w, t) in enumerate(talk)]
    old = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(short[:500]))
    before = gathered(old)[0][0].select(["id", "text", "created"]).to_pylist()
    edited = [(m, w, t + " (no, later)" if n == 210 else t) for n, (m, w, t) in enumerate(short)]
    new = draft(tmp_path, "_chat.txt", chat(edited[200:], 3, {"Odd": "Odd Boat", "Ines": "Me"}))
    documents, verdicts, _ = gathered(old, new)
    rows = pa.concat_tables(documents).sort_by("position").to_pylist()
    assert len(rows) == 600
    assert [row["id"] for row in rows[:500]] == [row["id"] for row in before]
    assert [row["text"] for row in rows[:500] if row["text"].endswith("later)")] == [edited[210][2]]
    assert verdicts[1]["kept"].to_pylist().count(False) == 299
    assert len({row["author"] for row in rows}) == 2


def test_the_result_does_not_depend_on_the_order_of_files(tmp_path):
    old = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:30]))
    new = draft(tmp_path, "WhatsApp Chat with Odd (1).txt", chat(TALK[12:]))
    one, two = gathered(old, new)[1], gathered(new, old)[1]
    assert one[0].equals(two[1])
    assert one[1].equals(two[0])


@pytest.mark.parametrize("order", [1, -1])
def test_a_chat_kept_with_and_without_its_dates_is_one_with_them(tmp_path, order):
    def copied(form):
        said = ((START + timedelta(minutes=m), name, text) for m, name, text in TALK)
        return "".join(form.format(at=at, name=name, text=text) for at, name, text in said)

    dated = draft(tmp_path, "a.txt", copied("{at:%Y-%m-%d %H:%M:%S} {name}: {text}\n"))
    bare = draft(tmp_path, "b.txt", copied("{name}  {at:%H:%M}\n{text}\n"))
    documents, _, sightings = gathered(*(dated, bare)[::order])
    kept = pa.concat_tables(documents)
    assert (kept.num_rows, sightings.num_rows) == (len(TALK), 2 * len(TALK))
    assert len(set(kept["thread"].to_pylist())) == 1
    assert kept["created"].null_count == 0
    ordered = sorted(kept.to_pylist(), key=lambda row: row["position"])
    assert [row["text"] for row in ordered] == [text for _, _, text in TALK]


def test_sessions_are_cut_at_long_silences_only(tmp_path):
    late = [(m + (600 if m > 9 else 0), n, t) for m, n, t in TALK[:20]]
    table = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(late))
    sessions = gathered(table)[0][0]["session"].to_pylist()
    assert len(set(sessions)) == 2
    assert sessions[:10] == [sessions[0]] * 10


def test_own_words_are_told_by_the_identity_table(tmp_path):
    table = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK))
    documents = gathered(table)[0][0]
    roles = dict(zip(documents["handle"].to_pylist(), documents["role"].to_pylist(), strict=True))
    assert roles == {"name:Ines": "target", "name:Odd": "context"}
    nobody = gathered(table, people=People())[0][0]
    assert set(nobody["origin"].to_pylist()) == {"other"}


def test_ids_and_authors_depend_on_the_key(tmp_path):
    table = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK))
    one, two = gathered(table)[0][0], gathered(table, key=b"j" * 32)[0][0]
    for name in ("id", "thread", "session", "author"):
        assert not set(one[name].to_pylist()) & set(two[name].to_pylist())


def test_pins_ride_along_and_remove_acts_at_once(tmp_path):
    table = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:8]))
    first, second = gathered(table)[0][0]["id"].to_pylist()[:2]
    documents = gathered(table, pins={first: "remove", second: "keep"})[0][0]
    assert documents["removed"].to_pylist()[:2] == ["ingest.pinned", None]
    assert documents["pin"].to_pylist()[:3] == ["remove", "keep", None]


def test_metadata_is_json(tmp_path):
    table = draft(tmp_path, "WhatsApp Chat with Odd.txt", chat(TALK[:4]))
    assert all(isinstance(json.loads(m), dict) for m in table["metadata"].to_pylist())

"""Sessions of chats: one verdict for all messages, whatever the batches."""

import pyarrow as pa

from corpus import sessions
from corpus.filter import Filter
from corpus.schema import WORK, record_batch

FRENCH = ["Tu viens ce soir ?", "oui", "vers huit heures, après le travail", "d'accord, à ce soir"]


def turns(texts, session, thread="t", **more):
    return [
        {"id": f"{session}{n}", "kind": "chat", "thread": thread, "session": session,
         "position": n, "text": text} | more
        for n, text in enumerate(texts)
    ]  # fmt: skip


def fit(*batches):
    table = sessions.fit([record_batch(rows, WORK) for rows in batches], Filter())
    return {row["id"]: row for row in table.to_pylist()}


def test_short_turns_get_the_language_of_their_session():
    found = fit(turns(FRENCH, "a"), turns(["ok", "lol"], "b"))
    assert {found[f"a{n}"]["language"] for n in range(4)} == {"fr"}
    assert found["b0"]["language"] is None and found["b0"]["cause"] is None


def test_one_verdict_for_a_whole_session():
    found = fit(turns(["we meet at the station"] * 30, "a"), turns(FRENCH, "b"))
    assert {row["cause"] for id_, row in found.items() if id_[0] == "a"} == {"max-duplicate-lines"}
    assert all(row["value"] > row["threshold"] for id_, row in found.items() if id_[0] == "a")
    assert {row["cause"] for id_, row in found.items() if id_[0] == "b"} == {None}


def test_only_chat_in_use_and_order_by_position():
    rows = turns(FRENCH, "a") + turns(["x"], "r", removed="identify.system")
    rows += [{"id": "note", "kind": "note", "text": "Une note."}]
    batch = record_batch(rows, WORK)
    whole = sessions.fit([batch], Filter())
    assert whole["id"].to_pylist() == ["a0", "a1", "a2", "a3"]
    assert whole.schema == sessions.VERDICTS
    backwards = [batch.slice(i, 1) for i in reversed(range(batch.num_rows))]
    assert sessions.fit(backwards, Filter()).equals(whole)


def test_without_a_session_a_message_stands_alone_or_with_its_thread():
    rows = turns(FRENCH, "a")
    for row in rows:
        row["session"] = None
    assert {row["language"] for row in fit(rows).values()} == {"fr"}
    lone = [{"id": "x", "kind": "chat", "text": "oui"}, {"id": "y", "kind": "chat", "text": None}]
    found = fit(lone)
    assert found["x"]["language"] is None and found["y"]["cause"] == "empty"


def test_many_sessions_and_none():
    rows = [row for n in range(600) for row in turns(FRENCH[:2], f"s{n:03}-")]
    assert len(fit(rows)) == 1200
    assert sessions.fit([], Filter()).equals(pa.table([[]] * 5, sessions.VERDICTS))

"""Sessions of chats: one verdict for all messages, whatever the batches."""

from corpus import sessions
from corpus.filter import MEASURED
from corpus.schema import WORK, record_batch

FRENCH = ["Tu viens ce soir ?", "oui", "vers huit heures, après le travail", "d'accord, à ce soir"]


def turns(texts, session, thread="t", **more):
    return [
        {"id": f"{session}{n}", "kind": "chat", "thread": thread, "session": session,
         "position": n, "text": text} | more
        for n, text in enumerate(texts)
    ]  # fmt: skip


def fit(*batches):
    messages, figures = sessions.fit([record_batch(rows, WORK) for rows in batches])
    of_session = {row["id"]: row for row in figures.to_pylist()}
    rows = messages.to_pylist()
    return {row["id"]: row | {"figures": of_session[row["session"]]} for row in rows}


def test_short_turns_get_the_language_of_their_session():
    found = fit(turns(FRENCH, "a"), turns(["ok", "lol"], "b"))
    assert {found[f"a{n}"]["language"] for n in range(4)} == {"fr"}
    assert found["b0"]["language"] is None
    assert found["a0"]["figures"]["documents"] == 4 and found["a0"]["figures"]["language"] == "fr"


def test_figures_are_of_a_whole_session():
    found = fit(turns(["we meet at the station"] * 30, "a"), turns(FRENCH, "b"))
    figures = found["a3"]["figures"]
    assert figures["words"] == 150 and figures["duplicate_line_characters"] > 0.9
    assert found["a3"]["session"] == found["a29"]["session"] == "a" != found["b0"]["session"]
    assert found["b0"]["figures"]["duplicate_lines"] == 0


def test_only_chat_in_use_and_order_by_position():
    rows = turns(FRENCH, "a") + turns(["x"], "r", removed="identify.system")
    rows += [{"id": "note", "kind": "note", "text": "Une note."}]
    batch = record_batch(rows, WORK)
    whole, figures = sessions.fit([batch])
    assert whole["id"].to_pylist() == ["a0", "a1", "a2", "a3"]
    assert whole.schema == sessions.SESSIONS and figures.schema == MEASURED
    backwards = [batch.slice(i, 1) for i in reversed(range(batch.num_rows))]
    again, same = sessions.fit(backwards)
    assert again.equals(whole) and figures.equals(same)


def test_without_a_session_a_message_stands_alone_or_with_its_thread():
    rows = turns(FRENCH, "a")
    for row in rows:
        row["session"] = None
    assert {row["language"] for row in fit(rows).values()} == {"fr"}
    lone = [{"id": "x", "kind": "chat", "text": "oui"}, {"id": "y", "kind": "chat", "text": None}]
    found = fit(lone)
    assert found["x"]["language"] is None and found["y"]["figures"]["visible"] == 0


def test_many_sessions_and_none():
    rows = [row for n in range(600) for row in turns(FRENCH[:2], f"s{n:03}-")]
    assert len(fit(rows)) == 1200
    messages, figures = sessions.fit([])
    assert messages.equals(sessions.SESSIONS.empty_table()) and figures.num_rows == 0

"""ChatGPT exports: the shown branch, every other message accounted for, damage survived."""

import copy
import json

import pytest

from corpus.keys import digest
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise


def message(id_, role, *parts, kind="text", **more):
    content = {"content_type": kind, "parts": list(parts)}
    base = {"id": id_, "author": {"role": role}, "create_time": 1700000000.5, "content": content}
    return {**base, "recipient": "all", "metadata": {}, **more}


def node(key, parent, told, *children):
    return key, {"id": key, "parent": parent, "children": list(children), "message": told}


def conversation(nodes, current, **more):
    return {"id": "conv-1", "title": None, "current_node": current, "mapping": dict(nodes), **more}


BRANCHED = [
    node("root", None, None, "s"),
    node("s", "root", message("s", "system", ""), "u1", "u2"),
    node("u1", "s", message("u1", "user", "first try"), "a1"),
    node("a1", "u1", message("a1", "assistant", "answer one")),
    node(
        "u2",
        "s",
        message("u2", "user", "second try", {"content_type": "image"}, kind="multimodal_text"),
        "t",
    ),
    node("t", "u2", message("t", "tool", "scraped page"), "a2"),
    node("a2", "t", message("a2", "assistant", "answer two", metadata={"model_slug": "m-1"})),
]


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "conversations.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        file = File(path=path, name=path.name, id=digest("c"))
        kind, _ = recognise(file, Reading())
        assert kind == "chatgpt"
        account = Account()
        rows = [r for b in drafts(file, kind, Reading(), account) for r in b.to_pylist()]
        assert account.balanced()
        return rows, account

    return read


def test_the_shown_branch_is_read_and_the_edited_one_dropped(read):
    rows, account = read([conversation(BRANCHED, "a2")])
    assert [(r["text"], r["mine"], r["kind"]) for r in rows] == [
        ("second try", True, "prompt"),
        ("answer two", False, "chat"),
    ]
    reasons = sorted(p.reason for p in account.problems)
    assert reasons == ["not on the shown branch"] * 2 + ["system message", "tool message"]
    assert rows[1]["reply_to"] == rows[0]["id"]
    assert json.loads(rows[1]["metadata"]) == {"model": "m-1"}
    assert account.claims[0].strong


def test_the_wrapped_form_is_read_too(read):
    rows, _ = read({"conversations": [conversation(BRANCHED, "a2")]})
    assert len(rows) == 2


def test_a_missing_current_node_means_the_newest_leaf(read):
    nodes = copy.deepcopy(dict(BRANCHED))
    nodes["a1"]["message"]["create_time"] = 1800000000
    rows, _ = read([conversation(nodes.items(), None)])
    assert [r["text"] for r in rows] == ["first try", "answer one"]


def test_a_tree_that_runs_in_a_circle_ends(read):
    nodes = [
        node("a", "b", message("a", "user", "one"), "b"),
        node("b", "a", message("b", "user", "two"), "a"),
    ]
    rows, _ = read([conversation(nodes, "b")])
    assert sorted(r["text"] for r in rows) == ["one", "two"]


def test_what_is_not_to_be_remembered_is_dropped_whole(read):
    rows, account = read([conversation(BRANCHED, "a2", is_do_not_remember=True)])
    assert rows == []
    assert account.count("dropped") == 6


def test_a_file_cut_short_gives_what_came_before(read):
    text = json.dumps([conversation(BRANCHED, "a2"), conversation(BRANCHED, "a2", id="conv-2")])
    rows, account = read(text[: len(text) // 2 + 200])
    assert [r["text"] for r in rows] == ["second try", "answer two"]
    assert account.count("errored") == 1


def test_hidden_messages_and_tool_calls_are_dropped(read):
    nodes = [
        node("u", None, message("u", "user", "ask"), "h"),
        node(
            "h",
            "u",
            message("h", "user", "x", metadata={"is_visually_hidden_from_conversation": True}),
            "c",
        ),
        node("c", "h", message("c", "assistant", "search()", recipient="browser")),
    ]
    rows, account = read([conversation(nodes, "c")])
    assert [r["text"] for r in rows] == ["ask"]
    assert account.count("dropped") == 2


def test_the_messages_before_a_cut_inside_a_conversation_are_read(read):
    text = json.dumps([conversation(BRANCHED, "a2")])
    rows, account = read(text[: text.index("scraped page")])
    assert [r["text"] for r in rows] == ["second try"]
    assert account.count("errored") == 1


def test_damaged_messages_are_errors_and_the_others_are_read(read):
    nodes = copy.deepcopy(dict(BRANCHED))
    nodes["s"]["message"]["author"] = "nobody"
    nodes["t"]["message"] = ["not", "an", "object"]
    nodes["u2"]["message"]["create_time"] = "never"
    nodes["a2"]["message"]["metadata"] = None
    rows, account = read(
        [conversation(nodes.items(), {"not": "a key"}), 5, conversation(BRANCHED, "a1", id="c2")]
    )
    assert [r["text"] for r in rows][:2] == ["second try", "answer two"]
    assert [r["created"] is None for r in rows[:2]] == [True, False]
    assert account.count("errored") == 2


def test_speech_is_read_and_pictures_alone_are_dropped(read):
    spoken = {"content_type": "audio_transcription", "text": "said aloud"}
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "x"}
    nodes = [
        node("u", None, message("u", "user", spoken, kind="multimodal_text"), "v"),
        node("v", "u", message("v", "user", picture, kind="multimodal_text"), "w"),
        node("w", "v", message("w", "assistant", "thinking", kind="thoughts")),
    ]
    rows, account = read("\ufeff" + json.dumps([conversation(nodes, "w", title="Birds")]))
    assert [(r["text"], r["title"]) for r in rows] == [("said aloud", "Birds")]
    assert [p.reason for p in account.problems] == ["no text", "content that is not text"]


def test_a_long_conversation_is_read_in_good_time(read):
    nodes = [
        node(
            f"n{i}", f"n{i - 1}" if i else None, message(f"n{i}", "user", f"line {i}"), f"n{i + 1}"
        )
        for i in range(6_000)
    ]
    rows, _ = read([conversation(nodes, "n5999")])
    assert [r["position"] for r in rows] == list(range(6_000))

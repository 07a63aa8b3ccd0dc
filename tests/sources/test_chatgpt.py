"""ChatGPT exports: the shown branch, every other message accounted for, damage survived."""

import copy
import json

import pytest

from corpus.keys import digest
from corpus.sources import chatgpt
from corpus.sources.file import File
from corpus.sources.piece import Claim, Problem, Reading
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


def shown(rows):
    return [r for r in rows if "superseded" not in r["metadata"]]


def test_the_shown_branch_is_a_conversation(read):
    rows, account = read([conversation(BRANCHED, "a2")])
    assert [(r["text"], r["mine"], r["kind"]) for r in shown(rows)] == [
        ("second try", True, "prompt"),
        ("answer two", False, "chat"),
    ]
    reasons = sorted(p.reason for p in account.problems)
    assert reasons == ["not on the shown branch", "system message", "tool message"]
    assert rows[1]["reply_to"] == rows[0]["id"]
    assert json.loads(rows[1]["metadata"]) == {"model": "m-1"}
    assert account.claims[0].strong


def test_a_prompt_that_was_edited_is_kept_in_a_thread_of_its_own(read):
    rows, _ = read([conversation(BRANCHED, "a2")])
    (earlier,) = [r for r in rows if "superseded" in r["metadata"]]
    assert (earlier["text"], earlier["mine"], earlier["kind"]) == ("first try", True, "prompt")
    assert earlier["thread"] not in (None, rows[0]["thread"])
    switched, _ = read([conversation(BRANCHED, "a1")])
    assert earlier["id"] in {r["id"] for r in shown(switched)}


def test_the_prompts_of_a_branch_left_stay_in_order(read):
    nodes = [
        node("u1", None, message("u1", "user", "one"), "a1"),
        node("a1", "u1", message("a1", "assistant", "first answer"), "u2", "x2"),
        node("x2", "a1", message("x2", "user", "old two"), "y2"),
        node("y2", "x2", message("y2", "assistant", "old answer"), "x3"),
        node("x3", "y2", message("x3", "user", "old three")),
        node("u2", "a1", message("u2", "user", "two")),
    ]
    rows, account = read([conversation(nodes, "u2")])
    two, three = (r for r in rows if "superseded" in r["metadata"])
    assert (two["text"], three["text"]) == ("old two", "old three")
    assert two["thread"] == three["thread"]
    assert two["position"] < three["position"]
    assert two["reply_to"] == rows[1]["id"]
    assert three["reply_to"] == two["id"]
    assert [p.reason for p in account.problems] == ["not on the shown branch"]


@pytest.mark.parametrize("wrap", [lambda c: {"conversations": [c]}, lambda c: c])
def test_wrapped_and_single_conversations_are_read_too(read, wrap):
    rows, account = read(wrap(conversation(BRANCHED, "a2")))
    assert len(rows) == 3
    assert account.count("errored") == 0


def test_a_missing_current_node_means_the_newest_leaf(read):
    nodes = copy.deepcopy(dict(BRANCHED))
    nodes["a1"]["message"]["create_time"] = 1800000000
    rows, _ = read([conversation(nodes.items(), None)])
    assert [r["text"] for r in shown(rows)] == ["first try", "answer one"]


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
    assert [r["text"] for r in shown(rows)] == ["second try", "answer two"]
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
    assert [r["text"] for r in shown(rows)] == ["second try"]
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
    assert account.count("errored") == 3


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


ABOUT = "The user provided the following information about themselves.\nUser profile:\n```Bees.```"


def test_custom_instructions_are_own_words_and_come_once(read):
    content = {"content_type": "user_editable_context", "user_profile": ABOUT}
    hidden = {"is_visually_hidden_from_conversation": True, "is_user_system_message": True}
    told = {"author": {"role": "user"}, "content": content, "metadata": hidden}
    nodes = [
        node("i", None, {"id": "i", **told}, "u"),
        node("u", "i", message("u", "user", "ask")),
    ]
    two = [conversation(nodes, "u"), conversation(nodes, "u", id="c2", create_time=1700000000)]
    rows, account = read(two)
    assert [(r["text"], r["mine"]) for r in rows if r["thread"] is None] == [("Bees.", True)]
    assert [p.reason for p in account.problems] == ["the same custom instructions again"]


def test_words_pasted_into_a_prompt_are_not_own(read):
    text = "Why does this fail?\n```python\n" + "x = 1\n" * 8 + "```\nIt worked before."
    rows, _ = read([conversation([node("u", None, message("u", "user", text))], "u")])
    own, pasted = rows
    assert own["text"] == "Why does this fail?\n\nIt worked before."
    assert (own["origin"], pasted["origin"], pasted["mine"]) == (None, "pasted", None)
    assert pasted["text"].startswith("```python")
    assert (own["position"], pasted["position"]) == (0, 1)
    assert own["thread"] == pasted["thread"]
    assert own["id"] != pasted["id"]


def test_citation_marks_are_no_words(read):
    told = message("a", "assistant", "So it is.\ue200cite\ue202turn0search1\ue201 Yes【4†source】.")
    rows, _ = read([conversation([node("a", None, told)], "a")])
    assert rows[0]["text"] == "So it is. Yes."


def test_content_of_a_kind_that_is_not_known_is_an_error_of_mine_only(read):
    nodes = [
        node("u", None, message("u", "user", "x", kind="hologram"), "a"),
        node("a", "u", message("a", "assistant", "x", kind="hologram")),
    ]
    _, account = read([conversation(nodes, "a")])
    assert [p.outcome for p in account.problems] == ["errored", "dropped"]


def page(told):
    return (
        "<html><head><title>ChatGPT Data Export</title><script>\n"
        f"var jsonData = {json.dumps(told)};\nvar assetsJson = {{}};</script></head></html>"
    )


def test_the_page_alone_is_read(read):
    rows, account = read(page([conversation(BRANCHED, "a2")]))
    assert len(rows) == 3
    assert account.count("errored") == 0


def test_the_page_beside_the_conversations_is_the_same(tmp_path):
    (tmp_path / "conversations-000.json").write_text("[]")
    (tmp_path / "chat.html").write_text(page([conversation(BRANCHED, "a2")]))
    told = list(chatgpt.read(opened(tmp_path / "chat.html"), Reading()))
    assert told == [Problem("file", "the same conversations stand in conversations.json")]


def opened(path):
    return File(path=path, name=f"top/{path.name}", id="f")


def test_the_account_says_who_i_am(tmp_path):
    path = tmp_path / "user.json"
    path.write_text('{"id": "u", "email": "Ann@x.example", "chatgpt_plus_user": true}')
    assert recognise(opened(path), Reading())[0] == "chatgpt"
    handles = [c.handle for c in chatgpt.read(opened(path), Reading()) if isinstance(c, Claim)]
    assert handles == ["chatgpt:user", "email:Ann@x.example"]


def test_machinery_is_told_by_name_only_beside_conversations(tmp_path):
    path = tmp_path / "user_settings.json"
    path.write_text('[{"settings": {}, "user_id": "u"}]')
    assert chatgpt.recognise(opened(path), path.read_bytes()) is None
    (tmp_path / "conversations.json").write_text("[]")
    assert chatgpt.recognise(opened(path), path.read_bytes())


def test_a_canvas_is_not_own(tmp_path):
    (tmp_path / "conversations.json").write_text("[]")
    path = tmp_path / "textdocs" / "7.json"
    path.parent.mkdir()
    path.write_text('{"id": "7", "title": "Plan", "content": "# Plan", "type": "document"}')
    file = File(path=path, name="top/textdocs/7.json", id="f")
    assert chatgpt.recognise(file, path.read_bytes())
    (piece,) = chatgpt.read(file, Reading())
    assert (piece.mine, piece.text, piece.title) == (False, "# Plan", "Plan")

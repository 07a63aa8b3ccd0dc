"""Claude exports: both layouts, branches, attachments, projects, and whose account it is."""

import json
from pathlib import Path

import pytest

from corpus.sources import claude
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "claude"
ROOT = "00000000-0000-4000-8000-000000000000"


def message(uuid, sender, text, minute=0, **more):
    told = {"uuid": uuid, "sender": sender, "text": text}
    return {**told, "created_at": f"2025-03-01T09:{minute:02}:00Z", **more}


def conversation(*messages, **more):
    base = {"uuid": "c", "name": "T", "created_at": "2025-03-01T09:00:00Z"}
    return {**base, "account": {"uuid": "me"}, "chat_messages": list(messages), **more}


@pytest.fixture
def read(tmp_path):
    def read(told, name="conversations.json", **beside):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        for other, value in beside.items():
            (tmp_path / f"{other}.json").write_text(json.dumps(value))
        path.write_text(told if isinstance(told, str) else json.dumps(told))
        file = File(path=path, name=f"top/{name}", id="f")
        assert claude.recognise(file, file.head())
        items = list(claude.read(file, Reading()))
        return [i for i in items if isinstance(i, Piece)], [
            i for i in items if not isinstance(i, Piece)
        ]

    return read


def test_words_that_stand_twice_are_read_once(read):
    both = message("a", "human", "Hello", content=[{"type": "text", "text": "Hello"}])
    pieces, _ = read([conversation(both)])
    assert [p.text for p in pieces] == ["Hello"]


def test_thoughts_tools_and_unknown_blocks_of_an_answer_are_no_words(read):
    blocks = [
        {"type": "thinking", "thinking": "hm", "text": "hm"},
        {"type": "tool_use", "input": {"q": "x"}},
        {"type": "tool_result", "content": [{"type": "text", "text": "page"}], "text": "page"},
        {"type": "hologram", "text": "?"},
        {"type": "text", "text": "Yes."},
        None,
        7,
    ]
    pieces, _ = read(
        [conversation(message("a", "assistant", "```\nnot shown\n```", content=blocks))]
    )
    assert [(p.text, p.mine, p.kind) for p in pieces] == [("Yes.", False, "chat")]


def test_an_unknown_block_of_a_prompt_keeps_its_words(read):
    told = message("a", "human", "", content=[{"type": "dictation", "text": "Said aloud."}])
    pieces, _ = read([conversation(told)])
    assert [(p.text, p.mine) for p in pieces] == [("Said aloud.", True)]


def test_an_attachment_is_a_pasted_piece_of_its_own(read):
    attached = [{"file_name": "a.txt", "extracted_content": "A letter."}, {"file_name": "b.png"}]
    pieces, _ = read(
        [
            conversation(
                message("a", "human", "Shorter, please.", attachments=attached),
                message("b", "human", "", 1, attachments=attached[:1]),
                message("c", "human", "", 2, files=[{"file_name": "x.png"}]),
            )
        ]
    )
    assert [(p.text, p.origin, p.mine) for p in pieces] == [
        ("Shorter, please.", None, True),
        ("A letter.", "pasted", None),
        ("A letter.", "pasted", None),
    ]
    assert len({p.own for p in pieces}) == 3
    assert [p.position for p in pieces] == [0, 1, 2]
    assert "a.txt" not in repr([p.metadata for p in pieces])


def test_a_message_with_files_alone_is_dropped_with_the_reason(read):
    _, others = read([conversation(message("c", "human", "", files=[{"file_name": "x.png"}]))])
    assert [o.reason for o in others] == ["files without text"]


def branched(leaf=None):
    def under(parent, *args):
        return message(*args, parent_message_uuid=parent)

    return conversation(
        under(ROOT, "u1", "human", "one", 0),
        under("u1", "a1", "assistant", "answer", 1),
        under("a1", "u2", "human", "old two", 2),
        under("u2", "a2", "assistant", "old answer", 3),
        under("a1", "u3", "human", "two", 4),
        under("u3", "a3", "assistant", "new answer", 5),
        **({"current_leaf_message_uuid": leaf} if leaf else {}),
    )


@pytest.mark.parametrize(
    ("leaf", "shown", "left"),
    [
        (None, ["one", "answer", "two", "new answer"], "old two"),
        ("a2", ["one", "answer", "old two", "old answer"], "two"),
        ("gone", ["one", "answer", "two", "new answer"], "old two"),
    ],
)
def test_the_shown_branch_is_a_conversation_and_the_edited_prompt_is_kept(read, leaf, shown, left):
    pieces, others = read([branched(leaf)])
    assert [p.text for p in pieces if "superseded" not in p.metadata] == shown
    (earlier,) = (p for p in pieces if "superseded" in p.metadata)
    assert (earlier.text, earlier.mine, earlier.reply_to) == (left, True, "a1")
    assert earlier.thread != pieces[0].thread
    assert [o.reason for o in others] == ["not on the shown branch"]


def test_without_parents_messages_follow_one_another(read):
    pieces, _ = read([conversation(message("a", "human", "1"), message("b", "assistant", "2"))])
    assert [(p.own, p.reply_to, p.position) for p in pieces] == [("a", None, 0), ("b", "a", 1)]


def test_a_parent_that_is_missing_does_not_cut_a_conversation(read):
    told = [message(n, "human", n, i, parent_message_uuid=f"gone {n}") for i, n in enumerate("abc")]
    pieces, others = read([conversation(*told)])
    assert [p.text for p in pieces] == ["a", "b", "c"]
    assert others == []


def test_an_edit_of_the_first_prompt_is_a_branch(read):
    told = [message(n, "human", n, i, parent_message_uuid=ROOT) for i, n in enumerate("ab")]
    pieces, _ = read([conversation(*told)])
    assert [(p.text, "superseded" in p.metadata) for p in pieces] == [("b", False), ("a", True)]


def test_the_user_of_the_export_is_me_and_another_account_is_not(read):
    users = [{"uuid": "me", "full_name": "Ann Oak", "email_address": "ann@x.example"}]
    other = conversation(message("b", "human", "theirs"), uuid="d", account={"uuid": "you"})
    pieces, _ = read([other, conversation(message("a", "human", "mine"))], users=users)
    assert [(p.text, p.mine, p.handle) for p in pieces] == [
        ("theirs", False, "claude:you"),
        ("mine", True, "claude:me"),
    ]


def test_of_several_users_nobody_is_taken_for_me(read):
    users = [{"uuid": u, "full_name": u, "email_address": f"{u}@x.example"} for u in ("me", "you")]
    pieces, _ = read([conversation(message("a", "human", "whose?"))], users=users)
    assert [(p.mine, p.handle) for p in pieces] == [(None, "claude:me")]
    _, claims = read(users, "users.json")
    assert [c.strong for c in claims if isinstance(c, Claim)] == [False] * 4


def test_one_user_is_a_strong_claim_with_every_handle(read):
    user = {"uuid": "me", "full_name": "Ann", "email_address": "ann@x.example"}
    _, others = read([{**user, "verified_phone_number": "+4790000111"}], "users.json")
    claims = [c for c in others if isinstance(c, Claim)]
    assert [c.handle for c in claims] == ["claude:me", "email:ann@x.example", "phone:+4790000111"]
    assert all(c.strong and c.name == "Ann" for c in claims)


def test_documents_of_a_project_are_not_own_and_its_instructions_are(read):
    project = json.loads((FIXTURES / "projects.json").read_text())[1]
    users = json.loads((FIXTURES / "users.json").read_text())
    pieces, _ = read([project], "projects.json", users=users)
    assert [(p.kind, p.origin, p.mine) for p in pieces] == [
        ("prompt", None, True),
        ("note", None, True),
        ("note", "pasted", None),
    ]
    alone, _ = read(project, "projects/p1.json", users=[])
    assert alone[0].mine is None  # nobody says whose it is; the handle may
    assert [p.own for p in alone] == [p.own for p in pieces]


def test_a_cut_inside_a_conversation_keeps_the_messages_before(read):
    text = json.dumps(
        [conversation(message("a", "human", "kept"), message("b", "human", "cut off"))]
    )
    pieces, others = read(text[: text.index("cut off")])
    assert [p.text for p in pieces] == ["kept"]
    assert [o.outcome for o in others] == ["errored"]


def test_damaged_messages_are_errors_and_the_others_are_read(read):
    told = [7, message("a", "robot", "x"), message("b", "human", "kept"), None]
    pieces, others = read([conversation(*told), 5])
    assert [p.text for p in pieces] == ["kept"]
    assert [o.outcome for o in others] == ["errored"] * 4


def test_memories_are_in_claudes_words(read):
    _, others = read([{"conversations_memory": "Ann likes rain."}], "memories.json")
    assert others == [Problem("memory 1", "a memory in Claude's words")]


def test_chatgpt_and_other_lists_are_not_claimed():
    file = File(path=Path("x.json"), name="x.json", id="f")
    for text in (
        b'[{"mapping": {"a": {"parent": null}}, "current_node": "a"}]',
        b'[{"full_name": "Ann", "id": 1}]',
        b'{"messages": [{"uuid": 1}]}',
        b'[{"id": "U1", "name": "ann", "profile": {"email": "a"}}]',
        b"chat_messages: [",
    ):
        assert claude.recognise(file, text) is None

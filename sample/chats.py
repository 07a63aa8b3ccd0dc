"""Write the sample's conversations: WhatsApp from two phones, Telegram and ChatGPT."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

from written import HERE, Export, Shown, moment

MARK = "\u200e"  # left-to-right mark: what an iPhone writes before its own words
OWNER = "Hedda Marchbanks"
NOT_WRITTEN = {"<Media omitted>"}
ACCOUNT = 771930418
SISTER = 604417385


class Line(NamedTuple):
    """One line of a chat: when, the writer's letter, the words."""

    when: datetime
    who: str
    text: str


def script(name: str) -> tuple[dict[str, str], list[Line]]:
    """Return the names behind the letters of the chat `name`, and its lines."""
    names, lines, day = {}, [], ""
    for raw in (HERE / name).read_text("utf-8").split("\n"):
        if found := re.fullmatch(r"(\w) = (.+)", raw):
            names[found[1]] = found[2]
        elif raw.startswith("@ "):
            day = raw[2:]
        elif found := re.fullmatch(rf"([\d:]{{5,8}}) ({MARK}image )?([\w*]) ?(.*)", raw):
            text = f"{MARK}image omitted" if found[2] else found[4]
            lines.append(Line(datetime.fromisoformat(f"{day}T{found[1]}"), found[3], text))
    return names, lines


def android(export: Export, folder: str, first: int, last: int) -> None:
    """Add the lines `first` to `last` (from 0) of the chat with a friend, as Android exports it."""
    names, lines = script("whatsapp-friend.txt")
    path = f"{folder}/WhatsApp Chat with {names['J']}.txt"
    out, pieces, dropped = [], [], 0
    for n, line in enumerate(lines[first:last], start=1):
        stamp = f"{line.when:%d/%m/%Y, %H:%M} - "
        out.append(stamp + ("" if line.who == "*" else f"{names[line.who]}: ") + line.text)
        if line.who == "*" or line.text in NOT_WRITTEN:
            dropped += 1
        else:
            header = names[line.who] if line.who != "H" and not pieces else ""
            pieces.append(Shown(path, f"line {n}", line.text, header, others=line.who != "H"))
    export.add(path, ("\n".join(out) + "\n").encode(), "whatsapp", pieces, dropped)


def iphone(path: str, export: Export) -> bytes:
    """Return `_chat.txt` of a group as an iPhone exports it and add its account to `export`."""
    names, lines = script("whatsapp-altos.txt")
    out, pieces, dropped, met = [], [], 0, set()
    for n, line in enumerate(lines, start=1):
        mark = MARK if line.text.startswith(MARK) else ""
        out.append(f"{mark}[{line.when:%d/%m/%Y, %H:%M:%S}] {names[line.who]}: {line.text}")
        if mark:
            dropped += 1
            continue
        header = names[line.who] if line.who not in met and line.who != "H" else ""
        met.add(line.who)
        pieces.append(Shown(path, f"line {n}", line.text, header, others=line.who != "H"))
    export.account(path, "whatsapp", pieces, dropped)
    return ("\ufeff" + "\r\n".join(out) + "\r\n").encode()


def telegram(export: Export, path: str) -> None:
    """Add an account export: saved messages, with some forwarded, and a chat with a sister."""
    saved, _, chat = (HERE / "telegram.txt").read_text("utf-8").partition("# chat ")
    pieces: list[Shown] = []
    notes = [_saved(n, raw) for n, raw in enumerate(saved.strip().split("\n")[1:], start=1)]
    pieces += [
        Shown(
            path,
            f"chat 1, message {n}",
            m["text"],
            m.get("forwarded_from", ""),
            others="forwarded_from" in m,
        )
        for n, m in enumerate(notes, start=1)
    ]
    name, _, rest = chat.partition("\n")
    talk, day = [], ""
    for raw in rest.strip().split("\n"):
        if raw.startswith("@ "):
            day = raw[2:]
            continue
        who, clock, text = raw.split(" ", 2)
        mine = who == "H"
        told = (OWNER, f"user{ACCOUNT}") if mine else (name, f"user{SISTER}")
        number = 40 + len(talk)
        talk.append(_message(number, f"{day}T{clock}:{number % 60:02d}", told, text))
        if not text.startswith("service:"):
            header = "" if mine or any(p.header == name for p in pieces) else name
            pieces.append(
                Shown(path, f"chat 2, message {len(talk)}", text, header, others=not mine)
            )
    whole = {
        "about": "Here is the data you requested.",
        "personal_information": {
            "user_id": ACCOUNT,
            "first_name": "Hedda",
            "last_name": "Marchbanks",
        },
        "chats": {
            "about": "This page lists all chats from this export.",
            "list": [
                {"type": "saved_messages", "id": ACCOUNT, "messages": notes},
                {"name": name, "type": "personal_chat", "id": SISTER, "messages": talk},
            ],
        },
    }
    export.add(path, _json(whole, 1), "telegram", pieces, sum(m["type"] == "service" for m in talk))


def _saved(number: int, raw: str) -> dict[str, Any]:
    stamp, *origin, text = raw.split(" | ")
    message = _message(number, stamp, (OWNER, f"user{ACCOUNT}"), text)
    if origin:
        message["forwarded_from"] = origin[0].removeprefix("forwarded:")
    return message


def _message(number: int, stamp: str, told: tuple[str, str], text: str) -> dict[str, Any]:
    base = {
        "id": number,
        "type": "message",
        "date": stamp,
        "date_unixtime": str(int(moment(stamp).timestamp())),
    }
    if text.startswith("service:"):
        base["type"] = "service"
        return base | {"actor": told[0], "actor_id": told[1], "action": text[8:], "text": ""}
    entities = [{"type": "plain", "text": text}]
    return base | {"from": told[0], "from_id": told[1], "text": text, "text_entities": entities}


def chatgpt(export: Export, path: str) -> bytes:
    """Add the conversations, one of them with an edited prompt; return the first one as JSON."""
    conversations, pieces, dropped = [], [], 0
    source = (HERE / "chatgpt.txt").read_text("utf-8")
    for n, part in enumerate(re.split(r"^# ", source, flags=re.MULTILINE)[1:], start=1):
        head, *lines = part.strip().split("\n")
        conversation, shown, left = _conversation(head, lines)
        conversations.append(conversation)
        dropped += 1 + sum(role != "user" for role, _ in left)  # the system's, and answers left
        for number, (role, text) in enumerate(left, start=1):
            if role == "user":  # a prompt that was edited later is her writing too
                place = f"conversation {n}, message {number} not shown"
                pieces.append(Shown(path, place, text, ""))
        for number, (role, text) in enumerate(shown, start=1):
            place = f"conversation {n}, message {number + 1}"  # the first is the system's
            header = conversation["title"] if number == 1 else ""
            pieces.append(Shown(path, place, text, header, others=role == "assistant"))
    export.add(path, _json(conversations, None), "chatgpt", pieces, dropped)
    return _json(conversations[:1], None)


def _conversation(
    head: str, lines: list[str]
) -> tuple[dict[str, Any], list[tuple[str, str]], list[tuple[str, str]]]:
    """Return a conversation, the shown turns, and those that are not among them."""
    name, title, stamp = head.split(" | ")
    start = moment(stamp).timestamp()
    nodes: dict[str, dict[str, Any]] = {"root": _node("root", None, None)}
    nodes["system"] = _node("system", "root", _turn("system", "system", "", None))
    before = "system"
    for n, line in enumerate(lines):
        found = re.fullmatch(r"(U|A|EDIT) (\w+)(?: of (\w+))? \| (.*)", line)
        assert found, line[:20]
        parent = nodes[found[3]]["parent"] if found[3] else before
        role = "assistant" if found[1] == "A" else "user"
        key = found[2]
        nodes[key] = _node(key, parent, _turn(f"{name}-{key}", role, found[4], start + 60.25 * n))
        before = key
    for key, node in nodes.items():
        node["children"] = [k for k, other in nodes.items() if other["parent"] == key]
    branch, at = [], before
    while at not in ("system", None):
        branch.append(at)
        at = nodes[at]["parent"]
    left = [key for key in nodes if key not in ("root", "system", *branch)]
    whole = {
        "id": f"sample-{name}",
        "conversation_id": f"sample-{name}",
        "title": title,
        "create_time": start,
        "update_time": start + 600,
        "current_node": before,
        "mapping": nodes,
    }
    return whole, [_said(nodes[k]) for k in branch[::-1]], [_said(nodes[k]) for k in left]


def _said(node: dict[str, Any]) -> tuple[str, str]:
    return node["message"]["author"]["role"], node["message"]["content"]["parts"][0]


def _node(key: str, parent: str | None, message: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": key, "parent": parent, "children": [], "message": message}


def _turn(key: str, role: str, text: str, when: float | None) -> dict[str, Any]:
    return {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": when,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "weight": 0.0 if role == "system" else 1.0,
        "recipient": "all",
        "metadata": {"is_visually_hidden_from_conversation": True} if role == "system" else {},
    }


def _json(value: object, indent: int | None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()

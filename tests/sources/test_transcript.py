"""Conversations kept as text: every program's clock and name, and chats with an assistant."""

import pytest

from corpus.sources import markdown, plain, transcript
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading

SAID = [
    ("Ann Lee", "are you coming to the meeting today?"),
    ("Ben", "yes: in ten minutes, the report is nearly done"),
    ("Ann Lee", "see you there then"),
    ("Cai Orr", "I will be late, sorry"),
    ("Ben", "no problem at all"),
]


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.txt"):
        path = tmp_path / name
        path.write_text(text)
        file = File(path=path, name=f"d/{name}", id="f")
        module = next(m for m in (markdown, plain) if m.recognise(file, file.head()))
        return list(module.read(file, Reading()))

    return read


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def written(form, before=""):
    lines = (form.format(n=n, name=name, said=said) for n, (name, said) in enumerate(SAID))
    return before + "\n".join(lines) + "\n"


FORMS = [
    "00:1{n}:34\t{name}:\t{said}",
    "10:0{n}:12 From  {name}  to  Everyone : {said}",
    "10:0{n}:12 From {name} to Everyone:\n\t{said}",
    "{name}, [12.03.2024 09:1{n}]\n{said}\n",
    "[Yesterday 10:0{n} AM] {name}\n{said}\n",
    "2024년 3월 12일 오후 3:0{n}, {name} : {said}",
    "[{name}] [오후 3:0{n}] {said}",
    "09:1{n}\t{name}\t{said}",
    "[00:00:1{n}] {name}: {said}",
    "{name}  9:1{n} AM\n{said}",
    "{name} — Today at 9:1{n} AM\n{said}",
    "[9:1{n} AM]{name}: {said}",
    "[ 12/03/2024 ] [ 09:1{n}:22 ] {name}: {said}",
    "2024-03-12T09:1{n}:22Z {name}: {said}",
    "2024-03-12 09:1{n} | {name} | {said}",
    "Mar 12, 2024 9:1{n} AM - {name}: {said}",
    "{name} 2024/3/12 9:1{n}:22\n{said}\n",
    "2024-03-12 9:1{n}:22 {name}(123456)\n{said}\n",
    "{name} (9:1{n}:22 AM): {said}",
    "2024-03-12 09:1{n}:22 <{name}> {said}",
    "13. 6. 2018. 21:2{n}:15 {name}: {said}",
    "**{name}** (09:1{n}): {said}\n",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_each_message_is_its_writer_s(read, form, name):
    pieces = of(Piece, read(written(form), name))
    assert [(p.people[0][1], p.text) for p in pieces] == SAID
    assert {(p.mine, p.kind, p.thread) for p in pieces} == {(None, "chat", f"d/{name}")}
    assert [p.position for p in pieces] == sorted(p.position for p in pieces)


def test_dates_are_read_from_the_line_or_from_the_day_above(read):
    (first, *_) = of(Piece, read(written("Mar 12, 2024 9:1{n} PM - {name}: {said}")))
    assert (first.created.isoformat(), first.precision) == ("2024-03-12T21:10:00+00:00", "minute")
    found = read(written("09:1{n}\t{name}\t{said}", "[LINE] Chat with Ben\n\n2024/03/12(Tue)\n"))
    assert of(Piece, found)[0].created.isoformat() == "2024-03-12T09:10:00+00:00"
    assert [p.reason for p in of(Problem, found)] == ["before the first message", "service message"]


def test_further_lines_belong_to_the_message(read):
    text = written("[10:0{n}] {name}: {said}").replace("sorry", "sorry\n\nreally: 10:30 I think")
    assert of(Piece, read(text))[3].text == "I will be late, sorry\n\nreally: 10:30 I think"


@pytest.mark.parametrize(
    "text",
    [
        "08:00 Breakfast: eggs and toast\n09:00 Walk: to the lake\n12:00 Lunch: soup\n"
        "15:00 Nap: an hour, at least\n",
        "We met at 10:30 and left.\nThen at 11:00 we sat down.\nAt 12:15 it rained a lot.\n" * 3,
        "10:00 Coffee break\n10:30 Session\n12:00 Coffee break\n12:30 Session\n13:00 Coffee break\n"
        "and this is what I think of it: too many breaks, and not enough of the rest.\n",
        "Ann: a short word with Ben at noon, she said.\nBen: he was late again, at 12:10 or so.\n",
        "2024-03-12 10:00 I woke up.\n2024-03-13 10:00 I woke up again.\nThat was all for today.\n",
    ],
)
def test_a_diary_and_a_plan_are_no_conversation(read, text):
    (piece,) = of(Piece, read(text))
    assert (piece.mine, piece.text) == (True, text)


CHATS = {
    "a.md": "# Sky\n\n## You asked:\n\nmessage time: 2024-05-01 10:00:22\n\nWhy is it blue?\n\n"
    "---\n\n## ChatGPT Response:\n\nBecause.\n\n# Details\n\nmore\n\n---\n",
    "b.md": "**You:**\nWhy is it blue?\n\n**ChatGPT:** Because.\n\n# Details\n\nmore\n",
    "c.txt": "You said:\nWhy is it blue?\nChatGPT said:\nBecause.\n\n# Details\n\nmore\n"
    "You said:\nAnd?\nChatGPT said:\nNothing.\n",
    "d.txt": "Human: Why is it blue?\n\nAssistant: Because.\n\n# Details\n\nmore\n\n"
    "Human: thanks\n\nAssistant: welcome\n",
    "e.md": "# Sky\n\n### 👤 User\n\nWhy is it blue?\n\n### 🤖 Assistant (gpt-4o)\n\nBecause.\n\n"
    "# Details\n\nmore\n",
}


@pytest.mark.parametrize("name", CHATS)
def test_only_the_prompts_of_a_chat_with_an_assistant_are_own(read, name):
    first, second, *_ = of(Piece, read(CHATS[name], name))
    assert (first.text, first.kind, first.mine) == ("Why is it blue?", "prompt", True)
    assert (second.text, second.mine) == ("Because.\n\n# Details\n\nmore", False)
    assert first.position < second.position
    assert first.thread == second.thread


def test_what_an_assistant_did_between_two_prompts_is_not_own(read):
    turns = ("User\n\nMend it", *("🤖 Claude\n\nI will.", "🔧 Tool Use\n\nls\n") * 9, "User\n\nok")
    pieces = of(Piece, read("# Log\n\n" + "".join(f"## {t}\n\n---\n\n" for t in turns), "a.md"))
    assert len(pieces) == 20
    assert [p.text for p in pieces if p.mine] == ["Mend it", "ok"]


def test_the_time_that_stands_above_a_prompt_is_its_date(read):
    first = of(Piece, read(CHATS["a.md"], "a.md"))[0]
    assert (first.created.isoformat(), first.precision) == ("2024-05-01T10:00:22+00:00", "second")


@pytest.mark.parametrize(
    "text",
    [
        "# Roles\n\n## User\n\nThe user is king.\n\n## Model\n\nThe model has three parts.\n",
        "# Notes\n\n**Me:** I went to see the doctor.\n\n**You:** you never did, I think.\n",
        "I asked around: nobody knew.\nUser: the one who uses.\nModel: what is used by a user.\n",
    ],
)
def test_notes_on_users_and_models_stay_notes(read, text):
    (piece,) = of(Piece, read(text, "a.md"))
    assert piece.mine is True


@pytest.mark.parametrize(
    "line", ["1 [" * 99_999, "10:10 " + " " * 99_999, "A:" * 99_999, "**" * 99_999]
)
def test_hostile_lines_are_read_in_linear_time(line):
    text = "\n".join([line] * 30)
    assert transcript.conversation(text, "a.txt", "UTC") is None

"""Git logs: what people wrote, under the addresses they have now."""

from pathlib import Path

import pytest

from corpus.sources import git
from corpus.sources.file import File
from corpus.sources.git_message import own_part
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURES = Path(__file__).parent.parent / "fixtures/git"
HASH = "a" * 40


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "g.log"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        file = File(path=path, name="g.log", id="f")
        assert recognise(file, Reading())[0] == "git"
        return list(git.read(file, Reading()))

    return read


def commit(message, author="Ann <ann@x.example>", header="", id_=HASH):
    lines = "\n".join(f"    {line}" for line in message.split("\n"))
    date = "Date:   Thu Mar 7 20:01:02 2024 +0100"
    return f"commit {id_}\n{header}Author: {author}\n{date}\n\n{lines}\n"


def test_a_log_with_patches_merges_robots_and_a_mailmap():
    path = FIXTURES / "plot.log"
    first, merge, robot, squashed, revert = git.read(
        File(path=path, name="git/plot.log", id="f"), Reading()
    )
    assert first.text == (
        "Let the gate close by itself\n\nThe spring was too weak for the new hinges."
    )
    assert (first.handle, first.people) == (
        "email:ann@plot.example", [("email:ann@plot.example", "Ann Leeson")])  # fmt: skip
    assert first.created.isoformat() == "2024-03-07T19:01:02+00:00"
    assert squashed.text == "Paint (#12)"
    assert [p.reason for p in (merge, robot, revert)] == [
        "a merge", "written by a robot", "a revert"]  # fmt: skip


def test_fields_between_nuls_and_the_usual_form_give_one_id(read):
    nul = f"{HASH}\0Ann\0ann@x.example\0002024-03-07T20:01:02+01:00\0Mend it\n\nNow.\n\0\n"
    (one, claim), (other, _) = read(nul), read(commit("Mend it\n\nNow."))
    assert (one.own, one.text, one.created) == (other.own, other.text, other.created)
    assert claim == Claim("email:ann@x.example", claim.evidence, strong=False, name="Ann")


def test_a_graph_beside_the_log_is_passed_over(read):
    log = "".join(f"* {line}\n" for line in commit("Mend it").splitlines())
    assert read(log)[0].text == "Mend it"


@pytest.mark.parametrize("header", ["AuthorDate: Thu Mar 7 20:01:02 2024 +0100\n", "Merge: a b\n"])
def test_headers_of_other_forms(read, header):
    told = read(commit("Mend it", header=header))[0]
    assert isinstance(told, Problem) == header.startswith("Merge")


def test_a_raw_log_has_its_seconds(read):
    raw = f"commit {HASH}\ntree b\nauthor Ann <ann@x.example> 1709838062 +0100\n\n    Mend it\n"
    assert read(raw)[0].created.isoformat() == "2024-03-07T19:01:02+00:00"


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Fix\n\nWhy.\n\nCo-authored-by: B <b@x>\nSigned-off-by: A <a@x>", "Fix\n\nWhy."),
        ("Fix\n\n(cherry picked from commit abc)", "Fix"),
        ('Revert "Fix"\n\nThis reverts commit abc.\n\nIt broke the gate.', "It broke the gate."),
        ("Do it\n\nSquashed commit of the following:\n\ncommit 1\n    x", "Do it"),
        ("Paint (#3)\n\n* one\n* two", "Paint (#3)"),
        ("Paint\n\n* one\n* two", "Paint\n\n* one\n* two"),
        ("Note: this stays", "Note: this stays"),
    ],
)
def test_what_programs_add_is_cut(message, kept):
    assert own_part(message, "Ann", "ann@x.example") == kept


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("renovate[bot]", "Bump"),
        ("github-actions", "Deploy"),
        ("Ann", "Merge branch 'x' of y"),
        ("Ann", "fixup! Fix"),
        ("Ann", ""),
    ],
)
def test_what_nobody_wrote_is_dropped(name, message):
    assert isinstance(own_part(message, name, "a@x.example"), Problem)


def test_a_person_whose_name_holds_bot_is_no_robot():
    assert own_part("Fix", "Abbot Talbot", "talbot@x.example") == "Fix"


def test_a_mailmap_is_no_writing():
    path = FIXTURES / "mailmap"
    file = File(path=path, name="git/mailmap", id="f")
    assert recognise(file, Reading())[0] == "git"
    assert [p.outcome for p in git.read(file, Reading())] == ["dropped"]


def test_cuts_give_only_items(tmp_path):
    for name in ("plot.log", "fields.log"):
        whole = (FIXTURES / name).read_bytes()
        for cut in range(0, len(whole), 3):
            path = tmp_path / "x"
            path.write_bytes(whole[:cut])
            told = list(git.read(File(path=path, name="x", id="f"), Reading()))
            assert all(isinstance(x, Piece | Problem | Claim) for x in told)


def test_prose_about_commits_is_not_a_log(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("commit to the plan.\nAuthor: me\n")
    assert git.recognise(File(path=path, name="a.txt", id="f"), path.read_bytes()) is None

"""Exports that other programs write to while they are read: nothing is lost, nothing mistaken."""

import pytest

from corpus.sources.piece import Reading
from flows.commands.start import begin
from flows.jobs.inventory import groups, scan
from flows.jobs.job import StepFailed, execute
from flows.jobs.read import TRIES, Read, steadily
from flows.progress import watching
from store.library import create

READING = Reading()
MAIL = (
    "From a@b.example Mon Jan  1 10:00:00 2024\nFrom: a@b.example\nSubject: {n}\n\nLetter {n}.\n\n"
)


@pytest.fixture
def mailbox(tmp_path):
    path = tmp_path / "mail" / "Sent.mbox"
    path.parent.mkdir()
    path.write_text("".join(MAIL.format(n=n) for n in range(3)))
    return path


@pytest.fixture
def library(mailbox, tmp_path):
    return create(tmp_path / "lib", [mailbox.parent], None)


def jobs(inventory):
    return [Read(entries=tuple(g), reading=READING) for g in groups(inventory.entries)]


def read(library, inventory):
    return [execute(str(library.root), job).output for job in jobs(inventory)]


def titles(library, outputs):
    return [t for o in outputs for t in library.objects.table(o, "documents")["title"].to_pylist()]


def test_a_file_that_was_away_for_a_moment_is_not_lost(library, mailbox):
    inventory = scan(library, READING)
    away = mailbox.with_name("away")
    mailbox.rename(away)
    with pytest.raises(
        StepFailed, match=f"^file {inventory.entries[0].file.id} in secrets/files.csv"
    ):
        read(library, inventory)
    assert not [*library.objects.root.glob("read/*")]
    away.rename(mailbox)
    assert titles(library, read(library, inventory)) == ["0", "1", "2"]


def test_what_was_read_is_never_found_under_other_bytes(library, mailbox):
    before = mailbox.read_bytes()
    inventory = scan(library, READING)
    mailbox.write_text(MAIL.format(n="another"))
    with pytest.raises(StepFailed):
        read(library, inventory)
    mailbox.write_bytes(before)
    assert titles(library, read(library, scan(library, READING))) == ["0", "1", "2"]


def test_a_mailbox_that_grows_meanwhile_is_read_again_and_whole(library, mailbox):
    news = ["3"]

    def deliver_and_read(inventory):
        while news:
            with mailbox.open("a") as stream:
                stream.write(MAIL.format(n=news.pop()))
        return read(library, inventory)

    inventory, outputs = steadily(lambda: scan(library, READING), deliver_and_read)
    assert titles(library, outputs) == ["0", "1", "2", "3"]
    assert inventory == scan(library, READING)


def test_a_mailbox_that_never_rests_is_told_after_some_tries(library, mailbox):
    asked = []

    def deliver_and_read(inventory):
        asked.append(inventory)
        with mailbox.open("a") as stream:
            stream.write(MAIL.format(n="more"))
        return read(library, inventory)

    with pytest.raises(StepFailed, match="run this again when no other program writes to it"):
        steadily(lambda: scan(library, READING), deliver_and_read)
    assert len(asked) == TRIES
    assert not [*library.objects.root.glob("read/*")]


def test_what_is_wrong_with_an_unchanged_file_is_told_at_once(library, mailbox):
    asked = []

    def refuse(inventory):
        asked.append(inventory)
        raise StepFailed("a file")

    with pytest.raises(StepFailed):
        steadily(lambda: scan(library, READING), refuse)
    assert len(asked) == 1


def test_init_names_the_file_and_leaves_nothing(mailbox, tmp_path):
    mailbox.with_name("Stars.txt").write_text("The stars were out over the harbour all night.")

    def deliver(step, done, total, found):
        if (step, done) == ("scan", 2):  # the mailbox, the first by name, was looked at
            with mailbox.open("a") as stream:
                stream.write(MAIL.format(n="more"))

    with watching(deliver), pytest.raises(StepFailed, match=r" mail/Sent\.mbox: it changed"):
        begin(tmp_path / "lib", [mailbox.parent], "UTC", None, [])
    assert not (tmp_path / "lib").exists()

"""Groups of files: one file more or less is read again with its neighbours, not with all others."""

from pathlib import Path

import pytest

from corpus.keys import digest
from corpus.sources.file import File
from flows.jobs.inventory import BYTES_PER_JOB, FILES_PER_JOB, Entry, groups


def entries(names, size):
    return [
        Entry(
            file=File(Path(name), name, "f" + digest(name)),
            digest="",
            beside="",
            paths=(Path(name),),
            stamp="",
            bytes=size,
            source="text",
            evidence="",
        )
        for name in names
    ]


@pytest.mark.parametrize("size", [300, 800_000, 5_000_000, 100_000_000])
def test_a_file_more_changes_one_group_of_many_whatever_the_files_size(size):
    names = [f"{n:04}" for n in range(2_000)]
    before = groups(entries(names, size))
    assert [e.file.name for g in before for e in g] == names, "in order, each once"
    assert len(before) > 20
    after = groups(entries(sorted([*names, "1000a"]), size))
    assert sum(g not in before for g in after) <= 2


def test_no_group_is_larger_than_a_job_may_be():
    for group in groups(entries(map(str, range(5_000)), 1_000_000)):
        assert sum(e.bytes for e in group[:-1]) < BYTES_PER_JOB
    assert max(map(len, groups(entries(map(str, range(5_000)), 10)))) <= FILES_PER_JOB

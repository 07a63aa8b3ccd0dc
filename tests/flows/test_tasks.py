"""What flows raise where Prefect keeps it: sentences without a path of the person's."""

import pytest

from flows.context import LIBRARY
from flows.jobs.job import StepFailed
from flows.tasks import worker_library
from store.library import create


def test_a_library_that_was_moved_is_told_without_its_path(tmp_path, monkeypatch):
    library = create(tmp_path / "lib", [])
    library.settings.write_text("")
    monkeypatch.setenv(LIBRARY, str(library.root))
    assert worker_library().root == library.root
    library.root.rename(tmp_path / "elsewhere")
    with pytest.raises(StepFailed, match="not where it was") as error:
        worker_library()
    assert str(tmp_path) not in str(error.value)

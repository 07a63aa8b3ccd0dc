"""Heavy libraries look absent for the imports of one block in one thread, and for nothing else."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest

from corpus import quiet
from corpus.quiet import light


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    """The name of a package that can be imported and is to look absent."""
    (tmp_path / "weighty").mkdir()
    (tmp_path / "weighty" / "__init__.py").write_text("whole = True")
    (tmp_path / "weighty" / "part.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(quiet, "HEAVY", ("weighty",))
    yield "weighty"
    for name in ("weighty", "weighty.part"):
        sys.modules.pop(name, None)


def test_what_is_heavy_looks_absent_and_is_there_afterwards(heavy):
    with light(), light():
        for name in (heavy, f"{heavy}.part"):
            with pytest.raises(ModuleNotFoundError):
                import_module(name)
        assert heavy not in sys.modules
    assert import_module(heavy).whole
    with light():
        assert import_module(f"{heavy}.part"), "what was imported before stays"


def test_another_thread_may_import_it_meanwhile(heavy):
    with light(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(import_module, heavy).result().whole


def test_what_looks_for_it_among_the_loaded_modules_is_not_misled():
    code = "from corpus.quiet import light\nwith light():\n    import scipy.stats"
    subprocess.run([sys.executable, "-c", code], check=True)

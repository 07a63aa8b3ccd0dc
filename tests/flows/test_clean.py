"""The jobs that clean: templates are cut over all shards, as events, and little is done again."""

import pytest

from corpus.boilerplate import Boilerplate
from corpus.identify import Identify
from corpus.normalise import Normalise
from corpus.schema import WORK, record_batch
from flows.funnel import FITS, STEPS
from flows.jobs.cleaning import Clean, Frames, Letters
from flows.jobs.job import execute
from flows.show import WORDS
from store.library import create

FOOTER = (
    "\n\nThanks for reading Salt & Tide! Subscribe to get every post by mail.\nhttps://salt.example"
)


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "library", [tmp_path])


def shard(library, name, rows):
    with library.objects.write("ingest", name) as write:
        write.table("documents", record_batch(rows, WORK))
    return library.objects.find("ingest", name)


def post(n, text):
    same = {"kind": "post", "origin": "self", "source": "ghost", "author": "me"}
    return {"id": f"d{n:03}", "text": text, **same}


def posts(first, last):
    names = [chr(97 + n % 26) * (1 + n // 26) for n in range(first, last)]
    bodies = [f"Walk {x}x\n\nThat day we saw {x}s and {x}t. It was cold by the sea." for x in names]
    return [post(first + n, body + FOOTER) for n, body in enumerate(bodies)]


def cleaned(library, shards, settings):
    stages = {"normalise": Normalise(), "identify": Identify()}
    root = str(library.root)
    letters = execute(root, Letters(shards=shards, **stages)).output
    framing = {"normalise": Normalise(), "boilerplate": settings}
    frames = execute(root, Frames(shards=shards, **framing)).output
    jobs = [
        Clean(shard=o, n=n, letters=letters, frames=frames, identify=Identify(), **framing)
        for n, o in enumerate(shards)
    ]
    return [execute(root, job) for job in jobs]


def test_a_footer_of_many_posts_is_cut_in_every_shard_with_an_event(library):
    shards = (shard(library, "one", posts(0, 5)), shard(library, "two", posts(5, 9)))
    for done in cleaned(library, shards, Boilerplate()):
        texts = library.objects.table(done.output, "documents")["text"].to_pylist()
        assert not any("Subscribe" in text for text in texts)
        assert all(text.endswith("by the sea.") for text in texts)
        events = library.objects.table(done.output, "events").to_pylist()
        cut = [e for e in events if e["step"] == "boilerplate"]
        assert len(cut) == len(texts)
        assert {(e["action"], e["rule"], e["score"]) for e in cut} == {("cut", "boilerplate", 9.0)}
        counts = done.output.counts
        assert counts["boilerplate.in"] == counts["boilerplate.kept"] == len(texts)
        assert counts["boilerplate.bytes_in"] > counts["boilerplate.bytes_out"] > 0


def test_a_shard_without_the_template_is_found_done_when_another_gets_it(library):
    plain = [post(100 + n, f"Nothing but {n} words about the harbour.") for n in range(3)]
    alone = shard(library, "plain", plain)
    before = cleaned(library, (alone, shard(library, "few", posts(0, 3))), Boilerplate())
    after = cleaned(library, (alone, shard(library, "many", posts(0, 9))), Boilerplate())
    assert not before[0].found and after[0].found
    assert after[0].output == before[0].output


def test_nothing_is_cut_where_that_is_switched_off(library):
    (done,) = cleaned(library, (shard(library, "all", posts(0, 9)),), Boilerplate(documents=0))
    texts = library.objects.table(done.output, "documents")["text"].to_pylist()
    assert all("Subscribe" in text for text in texts)


def test_every_job_of_the_funnel_has_words_for_the_terminal():
    jobs = {*STEPS.values(), *(job for fits in FITS.values() for job in fits)}
    assert jobs <= set(WORDS)
    assert set(FITS) <= set(STEPS)

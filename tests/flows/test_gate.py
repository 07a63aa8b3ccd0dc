"""The last gate: a value that was to be replaced is met wherever it is planted, and only then."""

import json
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL, temporary_settings

from corpus.schema import VARIANTS, WORK, record_batch
from flows import gate
from flows.context import Work
from flows.gate import Published, ShardScan, check_folder, check_page, met
from flows.jobs.job import StepFailed, execute
from flows.record import runs_table
from flows.report import page_of, write_report
from flows.settings import Settings
from flows.tasks import Tasks
from flows.told import artifacts_and_logs
from store.catalogue import publish
from store.library import create
from store.shards import write as write_shards
from tokenizer import load
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

CLEAN = ["The boat needs paint before the summer comes.", "We mended nets all day, and sang."] * 40
VALUES = ["Ann Miller", "ann@corp.example", "+47 900 11 222", "boa"]


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "lib", [tmp_path])


def stored(library, step, key, **tables):
    with library.objects.write(step, key) as write:
        for name, table in tables.items():
            write.table(name, table)
    return library.objects.find(step, key)


@pytest.fixture
def made(library):
    """Named values, a corpus of clean documents, a tokenizer trained on it, and its shards."""
    rows = [{"id": f"d{n}", "text": text} for n, text in enumerate(CLEAN)]
    corpus = stored(
        library, "vary", "k",
        documents=record_batch(rows, WORK), variants=record_batch([], VARIANTS),
    )  # fmt: skip
    named = stored(library, "names", "k", values=pa.table({"value": VALUES}))
    with library.objects.write("tokenizers", "k") as write:
        save(train(iter(CLEAN), Tokenizer(vocabulary=400)), write.folder)
    tokenizer = library.objects.find("tokenizers", "k")
    return SimpleNamespace(corpus=corpus, named=named, tokenizer=tokenizer)


def sharded(library, made, texts, key="k", edit=lambda spans: spans):
    """Return the output of token shards that hold `texts`."""
    reader = load(library.objects.folder("tokenizers", "k"))
    with library.objects.write("shards", key) as write:
        documents = [(f"d{n}", "self", text) for n, text in enumerate(texts)]
        shards, spans = write_shards(
            documents, reader.encode, write.folder, vocabulary=reader.vocabulary, tokenizer="k"
        )
        write.table("shards", shards)
        write.table("spans", edit(spans))
    return library.objects.find("shards", key)


def scan(library, made, shards):
    job = ShardScan(
        shards=shards, corpus=(made.corpus,), tokenizer=made.tokenizer, named=made.named
    )
    return execute(str(library.root), job).output


def test_clean_shards_pass_and_every_document_is_decoded(library, made):
    assert scan(library, made, sharded(library, made, CLEAN)).counts["decoded"] == len(CLEAN)


@pytest.mark.parametrize(
    "planted", ["I met Ann\nMiller there.", "mail ann@corp.example", "+4790011222"]
)
def test_a_value_in_the_tokens_alone_fails_the_run(library, made, planted):
    shards = sharded(library, made, [*CLEAN[:-1], planted])
    with pytest.raises(StepFailed, match="token shards or vocabulary: 1") as failure:
        scan(library, made, shards)
    assert "Miller" not in str(failure.value)
    assert library.objects.find("shardscan", "k") is None


def test_tokens_that_no_span_tells_of_are_read_too(library, made):
    without_last = lambda spans: spans.slice(0, len(spans) - 1)  # noqa: E731
    shards = sharded(library, made, [*CLEAN, "ask Ann Miller"], edit=without_last)
    with pytest.raises(StepFailed, match="token shards"):
        scan(library, made, shards)


def test_a_part_of_another_word_in_the_vocabulary_is_no_leak(library, made):
    words = gate.vocabulary(load(library.objects.folder("tokenizers", "k")))
    assert any("boat".startswith(word.strip()) and len(word.strip()) >= 2 for word in words)
    scan(library, made, sharded(library, made, CLEAN))


def test_places_are_no_telephone_numbers(library, made):
    scanner = gate.scanner_of(library, made.named)
    assert met(scanner, ["line 4790011222", "4790011222", "message 4790011222-4790011223"]) == 0
    assert met(scanner, ["4790011222@s.whatsapp.net"]) == 1
    assert met(scanner, ["Ann", "Miller"]) == 0, "two strings are two strings"


def published(made, shards, files=None, tables=None):
    return Published(made.tokenizer, shards, files or {}, tables or {})


def strings_met(library, made, **more):
    work = Work(library, Settings(), {}, Tasks())
    told = published(made, made.corpus, **more)
    scanner = gate.scanner_of(library, made.named)
    return {where for where, _, strings in gate._strings(work, told) if met(scanner, strings)}


def test_every_column_of_every_table_is_read(library, made, tmp_path):
    events = tmp_path / "events.parquet"
    pq.write_table(pa.table({"document": ["d1"], "rule": ["mail ann@corp.example"]}), events)
    tables = {
        "sources": pa.table(
            {"reasons": pa.array([[("Ann Miller", 2)]], pa.map_("string", "int64"))}
        ),
        "shards": pa.table({"tokens": np.arange(3), "path": ["a", "b", "c"]}),
    }
    assert strings_met(library, made, files={"events": [events]}, tables=tables) == {
        "table events, column rule",
        "table sources, column reasons",
    }


def test_a_plain_word_that_is_one_of_ours_too_is_searched_where_words_are_data(library, made):
    made.named = stored(library, "names", "words", values=pa.table({"value": ["note"]}))
    work = Work(library, Settings(), {}, Tasks())
    ours = pa.table({"kind": ["note", "chat"], "zone": ["UTC", "UTC"]})
    shards = sharded(library, made, CLEAN)
    gate.check_tables(work, made.named, published(made, shards, tables={"documents": ours}))
    theirs = pa.table({"place": ["the note on the door"]})
    with pytest.raises(StepFailed, match="table source_problems, column place: 1"):
        gate.check_tables(
            work, made.named, published(made, shards, tables={"source_problems": theirs})
        )


def test_texts_that_were_scanned_before_are_not_read_twice_but_their_other_columns_are(
    library, made, tmp_path
):
    path = tmp_path / "documents.parquet"
    told = {"text": "Ann Miller", "source": "ann@corp.example", "handle": "email:ann@corp.example"}
    rows = [{"id": "d1", **told}]  # the handle is in objects/ only, never published
    pq.write_table(pa.Table.from_batches([record_batch(rows, WORK)]), path)
    found = strings_met(library, made, files={"documents": [path]})
    assert found == {"table documents, column source"}


def test_settings_and_reports_are_read(library, made):
    (library.runs / "r1").mkdir(parents=True)
    (library.runs / "r1" / "report.html").write_text("<p>Ann Miller</p>")
    assert strings_met(library, made) == {"runs/r1/report.html"}


def test_a_report_that_tells_a_value_is_refused_before_anything_is_published(library, made):
    check_page(library, made.named, '<p title="Ann">Ann</p><p>Millet</p>')
    for page in ("<td>ann</td><td>ANN&nbsp;MILLER</td>", '<i title="Ann Miller">x</i>'):
        with pytest.raises(StepFailed, match=r"the report: \d\); nothing is published"):
            check_page(library, made.named, page)
    publish(library, {}, {"runs": runs_table([])})
    stands = library.catalogue.resolve()

    def refuse(connection):
        check_page(library, made.named, page_of(connection, "r1") + "Ann Miller")

    with pytest.raises(StepFailed):
        publish(library, {}, {}, refuse)
    assert library.catalogue.resolve() == stands
    with pytest.raises(StepFailed):
        write_report(library, "r1", lambda page: refuse_page(library, made, page))
    assert not list(library.runs.rglob("report.html"))


def refuse_page(library, made, page):
    check_page(library, made.named, page + "Ann Miller")


def test_the_folder_of_a_model_is_read_and_a_tokenizer_in_it_by_its_tokens(library, made, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"width": 4, "notes": ["fine"]}))
    source = library.objects.folder("tokenizers", "k") / "tokenizer.json"
    (folder / "tokenizer.json").write_bytes(source.read_bytes())
    check_folder(library, made.named, folder)
    (folder / "README.md").write_text("trained for ann miller")
    with pytest.raises(StepFailed, match=r"README.md: 1"):
        check_folder(library, made.named, folder)


@pytest.mark.server
def test_what_a_run_told_prefect_is_read_back(commands):
    with temporary_settings({PREFECT_API_URL: commands.environment["PREFECT_API_URL"]}):

        @flow(name="loud")
        def loud():
            get_run_logger().warning("the log says ann@corp.example")
            create_markdown_artifact("the page says Ann Miller", key="page")
            return flow_run.id

        told = dict(artifacts_and_logs([loud()]))
    assert any("ann@corp.example" in line for line in told["the log of the run"])
    assert "Ann Miller" in told["the artifact page"][0]
    assert list(artifacts_and_logs([])) == []

"""The sample library end to end: everything planted in it is found again in the ledger."""

import gzip
import json
import re
import sqlite3
from itertools import pairwise

import pytest

import store
from store.loader import sequences
from tokenizer import load

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def ask(built):
    connection = store.open(built)
    yield lambda query, *values: connection.execute(query, list(values)).fetchall()
    connection.close()


@pytest.fixture(scope="module")
def file_ids(built):
    """Name in the exports → opaque id."""
    import csv

    with (built / "secrets" / "files.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    return {row["name"].removeprefix("exports/"): row["file"] for row in rows}


def document(ask, words):
    """Return (id, text) of the documents that hold `words`, white space aside."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return ask("SELECT id, text FROM documents WHERE regexp_matches(text, ?) ORDER BY id", pattern)


def test_every_file_is_accounted_for_as_the_truth_says(ask, truth, file_ids):
    rows = {
        r[0]: r[1:]
        for r in ask("SELECT file, source, seen, emitted, dropped, errored FROM sources")
    }
    before = dict(
        ask("SELECT file, count(*) FROM source_problems WHERE reason = 'seen before' GROUP BY ALL")
    )
    assert len(rows) == len(file_ids)
    for name, told in truth["files"].items():
        source, seen, emitted, dropped, errored = rows[file_ids[name]]
        again = before.get(file_ids[name], 0)
        assert seen == emitted + dropped + errored, name
        assert source == told["source"], name
        if source is not None:
            assert emitted + again == told["documents"], name
            assert dropped - again == told["dropped"], name
            assert errored == told["errored"], name


def test_every_problem_has_a_row_with_a_reason(ask):
    (counted,) = ask("SELECT sum(dropped + errored) FROM sources")[0]
    rows = ask("SELECT count(*), count(reason) FROM source_problems")
    assert rows == [(counted, counted)]


def test_documents_balance_at_every_step(ask):
    rows = ask(
        "SELECT step, documents_in, kept, removed FROM funnel WHERE step <> 'augment' ORDER BY n"
    )
    assert all(into == kept + removed for _, into, kept, removed in rows)
    assert all(a[2] == b[1] for a, b in pairwise(rows))
    kept, removed = ask("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM removed)")[
        0
    ]
    assert kept == rows[-1][2]
    assert kept + removed == rows[0][1]
    (emitted,) = ask("SELECT sum(emitted) FROM sources")[0]
    assert kept + removed == emitted


def test_every_stage_is_in_the_funnel(ask):
    steps = [step for (step,) in ask("SELECT step FROM funnel ORDER BY n")]
    assert steps == [
        "ingest", "normalise", "identify", "boilerplate", "filter", "deduplicate", "redact",
        "split", "decontaminate", "augment",
    ]  # fmt: skip


def test_figures_hold_the_bars_of_each_rule_before_and_after_and_the_shares(ask):
    bars = ask(
        "SELECT f.rule, f.kind, sum(f.value) FILTER (f.name = 'histogram'), "
        "sum(f.value) FILTER (f.name = 'histogram kept'), any_value(j.value) FROM figures f "
        "JOIN figures j ON (j.rule, j.kind, j.name) = (f.rule, f.kind, 'judged') "
        "WHERE f.bucket IS NOT NULL GROUP BY f.rule, f.kind"
    )
    assert bars and all(before == judged >= kept for _, _, before, kept, judged in bars)
    shares = ask("SELECT rule, name, value FROM figures WHERE step = 'split' AND name = 'asked'")
    assert {(rule, value) for rule, _, value in shares} == {("valid", 0.05), ("test", 0.05)}


def test_mojibake_is_repaired_with_an_event(ask, truth):
    for planted in truth["mojibake"]:
        found = [(i, t) for i, t in document(ask, planted["find"]) if planted["fixed"] in t]
        assert found, planted["file"]
        events = ask(
            "SELECT rule FROM events WHERE document = ? AND step = 'normalise'", found[0][0]
        )
        assert any("encoding" in rule for (rule,) in events), planted["file"]


def test_exact_duplicates_leave_one_survivor(ask, truth):
    for planted in truth["exact"]:
        assert len(document(ask, planted["a"])) == 1, planted["files"]
    removed = ask(
        "SELECT count(*) FROM removed WHERE removed IN ('deduplicate.exact', 'deduplicate.normal')"
    )
    assert removed[0][0] >= len(truth["exact"])


def test_near_duplicates_are_one_family_with_a_verified_score(ask, truth):
    survivors = ask("SELECT a, b, jaccard, survivor FROM duplicates")
    scores = sorted(j for _, _, j, _ in survivors if j < 1)
    for planted in truth["near"]:
        left, right = document(ask, planted["a"]), document(ask, planted["b"])
        assert len(left) + len(right) == 1, planted["files"]
        assert any(abs(s - planted["jaccard"]) < 0.05 for s in scores), planted["files"]
    removed = ask("SELECT other, score FROM events WHERE action = 'removed' AND rule = 'near'")
    assert len(removed) >= len(truth["near"])
    assert all(other and score >= 0.75 for other, score in removed)


def test_the_overlapping_export_adds_only_what_is_new(ask, truth, file_ids):
    older, newer = (file_ids[name] for name in truth["overlap"]["files"])
    again = ask(
        "SELECT count(*) FROM source_problems WHERE reason = 'seen before' AND file IN (?, ?)",
        older,
        newer,
    )
    assert again == [(truth["overlap"]["shared"],)]
    twice = ask(
        "SELECT count(*) FROM (SELECT document FROM sightings WHERE file IN (?, ?) "
        "GROUP BY document HAVING count(DISTINCT file) = 2)", older, newer,
    )  # fmt: skip
    assert twice == [(truth["overlap"]["shared"],)]


def test_quotes_and_signatures_are_cut_and_own_words_kept(ask, truth):
    for planted in [*truth["quotes"], *truth["signatures"]]:
        own = document(ask, planted["own"])
        assert own, planted["file"]
        assert all(planted["cut"] not in text for _, text in own), planted["file"]
        cuts = ask("SELECT count(*) FROM events WHERE action = 'cut' AND document = ?", own[0][0])
        assert cuts[0][0] > 0, planted["file"]


def test_what_is_no_personal_data_is_left_alone(ask, truth):
    for words in truth["kept"]:
        assert document(ask, words), words


def everything_published(built, commands):
    """Yield (where, text) of all that is outside secrets/ and objects/, decoded."""
    connection = store.open(built)
    tables = [t for (t,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    for name in tables:
        for row in connection.execute(f"SELECT * FROM {name}").fetchall():
            yield f"table {name}", "\n".join(str(v) for v in row if v is not None)
    key = connection.execute("SELECT DISTINCT tokenizer, path FROM shards").fetchall()[0][0]
    shards = connection.execute("SELECT path, dtype FROM shards").fetchall()
    connection.close()
    reader = load(built / "tokenizers" / key)
    import numpy as np

    for path, dtype in shards:
        yield f"shard {path}", reader.decode(np.fromfile(built / path, dtype))
    for id_ in range(reader.vocabulary):
        yield "vocabulary", reader.decode([id_])
    for path in built.rglob("*"):
        inside = path.relative_to(built).parts[0]
        if path.is_file() and inside not in ("secrets", "objects"):
            yield str(path.relative_to(built)), path.read_bytes().decode("utf-8", "ignore")
    home = commands.log.parent
    for path in home.rglob("*"):
        if path.is_file():
            yield f"prefect {path.name}", path.read_bytes().decode("utf-8", "ignore")
    with sqlite3.connect(home / "prefect.db") as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            for row in database.execute(f'SELECT * FROM "{name}"'):
                text = "\n".join(_spelt(v) for v in row if v is not None)
                yield f"prefect table {name}", text
    for said in commands.said:
        yield "terminal", said


def _spelt(value):
    if isinstance(value, bytes):
        value = gzip.decompress(value) if value[:2] == b"\x1f\x8b" else value
        return value.decode("utf-8", "ignore")
    return str(value)


def test_no_planted_value_is_anywhere_outside_secrets_and_objects(built, commands, truth):
    values = sorted({v["value"] for v in truth["values"]}, key=len, reverse=True)
    assert len(truth["values"]) >= 300
    one = "|".join(r"\s+".join(map(re.escape, value.split())) for value in values)
    pattern = re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.IGNORECASE)
    found = {}
    for where, text in everything_published(built, commands):
        for hit in pattern.finditer(text):
            found.setdefault(hit.group().casefold(), set()).add(where)
    assert found == {}


def test_nothing_reached_for_the_network(built, commands):
    assert not commands.log.exists() or commands.log.read_text() == ""


def test_context_is_never_a_target_and_variants_stay_with_their_parents(ask):
    assert ask("SELECT count(*) FROM documents WHERE role = 'target' AND origin <> 'self'") == [
        (0,)
    ]
    assert ask(
        "SELECT count(*) FROM spans s JOIN documents d ON d.id = s.document "
        "WHERE d.origin <> 'self' AND len(s.loss) > 0"
    ) == [(0,)]
    assert ask(
        "SELECT count(*) FROM variants v LEFT JOIN documents d ON d.id = v.parent "
        "WHERE d.split IS DISTINCT FROM 'train' OR v.split <> 'train'"
    ) == [(0,)]
    assert ask("SELECT count(*) FROM variants")[0][0] > 0


def test_families_and_sessions_are_whole_in_one_split(ask):
    for unit in ("family", "session"):
        query = (
            f"SELECT count(*) FROM (SELECT {unit} FROM documents WHERE {unit} IS NOT NULL "
            "GROUP BY 1 HAVING count(DISTINCT split) > 1)"
        )
        assert ask(query) == [(0,)]
    splits = dict(ask("SELECT split, count(*) FROM documents GROUP BY split"))
    assert set(splits) == {"train", "valid", "test"}


def test_one_stand_in_per_person_and_conversation(ask):
    assert ask(
        "SELECT count(*) FROM (SELECT thread, author FROM documents WHERE thread IS NOT NULL "
        "AND author IS NOT NULL GROUP BY 1, 2 HAVING count(DISTINCT speaker) > 1)"
    ) == [(0,)]


def test_shards_decode_to_the_published_texts(ask, built):
    import numpy as np

    (key, path, dtype) = ask("SELECT tokenizer, path, dtype FROM shards ORDER BY shard LIMIT 1")[0]
    ids, reader = np.fromfile(built / path, dtype), load(built / "tokenizers" / key)
    rows = ask(
        "SELECT d.text, s.start, s.tokens FROM spans s "
        "JOIN documents d ON d.id = s.document WHERE shard = 0"
    )
    assert rows
    for text, start, tokens in rows:
        assert reader.decode(ids[start : start + tokens]) == text


def test_the_plan_and_the_datasets_open_with_one_call(built, ask):
    plan = sequences(built, "train")
    batch = next(store.batches(built, "train", 2, plan.length))
    assert batch["ids"].shape == (2, plan.length)
    corpus = store.dataset(built, "corpus")
    assert sum(len(part) for part in corpus.values()) == ask("SELECT count(*) FROM documents")[0][0]
    tokens = store.dataset(built, "tokens", "train")
    assert sum(map(len, tokens["input_ids"])) > 10_000


def test_the_model_learnt_something_and_loads_as_a_transformers_model(built, ask):
    figures = dict(ask("SELECT name, value FROM figures WHERE step = 'finetune'"))
    assert figures["bits_per_byte_after"] < figures["bits_per_byte_before"]
    from transformers import AutoModelForCausalLM, AutoTokenizer

    (folder,) = (built / "models").iterdir()
    model = AutoModelForCausalLM.from_pretrained(folder)
    words = AutoTokenizer.from_pretrained(folder)
    assert model.config.vocab_size == len(words)


def test_the_run_left_its_settings_with_their_origins(built):
    (run,) = [p for p in (built / "runs").iterdir() if p.is_dir()]
    told = json.loads((run / "settings.json").read_text())
    assert told["origins"]["finetune.steps"] == "run"
    assert told["origins"]["sources.zone"] == "commonplace.toml"
    assert json.loads((run / "run.json").read_text())["outputs"]


def test_every_example_of_the_documentation_answers(built, commands):
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "sql.md").read_text()
    examples = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 10
    connection = store.open(built)
    for example in examples:
        rows = connection.execute(example).fetchall()
        assert rows, example
    connection.close()

"""The loader: right labels, restarting positions, the same steps for any number of ranks."""

import pickle
import random

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from store.loader import IGNORED, Sequences, batches, sequences
from store.plan import BadPlan
from store.query import NoCatalogue, open_catalogue
from store.shards import BadShard

NAMES = ("ids", "position_ids", "labels")


@pytest.fixture
def library(small):
    source = random.Random(2)
    rows = [{"id": f"n{i}", "text": "n" * source.randint(1, 50)} for i in range(60)]
    for n in range(80):
        turn = {"id": f"c{n}", "thread": "t", "session": f"s{n // 9}", "position": n}
        turn["removed"] = "filter.empty" if n % 13 == 0 else None
        rows.append(turn | {"text": "c" * (n % 7 + 1), "origin": ("self", "other")[n % 2]})
    return small(rows)


def data_of(library, length=32):
    return Sequences(library.root, library.plan(length=length), library.shards, length, 0)


def test_one_sequence_has_ids_positions_and_labels(small):
    rows = [{"id": i, "thread": "t", "text": i * 2, "position": n} for n, i in enumerate("ab")]
    rows[0]["origin"] = "other"
    library = small(rows)
    one = data_of(library, 12)[0]
    assert library.spelt(one["ids"]) == "(aa|[bb|____"
    assert one["position_ids"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3]
    assert one["labels"].tolist() == [IGNORED] * 5 + one["ids"][5:8].tolist() + [IGNORED] * 4
    assert [one[name].dtype for name in NAMES] == [np.int64] * 3


def test_positions_restart_and_no_piece_is_predicted_from_another(library):
    data = data_of(library)
    several = 0
    for i in range(len(data)):
        one = data.read(i, i + 1)
        borders = one["cu_seqlens"]
        assert borders[0] == 0 and borders[-1] == 32 and (np.diff(borders) > 0).all()
        assert np.flatnonzero(one["position_ids"][0] == 0).tolist() == borders[:-1].tolist()
        assert (one["labels"][0][borders[:-1]] == IGNORED).all()
        learnt = one["labels"][0] != IGNORED
        assert (one["labels"][0][learnt] == one["ids"][0][learnt]).all()
        several += len(borders) > 3
    assert several > 3
    with pytest.raises(IndexError, match="the plan has"):
        data[len(data)]
    assert (data[-1]["ids"] == data[len(data) - 1]["ids"]).all()


def test_targets_are_own_words_and_ends_and_totals_agree(library):
    data = data_of(library)
    labels = np.concatenate([data[i]["labels"] for i in range(len(data))])
    own = [r for r in library.rows if r["origin"] == "self" and r["removed"] is None]
    assert data.target_bytes == sum(len(r["text"]) for r in own)
    assert data.target_tokens == (labels != IGNORED).sum() == data.target_bytes + len(own)


def test_reading_together_is_reading_apart(library):
    data = data_of(library)
    together = data.read(3, 9)
    for name in NAMES:
        assert (together[name] == np.stack([data[i][name] for i in range(3, 9)])).all()
    assert together["cu_seqlens"].dtype == np.int32 and together["cu_seqlens"][-1] == 6 * 32


def test_tokens_come_from_every_shard(library):
    assert library.shards.num_rows > 3
    data = data_of(library)
    labels = np.concatenate([data[i]["labels"] for i in range(len(data))])
    learnt = library.spelt(labels[labels != IGNORED])
    used = [r for r in library.rows if r["removed"] is None and r["origin"] == "self"]
    for letter in "nc":
        assert learnt.count(letter) == sum(r["text"].count(letter) for r in used) > 0
    read = {s for s in library.plan(length=32)["shard"].to_pylist() if s is not None}
    assert read == set(library.shards["shard"].to_pylist())


def test_it_pickles_without_its_files(library):
    data = data_of(library)
    raw = pickle.dumps(data)
    again = pickle.loads(raw)
    assert (again[5]["labels"] == data[5]["labels"]).all()
    assert "_maps" not in data.__getstate__()


def test_the_ids_alone_are_those_of_the_batch(library):
    data = data_of(library)
    assert (data.ids(2, 7) == data.read(2, 7)["ids"]).all()
    assert data.ids(3, 3).shape == (0, 32)
    with pytest.raises(IndexError, match="the plan has"):
        data.ids(0, len(data) + 1)


def test_pytorch_reads_many_at_once(library):
    data = data_of(library)
    several = data.__getitems__([4, 0, -1])
    for one, index in zip(several, (4, 0, -1), strict=True):
        assert all((one[name] == data[index][name]).all() for name in NAMES)


def damaged(rows, name, values):
    column = pa.array(values, rows[name].type)
    return rows.set_column(rows.schema.get_field_index(name), name, column)


def test_a_plan_that_reads_elsewhere_is_refused_before_anything_is_read(library):
    rows = library.plan(length=32)
    for name, change in {
        "start": lambda v: None if v is None else v + 10**6,
        "tokens": lambda v: 0,
        "shard": lambda v: None if v is None else v + 10**6,
        "sequence": lambda v: v + 1,
    }.items():
        wrong = damaged(rows, name, [change(v) for v in rows[name].to_pylist()])
        with pytest.raises(BadPlan, match="plan it again"):
            Sequences(library.root, wrong, library.shards, 32, 0)


def test_a_changed_shard_and_another_tokenizer_are_refused_when_a_plan_is_opened(library):
    library.publish(length=32)
    assert len(sequences(library.root, "main", tokenizer="key"))
    with pytest.raises(BadShard, match="written with tokenizer key, asked for other"):
        sequences(library.root, "main", tokenizer="other")
    path = library.root / library.shards["path"][1].as_py()
    raw = path.read_bytes()
    path.write_bytes(raw[:3] + bytes([raw[3] ^ 1]) + raw[4:])
    with pytest.raises(BadShard, match="content is not what was written"):
        sequences(library.root, "main")
    assert len(sequences(library.root, "main", verify=False))


def test_a_plan_and_shards_that_do_not_fit_are_refused(library):
    with pytest.raises(BadPlan, match="longer than 16 tokens"):
        Sequences(library.root, library.plan(length=32), library.shards, 16, 0)
    path = library.root / library.shards["path"][0].as_py()
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(BadShard, match="file has"):
        data_of(library)


def steps(library, **given):
    return list(batches(library.root, "main", 4, 32, **given))


def joined(parts):
    return [np.concatenate([part[name] for part in parts]) for name in NAMES]


def test_any_number_of_ranks_sees_the_same_batches(library):
    library.publish(length=32)
    alone = steps(library)
    assert len(alone) == len(sequences(library.root, "main")) // 4 > 3
    for world in (2, 4):
        ranks = [steps(library, rank=r, world=world) for r in range(world)]
        for one, *parts in zip(alone, *ranks, strict=True):
            for mine, theirs in zip(joined([one]), joined(parts), strict=True):
                assert mine.tobytes() == theirs.tobytes()


def test_a_step_number_is_the_whole_state(library):
    library.publish(length=32)
    whole, rest = steps(library), steps(library, step=2)
    assert len(rest) == len(whole) - 2
    for a, b in zip(whole[2:], rest, strict=True):
        assert all(a[name].tobytes() == b[name].tobytes() for name in a)


def test_batches_cover_the_plan_in_order(library):
    rows = library.publish(length=32)
    data = Sequences(library.root, rows, library.shards, 32, 0)
    for n, batch in enumerate(steps(library)):
        assert (batch["ids"] == data.read(4 * n, 4 * n + 4)["ids"]).all()


def test_what_cannot_be_read_is_refused_in_one_sentence(library, tmp_path):
    with pytest.raises(NoCatalogue, match="no library here"):
        batches(library.root, "main", 4, 32)
    library.publish(length=32)
    refused = {
        "no such plan": {"plan": "other"},
        "planned at 32 tokens": {"length": 16},
        "fewer than one batch": {"batch": 9_999},
        "does not divide": {"world": 3},
        "no rank 4": {"rank": 4, "world": 4},
        "no step -1": {"step": -1},
    }
    for says, given in refused.items():
        with pytest.raises(BadPlan, match=says):
            batches(**({"library": library.root, "plan": "main", "batch": 4, "length": 32} | given))
    (library.root / "corpus.duckdb").write_bytes(b"not a database" * 999)
    with pytest.raises(NoCatalogue, match="cannot be opened"):
        sequences(library.root, "main")


def test_the_catalogue_on_disk_is_read_even_while_an_old_one_is_open(library, tmp_path):
    library.publish(length=32)
    path = library.root / "corpus.duckdb"
    config = {"enable_external_access": "false"}
    with duckdb.connect(str(path), read_only=True, config=config) as old:
        first = len(sequences(library.root, "main"))
        fresh = tmp_path / "fresh.duckdb"
        fresh.write_bytes(path.read_bytes())
        with duckdb.connect(str(fresh)) as connection:
            connection.execute("DELETE FROM plans")
        fresh.replace(path)
        with pytest.raises(BadPlan, match="no such plan"):
            sequences(library.root, "main")
        assert first and old.execute("SELECT count(*) FROM plans").fetchone() == (1,)


def test_a_plans_sql_reaches_the_catalogue_only(library, tmp_path):
    library.publish(length=32)
    (tmp_path / "other.csv").write_text("id\nx\n")
    with open_catalogue(library.root) as connection:
        for sql in (
            f"SELECT * FROM '{tmp_path}/other.csv'",
            f"COPY documents TO '{tmp_path}/out.csv'",
            "DELETE FROM documents",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
    assert not (tmp_path / "out.csv").exists()

"""Plans: conversations in order, holes cut, everything own learnt once, the same order always."""

import random
import re
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.loader import IGNORED, Sequences
from store.plan import ROWS, BadPlan, Plan, choose, describe, digest, from_catalogue, read, write


def talk(*turns, thread="t", session="s"):
    """Return rows of a session; a turn is «me: …», «you: …» or «gone» (removed)."""
    rows = []
    for n, turn in enumerate(turns):
        who, _, text = turn.partition(": ")
        row = {"id": f"{thread}{session}{n}", "thread": thread, "session": session}
        row |= {"position": n, "text": text, "origin": "other" if who == "you" else "self"}
        rows.append(row | {"removed": "filter.secret" if who == "gone" else None})
    return rows


def pieces(library, rows, length):
    """Return the plan's pieces as text with targets in capitals."""
    found = []
    data = Sequences(library.root, rows, library.shards, length, library.special["pad"])
    for i in range(len(data)):
        one = data.read(i, i + 1)
        text = library.spelt(one["ids"][0])
        learnt = one["labels"][0] != IGNORED
        told = "".join(
            ("!" if t == "|" else t.upper()) if on else t
            for t, on in zip(text, learnt, strict=True)
        )
        borders = one["cu_seqlens"].tolist()
        found += [told[a:b] for a, b in pairwise(borders)]
    return sorted(p for p in found if p.strip("_"))


def test_a_conversation_is_read_in_order_and_own_turns_are_learnt(small):
    library = small(talk("you: how", "me: so", "you: why", "me: no")[::-1])
    assert pieces(library, library.plan(length=64), 64) == ["(how|[SO!(why|[NO!"]


def test_a_removed_turn_cuts_the_session_and_sessions_do_not_join(small):
    rows = talk("me: one", "gone: x", "you: two", "me: three", "gone: y", "you: alone")
    library = small(rows + talk("me: next", session="z") + [{"id": "note", "text": "single"}])
    assert pieces(library, library.plan(length=64), 64) == [
        "(two|[THREE!",
        "[NEXT!",
        "[ONE!",
        "[SINGLE!",
    ]


def test_a_turn_that_is_not_chosen_cuts_like_a_removed_one(small):
    library = small(talk("me: a", "you: b", "me: c", "me: d"))
    assert pieces(library, library.plan(library.choose(ts1=0), length=64), 64) == ["[A!", "[C![D!"]


def test_an_empty_turn_is_no_turn_and_no_hole(small):
    library = small(talk("you: a", "me: ", "me: b"))
    assert pieces(library, library.plan(length=64), 64) == ["(a|[B!"]


def test_a_thread_without_sessions_is_one_and_null_threads_stay_apart(small):
    rows = [{"id": f"m{n}", "thread": "mail", "position": n, "text": f"m{n}"} for n in (2, 1)]
    library = small(rows + [{"id": i, "text": i} for i in "xy"])
    assert pieces(library, library.plan(length=64), 64) == ["[M1![M2!", "[X!", "[Y!"]


def test_long_sessions_are_cut_between_turns(small):
    library = small(talk("you: aaaa", "me: bbbb", "you: cccc", "me: dddd", "you: eeee"))
    assert pieces(library, library.plan(length=13), 13) == ["(aaaa|[BBBB!", "(cccc|[DDDD!"]


def test_a_long_document_goes_on_after_its_last_token(small):
    library = small([{"id": "long", "text": "abcdefghijklmnopqrs"}])
    assert pieces(library, library.plan(length=8), 8) == ["[ABCDEFG", "gHIJKLMN", "nOPQRS!"]
    exact = small([{"id": "long", "text": "abcdefghijklmn"}])
    assert pieces(exact, exact.plan(length=8), 8) == ["[ABCDEFG", "gHIJKLMN", "n!"]


def test_a_long_turn_is_cut_within_its_session_and_others_turns_alone_are_left_out(small):
    library = small(talk("you: 0123456789012", "me: abcdefghij", "you: k", "me: l"))
    assert pieces(library, library.plan(length=8), 8) == ["[ABCDEFG", "[L!", "gHIJ!(k|"]


def test_partial_loss_is_kept_range_by_range(small):
    library = small([{"id": "a", "text": "abcdefghij"}, {"id": "b", "text": "xyz"}])
    ranges = [{"start": 1, "tokens": 2, "bytes": 2}, {"start": 5, "tokens": 4, "bytes": 40}]
    loss = pa.array([ranges, [{"start": 0, "tokens": 3, "bytes": 3}]], library.spans["loss"].type)
    library.spans = library.spans.set_column(5, "loss", loss)
    rows = library.plan(length=8)
    assert pieces(library, rows, 8) == ["[XYZ!", "[aBCdeFG", "gHIj|"]
    assert sum(rows["bytes"].to_pylist()) == 45


def random_rows(source):
    rows = []
    for t in range(source.randint(0, 3)):
        turns = [
            f"{source.choice(['me', 'you', 'gone'])}: " + "z" * source.randint(0, 30)
            for _ in range(source.randint(1, 12))
        ]
        rows += talk(*turns, thread=f"t{t}")
    return rows + [{"id": f"n{i}", "text": "y" * source.randint(1, 60)} for i in range(5)]


@given(st.randoms(use_true_random=False), st.integers(8, 40))
@settings(max_examples=60, deadline=None)
def test_every_own_token_is_learnt_once_and_bytes_add_up(
    library_of, tmp_path_factory, source, length
):
    library = library_of(tmp_path_factory.mktemp("library"), random_rows(source))
    rows = library.plan(length=length)
    assert rows.schema == ROWS
    own = [r["text"] for r in library.rows if r["origin"] == "self" and r["removed"] is None]
    own = [t for t in own if t]
    data = Sequences(library.root, rows, library.shards, length, 0)
    labels = np.concatenate([data[i]["labels"] for i in range(len(data))])
    learnt = library.spelt(labels[labels != IGNORED])
    assert sorted(learnt) == sorted("".join(own) + "|" * len(own))
    assert data.target_bytes == sum(map(len, own))
    assert data.target_tokens == len(learnt)
    for piece in pieces(library, rows, length):
        assert not re.search(r"[!|][^\[(]", piece)  # after a turn comes another's marker
        assert any(c.isupper() or c == "!" for c in piece)


def test_no_document_that_fits_is_cut(small):
    source = random.Random(4)
    library = small([{"id": f"n{i}", "text": "y" * source.randint(1, 14)} for i in range(300)])
    rows = library.plan(length=16)
    told = pieces(library, rows, 16)
    assert sorted(told) == sorted(f"[{r['text'].upper()}!" for r in library.rows)
    filled = sum(map(len, told)) / (16 * (rows["sequence"][-1].as_py() + 1))
    assert filled > 0.95


def test_weights_repeat_and_take_by_chance(small):
    rows = [{"id": f"{i:03}", "text": f"{i:03}"} for i in range(400)]
    library = small(rows)
    weight = {f"{i:03}": w for i in range(400) for w in [(0.25, 1, 2, 2.5)[i // 100]]}
    told = pieces(library, library.plan(library.choose(**weight), length=8), 8)
    taken = [[told.count(f"[{i:03}!") for i in range(b, b + 100)] for b in (0, 100, 200, 300)]
    assert set(taken[0]) == {0, 1} and 10 <= sum(taken[0]) <= 40
    assert set(taken[1]) == {1} and set(taken[2]) == {2}
    assert set(taken[3]) == {2, 3} and 225 <= sum(taken[3]) <= 275
    other = pieces(library, library.plan(library.choose(**weight), length=8, seed=1), 8)
    assert other != told


def test_a_session_has_the_mean_weight_of_its_own_turns(small):
    library = small(talk("you: a", "me: b", "me: c"))
    rows = library.plan(library.choose(ts0=0.1, ts1=3, ts2=1), length=16)
    assert pieces(library, rows, 16) == ["(a|[B![C!"] * 2


def test_order_of_the_input_changes_nothing_and_the_seed_everything(small):
    source = random.Random(1)
    rows = [{"id": f"n{i}", "text": f"text {i}" * source.randint(1, 9)} for i in range(200)]
    library = small(rows + talk("me: a", "you: b", "me: c"))
    first = library.plan(length=64)
    library.documents = library.documents.take(source.sample(range(203), 203))
    library.spans = library.spans.take(source.sample(range(203), 203))
    chosen = library.choose().take(source.sample(range(203), 203))
    assert library.plan(chosen, length=64).equals(first)
    assert digest(library.plan(length=64, seed=1)) != digest(first)
    assert digest(library.plan(length=65)) != digest(first) == digest(library.plan(length=64))


def test_a_new_document_does_not_reorder_by_position_in_the_table(small):
    library = small([{"id": f"n{i}", "text": "x" * 14} for i in range(50)])
    shards = library.plan(length=16)["start"].drop_null().to_pylist()
    assert shards != sorted(shards)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"id": [], "weight": []}, "chooses no document"),
        ({"id": ["a", "zz"], "weight": [1.0, 1.0]}, "1 ids that are not documents"),
        ({"id": ["a", "a"], "weight": [1.0, 1.0]}, "more than once"),
        ({"id": [None, None], "weight": [1.0, 1.0]}, "rows without an id"),
        ({"id": ["a"], "weight": [-1.0]}, "negative"),
        ({"id": ["a"], "weight": [None]}, "missing"),
        ({"id": ["a"], "weight": [float("nan")]}, "missing"),
        ({"id": ["b"], "weight": [1.0]}, "no text of your own"),
        ({"id": ["a"], "weight": [0.0]}, "no text of your own"),
        ({"id": ["a"], "weight": [1e-12]}, "so low that nothing is taken"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_one_sentence(small, chosen, says):
    library = small([{"id": "a", "text": "x"}, {"id": "b", "text": "y", "origin": "other"}])
    schema = pa.schema([("id", pa.string()), ("weight", pa.float64())])
    with pytest.raises(BadPlan, match=says):
        library.plan(pa.table(chosen, schema=schema))


def test_a_chosen_document_without_a_span_is_refused(small):
    library = small([{"id": "a", "text": "x"}, {"id": "b", "text": "y"}])
    library.spans = library.spans.slice(0, 1)
    with pytest.raises(BadPlan, match="1 chosen documents are in none"):
        library.plan()


@pytest.fixture
def catalogue():
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE documents AS SELECT 'secret text' AS id, 'train' AS split")
        connection.execute("CREATE TABLE variants AS SELECT 'secret text~0' AS id")
        yield connection


def test_sql_chooses_and_weighs(catalogue):
    by_default = choose(catalogue, Plan().sql).to_pylist()
    assert [row["id"] for row in by_default] == ["secret text", "secret text~0"]
    assert {row["weight"] for row in by_default} == {1.0}
    assert choose(catalogue, "SELECT id FROM documents").to_pylist()[0]["weight"] == 1.0
    for told in ("id, 2 AS weight", "id AS ID, '2' AS Weight"):
        assert choose(catalogue, f"SELECT {told} FROM documents")["weight"].to_pylist() == [2]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM documents",
        "SELECT id FROM documents; DROP TABLE documents",
        "SELECT id FROM nowhere",
        "SELEC id",
        "SELECT split FROM documents",
        "SELECT id, 'much' AS weight FROM documents",
        "SELECT id::INTEGER AS id FROM documents",
        "SELECT id, id FROM documents",
        "SELECT [id] AS id FROM documents",
        "",
    ],
)
def test_other_sql_is_refused_without_quoting_the_corpus(catalogue, sql):
    with pytest.raises(BadPlan, match=r"^plan\.sql: ") as caught:
        choose(catalogue, sql)
    assert "secret" not in str(caught.value)
    assert catalogue.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_a_catalogue_gives_the_plan_with_holes_and_variants(small):
    library = small([*talk("me: a", "gone: x", "me: b"), {"id": "v", "text": "vary"}])
    library.publish(length=16)
    with duckdb.connect(str(library.root / "corpus.duckdb")) as connection:
        connection.execute("CREATE OR REPLACE TABLE variants AS FROM documents WHERE id = 'v'")
        connection.execute("UPDATE variants SET thread = 't', session = 's', position = 9")
        connection.execute("DELETE FROM documents WHERE id = 'v'")
        sql = "SELECT id FROM documents UNION ALL SELECT id FROM variants"
        rows = from_catalogue(connection, Plan(sql=sql, length=16), library.special)
    assert pieces(library, rows, 16) == ["[A!", "[B!", "[VARY!"]


def test_a_plan_is_read_back_as_recorded_or_refused(small, tmp_path):
    library = small([{"id": "a", "text": "x" * 40}])
    rows = library.plan(length=16)
    record = describe("main", Plan(length=16), rows, "p").to_pylist()[0]
    assert (record["sequences"], record["length"], record["digest"]) == (3, 16, digest(rows))
    path = tmp_path / "plan.parquet"
    write(rows, path)
    again = read(path, digest(rows))
    assert again.equals(rows) and again.schema.metadata == {b"length": b"16", b"pad": b"0"}
    write(library.plan(length=24), path)
    with pytest.raises(BadPlan, match="not the plan the catalogue records"):
        read(path, digest(rows))
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(BadPlan, match="no plan can be read"):
        read(path)

"""The jobs of the duplicate search: the same result however it is cut, and little done again."""

from __future__ import annotations

import random

import pytest
from datasketch import LeanMinHash, MinHashLSH, MinHashLSHForest

from corpus import duplicates
from corpus.duplicates import Deduplicate
from corpus.near import Key
from corpus.people import People
from corpus.redact import Redact
from corpus.schema import WORK, record_batch
from flows.jobs import search
from flows.jobs.job import execute
from flows.jobs.redaction import Find
from flows.settings import Settings, SettingsError
from store.library import create

PLAIN = Deduplicate()
WITHOUT_NAMES = Redact(ner=False)


def prose(seed, length=60):
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfgklmn')}{draw.randrange(900)}" for _ in range(length))


def note(n, text):
    return {"id": f"d{n:06}", "kind": "note", "origin": "self", "text": text, "source": "plain"}


def chat(thread, turns):
    same = {"kind": "chat", "thread": thread, "session": f"s-{thread}", "origin": "other"}
    return [
        {"id": f"d-{thread}-{n:03}", "position": n, "text": t, **same} for n, t in enumerate(turns)
    ]


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "library", [tmp_path])


class Run:
    """Carries jobs out in this process and counts what was done and what was found."""

    def __init__(self, library, monkeypatch):
        self.library, self.done, self.kept = library, [], []
        monkeypatch.setattr(search, "each", self.each)
        monkeypatch.setattr(search, "one", lambda _, job: self.each(_, [job])[0])

    def each(self, _, jobs):
        done = [execute(str(self.library.root), job) for job in jobs]
        self.done += [(d.output.step, d.found) for d in done]
        self.kept += [d.output for d in done]
        return [d.output for d in done]

    def outputs(self, *steps):
        return sorted({(o.step, o.key) for o in self.kept if o.step in steps})

    def made(self, step):
        return self.done.count((step, False))

    def shards(self, cuts):
        out = []
        for rows in cuts:
            key = "-".join([str(len(rows)), rows[0]["id"], rows[-1]["id"]])
            if self.library.objects.find("sift", key) is None:
                with self.library.objects.write("sift", key) as write:
                    write.table("documents", record_batch(rows, WORK))
            out.append(self.library.objects.find("sift", key))
        return out

    def families(self, cuts, settings=PLAIN):
        shards = self.shards(cuts)
        return shards, search.searched(self, shards, settings)

    def rows(self, output):
        parts = [p for p in output.parts if p.startswith("part-")]
        return [self.library.objects.table(output, p).to_pylist() for p in sorted(parts)]


@pytest.fixture
def run(library, monkeypatch):
    return Run(library, monkeypatch)


def some(n=120):
    rows = [note(i, prose(i % 70) + (" and more" if i > 80 else "")) for i in range(n)]
    rows += [row for t in "pq" for row in chat(t, [prose(900 + i, 9) for i in range(10)])]
    return [rows[i : i + 25] for i in range(0, len(rows), 25)]


def test_jobs_give_what_one_process_gives(run):
    cuts = some()
    _, output = run.families(cuts)
    batches = [record_batch(rows, WORK) for rows in cuts]
    key = Key.of(run.library.key)
    verdicts, pairs = duplicates.fit([duplicates.sketch(b, PLAIN, key) for b in batches], PLAIN)
    told = [row for part in run.rows(output) for row in part]
    assert sorted(told, key=lambda r: r["id"]) == verdicts.to_pylist() and len(told) > 100
    assert run.library.objects.table(output, "duplicates").equals(pairs)
    assert output.counts == {"pairs": pairs.num_rows, "alarms": 0}
    for rows, part in zip(cuts, run.rows(output), strict=True):
        assert {r["id"] for r in part} <= {r["id"] for r in rows}


def test_what_is_stored_serves_datasketch_which_finds_the_same_pairs(run):
    near = PLAIN.near
    _, output = run.families(some())
    found = run.library.objects.table(output, "duplicates").to_pylist()
    sketched = [run.library.objects.find(*told) for told in run.outputs("sketch", "chats")]
    index, forest = MinHashLSH(num_perm=128, params=(near.bands, near.rows)), MinHashLSHForest(128)
    stored, alike = {}, set()
    for units in (search.mapped(run.library, s, search.UNITS_PART) for s in sketched):
        for row in units.select(["unit", "signature", "shingles"]).to_pylist():
            if row["signature"]:
                lean = LeanMinHash(seed=1, hashvalues=row["signature"], scheme="affine32")
                stored[row["unit"]] = lean, set(row["shingles"])
    for name, (lean, own) in stored.items():
        for other in index.query(lean):
            theirs = stored[other][1]
            if len(own & theirs) >= near.threshold * len(own | theirs):
                alike.add(frozenset((name, other)))
        index.insert(name, lean)
        forest.add(name, lean)
    forest.index()
    units = {f"d-{t}-000": f"s-{t}" for t in "pq"}
    told = {frozenset(units.get(p[n], p[n]) for n in "ab") for p in found}
    assert told <= alike and len(told) > 40
    assert all(pair & {*forest.query(stored[min(pair)][0], 9)} for pair in told)
    linked = {name for pair in alike for name in pair}
    assert linked == {name for pair in told for name in pair}, "and nothing else is alike"


def test_small_memory_cuts_the_work_and_changes_no_verdict(run, monkeypatch):
    whole = run.families(some())[1]
    monkeypatch.setattr("corpus.buckets.BYTES", 400_000)
    run.done.clear()
    cut = run.families(some(), PLAIN.model_copy(update={"memory_mb": 16}))[1]
    assert run.made("meet") > 8 and run.made("chats") >= 4
    assert run.rows(cut) == run.rows(whole)
    tables = [run.library.objects.table(o, "duplicates") for o in (cut, whole)]
    assert tables[0].equals(tables[1])


def test_nothing_is_done_twice_and_bands_do_not_sketch_again(run):
    cuts = some()
    run.families(cuts)
    run.done.clear()
    run.families(cuts)
    assert all(found for _, found in run.done) and len(run.done) > 10
    looser = Deduplicate(near={"bands": 14, "rows": 8})
    run.families(cuts, looser)
    assert run.made("sketch") == run.made("chats") == 0 < run.made("bands")


def test_what_is_stored_holds_no_text_and_depends_on_the_key(run, tmp_path):
    cuts = some()
    run.families(cuts)
    word = prose(3).split()[0].encode()
    files = [p for step in ("sketch", "chats", "bands", "meet", "verify", "families")
             for p in (run.library.objects.root / step).rglob("*.arrow")]  # fmt: skip
    assert len(files) > 15 and not any(word in p.read_bytes() for p in files)
    other = create(tmp_path / "other", [tmp_path])
    sketched = [search.Sketch(shard=run.shards(cuts)[0], settings=PLAIN, key_name=lib.key_name)
                for lib in (run.library, other)]  # fmt: skip
    assert sketched[0].key() != sketched[1].key()


@pytest.mark.parametrize("cuts", [[[note(0, "one lonely text of more than eight words in it")]],
                                  [[note(0, None)]], [[note(0, "x")], [note(1, "x")]]])  # fmt: skip
def test_next_to_nothing(run, cuts):
    _, output = run.families(cuts)
    assert output.counts["alarms"] == 0
    assert output.counts["pairs"] == (len(cuts) > 1)


def test_an_empty_corpus(run):
    with run.library.objects.write("sift", "empty") as write:
        write.table("documents", record_batch([], WORK))
    empty = run.library.objects.find("sift", "empty")
    for shards in ([], [empty]):
        assert search.searched(run, shards, PLAIN).counts == {"pairs": 0, "alarms": 0}


@pytest.mark.slow
def test_twenty_documents_more_redo_the_shards_whose_verdicts_change(run, tmp_path, monkeypatch):
    rows = [note(i, prose(i, 40)) for i in range(20_000)]
    cuts = [rows[i : i + 1000] for i in range(0, len(rows), 1000)]
    new = [note(90_000 + i, prose(50_000 + i, 40)) for i in range(18)]
    new += [note(90_100, prose(2_500, 40) + " a little longer"), note(90_101, prose(7_700, 40))]

    def found(shards, families):
        told = {"families": families, "deduplicate": PLAIN, "redact": WITHOUT_NAMES}
        jobs = [Find(shard=s, n=n, people=People(), **told) for n, s in enumerate(shards)]
        return run.each(None, jobs)

    found(*run.families(cuts))
    run.done.clear()
    shards, output = run.families([*cuts, new])
    found(shards, output)
    assert run.made("sketch") == run.made("bands") == 1
    assert run.made("find") == 3, "the new shard, and the two that hold what it repeats"
    pairs = run.library.objects.table(output, "duplicates").to_pylist()
    assert [(p["a"], p["b"]) for p in pairs] == [("d007700", "d090101"), ("d090100", "d002500")]

    fresh = create(tmp_path / "fresh", [tmp_path], run.library.secrets)
    rebuilt = Run(fresh, monkeypatch)
    again = rebuilt.families([*cuts, new])[1]
    assert rebuilt.made("sketch") == 21
    assert again.parts == output.parts, "byte for byte what was made in two steps"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"bands": 27, "rows": 5}, "deduplicate.near, as this run sets it: .*bands × rows is 135"),
        ({"threshold": 1.2}, "deduplicate.near.threshold, as this run sets it: .*1.2"),
        ({"threshold": -0.1}, "deduplicate.near.threshold, as this run sets it: "),
        ({"containment": 7}, "deduplicate.near.containment, as this run sets it: "),
        ({"words": 0}, "deduplicate.near.words, as this run sets it: "),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name_before_a_run(tmp_path, told, says):
    toml = tmp_path / "commonplace.toml"
    toml.write_text("")
    with pytest.raises(SettingsError, match=says):
        Settings.resolve(toml, {"deduplicate": {"near": told}})

"""The five laws of a stage, over every stage there is.

1. Ids in are ids out, in order.
2. `removed` goes from null to a reason once, never back, and never over a `keep` pin.
3. A removed row is left alone.
4. With its fit fixed, stage(a + b) == stage(a) + stage(b).
5. Same input and settings, same output.

A new stage is one line in `STAGES`.
"""

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import decontaminate as contamination
from corpus import duplicates, outliers, sessions, split
from corpus.decontaminate import Decontaminate
from corpus.duplicates import Deduplicate
from corpus.filter import Filter, measured
from corpus.identify import Identify
from corpus.lent import lend
from corpus.letters import fit as letters
from corpus.normalise import Normalise
from corpus.people import People, Person
from corpus.redact import Redact, Replace, find_entities, names
from corpus.schema import EVENTS, KINDS, ORIGINS, WORK, record_batch
from corpus.stage import Stage


def identify_with_letters(batch: pa.RecordBatch) -> Stage:
    return Identify(letters=lend("laws-letters", letters.fit([batch], 2)))


def filter_with_sessions(batch: pa.RecordBatch) -> Stage:
    messages, figures = sessions.fit([batch])
    figures = pa.concat_tables([measured(batch), figures])
    return Filter(
        sessions=lend("laws-sessions", messages),
        figures=lend("laws-figures", figures),
        outliers=lend("laws-outliers", outliers.fit([figures] * 12, 2.0)[0]),
    )


def deduplicate(batch: pa.RecordBatch) -> Stage:
    verdicts, _ = duplicates.fit([duplicates.sketch(batch, Deduplicate())], Deduplicate())
    return Deduplicate(verdicts=lend("laws-verdicts", verdicts))


def replace(batch: pa.RecordBatch, **actions: str) -> Stage:
    wanted, people = Redact(ner=False, actions=actions), People(me=Person(names=("Ola Nord",)))
    secret = lend("laws-key", b"k" * 32)
    entities = find_entities(batch, wanted, people)
    named = names.fit([pa.Table.from_batches([batch])], [entities], wanted, people, secret)
    return Replace(
        settings=wanted,
        entities=lend("laws-entities", entities),
        names=lend("laws-names", named),
        secret=secret,
        people=lend("laws-people", people),
    )


def split_whole(batch: pa.RecordBatch) -> Stage:
    assigned = split.fit(pa.Table.from_batches([batch]), split.Split(), None).assignments
    return split.Split(assignments=lend("laws-splits", assigned))


def decontaminate(batch: pa.RecordBatch) -> Stage:
    held = pa.table(batch).append_column("n", pa.array(range(batch.num_rows), pa.int64()))
    splits = pa.array([("train", "test")[n % 2] for n in range(batch.num_rows)], pa.string())
    held = held.set_column(held.schema.get_field_index("split"), "split", splits)
    wanted = Decontaminate(words=8, guard_words=4, common=0)
    sets = {"set": lambda: [PIECES[0]]}
    verdicts = contamination.fit(held.to_batches, sets, wanted)
    return wanted.model_copy(update={"verdicts": lend("laws-overlaps", verdicts)})


STAGES: dict[str, Callable[[pa.RecordBatch], Stage]] = {
    "normalise": lambda batch: Normalise(),
    "identify": lambda batch: Identify(),
    "identify, own words only": lambda batch: Identify(others=False, leave_out=("system",)),
    "identify, letters": identify_with_letters,
    "filter": lambda batch: Filter(),
    "filter, sessions": filter_with_sessions,
    "deduplicate": deduplicate,
    "redact": replace,
    "redact, removing": lambda batch: replace(batch, EMAIL_ADDRESS="remove", PHONE_NUMBER="mask"),
    "split": split_whole,
    "decontaminate": decontaminate,
}
"""Name → the stage for a batch; one with a fit is fitted to the batch and lent its table here."""

PIECES = (
    "We walked down to the harbour and it was cold.",
    "Nous avons marché jusqu'au port, il faisait froid.",
    "Wir sind zum Hafen gegangen, und es war kalt.",
    "今日は港まで歩きました。",
    "cafÃ© crÃ¨me &amp; gÃ¢teau",
    "“Well,” she said – it’s 5 o’clock…",
    "👩‍👩‍👧 👍🏽 ok",
    "one\r\ntwo\r",
    "```\na &amp; b\r\n```",
    "> Are you coming?",
    "On Mon, 2 Apr 2012 at 18:26, Ann <ann@example.org> wrote:",
    "-- \nAnn Example\n+47 22 33 44 55",
    "https://example.org/a/long/address",
    "aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0Lg==",
    "buy now " * 15,
    "\ufeff\u200b\x00e\u0301",
    "Call Ann Example on +47 22 33 44 55 or write to ann@example.org.",
    " ",
    "",
)
texts = (
    st.none() | st.lists(st.sampled_from(PIECES), max_size=5).map("\n".join) | st.text(max_size=9)
)


def storable(text: str | None) -> str | None:
    return text if text is None else text.encode("utf-8", "replace").decode("utf-8")


documents = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "text": texts.map(storable),
        "title": st.none() | st.sampled_from(["Harbour", "maÃ±ana", ""]),
        "session": st.sampled_from([None, "s1", "s2"]),
        "origin": st.sampled_from((*ORIGINS[:2], *ORIGINS, None)),
        "language": st.sampled_from([None, None, "en", "fr"]),
        "removed": st.sampled_from([None, None, None, "source.empty"]),
        "pin": st.sampled_from([None, None, None, "keep"]),
        "author": st.sampled_from(["p1", "p2", None]),
    }
)


@st.composite
def batches(draw: st.DrawFn) -> pa.RecordBatch:
    """Draw a batch of `WORK`: mixed kinds, removed rows, pins, broken and missing texts."""
    rows = draw(st.lists(documents, max_size=6))
    for n, row in enumerate(rows):
        chat = row["kind"] == "chat"
        row |= {
            "id": f"d{n}",
            "source": "plain",
            "thread": f"t-{row['session']}" if chat else f"t{n}",
            "session": row["session"] if chat else None,
            "position": n,
            "speaker": row["author"],
            "metadata": "{}",
        }
    return record_batch(rows, WORK)


@pytest.mark.parametrize("name", STAGES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batch=batches(), data=st.data())
def test_laws(name: str, batch: pa.RecordBatch, data: st.DataObject) -> None:
    stage = STAGES[name](batch)
    out, events = stage(batch)
    assert out.schema.equals(WORK) and events.schema.equals(EVENTS)
    assert out["id"].equals(batch["id"])
    for was, now in zip(batch.to_pylist(), out.to_pylist(), strict=True):
        check_removal(was, now, stage.step)
    check_events(batch, out, events, stage.step)
    cut = data.draw(st.integers(0, batch.num_rows), label="cut")
    parts = [stage(batch.slice(0, cut)), stage(batch.slice(cut))]
    assert joined(part for part, _ in parts) == out.to_pylist()
    assert by_document(joined(e for _, e in parts)) == by_document(events.to_pylist())
    again = type(stage).model_validate_json(stage.model_dump_json())
    assert again == stage
    repeated, same_events = again(batch)
    assert repeated.equals(out) and same_events.equals(events)


def check_removal(was: dict, now: dict, step: str) -> None:
    if was["removed"] is not None:
        assert now == was
    elif now["removed"] is not None:
        assert was["pin"] != "keep"
        assert now["removed"].startswith(f"{step}.")


def check_events(
    batch: pa.RecordBatch, out: pa.RecordBatch, events: pa.RecordBatch, step: str
) -> None:
    """Every event is of a document in use, numbered from 0; every removal and new text has one."""
    rows = events.to_pylist()
    by_id = by_document(rows)
    untouched = {r["id"] for r in batch.to_pylist() if r["removed"] is not None}
    assert not untouched & set(by_id) and set(by_id) <= set(batch["id"].to_pylist())
    assert {e["step"] for e in rows} <= {step}
    for was, now in zip(batch.to_pylist(), out.to_pylist(), strict=True):
        mine = by_id.get(was["id"], [])
        assert [e["n"] for e in mine] == list(range(len(mine)))
        removals = [f"{step}.{e['rule']}" for e in mine if e["action"] == "removed"]
        fresh = was["removed"] is None and now["removed"] is not None
        assert removals == ([now["removed"]] if fresh else [])
        if (was["text"], was["title"]) != (now["text"], now["title"]):
            assert {e["action"] for e in mine} & {"edited", "cut", "redacted", "varied"}


def by_document(events: list[dict]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for event in sorted(events, key=lambda e: (e["document"], e["n"])):
        found.setdefault(event["document"], []).append(event)
    return found


def joined(parts: object) -> list[dict]:
    return [row for part in parts for row in part.to_pylist()]

"""Boilerplate: what frames many documents goes, what a person likes to write again stays."""

import pyarrow as pa
import pytest

from corpus.boilerplate import HEAD, Boilerplate, fit
from corpus.lent import give_back, lend
from corpus.schema import WORK, record_batch
from corpus.stage import run

FOOTER = (
    "---\nThanks for reading Salt & Tide! Subscribe for free to receive new posts, and tell a"
    " friend.\n© 2024 Ann Lee, https://salt.example/12"
)
HEADER = (
    "[Home](https://salt.example) [About](https://salt.example/me)\n"
    "A small blog about the sea and the people by it"
)


def bodies(count):
    return [
        f"Walk w{i}\n\nOn day d{i} we saw w{i} and x{i}.\n\nThen it r{i} again."
        for i in named(count)
    ]


def batch(texts, **extra):
    plain = {"kind": "post", "origin": "self", "source": "blog", "author": "me"}
    rows = [{"id": f"d{i:02}", "text": t, **plain, **extra} for i, t in enumerate(texts)]
    return record_batch(rows, WORK)


def named(count):
    return [chr(97 + i % 26) + chr(97 + i // 26) for i in range(count)]


def cut(rows, **settings):
    """Return the texts of `rows` after the fit over them and the stage, and the events."""
    stage = Boilerplate(**settings)
    key = lend("frames", fit([rows.select(HEAD)], stage))
    try:
        after, events = run([stage.model_copy(update={"frames": key})], rows)
    finally:
        give_back(key)
    return after.column("text").to_pylist(), events[0].to_pylist()


@pytest.mark.parametrize("kind", ["post", "note", "essay"])
def test_footers_and_headers_of_many_documents_go(kind):
    framed = [
        f"{HEADER}\n\n{body}\n\n{FOOTER.replace('/12', f'/{n}')}"
        for n, body in enumerate(bodies(8))
    ]
    texts, events = cut(batch(framed, kind=kind))
    assert texts == bodies(8)
    assert len(events) == 16
    assert {(e["step"], e["action"], e["rule"], e["score"]) for e in events} == {
        ("boilerplate", "cut", "boilerplate", 8.0)
    }
    assert all(e["value"] > 40 for e in events)


@pytest.mark.parametrize(
    "extra", [{"kind": "mail"}, {"kind": "chat"}, {"origin": "other"}, {"removed": "filter.short"}]
)
def test_mail_chat_and_what_is_not_ones_own_is_left_alone(extra):
    texts = [f"{body}\n\n{FOOTER}" for body in bodies(8)]
    assert cut(batch(texts, **extra)) == (texts, [])


def test_too_few_or_of_different_sources_or_authors_are_no_template():
    texts = [f"{body}\n\n{FOOTER}" for body in bodies(8)]
    assert cut(batch(texts[:5])) == (texts[:5], [])
    assert cut(batch(texts), documents=9) == (texts, [])
    assert cut(batch(texts), documents=0) == (texts, [])
    rows = batch(texts).to_pylist()
    for n, row in enumerate(rows):
        row["source" if n % 2 else "author"] = f"of {n}"
    assert cut(record_batch(rows, WORK)) == (texts, [])


REFRAIN = "O the sea, the sea,\nit never was for me,\nit never let me be,\nO the rolling sea."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dear diary,\n", ""),
        ("", "\nGood night, dear diary."),
        ("", f"\n\n{REFRAIN}"),
        (f"{REFRAIN}\n\n", f"\n\n{REFRAIN}"),
        ("## Gratitude\n", "\n## Tasks"),
        ("Monday 4 May 2020\n", ""),
        ("", "\n\nhttps://salt.example"),
    ],
    ids=["opening", "ending", "refrain", "refrains", "headings", "date", "link"],
)
def test_what_a_person_likes_to_write_again_stays(before, after):
    texts = [f"{before}{body}{after}" for body in bodies(20)]
    assert cut(batch(texts, kind="note")) == (texts, [])


def test_drafts_and_copies_of_one_text_are_left_whole():
    line = "A sentence of this essay that has quite a few words and stays the same in each draft"
    essay = "\n".join(f"{line} {'abcdefghijklmnop'[i]}." for i in range(16))
    drafts = [f"{essay}\nDraft word{i} ends here." for i in range(9)]
    assert cut(batch(drafts, kind="essay")) == (drafts, [])


def test_what_long_drafts_have_in_common_is_left_whole():
    start, end = ("\n".join(f"{w} stands at this place in every version" for w in named(20)),) * 2
    texts = [f"{start}\n{'other words ' * 100}{name}\n{end}" for name in named(9)]
    assert cut(batch(texts, kind="essay")) == (texts, [])


def test_a_block_in_the_middle_stays():
    texts = [f"{body}\n{FOOTER}\n{body} more" for body in bodies(9)]
    assert cut(batch(texts)) == (texts, [])


def test_a_document_of_nothing_else_stays():
    texts = [f"{body}\n\n{FOOTER}" for body in bodies(8)] + [FOOTER]
    after, _ = cut(batch(texts))
    assert after[-1] == FOOTER


def test_order_and_batches_change_nothing():
    rows = batch([f"{body}\n\n{FOOTER}" for body in bodies(12)])
    whole = fit([rows.select(HEAD)], Boilerplate())
    parts = [rows.select(HEAD).slice(i, 5) for i in (10, 5, 0)]
    assert fit(parts, Boilerplate()) == whole
    assert whole.num_rows == 12
    assert fit([], Boilerplate()).num_rows == 0
    assert pa.concat_tables([whole]).schema == whole.schema

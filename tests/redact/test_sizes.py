"""Redaction of what is very large: one document of 50 MB, and one of 100,000 entities."""

import pyarrow as pa
import pytest

from corpus.people import People
from corpus.redact import Redact, find_entities
from corpus.redact.engine import LONGEST
from corpus.redact.fields import ENTITIES
from corpus.schema import WORK, record_batch

PROSE = (
    "The ferry was late again and we sat on the quay for an hour with the dog. "
    "Nobody minded; the light was good, and there were 12 gulls to count.\n\n"
)


def found(text: str) -> pa.RecordBatch:
    batch = record_batch([{"id": "d", "kind": "note", "language": "en", "text": text}], WORK)
    return find_entities(batch, Redact(ner=False), People())


def test_a_hundred_thousand_entities_in_one_document_are_all_found():
    lines = [f"mail {n}: reader.{n}@post{n % 97}.example.com" for n in range(100_000)]
    told = found("\n".join(lines))
    assert told.schema.equals(ENTITIES)
    mails = [row for row in told.to_pylist() if row["type"] == "EMAIL_ADDRESS"]
    assert len(mails) == 100_000
    spelt = "\n".join(lines)
    first, last = mails[0], mails[-1]
    assert spelt[first["start"] : first["end"]] == "reader.0@post0.example.com"
    assert spelt[last["start"] : last["end"]] == lines[-1].split(": ")[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_stands_in_a_document_of_fifty_megabytes_is_found_at_its_place():
    planted = "IBAN GB82 WEST 1234 5698 7654 32, write to ottilie@quay.example.com. "
    before, after = PROSE * 60_000, PROSE * 300_000
    text = before + planted + after
    assert len(text) > 50_000_000
    spans = {r["type"]: text[r["start"] : r["end"]] for r in found(text).to_pylist()}
    assert spans["IBAN_CODE"] == "GB82 WEST 1234 5698 7654 32"
    assert spans["EMAIL_ADDRESS"] == "ottilie@quay.example.com"


def test_a_text_too_long_for_one_look_is_looked_at_in_parts_cut_between_sentences():
    line = PROSE.replace("\n", " ")
    planted = "Call +47 22 33 44 55 or write to ottilie@quay.example.com. "
    text = "".join(line * n + planted for n in (10, 3_600, 3_600, 20))
    assert len(text) > 2 * LONGEST
    rows = [r for r in found(text).to_pylist() if r["type"] != "DATE_TIME"]
    spans = [text[r["start"] : r["end"]] for r in rows]
    assert spans == ["+47 22 33 44 55", "ottilie@quay.example.com"] * 4

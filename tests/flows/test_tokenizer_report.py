"""The report on tokenizers: a page that needs nothing beside it and shows no more than it may."""

import re

import pyarrow as pa
import pytest

import tokenizer
from flows.tokenizer_report import Told, page
from tokenizer.compare import Candidate, recommend
from tokenizer.measure import Measure, subject
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

NAMES = ("text", "source", "kind", "language", "split")
ROWS = [
    ("The boats came home <b>", "mbox", "mail", "en", "train"),
    ("æøå 漢", "telegram", "chat", None, "train"),
]


@pytest.fixture
def measured(tmp_path):
    subjects = []
    for name in ("bytes", "gpt2"):
        save(train([ROWS[0][0]] * 5, Tokenizer(strategies=name, vocabulary=300)), tmp_path / name)
        subjects.append(subject(name, tokenizer.load(tmp_path / name)))
    measure = Measure(subjects)
    columns = [pa.array(column, pa.string()) for column in zip(*ROWS, strict=True)]
    measure.add(pa.RecordBatch.from_arrays(columns, names=NAMES))
    return measure


def test_the_page_is_whole_and_needs_nothing_beside_it(measured):
    told = measured.figures()
    names = [s.name for s in measured.subjects]
    segments = {"boats<script>": {s.name: s.spell(" boats<script>") for s in measured.subjects}}
    advice = recommend([Candidate("gpt2", 300, "gpt2")], told)
    about = dict.fromkeys(names, "a <kind> of tokenizer")
    html = page(Told(told, segments, about, advice, "gpt2", ["the corpus fills <little>"]))
    assert html == page(Told(told, segments, about, advice, "gpt2", ["the corpus fills <little>"]))
    assert "<script" not in html and "<kind>" not in html and "<little>" not in html
    assert not re.search(r"(src|href)=", html)
    assert html.count("<svg") == html.count("</svg>") == 2
    for name in (*names, "mbox", "telegram", "chat", "mail", "unknown", "the corpus fills"):
        assert name in html
    assert "came home" not in html

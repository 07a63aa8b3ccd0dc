"""What is computed faster is what spaCy computes, and does not depend on the texts beside it."""

import numpy as np
import pytest

from corpus.redact.ner.blas import single_threaded
from corpus.redact.ner.decisions import Found
from corpus.redact.ner.forward import quickened
from corpus.redact.ner.models import pipeline

TEXTS = [
    "Barack Obama met Angela Merkel in Berlin on 3 May 2019.",
    "so we told michael that Sarah had left for chicago, ok?",
    "Ann",
    "  \t\n Dr. Okafor  (Lagos)\n\n",
    "12 34 , . ! 😀 zażółć gęślą jaźń",
    "The European Commission fined Alphabet 2.4 billion euros. " * 40,
]


@pytest.fixture(scope="module")
def nlp():
    return pipeline("", "")


def test_entities_are_those_of_the_model(nlp):
    forward = quickened(nlp)
    docs = [nlp.tokenizer(text) for text in TEXTS]
    found = [[entity[:3] for entity in entities] for entities in forward(docs)]
    theirs = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in nlp.pipe(TEXTS)]
    assert found == theirs


def test_the_result_is_the_same_bit_for_bit_beside_other_texts(nlp):
    forward = quickened(nlp)
    docs = [nlp.tokenizer(text) for text in TEXTS]
    together = forward(docs)
    assert together == [forward([doc])[0] for doc in docs]
    assert together == forward(docs[::-1])[::-1]
    vectors = forward.vectors(docs)
    alone = [forward.vectors([doc])[0] for doc in docs]
    assert all(np.array_equal(a, b) for a, b in zip(vectors, alone, strict=True))


def test_no_texts_give_no_entities(nlp):
    forward = quickened(nlp)
    assert forward([]) == []
    assert forward([nlp.tokenizer("")]) == [[]]


def test_certainty_is_a_probability_and_leaning_finds_more(nlp):
    forward = quickened(nlp)
    docs = [nlp.tokenizer(text) for text in TEXTS]
    before = forward(docs)
    assert all(0 < e.sure <= 1 for entities in before for e in entities)
    forward.lean({"PERSON": 50.0})
    after = forward([nlp.tokenizer("we walked home")])[0]
    assert after and all(isinstance(e, Found) and e.label == "PERSON" for e in after)


def test_a_model_of_other_parts_is_left_to_spacy(nlp):
    class Pipeline:
        tokenizer = nlp.tokenizer

        def get_pipe(self, name):
            raise KeyError(name)

    assert quickened(Pipeline()) is None


def test_threads_of_numpy_are_given_back():
    with single_threaded():
        assert float((np.ones((64, 64)) @ np.ones((64, 64))).sum()) == 64.0**3

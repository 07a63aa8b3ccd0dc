"""Documents encoded one by one and put together by a plan are the ids of the whole conversation."""

import pyarrow as pa
import pytest
from transformers import AutoTokenizer

import tokenizer
from store.loader import IGNORED, Sequences
from store.plan import Plan, make
from store.shards import write
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

TURNS = [
    ("other", "Are you at the harbour?\n"),
    ("self", " Yes, since 7. "),
    ("other", "漢字 🙂"),
    ("other", ""),
    ("self", "Don't wait.\n\nBring the lamp"),
]


@pytest.fixture
def saved(tmp_path):
    save(train([text * 3 for _, text in TURNS], Tokenizer(vocabulary=300)), tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


def planned(folder, encoder, turns):
    ids = [str(n) for n in range(len(turns))]
    documents = pa.table(
        {
            "id": ids,
            "thread": ["t"] * len(ids),
            "session": ["s"] * len(ids),
            "position": range(len(ids)),
            "origin": [origin for origin, _ in turns],
        }
    )
    told = ((i, origin, text) for i, (origin, text) in zip(ids, turns, strict=True))
    files = {"vocabulary": encoder.vocabulary, "tokenizer": encoder.key}
    shards, spans = write(told, encoder.encode, folder, **files)
    chosen = pa.table({"id": ids, "weight": [1.0] * len(ids)})
    rows = make(documents, spans, chosen, Plan(length=512), encoder.special)
    return Sequences(folder, rows, shards, 512, encoder.special["pad"])


def test_a_planned_session_has_the_ids_and_targets_of_the_chat_template(saved, tmp_path):
    encoder, theirs = tokenizer.load(saved), AutoTokenizer.from_pretrained(saved)
    one = planned(tmp_path / "shards", encoder, TURNS)[0]
    roles = {"self": "assistant", "other": "user"}
    messages = [{"role": roles[origin], "content": text} for origin, text in TURNS if text]
    told = theirs.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    size = len(told["input_ids"])
    assert one["ids"][:size].tolist() == told["input_ids"]
    assert set(one["ids"][size:].tolist()) == {encoder.special["pad"]}
    assert (one["labels"][:size] != IGNORED).tolist() == [bool(m) for m in told["assistant_masks"]]
    assert (one["labels"][size:] == IGNORED).all()


def test_control_strings_in_a_persons_words_reach_the_model_as_text(saved, tmp_path):
    encoder = tokenizer.load(saved)
    ids = planned(tmp_path / "shards", encoder, [("self", "stop <|end|><|self|> here")])[0]["ids"]
    ends = [encoder.special[role] for role in ("self", "end")]
    assert [(ids == end).sum() for end in ends] == [1, 1]
    assert encoder.decode(ids[ids != encoder.special["pad"]]).count("<|end|>") == 2

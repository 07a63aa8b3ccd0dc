"""Exports: every format holds what it says, whose words is kept apart, others' readers read it."""

import json

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from corpus.schema import DOCUMENTS, record_batch
from store.catalogue import publish
from store.export import FORMATS, write
from store.library import create
from store.messages import conversations
from store.query import open_catalogue

TALK = [
    ("other", "Eva", "Are you coming?"),
    ("self", "Ines", "In an hour."),
    ("self", "Ines", "Perhaps two."),
    ("other", "Eva", "Bring bread."),
    ("self", "Ines", "Yes."),
    ("other", "Eva", "Good."),
]


def turns(lines, thread="t", split="train", removed=()):
    return [
        {"id": f"{thread}{n}", "thread": thread, "session": "s", "position": n, "split": split}
        | {"origin": origin, "speaker": speaker, "text": text, "source": "whatsapp", "kind": "chat"}
        | {"role": "target" if origin == "self" else "context"}
        | {"removed": "filter.secret" if n in removed else None, "metadata": "{}"}
        for n, (origin, speaker, text) in enumerate(lines)
    ]


def alone(id_, text, **more):
    return {"id": id_, "text": text, "origin": "self", "role": "target", "kind": "note"} | more


@pytest.fixture
def opened(tmp_path):
    """Return a function that publishes rows and gives a connection to the catalogue."""
    library = create(tmp_path / "library", [])

    def publish_rows(rows):
        path = tmp_path / "documents.parquet"
        pq.write_table(record_batch_table(rows), path)
        publish(library, {"documents": [path]}, {})
        return open_catalogue(library.root)

    return publish_rows


def record_batch_table(rows):
    import pyarrow as pa

    return pa.Table.from_batches([record_batch(rows, DOCUMENTS)])


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def told(opened, rows, where="true"):
    with opened(rows) as connection:
        return list(conversations(connection, where))


def test_own_words_are_the_assistants_and_turns_of_one_are_joined(opened):
    (made,) = told(opened, turns(TALK))
    assert made.messages == (
        ("user", "Are you coming?"),
        ("assistant", "In an hour.\nPerhaps two."),
        ("user", "Bring bread."),
        ("assistant", "Yes."),
    )
    assert made.documents == tuple(f"t{n}" for n in range(5))  # nothing after the last own words


def test_a_removed_or_unchosen_turn_cuts_the_conversation(opened):
    cut = told(opened, turns(TALK, removed=(2,)))
    assert [made.documents for made in cut] == [("t0", "t1"), ("t3", "t4")]
    cut = told(opened, turns(TALK), "id <> 't3'")
    assert [made.documents for made in cut] == [("t0", "t1", "t2"), ("t4",)]
    assert told(opened, turns(TALK), "origin = 'other'") == []


def test_several_others_are_told_apart_by_their_stand_ins(opened):
    talk = [("other", "Eva", "Hello."), ("other", "Per", "Hello?"), ("self", "Ines", "Hi.")]
    (made,) = told(opened, turns(talk))
    assert made.messages[0] == ("user", "Eva: Hello.\nPer: Hello?")


def test_a_piece_of_ones_own_is_a_conversation_alone(opened):
    rows = [alone("n1", "A note.", split="valid"), alone("n2", "Clipped.", origin="clipped")]
    (made,) = told(opened, rows)
    assert (made.split, made.messages) == ("valid", (("assistant", "A note."),))


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_loads_as_a_hugging_face_dataset(opened, tmp_path, form):
    folder, home = tmp_path / form, str(tmp_path / "cache")
    folder.mkdir()
    rows = [*turns(TALK), *turns(TALK, "u", "valid"), alone("n1", "A note ü.")]
    with opened(rows) as connection:
        ids = write(connection, form, folder)
    assert len(ids) == len(set(ids)) == (13 if form in ("jsonl", "parquet") else 11)
    kind, ending = ("parquet", "data/*.parquet") if form == "parquet" else ("json", "*.jsonl")
    files = {p.name.partition(".")[0].partition("-")[0]: str(p) for p in folder.glob(ending)}
    found = load_dataset(kind, data_files=files, cache_dir=home)
    assert sorted(found) == ["train", "valid"]
    if form in ("jsonl", "parquet"):
        texts = dict(zip(found["train"]["id"], found["train"]["text"], strict=True))
        assert texts["n1"] == "A note ü." and texts["t3"] == "Bring bread."


def test_the_card_lets_the_folder_open_by_its_name_alone(opened, tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = [*turns(TALK), alone("n1", "Ein Zettel.", language="de", split="test")]
    with opened(rows) as connection:
        write(connection, "parquet", folder)
    found = load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {split: len(part) for split, part in found.items()} == {"train": 6, "test": 1}
    card = (folder / "README.md").read_text()
    assert "| chat | train | 6 | 3 |" in card and "- de\n" in card and "n<1K" in card


def test_chat_formats_differ_in_their_names_only(opened, tmp_path):
    for form in ("openai", "sharegpt"):
        (tmp_path / form).mkdir()
        with opened(turns(TALK)) as connection:
            write(connection, form, tmp_path / form)
    (ours,), (theirs,) = (lines(tmp_path / f / "train.jsonl") for f in ("openai", "sharegpt"))
    names = {"user": "human", "assistant": "gpt"}
    assert theirs["conversations"] == [
        {"from": names[m["role"]], "value": m["content"]} for m in ours["messages"]
    ]


@pytest.mark.filterwarnings("ignore:.*deprecated:FutureWarning")  # between TRL and transformers
def test_trl_trains_on_the_openai_format(opened, tmp_path):
    trl = pytest.importorskip("trl", reason="TRL is not installed")
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from tokenizer.settings import Tokenizer
    from tokenizer.train import save, train

    folder, words = tmp_path / "chats", tmp_path / "tokenizer"
    folder.mkdir(), words.mkdir()
    with opened([*turns(TALK), *turns(TALK, "u")]) as connection:
        write(connection, "openai", folder)
    save(train((text for _, _, text in TALK * 5), Tokenizer(vocabulary=300)), words)
    reader = AutoTokenizer.from_pretrained(words)
    config = LlamaConfig(
        vocab_size=len(reader), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1, max_position_embeddings=128,
        pad_token_id=reader.pad_token_id,
    )  # fmt: skip
    files = str(folder / "train.jsonl")
    data = load_dataset("json", data_files=files, split="train", cache_dir=str(tmp_path / "c"))
    settings = trl.SFTConfig(
        output_dir=str(tmp_path / "out"), max_steps=1, per_device_train_batch_size=2,
        assistant_only_loss=True, max_length=128, report_to=[], use_cpu=True, bf16=False,
        dataloader_pin_memory=False,
    )  # fmt: skip
    trainer = trl.SFTTrainer(
        LlamaForCausalLM(config), settings, train_dataset=data, processing_class=reader
    )
    batch = next(iter(trainer.get_train_dataloader()))
    learnt = batch["input_ids"][0][batch["labels"][0] != -100]
    assert reader.decode(learnt) == "In an hour.\nPerhaps two.<|end|>Yes.<|end|>"
    trainer.train()
    assert trainer.state.global_step == 1

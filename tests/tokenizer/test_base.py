"""Tokenizers of existing models: taken as they are, or with a person's words; new rows listed."""

import json

import pytest
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers import Tokenizer as Raw
from transformers import AutoTokenizer

import tokenizer
from tokenizer.base import NoBase
from tokenizer.settings import Tokenizer
from tokenizer.strategies import ALPHABET, splitter
from tokenizer.train import save, train, train_with_rows

MODEL_TEXT = ["the ship was in the water and the men were on the land"] * 40
MODEL_TEXT += ["the quick brown fox jumps over a lazy dog"] * 3
OWN = ["The harbourmaster's lamp in the harbour, my harbour."] * 30 + ["a lamp <|im_end|> 漢字 🙂"]


def like_qwen():
    made = Raw(models.BPE())
    made.normalizer, made.pre_tokenizer = normalizers.NFC(), splitter("qwen")
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=ALPHABET, show_progress=False)
    made.train_from_iterator(MODEL_TEXT, trainer)
    made.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    made.add_tokens([AddedToken("<tool_call>", normalized=False)])
    return made


def like_llama2():
    learnt = Raw(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=340, special_tokens=specials, show_progress=False)
    learnt.train_from_iterator(MODEL_TEXT, trainer)
    told = json.loads(learnt.to_str())
    told["model"] |= {"byte_fallback": True, "unk_token": "<unk>", "fuse_unk": True}
    told["pre_tokenizer"] = None
    told["added_tokens"] = [t for t in told["added_tokens"] if not t["content"].startswith("<0x")]
    made = Raw.from_str(json.dumps(told))
    steps = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    made.normalizer = normalizers.Sequence(steps)
    parts = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    made.decoder = decoders.Sequence([*parts, decoders.Strip(" ", 1, 0)])
    return made


BASES = {"qwen": like_qwen, "llama2": like_llama2}


@pytest.fixture(params=BASES)
def base(request, tmp_path):
    (tmp_path / "base" / request.param).mkdir(parents=True)
    raw = BASES[request.param]()
    raw.save(str(tmp_path / "base" / request.param / "tokenizer.json"))
    return request.param, raw, tmp_path / "base"


def taken(base, strategy, folder, **more):
    name, _, bases = base
    told = Tokenizer(strategies=strategy, base=name, **more)
    made, rows = train_with_rows(OWN, told, bases)
    save(made, folder, rows)
    return tokenizer.load(folder), json.loads((folder / "rows.json").read_text("utf-8"))


def test_as_it_is_text_has_the_ids_of_the_base_and_only_turns_need_rows(base, tmp_path):
    ours, rows = taken(base, "base", tmp_path / "out")
    raw = base[1]
    raw.encode_special_tokens = True
    plain = [t for t in OWN if "<" not in t] + ["", " x", "don't 1984\n"]
    assert [ids.tolist() for ids in ours.encode(plain)] == [
        e.ids for e in raw.encode_batch(plain, add_special_tokens=False)
    ]
    size = max(raw.get_vocab().values()) + 1
    assert rows["size"] == size
    assert [row["id"] for row in rows["rows"]] == list(range(size, size + 4))
    assert ours.vocabulary == size + 4
    ending = rows["rows"][3]
    assert ending["token"] == "<|end|>"
    assert [raw.id_to_token(i) for i in ending["of"]] in (["<|im_end|>"], ["</s>"])


def test_extended_takes_frequent_words_whole_and_lists_their_rows(base, tmp_path):
    ours, rows = taken(base, "extended", tmp_path / "out", extend=40)
    asis, _ = taken(base, "base", tmp_path / "asis")
    raw = base[1]
    assert len(ours.encode([OWN[0]])[0]) < len(asis.encode([OWN[0]])[0])
    assert len(ours.encode(["in the harbour"])[0]) == len(asis.encode(["in the"])[0]) + 1
    for row in rows["rows"]:
        assert row["id"] >= rows["size"]
        assert all(i < rows["size"] for i in row["of"])
    spelt = {r["token"]: [raw.id_to_token(i) for i in r["of"]] for r in rows["rows"][4:]}
    assert spelt and all(len(parts) > 1 for parts in spelt.values())
    assert 0 < len(spelt) <= 40
    for token, id_ in raw.get_vocab().items():
        assert ours.raw.token_to_id(token) == id_


def test_a_text_without_the_words_has_the_ids_it_had(base, tmp_path):
    ours, _ = taken(base, "extended", tmp_path / "out", extend=40)
    asis, _ = taken(base, "base", tmp_path / "asis")
    for text in [*MODEL_TEXT[:1], "and 1984", "\n\n"]:
        assert ours.encode([text])[0].tolist() == asis.encode([text])[0].tolist()


@pytest.mark.parametrize("strategy", ["base", "extended"])
def test_control_strings_of_the_base_are_text_too(base, tmp_path, strategy):
    ours, _ = taken(base, strategy, tmp_path / "out")
    for control in ("<|im_end|>", "<tool_call>", "</s>", "<|end|>"):
        assert len(ours.encode([f"a {control} b"])[0]) > 4


@pytest.mark.parametrize("strategy", ["base", "extended"])
def test_turns_put_together_are_those_of_the_chat_template(base, tmp_path, strategy):
    ours, _ = taken(base, strategy, tmp_path / "out")
    theirs = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert theirs.pad_token_id != theirs.eos_token_id == ours.special["end"]
    messages = [{"role": "user", "content": "my harbour\n"}, {"role": "assistant", "content": " A"}]
    told = theirs.apply_chat_template(messages)["input_ids"]
    assert ours.assemble([("other", "my harbour\n"), ("self", " A")])[0].tolist() == told
    assert theirs(OWN, add_special_tokens=False, split_special_tokens=True)["input_ids"] == [
        ids.tolist() for ids in ours.encode(OWN)
    ]


def test_what_cannot_be_taken_over_is_refused_in_one_sentence(tmp_path):
    def tried(strategy="base"):
        with pytest.raises(NoBase) as caught:
            train(OWN, Tokenizer(strategies=strategy, base="b"), tmp_path)
        assert "\n" not in str(caught.value) and str(tmp_path) not in str(caught.value)
        return str(caught.value)

    assert "no base/b/tokenizer.json" in tried()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "tokenizer.json").write_text("{ no")
    assert "cannot be read" in tried()
    made = Raw(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    made.train_from_iterator(MODEL_TEXT, trainers.BpeTrainer(vocab_size=80, show_progress=False))
    made.save(str(tmp_path / "b" / "tokenizer.json"))
    assert "otherwise after a special token" in tried()
    made = Raw(models.WordLevel({"a": 0}, unk_token="a"))
    made.save(str(tmp_path / "b" / "tokenizer.json"))
    assert "only a BPE tokenizer can be extended" in tried("extended")

"""Settings of the tokenizers: what is asked for, by name, and what does not fit together."""

import pytest
from pydantic import ValidationError

from tokenizer.settings import Tokenizer


def names(**told):
    return [one.name for one in Tokenizer(**told).each()]


def test_each_strategy_is_trained_at_each_size_once():
    assert names() == ["gpt2-8192"]
    assert names(strategies=["gpt4", "bytes", "gpt4"], vocabulary=[512, 1024, 512]) == [
        "gpt4-512", "gpt4-1024", "bytes",
    ]  # fmt: skip
    assert names(strategies=["base", "extended"], base="qwen") == ["base", "extended"]


def test_what_a_tokenizer_does_not_depend_on_makes_no_other_one():
    many = Tokenizer(strategies=["gpt2", "bytes", "base"], base="b", use="bytes", extend=3, seed=4)
    few = Tokenizer(strategies=["base"], base="b", references=0, seed=4)
    assert many.each()[2] == few.each()[0]
    assert many.each()[1] == Tokenizer(strategies="bytes", vocabulary=[300, 999]).each()[0]
    assert many.each()[0] != Tokenizer(strategies="gpt2", seed=5).each()[0]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"use": "gpt4-512"}, "gpt4-512 is not trained; there are gpt2-8192"),
        ({"strategies": ["base"]}, "base needs base"),
        ({"strategies": ["gpt5"]}, "gpt5|Input should be"),
        ({"vocabulary": [12]}, "greater than"),
        ({"vocabulary": []}, "at least 1"),
        ({"strategies": "base", "base": "../elsewhere/x"}, "pattern"),
    ],
)
def test_what_does_not_fit_is_told(told, says):
    with pytest.raises(ValidationError, match=says):
        Tokenizer(**told)

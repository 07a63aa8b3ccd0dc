"""A tiny tokenizer, and packed sequences of invented sentences, for the model's tests."""

import random

import numpy as np
import pytest
import torch

import tokenizer as tokenizers
from model.measure import IGNORED
from model.settings import FineTune
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

LENGTH = 32
WORDS = "the harbour was full of boats and rain fell on quiet streets until morning came".split()
TINY = FineTune(
    layers=2, width=16, heads=2, batch=2, steps=12, epochs=1000, checkpoint_every=4, threads=1
)


class Packed:
    """Turns packed into rows of `LENGTH`: `<|self|>`, their tokens, `<|end|>`; then padding."""

    def __init__(self, tokenizer, turns):
        special = tokenizer.special
        self.rows, self.target_bytes = [], 0
        room = 0
        for text, ids in zip(turns, tokenizer.encode(turns), strict=True):
            turn = [special["self"], *ids.tolist()[: LENGTH - 2], special["end"]]
            if len(turn) > room:
                self.rows.append(([], [], []))
                room = LENGTH
            for column, values in zip(
                self.rows[-1], (turn, range(len(turn)), [IGNORED, *turn[1:]]), strict=True
            ):
                column.extend(values)
            room -= len(turn)
            self.target_bytes += len(text.encode())
        for ids, positions, labels in self.rows:
            rest = LENGTH - len(ids)
            ids += [special["pad"]] * rest
            positions += range(rest)
            labels += [IGNORED] * rest

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        names = ("ids", "position_ids", "labels")
        return {n: np.array(c, np.int64) for n, c in zip(names, self.rows[index], strict=True)}


def sentences(count, seed):
    source = random.Random(seed)
    return [" ".join(source.choices(WORDS, k=source.randint(4, 10))) for _ in range(count)]


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Two threads on a model this small mostly wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tokenizer_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save(train(sentences(300, 0), Tokenizer(vocabulary=320)), folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tokenizer_dir):
    return tokenizers.load(tokenizer_dir)


@pytest.fixture(scope="session")
def packed(tokenizer):
    """Make a data set of so many sentences, drawn by a seed."""
    return lambda count, seed: Packed(tokenizer, sentences(count, seed))


@pytest.fixture
def data(packed):
    return packed(40, 1), packed(10, 2)


@pytest.fixture(scope="session")
def tiny():
    """Make settings of a model that trains in a second."""
    return lambda **changes: FineTune(**{**TINY.model_dump(), **changes})

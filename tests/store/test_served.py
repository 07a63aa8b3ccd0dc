"""A server of models reads the ids of which a plan puts a conversation together."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

import tokenizer
from tokenizer.settings import Tokenizer
from tokenizer.strategies import LEARNERS
from tokenizer.train import save, train

TURNS = [
    ("other", "Are you at the harbour?\n"),
    ("self", " Yes, since 7. "),
    ("other", "漢字 🙂"),
    ("self", "Don't wait.\n\nBring the lamp"),
    ("other", " Which one? "),
]
WRITTEN = 12
SERVE = "from transformers.cli.transformers import main; main()"


def model(folder, strategy):
    """Save a model of chance to `folder` with a tokenizer of `strategy`; returns both."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    texts = [text * 3 for _, text in TURNS]
    save(train(texts, Tokenizer(strategies=strategy, vocabulary=600)), folder)
    encoder = tokenizer.load(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2}
    ends = {"eos_token_id": encoder.special["end"], "pad_token_id": encoder.special["pad"]}
    # Weights so far apart that what is written next depends on every id before.
    config = LlamaConfig(vocab_size=encoder.vocabulary, initializer_range=0.5, **sizes, **ends)
    made = LlamaForCausalLM(config).eval()
    made.save_pretrained(folder)
    return made, encoder


def continued(made, encoder, turns):
    """Return how many ids `turns` have, and what the model is likeliest to write after them."""
    import torch

    ids, _ = encoder.assemble(turns, begin=True)
    with torch.no_grad():
        given = torch.from_numpy(ids)[None]
        out = made.generate(
            given, attention_mask=given >= 0, do_sample=False, max_new_tokens=WRITTEN
        )
    written = out[0, len(ids) :].tolist()
    return len(ids), encoder.raw.decode(written, skip_special_tokens=True)


@pytest.fixture
def server(tmp_path):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "serve", "--device", "cpu", "--port", str(port)]
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(command, env=os.environ | offline, stdout=log, stderr=log)
    try:
        wait_for(f"http://localhost:{port}/health", process, tmp_path / "server.log")
        yield f"http://localhost:{port}/v1/chat/completions"
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def wait_for(url, process, log):
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    pytest.fail("the server does not answer")


def asked(url, folder, turns):
    roles = {"self": "assistant", "other": "user"}
    body = {
        "model": str(folder),
        "messages": [{"role": roles[origin], "content": text} for origin, text in turns],
        "max_tokens": WRITTEN,
        "temperature": 0,
    }
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        told = json.loads(answer.read())
    return told["usage"]["prompt_tokens"], told["choices"][0]["message"].get("content", "")


@pytest.mark.slow
def test_a_server_goes_on_from_the_ids_that_are_put_together_here(server, tmp_path):
    for strategy in LEARNERS:
        folder = tmp_path / strategy
        made, encoder = model(folder, strategy)
        expected = continued(made, encoder, TURNS)
        assert expected[1] != continued(made, encoder, TURNS[1:])[1]  # it depends on the ids
        assert asked(server, folder, TURNS) == expected, strategy

"""Fine-tunes a small Llama-shaped model from scratch on planned sequences, as one resumable act."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from corpus.keys import digest
from model import training
from model.measure import Dataset, bits_per_byte
from model.quiet import apart
from model.settings import FineTune
from store.objects import TEMPORARY, fsync, write_whole
from tokenizer.load import Tokenizer, load

FIGURES = "commonplace.json"
"""Written last: a model's settings, what it was made of, and its figures."""
CHECKPOINTS = "checkpoints"
TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "encoding.json",
)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_SAMPLED = 64  # sequences that stand for a data set in a training's identity


@dataclass(frozen=True, slots=True)
class Result:
    """What a training came to.

    `before` and `after` are bits per byte on the held-out part, of the untrained and the trained
    model; `loss` the last training loss in nats per target; `tokens` counts positions read, with
    repeats. `seconds` and `resumed`, the step it went on from, are of this call alone: 0 when the
    model was found finished.
    """

    before: float
    after: float
    loss: float
    steps: int
    tokens: int
    parameters: int
    seconds: float = 0.0
    resumed: int = 0

    def figures(self) -> dict[str, float]:
        """Return what depends on the inputs alone, by name."""
        return {
            "bits_per_byte_before": self.before,
            "bits_per_byte_after": self.after,
            "training_loss": self.loss,
            "steps": self.steps,
            "tokens": self.tokens,
            "parameters": self.parameters,
        }


def fresh(tokenizer: Tokenizer, length: int, settings: FineTune) -> LlamaForCausalLM:
    """Return an untrained model for sequences of `length` tokens; the seed decides its weights.

    Embeddings are tied; a turn's beginning and end are its beginning and end of sequence.
    """
    config = LlamaConfig(
        vocab_size=tokenizer.vocabulary,
        hidden_size=settings.width,
        intermediate_size=-(-settings.width * 8 // 3 // 16) * 16,  # SwiGLU's 8/3, as in Llama
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads,
        max_position_embeddings=length,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.special["self"],
        eos_token_id=tokenizer.special["end"],
        pad_token_id=tokenizer.special["pad"],
    )
    torch.manual_seed(settings.seed)
    return LlamaForCausalLM(config)


def finetune(
    train: Dataset,
    valid: Dataset,
    tokenizer_dir: Path,
    out: Path,
    settings: FineTune,
    progress: training.Progress | None = None,
) -> Result:
    """Train a model on `train` and leave it in `out` as transformers loads it, tokenizer included.

    Nothing is written outside `out`. `commonplace.json` comes last: a folder that has it is
    whole, and a call with the same inputs finds it. Killed at any time, the next call goes on
    from the newest whole checkpoint. May run in any thread; on the GPU if there is one.
    Raises ValueError when there is nothing to train or measure on.
    """
    if not len(train):
        raise ValueError("finetune: the plan has no sequences; check plan.sql and what is kept")
    tokenizer = load(tokenizer_dir)
    identity = _identity((train, valid), tokenizer, settings)
    if (found := _found(out, identity)) is not None:
        return found
    out.mkdir(parents=True, exist_ok=True)
    (out / FIGURES).unlink(missing_ok=True)
    started = time.monotonic()
    with apart(settings.threads):
        length = len(train[0]["ids"])
        model = fresh(tokenizer, length, settings)
        model.to(DEVICE)  # type: ignore[arg-type]
        before = bits_per_byte(model, valid, valid.target_bytes)
        model.config.use_cache = False  # with a cache, packed pieces see each other
        told = identity, progress
        resumed, loss = training.train(model, train, out / CHECKPOINTS, settings, told)
        model.config.use_cache = True  # what is saved is for writing
        steps = training.steps_of(len(train), settings)
        result = Result(
            before=before,
            after=bits_per_byte(model, valid, valid.target_bytes),
            loss=loss,
            steps=steps,
            tokens=_sequences(len(train), settings.batch, steps) * length,
            parameters=model.num_parameters(),
            seconds=time.monotonic() - started,
            resumed=resumed,
        )
        _publish(model, tokenizer_dir, out)
    kept = asdict(result) | {"seconds": 0.0, "resumed": 0}
    about = {"identity": identity, "settings": settings.model_dump(mode="json"), "result": kept}
    write_whole(out / FIGURES, json.dumps(about | {"figures": result.figures()}, indent=1))
    shutil.rmtree(out / CHECKPOINTS)
    return result


def _sequences(rows: int, batch: int, steps: int) -> int:
    """Return how many sequences `steps` steps read; the last batch of an epoch may be smaller.

    >>> _sequences(10, 4, 4)
    14
    """
    epochs, rest = divmod(steps, -(-rows // batch))
    return epochs * rows + rest * batch


def _identity(datasets: tuple[Dataset, ...], tokenizer: Tokenizer, settings: FineTune) -> str:
    """Return a digest of what the model depends on; of the data, a sample evenly spread."""
    parts: list[object] = [tokenizer.key, settings.model_dump(mode="json")]
    for data in datasets:
        state = blake2b(digest_size=16)
        for i in range(0, len(data), max(1, len(data) // _SAMPLED)):
            row = data[i]
            for name in ("ids", "position_ids", "labels"):
                state.update(row[name].tobytes())
        parts += [len(data), int(data.target_bytes), state.hexdigest()]
    return digest(*parts)


def _found(out: Path, identity: str) -> Result | None:
    """Return the result of the finished model in `out`, unless it was made of something else."""
    file = out / FIGURES
    if not file.is_file():
        return None
    about = json.loads(file.read_text("utf-8"))
    return Result(**about["result"]) if about["identity"] == identity else None


def _publish(model: LlamaForCausalLM, tokenizer_dir: Path, out: Path) -> None:
    """Put the files of `model` and its tokenizer into `out`, each whole or not at all."""
    temporary = out / f"{TEMPORARY}model"
    shutil.rmtree(temporary, ignore_errors=True)
    model.save_pretrained(temporary)
    for name in TOKENIZER:
        if (tokenizer_dir / name).is_file():
            shutil.copyfile(tokenizer_dir / name, temporary / name)
    for file in sorted(temporary.iterdir()):
        fsync(file)
        file.replace(out / file.name)
    fsync(out)
    temporary.rmdir()

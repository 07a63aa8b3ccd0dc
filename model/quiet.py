"""Keeps transformers from talking, and a training run from touching the rest of the process."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from transformers.utils import logging


@contextmanager
def quiet() -> Iterator[None]:
    """Run the block without progress bars and notices of transformers; errors still come."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def apart(threads: int) -> Iterator[None]:
    """Run the block quietly on `threads` threads (0: as they are), then put everything back.

    The global random generators of Python, NumPy and torch, which transformers seeds, and torch's
    thread count are as before afterwards.
    """
    states = random.getstate(), np.random.get_state(), torch.get_num_threads()
    if threads:
        torch.set_num_threads(threads)
    try:
        with quiet(), torch.random.fork_rng(range(torch.cuda.device_count())):
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_num_threads(states[2])

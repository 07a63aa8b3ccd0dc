"""Trains tokenizers on the corpus and opens them again."""

from tokenizer.load import load

__all__ = ["load"]

"""spaCy and Presidio, imported without what they would drag in."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from corpus.quiet import light


@cache
def spacy() -> ModuleType:
    """Return spaCy, imported without torch."""
    with light():
        import spacy as module
    return module


@cache
def presidio() -> ModuleType:
    """Return presidio_analyzer, imported without torch, with no handler of its own for logs."""
    spacy()
    with light():
        import presidio_analyzer as module
        import tldextract.tldextract as suffixes

        # Presidio's e-mail recognizer asks for the public suffixes: those that are installed.
        suffixes.TLD_EXTRACTOR = suffixes.TLDExtract(cache_dir=None, suffix_list_urls=())
    return module

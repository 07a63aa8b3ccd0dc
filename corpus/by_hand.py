"""TOML files that a person writes by hand: read, or a sentence on what is wrong where."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Unreadable(ValueError):
    """A file that a person wrote cannot be understood; the message says where, and quotes none."""


def told(path: Path) -> dict[str, Any]:
    """Return what the TOML file at `path` says; an absent file says nothing. Raises Unreadable."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Unreadable(f"{_name(path)}: line {line} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"{_name(path)}: not valid TOML: {error}; correct it there") from None


def understood(path: Path, model: type[Model]) -> Model:
    """Return the TOML file at `path` as a `model`. Raises Unreadable naming the field."""
    try:
        return model.model_validate(told(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = "no such field" if first["type"] == "extra_forbidden" else first["msg"]
        raise Unreadable(f"{_name(path)}: {where}: {what}; correct it there") from None


def _name(path: Path) -> str:
    """Return which file of a library `path` is; the library's own path is personal."""
    inner = path.parent.name == "secrets"
    return f"secrets/{path.name}" if inner else path.name

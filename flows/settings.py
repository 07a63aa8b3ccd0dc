"""All settings: commonplace.toml → one model → stages; a run's parameters are a sparse overlay."""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Optional

import tomlkit
from pydantic import (
    BaseModel,
    Field,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from corpus import by_hand
from corpus.augment import Augment
from corpus.boilerplate import Boilerplate
from corpus.decontaminate import Decontaminate
from corpus.duplicates import Deduplicate
from corpus.filter import Filter
from corpus.identify import Identify
from corpus.normalise import Normalise
from corpus.redact import Redact
from corpus.redact.review import Review
from corpus.sources.piece import Reading
from corpus.split import Split
from corpus.stage import Section
from flows.runners import Run
from model.settings import FineTune
from store.plan import Plan
from tokenizer.settings import Tokenizer


class SettingsError(ValueError):
    """A setting is unknown, of the wrong type or out of bounds; the message names the field."""


class Settings(Section):
    """Every setting of a library, one section per step."""

    sources: Reading = Field(Reading(), title="Sources", description="How exports are read.")
    normalise: Normalise = Field(Normalise(), title="Normalise", description="Text repair.")
    identify: Identify = Field(
        Identify(), title="Identify", description="Language, and whose words they are."
    )
    boilerplate: Boilerplate = Field(
        Boilerplate(), title="Boilerplate", description="Footers, headers and templates."
    )
    filter: Filter = Field(Filter(), title="Filter", description="Quality rules by kind.")
    deduplicate: Deduplicate = Field(
        Deduplicate(), title="Deduplicate", description="Exact and near duplicates."
    )
    redact: Redact = Field(Redact(), title="Redact", description="Personal data and surrogates.")
    review: Review = Field(
        Review(), title="Review", description="What a person looks at before publishing."
    )
    split: Split = Field(Split(), title="Split", description="Training and held-out parts.")
    decontaminate: Decontaminate = Field(
        Decontaminate(),
        title="Decontaminate",
        description="Overlap with what is held out: the test split, and evaluation sets named in "
        "secrets/evaluation.toml, each as [[set]] with name and path.",
    )
    augment: Augment = Field(Augment(), title="Augment", description="Variants for training.")
    tokenizer: Tokenizer = Field(
        Tokenizer(), title="Tokenizer", description="Tokenizers to compare, and which is used."
    )
    plan: Plan = Field(Plan(), title="Plan", description="What is trained on, in which order.")
    finetune: FineTune = Field(FineTune(), title="Fine-tune", description="The little model.")
    run: Run = Field(Run(), title="Run", description="How the work is carried out.")

    @classmethod
    def resolve(
        cls, path: Path, overlay: Mapping[str, object] | None = None
    ) -> tuple[Settings, dict[str, str]]:
        """Return the settings of the TOML file at `path` under `overlay`, and where each is from.

        None values in `overlay` mean «as in the file». Raises SettingsError naming the field.
        """
        try:
            told = by_hand.told(path)
        except by_hand.Unreadable as error:
            raise SettingsError(str(error)) from None
        except OSError:
            raise SettingsError(f"{path.name}: cannot be read; check its permissions") from None
        given = _without_none(overlay or {})
        try:
            settings = cls.model_validate(_merged(told, given))
        except ValidationError as error:
            raise SettingsError(_sentence(error, path.name, given)) from None
        return settings, dict(_origins(settings.model_dump(mode="json"), told, given))


def is_private(field: FieldInfo) -> bool:
    """Return whether `field` is filled by the flows, not by a person."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("private"))


def _without_none(value: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for name, inner in value.items():
        if isinstance(inner, BaseModel):  # what a run leaves unset is as in the file
            inner = inner.model_dump(mode="json", exclude_unset=True)
        inner = _without_none(inner) if isinstance(inner, Mapping) else inner
        if inner is not None and inner != {}:
            out[name] = inner
    return out


def _merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(low)
    for name, value in high.items():
        both = isinstance(value, Mapping) and isinstance(out.get(name), Mapping)
        out[name] = _merged(out[name], value) if both else value
    return out


def _sentence(error: ValidationError, file: str, given: Mapping[str, object]) -> str:
    """Return what is wrong with which setting, and whether the run or the file says so."""
    first = error.errors(include_url=False)[0]
    inner: object = given
    for part in first["loc"]:
        inner = inner.get(str(part)) if isinstance(inner, Mapping) else None
    where = ".".join(str(part) for part in first["loc"])
    place = f"{file}: {where}" if inner is None else f"{where}, as this run sets it"
    if first["type"] == "extra_forbidden":
        return f"{place}: no such setting; {_meant(first['loc'])}"
    what = PLAIN.get(first["type"], first["msg"].removeprefix("Value error, "))
    told = first.get("input")
    shown = f" (given {told!r})" if isinstance(told, (int, float, bool, str)) else ""
    return f"{place}: {what}{shown}"


PLAIN = {
    "model_type": "a section with settings of its own is expected",
    "bool_parsing": "true or false is expected",
    "bool_type": "true or false is expected",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "float_parsing": "a number is expected",
    "float_type": "a number is expected",
    "string_type": "a text is expected",
    "tuple_type": 'a list is expected, such as ["one", "two"]',
}
"""Kind of mistake → what pydantic says less plainly."""


def _meant(place: Sequence[int | str]) -> str:
    """Return which setting was probably meant at `place`, or what there is."""
    section: Any = Settings
    for part in place[:-1]:
        field = getattr(section, "model_fields", {}).get(part)
        section = field.annotation if field else None
    fields = getattr(section, "model_fields", {})
    names = [name for name, field in fields.items() if not is_private(field)]
    before = ".".join(str(part) for part in place[:-1])
    if close := get_close_matches(str(place[-1]), names, n=1):
        return f"did you mean {'.'.join(filter(None, [before, close[0]]))}?"
    return f"there are {', '.join(names)}" if names else "take it out"


def _origins(
    values: Mapping[str, Any], told: Mapping[str, Any], given: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        low, high = told.get(name), given.get(name)
        if isinstance(value, Mapping) and value:
            inner = (
                low if isinstance(low, Mapping) else {},
                high if isinstance(high, Mapping) else {},
            )
            yield from _origins(value, *inner, f"{prefix}{name}.")
        else:
            source = "run" if name in given else "commonplace.toml" if name in told else "default"
            yield f"{prefix}{name}", source


def from_words(words: Sequence[str]) -> dict[str, object]:
    """Return the overlay that «section.name=value» words ask for; values are TOML or plain text.

    >>> from_words(["redact.ner=false", "sources.zone=Europe/Oslo"])
    {'redact': {'ner': False}, 'sources': {'zone': 'Europe/Oslo'}}
    """
    overlay: dict[str, object] = {}
    for word in words:
        path, equals, value = word.partition("=")
        section, dot, name = path.strip().partition(".")
        if not (equals and dot and name):
            raise SettingsError(f"--set {word}: write it as SECTION.NAME=VALUE")
        try:
            told: object = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            told = value
        inner: object = told
        for part in reversed(name.split(".")):
            inner = {part: inner}
        overlay = _merged(overlay, {section: inner})
    return overlay


def _plain(value: Any) -> Any:
    return TypeAdapter(Any).dump_python(value, mode="json")


class Plain:
    """Shows an optional value in a form as what it is, left empty, not as a choice with «None»."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1:
            schema = {**{k: v for k, v in schema.items() if k != "anyOf"}, **kinds[0]}
        return schema


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def overlay_of(section: type[BaseModel]) -> type[BaseModel]:
    """Return a model with the fields of `section`, all optional: None is «as in the file»."""
    fields: dict[str, Any] = {}
    for name, field in section.model_fields.items():
        if is_private(field):
            continue
        title, words = field.title or name, _with_default(field)
        if field.annotation is bool:
            # A plain switch is sent as «off» when nobody touched it; this one has a «None» beside.
            fields[name] = (Optional[bool], Field(None, title=title, description=words))  # noqa: UP045
            continue
        told = Field(None, title=title, description=words, json_schema_extra=_without_default)
        fields[name] = (Annotated[Optional[_constrained(field)], Plain()], told)  # noqa: UP045
    name = section.__name__
    return create_model(name, __config__={"extra": "forbid"}, __doc__=section.__doc__, **fields)


def _constrained(field: FieldInfo) -> Any:
    """Return the annotation of `field` with its bounds; a section in it is an overlay as well."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, Section):
        return overlay_of(kind)
    return Annotated[kind, *field.metadata] if field.metadata else kind


def _with_default(field: FieldInfo) -> str:
    """Return the description of `field` and what holds when nothing is said anywhere."""
    default = field.get_default(call_default_factory=True)
    words = (field.description or "").rstrip(".")
    if isinstance(default, BaseModel) or default in (None, (), {}, ""):
        return f"{words}."
    shown = json.dumps(_plain(default), ensure_ascii=False)
    return f"{words}. Empty: as in commonplace.toml, else {shown}."


OVERLAYS: dict[str, type[BaseModel]] = {
    name: overlay_of(type(field.default)) for name, field in Settings.model_fields.items()
}
"""Section → the model of its run parameters."""


def commented(zone: str = "UTC", changes: Mapping[str, Mapping[str, object]] | None = None) -> str:
    """Return a commonplace.toml that sets `zone` and `changes` and explains everything."""
    lines = [
        "# Settings of this library. Every line shows a default: take away the «#» to change it.",
        "# It holds no personal data; who you are is in secrets/people.toml.",
        "",
    ]
    set_ = {"sources": {"zone": zone}, **(changes or {})}
    for name, field in Settings.model_fields.items():
        section = field.default
        lines += [f"[{name}]", *_wrapped(field.description or "")]
        told = set_.get(name, {})
        for key, inner in type(section).model_fields.items():
            if not is_private(inner):
                lines += _line(key, inner, getattr(section, key), told)
        lines.append("")
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="# ", subsequent_indent="# ")


def _line(key: str, field: FieldInfo, default: object, told: Mapping[str, object]) -> list[str]:
    """Return the lines of one setting: what it does, and its value, commented out unless told."""
    value = _plain(told.get(key, default))
    words = _wrapped(field.description or "")
    if value is None:
        return [*words, f"# {key} ="]
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update({k: v for k, v in value.items() if v is not None})
        shown = table.as_string()
    else:
        shown = tomlkit.item(value).as_string()
    return [*words, f"{'' if key in told else '# '}{key} = {shown}"]


def reference() -> str:
    """Return the settings as Markdown: what docs/settings.md holds."""
    lines = [
        "# Settings",
        "",
        "What can stand in `commonplace.toml`, in `--set SECTION.NAME=VALUE`, and in the form of a",
        "Prefect run. Made from the code by `python -m flows.settings > docs/settings.md`.",
    ]
    for section, field in Settings.model_fields.items():
        lines += ["", f"## [{section}]", "", field.description or ""]
        lines += ["", "| name | default | what it does |", "|---|---|---|"]
        for name, inner in type(field.default).model_fields.items():
            if not is_private(inner):
                shown = json.dumps(_plain(getattr(field.default, name)), ensure_ascii=False)
                text = (inner.description or "").replace("|", "\\|")
                lines.append(f"| `{name}` | `{shown}` | {text} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference(), end="")

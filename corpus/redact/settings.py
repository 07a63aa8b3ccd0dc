"""The settings of redaction: what is looked for, and what happens to each type of entity."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from corpus.keys import digest
from corpus.redact import added
from corpus.redact.ner.models import SHA256
from corpus.stage import Section

VERSION = 4
"""Goes up when the same texts and settings give other entities or surrogates."""

Action = Literal["surrogate", "tag", "mask", "keep", "remove"]

DEFAULTS: dict[str, Action] = {
    "PERSON": "surrogate",
    "HANDLE": "surrogate",
    "EMAIL_ADDRESS": "surrogate",
    "PHONE_NUMBER": "surrogate",
    "LOCATION": "surrogate",
    "IP_ADDRESS": "surrogate",
    "IBAN_CODE": "surrogate",
    "CREDIT_CARD": "surrogate",
    "US_SSN": "surrogate",
    "ID_NUMBER": "surrogate",
    "SECRET": "tag",
    "URL": "keep",
    "DATE_TIME": "keep",
    "ORGANIZATION": "keep",
    "NRP": "keep",
}
"""Every type of entity and what happens to it when `actions` does not say; types kept are not
looked for. In URLs kept, the personal handle and any password are still HANDLE and SECRET."""


class Redact(Section):
    """How personal data is found and what replaces it."""

    ner: bool = Field(
        True,
        title="Names by language model",
        description="Find names and places with spaCy; without it, only identities and rules.",
    )
    languages: tuple[str, ...] = Field(
        ("en",),
        title="Languages of the name model",
        description="Documents in other languages run on identities, rules and lists of names, and "
        "are counted in the report. The model that comes with Commonplace knows English.",
    )
    regions: tuple[str, ...] = Field(
        ("US", "GB"),
        title="Countries",
        description="ISO 3166 countries whose phone numbers are read without a +country code, and "
        "whose national identity numbers are looked for.",
    )
    threshold: float = Field(
        0.4,
        ge=0,
        le=1,
        title="Lowest score",
        description="Entities found with a lower score are left alone.",
    )
    model: str = Field(
        "",
        title="Name model",
        description="Folder of a spaCy model with «ner», or «module:Class» of a Presidio "
        "NlpEngine; empty: the English model that comes with Commonplace. Name its languages in "
        "`languages`.",
    )
    model_sha256: str = Field(
        "",
        title="Checksum of the name model",
        description="SHA-256 over the files of the model's folder; with another one it is refused, "
        "and the message says which it has.",
    )
    recognizers: tuple[str, ...] = Field(
        (),
        title="More recognizers",
        description="Class names of Presidio's recognizers (UkNinoRecognizer), «module:Class», or "
        "Presidio YAML files. What they find gets surrogates unless `actions` says otherwise.",
    )
    actions: dict[str, Action] = Field(
        default_factory=dict,
        title="Action per type",
        description="type → surrogate, tag, mask, keep or remove (the document). Unset types: "
        "SECRET is tagged; URL, DATE_TIME, ORGANIZATION and NRP are kept; others get surrogates.",
    )
    keep_own: bool = Field(
        True,
        title="Keep my own name",
        description="Your own names, addresses and handles of people.toml stay as they are.",
    )
    scope: Literal["thread", "library"] = Field(
        "thread",
        title="Surrogates agree within",
        description="A person gets one surrogate per thread, or one in the whole library.",
    )

    @field_validator("actions")
    @classmethod
    def _sorted(cls, actions: dict[str, Action]) -> dict[str, Action]:
        return dict(sorted(actions.items()))

    @field_validator("recognizers")
    @classmethod
    def _found(cls, recognizers: tuple[str, ...]) -> tuple[str, ...]:
        added.types(recognizers)
        return recognizers

    @model_validator(mode="after")
    def _known_types(self) -> Redact:
        unknown = sorted(set(self.actions) - self.types())
        if unknown:
            raise ValueError(
                f"actions: {', '.join(unknown)}: no such type; there are "
                f"{', '.join(sorted(self.types()))}"
            )
        return self

    @field_validator("regions")
    @classmethod
    def _upper(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(region.upper() for region in regions)

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    def action(self, type_: str) -> Action:
        """Return what happens to entities of `type_`."""
        return self.actions.get(type_) or DEFAULTS.get(type_, "surrogate")

    def types(self) -> frozenset[str]:
        """Return every type of entity there is: ours and those of the recognizers added."""
        return frozenset(DEFAULTS) | added.types(self.recognizers)

    def wanted(self) -> frozenset[str]:
        """Return the types that are looked for: all whose action is not «keep»."""
        return frozenset(type_ for type_ in self.types() if self.action(type_) != "keep")

    def finding(self) -> list[object]:
        """Return what the entities found depend on besides the texts, as JSON values."""
        names = ("ner", "languages", "regions", "threshold", "model_sha256", "recognizers")
        told = self.model_dump(mode="json", include=set(names))
        told["model"] = self.model if ":" in self.model else bool(self.model)
        files = [added.content(name) for name in self.recognizers]
        return ["redact.find", VERSION, told, files, self.keep_own, sorted(self.wanted())]

    def engine(self) -> str:
        """Return the digest of what a line's names depend on; empty when that cannot be told."""
        if ":" in self.model:
            return ""
        weights = self.model_sha256 if self.model else sorted(SHA256.values())
        return digest("redact.lines", VERSION, weights) if self.ner else ""

    def identity(self) -> list[object]:
        """Return what the redacted texts depend on besides texts and entities, as JSON values."""
        return ["redact", VERSION, self.model_dump(mode="json")]

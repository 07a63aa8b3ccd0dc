"""How much an archive may unpack to: the settings, and the meter that counts against them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from corpus.stage import Section

GB = 1 << 30
HARMLESS = 64 << 20  # bytes; below it, any ratio is fine


class Archives(Section):
    """What is refused in archives, so that none fills the disk or never ends."""

    max_depth: int = Field(
        3,
        ge=0,
        le=10,
        title="Archives in archives",
        description="How deep archives may be nested; one deeper is refused.",
    )
    max_members: int = Field(
        500_000,
        ge=1,
        title="Members",
        description="More files than this in one archive, and it is refused.",
    )
    max_unpacked_gb: float = Field(
        256.0,
        gt=0,
        title="Unpacked size (GB)",
        description="An archive, with those in it, that unpacks to more is refused.",
    )
    max_ratio: float = Field(
        200.0,
        gt=1,
        title="Ratio",
        description="An archive or member that unpacks to more than 64 MB and to more than this "
        "many times its size is refused as a bomb.",
    )
    max_name: int = Field(
        1_024,
        ge=16,
        le=4_096,
        title="Length of names",
        description="A member whose name, folders included, has more characters is refused.",
    )


class Unopened(ValueError):
    """An archive is not read; the message is the reason, a few words for a person."""


@dataclass(slots=True)
class Meter:
    """Counts what one archive and those nested in it unpack to."""

    limits: Archives
    unpacked: int = 0

    def check(self, size: int, packed: int) -> None:
        """Raise Unopened when an archive of `packed` bytes must not unpack to `size`."""
        if size > HARMLESS and size > self.limits.max_ratio * max(packed, 1):
            raise Unopened("archive unpacks to far more than its size")
        if self.unpacked + size > self.limits.max_unpacked_gb * GB:
            raise Unopened("archive unpacks to more than the settings allow")

    def add(self, size: int, packed: int) -> None:
        """Check, then count, an archive whose whole size is known before it is unpacked."""
        self.check(size, packed)
        self.unpacked += size

    def check_members(self, count: int) -> None:
        """Raise Unopened when an archive holds too many members."""
        if count > self.limits.max_members:
            raise Unopened("archive holds more files than the settings allow")

"""What the commands share: arguments that mean the same everywhere, and a refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LibraryPath = Annotated[Path, typer.Argument(metavar="LIBRARY", help="Folder of the library.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


class Refused(Exception):
    """A person said no."""

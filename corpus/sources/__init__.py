"""Sources: recognise a file by its content and read it into documents."""

from corpus.sources.reading import SOURCES, read

__all__ = ["SOURCES", "read"]

"""Sources: recognise a file by its content and read it into documents.

`SOURCES` is the table of all kinds; a new kind is a module here, one name in the table, its test.
Each module has `recognise(file, head) -> str | None`, the evidence in words or None, and
`read(file, reading) -> Iterator[Piece | Problem | Claim]`.
"""

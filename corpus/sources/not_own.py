"""Text files that are not a person's own writing: books, licences, logs of programs, code."""

from __future__ import annotations

import re

from corpus.sources.shape import head_text

BOOK = re.compile(
    r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG|Project Gutenberg's \S|"
    r"The Project Gutenberg (?:eBook|EBook|Etext)\b|This eBook is for the use of anyone anywhere|"
    r"Distributed Proofread(?:ing|ers)|https?://(?:www\.)?gutenberg\.org|"
    r"Copyright laws are changing all over the world|a Project Runeberg edition",
)
LICENCE = re.compile(
    r"Permission is hereby granted, free of charge|GNU (?:LESSER |AFFERO )?GENERAL PUBLIC LICENSE|"
    r"Apache License\s+Version 2\.0|Mozilla Public License Version|"
    r"Redistribution and use in source and binary forms|Boost Software License - Version|"
    r"Request for Comments: \d+|SIL OPEN FONT LICENSE|Creative Commons Legal Code"
)
LOG = re.compile(
    r"[\[(]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*\s{1,8}\S{0,80}\s{0,8}\S{0,80}?"
    r"(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|NOTICE)\b"
    r"|[A-Z][a-z]{2}\s{1,2}\d{1,2} \d\d:\d\d:\d\d \S{1,80} \S{1,80}:"
    r"|\S{1,60} \S{1,40} \S{1,40} \[\d\d/[A-Z][a-z]{2}/\d{4}:"
    r"|(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\s{0,4}[:|\]\[(-]"
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+"
    r"|\[\s{0,6}\d{1,8}\.\d{6}\] "
)
CODE_LINE = re.compile(
    r"\s*(?:"
    r"[\w.\[\]\"'*&]{1,80}\([^\n]{0,300}\)[;:{]?\s*$"  # a call
    r"|[{}()\[\];]{1,4}[,;]?\s*$|[^\n]{0,300}[;{}]\s*(?://[^\n]{0,200})?$"
    r"|(?:import|from|#include|using|package|require|use) [^\n]{0,200}[^.!?,\s]$"
    r"|(?:def|class|fn|func|function|public|private|static|const|let|var|val|return|if|elif|else|"
    r"for|while|try|except|catch|end|local|struct|enum|type|interface|async|await|export)\b"
    r"[^\n.!?]{0,200}[:({;=)]"
    r"|[\w.\[\]]{1,60}\s?(?:[-+*/|&:]?=|<-|:=)\s?\S"  # an assignment
    r"|(?://|/\*|\*/|--|%%|#!)|@\w{1,40}|</?[A-Za-z][^<>\n]{0,200}/?>)"
)
SUFFIXES = frozenset(
    "py pyw pyi js mjs cjs jsx ts tsx java kt kts scala c h cc cpp cxx hpp hh m mm cs go rs rb pl "
    "pm php swift lua r jl hs ml mli clj cljs el lisp scm erl ex exs dart groovy gradle sh bash "
    "zsh fish ps1 bat cmd sql css scss sass less vue svelte asm s f f90 f95 pas vb vbs cmake mk "
    "awk sed tcl v sv vhd proto graphql tf nix toml ini cfg conf properties env yml yaml lock "
    "gitignore dockerfile makefile editorconfig plist xsd xsl svg dtd po pot tmpl mako jinja "
    "j2".split()
)
"""Ends of names of files that programs read."""

LINES, FEWEST = 120, 4
LOG_SHARE, CODE_SHARE, NAMED_SHARE = 0.6, 0.5, 0.1
FIRST = 8_000


def made_by_others(text: str) -> str | None:
    """Return what a text is that begins as books and licences do, None for anything else.

    >>> made_by_others("The Project Gutenberg eBook of Emma, by Jane Austen")
    'a published book'
    """
    begins = text[:FIRST]
    if BOOK.search(begins) or BOOK.search(text[-FIRST:]):
        return "a published book"
    return "a licence or standard" if LICENCE.search(begins) else None


def is_log(text: str) -> bool:
    """Return whether most of the first lines are records of a program.

    >>> is_log("2024-03-05 10:00:01,123 INFO up\\n" * 5), is_log("2024-03-05 I woke up.\\n" * 5)
    (True, False)
    """
    lines = _lines(text)
    return len(lines) >= FEWEST and sum(bool(LOG.match(li)) for li in lines) >= LOG_SHARE * len(
        lines
    )


def is_code(text: str, name: str) -> bool:
    """Return whether the text is for a program to read: by its name, else by its lines.

    Of endings of one letter, which may be part of a title, some lines must say so too.

    >>> is_code("import os\\n\\nfor x in y:\\n    print(x)\\n    x += 1\\n", "a")
    True
    >>> is_code("# what it does", "a.py"), is_code("Plans for the boat", "Chapter.d")
    (True, False)
    """
    suffix = _suffix(name)
    if suffix in SUFFIXES and len(suffix) > 1:
        return True
    lines = _lines(text)
    share = NAMED_SHARE if suffix in SUFFIXES else CODE_SHARE
    least = 1 if suffix in SUFFIXES else FEWEST
    return len(lines) >= least and sum(bool(CODE_LINE.match(li)) for li in lines) >= share * len(
        lines
    )


def is_program(head: bytes, name: str) -> bool:
    """Return whether a file is a program by its name and its first lines.

    >>> is_program(b"# what it does", "a.py"), is_program(b"# A heading", "a.md")
    (True, False)
    """
    if _suffix(name) not in SUFFIXES:
        return False
    found = head_text(head)
    return found is not None and is_code(found[0], name)


def _suffix(name: str) -> str:
    """Return the end of a file's name behind the last dot, or «makefile», in lower case."""
    _, dot, suffix = re.split("[/!]", name)[-1].lower().rpartition(".")
    return suffix if dot or suffix in ("makefile", "dockerfile") else ""


def _lines(text: str) -> list[str]:
    lines = text.split("\n", 3 * LINES)[: 3 * LINES]
    return [line[:1_000].rstrip("\r") for line in lines if line.strip()][:LINES]

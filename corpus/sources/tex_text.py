"""LaTeX as the words a reader sees: without preamble, comments, works cited and quotations."""

from __future__ import annotations

import re

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerParseError

from corpus.sources.docx_body import joined

MAX_BLOCK = 100_000  # characters of a paragraph that is parsed; a larger one is read more simply
SPECIAL = re.compile(r"[\\{}$~^_&#]|--|``|''|[?!]`")
MATHEMATICS = ("equation", "align", "gather", "multline", "eqnarray", "math", "displaymath")
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*(?=\S))?")
BODY = re.compile(r"\\begin\s*\{document\}")
END = re.compile(r"\\end\s*\{document\}")
ENVIRONMENT = re.compile(r"\\(begin|end)\s{0,9}\{([A-Za-z]+\*?)\}(?:\[[^\]\n]{0,200}\])?")
TABLE = re.compile(
    r"\\begin\s{0,9}\{(?:tabular[x*]?|longtable|minipage|multicols|wrapfigure|adjustbox)\}"
    r"(?:\[[^\]\n]{0,200}\])?(?:\{[^{}\n]{0,200}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,200}){0,9}\}){0,2}"
)
"""What begins a table or box, with the arguments that say how wide it is."""
QUOTED = ("quote", "quotation", "displayquote", "epigraphs", "comment", "thebibliography")
CODE = ("verbatim", "Verbatim", "lstlisting", "minted", "alltt")
PICTURES = ("tikzpicture", "pgfpicture", "picture", "filecontents", "asy")
HIDDEN = frozenset((*QUOTED, *CODE, *PICTURES))
OPTIONS = re.compile(r"\A[ \t]*(?:\[[^\]\n]{0,500}\]|\{[^}\n]{0,500}\})+")
MACRO = re.compile(
    r"\\(bibliography(?:style)?|addbibresource|input|include|includegraphics|label|ref|eqref|"
    r"pageref|autoref|[cC]ref|[vh]space|setlength|pagestyle|thispagestyle|usepackage|graphicspath|"
    r"hypersetup|(?:re)?newcommand|providecommand|def|maketitle|tableofcontents|printbibliography|"
    r"(?:text|paren|foot)?cite[a-z]*|nocite|epigraph|blockquote|part|chapter|(?:sub){0,2}section|"
    r"(?:sub)?paragraph|footnote(?:text)?)\*?(?![A-Za-z])"
)
"""Commands that pylatexenc would show otherwise than a reader sees them, or not at all."""
HEADINGS = ("part", "chapter", "section", "paragraph")
ARGUMENTS = {"maketitle": 0, "tableofcontents": 0, "printbibliography": 0, "setlength": 2}
ARGUMENTS |= {"newcommand": 2, "renewcommand": 2, "providecommand": 2, "epigraph": 2}
OPTION = re.compile(r"\s{0,5}\[[^\]]{0,500}\]")
NAMED = re.compile(r"\s{0,5}\\[A-Za-z@]+[^{\n]{0,100}")
BRACE = re.compile(r"\s{0,5}\{")
ITEM = re.compile(r"\\item\b[ \t]*")
BREAKS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
COMMAND = re.compile(r"\\[A-Za-z@]+\*?[ \t]?|[{}]")
MARK = "\x02{}\x03"  # stands for code until the commands are gone


def argument(source: str, name: str) -> str | None:
    """Return what stands in braces after the last «\\name», None without it.

    >>> argument(r"\\title[short]{On {hedges}}", "title")
    'On {hedges}'
    """
    found = list(
        re.finditer(rf"\\{name}\*?\s{{0,20}}(?:\[[^\]\n]{{0,300}}\]\s{{0,20}})?\{{", source)
    )
    return _braced(source, found[-1].end())[0] if found else None


def _braced(source: str, start: int) -> tuple[str, int]:
    """Return what stands between the brace before `start` and its partner, and where that ends."""
    depth = 1
    for found in re.finditer(r"\\.|[{}]", source[start:], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if not depth:
            return source[start : start + found.start()], start + found.end()
    return source[start:], len(source)


def uncommented(source: str) -> str:
    """Return `source` without what stands after «%»."""
    return COMMENT.sub(r"\1", source)


def text_of(source: str) -> str:
    """Return the words of the body of `source`.

    >>> text_of(r"\\begin{document}Ann \\emph{dug}.\\begin{quote}No.\\end{quote}\\end{document}")
    'Ann dug.'
    """
    begun = BODY.search(source)
    body = source[begun.end() :] if begun else source
    ended = END.search(body)
    body, codes = _without_environments(body[: ended.start()] if ended else body)
    body, notes = _without_macros(uncommented(body))
    parts = [_plain(body), *(f"[^{n}]: {_flat(_plain(note))}" for n, note in enumerate(notes, 1))]
    text = "\n\n".join(part for part in parts if part)
    for n, code in enumerate(codes):
        text = text.replace(MARK.format(n), f"```\n{code}\n```")
    return text


def _without_environments(body: str) -> tuple[str, list[str]]:
    """Return `body` without quotations and pictures, code marked, and the code."""
    out: list[str] = []
    codes: list[str] = []
    at, hidden, depth = 0, "", 0
    for found in ENVIRONMENT.finditer(body):
        begins, name = found[1] == "begin", found[2]
        if hidden:
            depth += (1 if begins else -1) * (name == hidden)
            if depth == 0:
                if hidden.rstrip("*") in CODE:
                    out.append(f"\n\n{MARK.format(len(codes))}\n\n")
                    codes.append(OPTIONS.sub("", body[at : found.start()], count=1).strip("\n"))
                at, hidden = found.end(), ""
        elif begins and name.rstrip("*") in HIDDEN and not _in_comment(body, found.start()):
            out.append(body[at : found.start()])
            at, hidden, depth = found.end(), name, 1
    out.append(body[at:])  # an environment that is never ended hides nothing
    return "".join(out), codes


def _in_comment(body: str, at: int) -> bool:
    line = body[max(body.rfind("\n", 0, at) + 1, at - 2_000) : at]
    return COMMENT.search(line) is not None


def _without_macros(body: str) -> tuple[str, list[str]]:
    """Return `body` without commands that show no words of the author's, and its footnotes."""
    notes: list[str] = []
    out: list[str] = []
    at = 0
    for found in MACRO.finditer(body):
        if found.start() < at:
            continue
        out.append(body[at : found.start()])
        at, inner = _arguments(body, found.end(), found[1])
        if found[1].endswith(HEADINGS) and inner:
            out.append(f"\n\n{inner[0]}\n\n")
        elif found[1].startswith("footnote") and found[1] != "footnotemark" and inner:
            notes.append(inner[0])
            out.append(f"[^{len(notes)}]")
    return "".join([*out, body[at:]]), notes


def _arguments(body: str, at: int, name: str) -> tuple[int, list[str]]:
    """Return the place after a command's arguments, and those in braces."""
    found: list[str] = []
    wanted = ARGUMENTS.get(name, 1)
    if name == "def" or (name.endswith("command") and not BRACE.match(body, at)):
        named = NAMED.match(body, at)
        at, wanted = (named.end() if named else at), 1
    while len(found) < wanted:
        if option := OPTION.match(body, at):
            at = option.end()
        elif brace := BRACE.match(body, at):
            inner, at = _braced(body, brace.end())
            found.append(inner)
        else:
            break
    return at, found


def _plain(body: str) -> str:
    """Return `body` with commands as what they show, paragraph by paragraph."""
    body = TABLE.sub(r"\n\n", body)
    body = ENVIRONMENT.sub(_only_mathematics, ITEM.sub(r"\n\n- ", body))
    blocks = [_flat(_shown(block)) for block in BREAKS.split(body)]
    return joined([block for block in blocks if block])


def _only_mathematics(found: re.Match[str]) -> str:
    return found.group() if found[2].rstrip("*") in MATHEMATICS else "\n\n"


def _shown(block: str) -> str:
    """Return a paragraph as a reader sees it; most have nothing that takes parsing."""
    if not SPECIAL.search(block):
        return block
    if len(block) <= MAX_BLOCK:
        try:
            writer = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)
            return writer.latex_to_text(block, tolerant_parsing=True)
        except (LatexWalkerParseError, RecursionError, ValueError, IndexError, AttributeError):
            pass
    return COMMAND.sub("", block)


def _flat(block: str) -> str:
    return " ".join(block.split())

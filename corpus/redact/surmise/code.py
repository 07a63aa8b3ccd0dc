"""Code among words: identifiers are no names, and a line of code says nothing by its case."""

from __future__ import annotations

import re

from corpus.redact.surmise.gazetteer import GIVEN, flags, fold, ordinary

_JOINED_BEFORE = re.compile(r"(?:[\w)\]][./\\]|[_$`\\%]|--|</|\w:{1,2}|\d|(?<![^\s(])\.)\Z")
_JOINED_AFTER = re.compile(r"[_\d\[=`]|\((?!\d)|::|[./\\][\w*]|-?>\w|\.\(")
_HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_PARTICLE = re.compile(
    r"(?:Ma?c|[DLO]['’]?|D[aeiu]|De[lns]|Dell?a|L[aeo]|V[ao]n|Van(?:den?|der)|Fitz|Saint|Al|El|Ben"
    r"|Abu|Bin|Ter|Ten|Lo|San|St)\Z"
)
_LINE = re.compile(
    r"[\w\])]\([^)\s]|\w\(\)|[;{}][ \t]*\Z|[!=<>]=|::|\w=[\w\"'\[({$-]|\w[ ]=[ ][\w\"'\[({$-]"
    r"|</\w|\w_\w|\w\[[\w\"']|&&|\|\||=>|->\s*\w+:|\w\.\w+\("
    r"|\A[ \t]*(?:>>>|\.\.[ ]|\$[ ]|//|/\*|\*/|#[!:]|<\w+>|@\w+[(.\n]|@\w+\Z"
    r"|(?:import|return|def|class|elif|else|try|except|finally|raise|yield|assert|pass|break"
    r"|public|private|static|const|void|func|fn|endif|fi|done|sudo|cd|git|pip|npm)\b[ ]?[\w.({:*-]*"
    r"(?:[({:;,]|\Z|[ ]-))"
)


def identifier(line: str, start: int, end: int, recased: bool = False) -> bool:
    """Return whether the word `line[start:end]` is part of an identifier, a path or an option.

    Joined to a mark of code it is one unless it has a capital only in front, as «Ann_Lee.pdf»; a
    hump inside a word makes it one unless a given name or a particle stands before the hump. In a
    line that was `recased` a capital says nothing.

    >>> line = "call os.path, HttpRequest or McLeod, LenaKuzmenko"
    >>> [line[a:b] for a, b in ((5, 7), (8, 12), (14, 25), (29, 35), (37, 49))
    ...  if identifier(line, a, b)]
    ['os', 'path', 'HttpRequest']
    """
    word = line[start:end]
    hump = _HUMP.search(word)
    if hump:
        head = word[: hump.start()]
        rest = word[hump.end() :].partition("-")[0]
        named = flags(fold(head)) & GIVEN and not ordinary(fold(head))
        title = rest[1:].islower() or len(rest) == 1
        return not (title and (_PARTICLE.match(head) or named)) and "-" not in head
    if len(word) == 1 and word.isupper():
        return False  # an initial
    if word.istitle() and not recased:
        return line[max(0, start - 1) : start] in tuple("`\\$") and start > 0
    before = _JOINED_BEFORE.search(line, max(0, start - 3), start)
    return before is not None or _JOINED_AFTER.match(line, end) is not None


def coded(line: str) -> bool:
    """Return whether `line` is a line of code more likely than a sentence.

    >>> coded("    len(val) == 3"), coded("elif org:"), coded("see you (and len) at 5")
    (True, True, False)
    """
    return _LINE.search(line) is not None

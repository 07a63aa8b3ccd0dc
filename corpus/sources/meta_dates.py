"""Moments as Facebook and Instagram print them into pages, in the languages of their exports."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone
from functools import lru_cache

MAX_DATE = 80
YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d|25[4-9]\d)(?!\d)")
CLOCK = re.compile(r"(?<![\d.])(\d{1,2})[:.h]([0-5]\d)(?:[:.]([0-5]\d))?(?![\d.])")
OFFSET = re.compile(r"(?:utc|gmt)\s?([+-])(\d{1,2})(?::?(\d\d))?")
NUMBERED = re.compile(r"(?:(\d{1,2})\s?[月월]|(?:tháng|thg)\s?(\d{1,2}))")
WORD = re.compile(r"[^\W\d_][^\s\d,|]*")
NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
AFTERNOON = re.compile(
    r"(?<!\w)(?:p\.?\s?m\.?|nachm\.?|odp\.?|μ\.?\s?μ\.?|em|du\.?|ip|ös|ch|م)(?!\w)"
    r"|오후|午後|下午|晚上|中午|หลังเที่ยง"
)
FORENOON = re.compile(
    r"(?<!\w)(?:a\.?\s?m\.?|vorm\.?|dop\.?|π\.?\s?μ\.?|fm|de\.|ap|öö|sa|ص)(?!\w)"
    r"|오전|午前|上午|凌晨|早上|清晨|ก่อนเที่ยง"
)

_MONTHS = (
    "jan gen ene янв яну січ ιαν led sty tammi oca ian sau جان يناير ינו म.क ม.ค जन jaan января",
    "feb fev fév fév fevr févr febr úno lut helmi şub фев лют φεβ vas فبراير פבר ก.พ फ़र फर veebr",
    "mar mär mars mart marz märz mrt maart márc bře maalis мар бер kov μαρ مارس מרץ มี.ค मार्च märts",
    "apr abr avr ápr dub kwi huhti nis апр кві bal απρ أبريل ابريل אפר เม.ย अप्रै",
    "may mai maj maio mayo mag mei máj kvě touko мая май тра geg μαΐ μαι μάι مايو מאי พ.ค मई maí",
    "jun juin giu jún červn čvn cze kesä haz iun июн юни чер bir ιουν يونيو يونيه יונ มิ.ย जून juuni",
    "jul juil juillet lug júl července červenec čvc lip heinä tem iul июл юли лип lie ιουλ يوليو "
    "يوليه יול ก.ค जुल juuli",
    "aug ago aoû aou agu agt srp sie elo ağu авг сер rgp αυγ αύγ أغسطس اغسطس אוג ส.ค अग",
    "sep set szept zář wrz syys eyl сен вер rgs σεπ سبتمبر ספט ก.ย सित sept",
    "oct okt out ott říj paź loka eki окт жов spa οκτ أكتوبر اكتوبر אוק ต.ค अक्टू अक्तू",
    "nov lis marras kas ноя ное lap νοε νοέ نوفمبر נוב พ.ย नव noi noe",
    "dec dez dic déc dés des pro gru joulu ara дек гру gruo δεκ ديسمبر דצמ ธ.ค दिस dets",
)
_STEMS = {stem: n for n, stems in enumerate(_MONTHS, start=1) for stem in stems.split()}
_BY_LENGTH = sorted(_STEMS, key=len, reverse=True)


def looks_dated(text: str) -> bool:
    """Return whether `text` is short and holds a year and a time of day.

    >>> looks_dated("13. september 2020 kl. 12.26"), looks_dated("See you at 12:26")
    (True, False)
    """
    if not 8 <= len(text) <= MAX_DATE:
        return False
    plain = _plain(text)
    return bool(YEAR.search(plain) and CLOCK.search(YEAR.sub(" ", plain)))


@lru_cache(maxsize=1_024)
def printed_moment(text: str) -> datetime | None:
    """Return the moment that `text` states, naive unless it states an offset; None if unreadable.

    >>> printed_moment("Sep 13, 2020, 12:26 PM"), printed_moment("13 sept. 2020 à 00:05")
    (datetime.datetime(2020, 9, 13, 12, 26), datetime.datetime(2020, 9, 13, 0, 5))
    """
    plain = _plain(text[:MAX_DATE])
    offset = OFFSET.search(plain)
    plain = OFFSET.sub(" ", plain)
    year = YEAR.search(plain)
    if year is None:
        return None
    rest = YEAR.sub(" | ", plain, count=1)
    clock = CLOCK.search(rest)
    if clock is None:
        return None
    day_words = f"{rest[: clock.start()]} {rest[clock.end() :]}"
    found = _day(day_words, plain)
    if found is None:
        return None
    hour = _hour(int(clock[1]), rest)
    told = int(year[1]) - 543 * (int(year[1]) > 2_500)  # the Buddhist calendar of Thai pages
    try:
        moment = datetime(told, *found, hour, int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return None
    return moment.replace(tzinfo=_zone(offset)) if offset else moment


def _plain(text: str) -> str:
    """Return `text` in lower case with ASCII digits and plain spaces."""
    folded = unicodedata.normalize("NFC", text).lower()
    signs = (str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in folded)
    return " ".join("".join(signs).replace("\u200e", "").replace("\u200f", "").split())


def _day(words: str, plain: str) -> tuple[int, int] | None:
    """Return month and day."""
    numbered = NUMBERED.search(words)
    if numbered:
        month: int | None = int(numbered[1] or numbered[2])
        words = words[: numbered.start()] + " " + words[numbered.end() :]
    else:
        month = next((m for w in reversed(WORD.findall(words)) if (m := _month(w))), None)
    numbers = [int(n) for n in NUMBER.findall(words)]
    if month is not None:
        return (month, numbers[0]) if numbers else None
    if len(numbers) < 2:
        return None
    first, second = numbers[:2]
    year_first = words.lstrip().startswith("|")
    month_first = year_first or ("/" in plain and bool(_half(plain)) and first <= 12)
    return (first, second) if month_first or second > 12 else (second, first)


def _month(word: str) -> int | None:
    return next((_STEMS[stem] for stem in _BY_LENGTH if word.startswith(stem)), None)


def _half(plain: str) -> str:
    if AFTERNOON.search(plain):
        return "pm"
    return "am" if FORENOON.search(plain) else ""


def _hour(hour: int, plain: str) -> int:
    half = _half(re.sub(r"(?<=\d)(?=[ap]\.?m)", " ", plain)) if hour <= 12 else ""
    return hour % 12 + 12 * (half == "pm") if half else hour


def _zone(offset: re.Match[str]) -> timezone:
    minutes = min(int(offset[2]) * 60 + int(offset[3] or 0), 1_439)
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))

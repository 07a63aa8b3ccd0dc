"""Known identities: the names, addresses, handles and numbers of the people in the library."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.people import People, Person
from corpus.redact.entities import Entity
from corpus.redact.fold import Matcher, fold
from corpus.redact.logins import SPELT_OUT, plain
from corpus.redact.views import view

TITLES = frozenset(
    "mr mrs ms mx miss dr prof professor sir lady lord judge herr herrn frau mme mlle madame "
    "monsieur señor señora srta signor signora shri smt lt sgt capt cpl rev hon mevrouw mevr "
    "meneer dhr hr fru".split()
)
PARTICLES = frozenset(
    "van von der den de di da du la le el al bin ten ter zu zum y e and of".split()
)
# Given and family names that are also everyday words: alone they count only with a capital inside
# a sentence.
WORDS = frozenset(
    "a an are art bill black bishop brown cook day dean drew duke faith frank gene good grace "
    "grant gray green guy hall hill hope hunter i iris ivy jack jean joy june king lane law "
    "may mark miles mike nick page park pat penny price ray rich rob robin rose ruby rusty "
    "sky stone sue summer ted tim trip violet wade ward will white winter wood woods young "
    "april august the and you me my no yes so to on in at it is be he she we they do go up "
    "not all any but for with from this that what when who home work mobile mom mum dad "
    "mother father team support info office group family chat news".split()
)
ROLES = frozenset(
    "admin administrator contact hello help hi info mail me news newsletter noreply no-reply "
    "office postmaster sales service support team webmaster user root".split()
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_NUMBER = re.compile(r"\+?[\d\s().\-–/\u00a0]{7,}\Z")
_NUMBERS = re.compile(r"[0-9][0-9 \u00a0().\-\u2010-\u2013/]{4,24}[0-9]")
TAIL = 8
_FAR = 0x250  # letters from here on are not Latin
_LONE = frozenset("aeinorstuyxk")  # letters that are also words of a chat, or endings


class Form(NamedTuple):
    """One way a known value is written: its type, rule and whether it must be capitalised."""

    text: str
    type: str
    rule: str
    cased: bool = False


def kind(value: str) -> str:
    """Return the type of a value that a person entered by hand.

    >>> kind("ann@example.org"), kind("+47 900 00 000"), kind("Ann Lee"), kind("@ann_l")
    ('EMAIL_ADDRESS', 'PHONE_NUMBER', 'PERSON', 'HANDLE')
    """
    value = value.strip()
    if _EMAIL.match(value):
        return "EMAIL_ADDRESS"
    if _NUMBER.match(value) and sum(map(str.isdigit, value)) >= 7:
        return "PHONE_NUMBER"
    if " " not in value and (value[:1] == "@" or re.search(r"[\d_]", value)):
        return "HANDLE"
    return "PERSON"


def parts(name: str) -> list[str]:
    """Return the words of a personal name, without titles, commas and quotation marks.

    >>> parts("Dr. Lee, Ann «Annie»")
    ['Ann', 'Annie', 'Lee']
    """
    last, comma, first = name.partition(",")
    if comma and first.strip() and len(last.split()) <= 3:
        name = f"{first} {last.split(maxsplit=1)[-1] if fold(last).startswith('dr') else last}"
    words = re.findall(r"[^\W\d_](?:[\w'’-]*\w)?\.?", name)
    clean = [re.sub(r"(?:'|’)s\Z", "", w.rstrip(".") if len(w) > 2 else w) for w in words]
    return [w for w in clean if w and fold(w) not in TITLES]


def name_forms(name: str, rule: str = "identity") -> Iterator[Form]:
    """Yield the forms of a display name: the whole, first and last, and each part of ≥ 2 letters.

    A part that is also an everyday word, or has two letters, counts only when capitalised.
    """
    type_ = kind(name)
    if type_ != "PERSON":
        yield from value_forms(name, rule)
        return
    words = parts(name)
    whole = " ".join(name.split())
    if len(words) > 1:
        yield Form(whole, "PERSON", f"{rule}.name")
        yield Form(" ".join(words), "PERSON", f"{rule}.name")
        yield Form(f"{words[0]} {words[-1]}", "PERSON", f"{rule}.name")
        yield Form(f"{words[-1]}, {words[0]}", "PERSON", f"{rule}.name")
        yield from (Form(told, "PERSON", f"{rule}.name") for told in plainer(" ".join(words)))
        if fold(words[-1][0]) not in _LONE:
            yield Form(
                f"{words[0]} {words[-1][0]}", "PERSON", f"{rule}.name", fold(words[0]) in WORDS
            )
    for word in words:
        folded = fold(word)
        if len(word.rstrip(".")) >= 2 and folded not in PARTICLES:
            cased = folded in WORDS or len(word) < 3
            spelt = (word, *plainer(word))
            for told in (*spelt, *(case for form in spelt for case in inflected(form))):
                yield Form(told, "PERSON", f"{rule}.part", cased or fold(told) in WORDS)


def plainer(name: str) -> Iterator[str]:
    """Yield how a name is written on a keyboard that has not its letters.

    >>> list(plainer("Müller")), list(plainer("Ann"))
    (['muller', 'mueller'], [])
    """
    low = unicodedata.normalize("NFC", fold(name))
    for told in dict.fromkeys((plain(low), plain(low.translate(SPELT_OUT)))):
        if told != low and len(told) > 2:
            yield told


def inflected(word: str) -> Iterator[str]:
    """Yield the cases of a name: «Müllers», «Annas», and those of names in Cyrillic letters.

    >>> list(inflected("Anna")), list(inflected("Ольга"))[:2]
    (['Annas'], ['Ольги', 'Ольгы'])
    """
    if len(word) < 3:
        return
    if "\u0400" <= word[-1].lower() <= "\u04ff":
        open_ = word[-1].lower() in "аяйь"
        ends = "и ы е у ю ой ей" if word[-1].lower() in "ая" else "а я у ю ом ем е ы и ым ой ых"
        yield from ((word[:-1] if open_ else word) + end for end in ends.split())
    elif word[-1].isalpha() and word[-1].lower() not in "sxzß" and ord(word[-1]) < _FAR:
        yield f"{word}s"


def value_forms(value: str, rule: str = "identity") -> Iterator[Form]:
    """Yield the forms of an e-mail address, phone number or handle."""
    value = value.strip()
    type_ = kind(value)
    if type_ == "EMAIL_ADDRESS":
        yield Form(value, type_, f"{rule}.email")
        local = value.partition("@")[0]
        if len(local) >= 5 and fold(local) not in ROLES and (_odd(local) or len(local) >= 8):
            yield Form(local, "HANDLE", f"{rule}.local")
    elif type_ == "PHONE_NUMBER":
        yield Form(value, type_, f"{rule}.phone")
    else:
        bare = value.lstrip("@")
        yield Form("@" + bare, "HANDLE", f"{rule}.handle")
        if len(bare) >= 4 and (_odd(bare) or len(bare) >= 8):
            yield Form(bare, "HANDLE", f"{rule}.handle")


def _odd(value: str) -> bool:
    return re.search(r"[\d_.\-+]", value) is not None and not value.isdigit()


def forms(person: Person, rule: str = "identity") -> Iterator[Form]:
    """Yield the forms of all names and handles of `person`."""
    for name in person.names:
        yield from name_forms(name, rule)
    for handle in person.handles:
        scheme, colon, value = handle.partition(":")
        if not colon:
            yield from value_forms(handle, rule)
        elif scheme == "name":
            yield from name_forms(value, rule)
        else:
            yield from value_forms(value, rule)


def digits(value: str) -> str:
    """Return the digits of `value`.

    >>> digits("+47 900-00")
    '4790000'
    """
    return "".join(c for c in value if c.isdigit())


def seen(value: str) -> str:
    """Return `value` as it is looked for: as a reader sees it, in lower case.

    >>> seen("Ａｎｎ\u200b Lee")
    'ann lee'
    """
    return fold(view(value).text)


class Known:
    """Finds the identities of `people` in texts, and tells which values are to be kept."""

    def __init__(self, people: People, keep_own: bool) -> None:
        entered: dict[str, Form] = {}
        own = list(forms(people.me))
        others = [form for person in people.person for form in forms(person)]
        denied = [Form(value, kind(value), "deny.value") for value in people.deny]
        for form in [*denied, *others, *([] if keep_own else own)]:
            entered.setdefault(seen(form.text), form)
        self.kept = {seen(value) for value in people.allow}
        self.kept_numbers = {digits(v)[-TAIL:] for v in people.allow if kind(v) == "PHONE_NUMBER"}
        if keep_own:
            self.kept |= {seen(form.text) for form in own} - {seen(v) for v in people.deny}
            numbers = (form.text for form in own if form.type == "PHONE_NUMBER")
            self.kept_numbers |= {digits(number)[-TAIL:] for number in numbers}
        names = (form.text for form in own if keep_own and form.type == "PERSON")
        self.words = {word for name in names for word in seen(name).replace(",", " ").split()}
        self.words |= {value for value in self.kept if " " not in value}
        self.denied = {seen(form.text) for form in denied}
        self.matcher = Matcher({k: v for k, v in entered.items() if k not in self.kept})
        self._keeping = Matcher({value: None for value in self.kept - self.denied})
        self.numbers = {
            digits(form.text)[-TAIL:] for form in entered.values() if form.type == "PHONE_NUMBER"
        }

    def find(self, text: str) -> Iterator[Entity]:
        """Yield the entities of `text` that are known; spans may overlap."""
        for start, end, form in self.matcher.find(text):
            if not form.cased or capitalised(text, start):
                yield Entity(start, end, form.type, 0.95, form.rule)
        if self.numbers:
            for found in _NUMBERS.finditer(text):
                if digits(found[0])[-TAIL:] in self.numbers:
                    plus = found.start() and text[found.start() - 1] in "+("
                    start = found.start() - bool(plus)
                    yield Entity(start, found.end(), "PHONE_NUMBER", 0.95, "identity.phone")

    def free(self, text: str, entities: Iterable[Entity]) -> list[Entity]:
        """Return the entities of `text` that are not to stay, by their value or where they stand.

        What stands within an allowed value or one of my own stays with it, but for denied values.
        """
        left = [e for e in entities if not self.keeps(e.type, text[e.start : e.end])]
        spans = self._keeping.find(text) if left else []
        if not spans:
            return left
        starts = [span.start for span in spans]

        def within(e: Entity) -> bool:
            i = bisect_right(starts, e.start) - 1
            return i >= 0 and e.end <= spans[i].end and not e.rule.startswith("deny")

        return [e for e in left if not within(e)]

    def keeps(self, type_: str, value: str) -> bool:
        """Return whether an entity with this value is to stay: allowed, or my own."""
        folded = seen(value.strip())
        if folded in self.denied:
            return False
        if folded in self.kept or folded.lstrip("@") in self.kept:
            return True
        if type_ == "PHONE_NUMBER":
            return digits(value)[-TAIL:] in self.kept_numbers
        if type_ == "PERSON":
            named = [seen(w) for w in parts(value)]
            return bool(named) and all(word in self.words for word in named)
        return False


def capitalised(text: str, start: int) -> bool:
    """Return whether the word at `start` has a capital that no sentence start explains.

    >>> capitalised("ask Will", 4), capitalised("ask will", 4), capitalised("Will you?", 0)
    (True, False, False)
    """
    before = text[:start][-3:].rstrip(" ")
    return text[start].isupper() and before[-1:] not in ("", "\n", ".", "!", "?", ":", "“", '"')


def people_forms(named: Iterable[tuple[str | None, str | None]]) -> Iterator[Form]:
    """Yield the forms of participants given as (handle, display name)."""
    for handle, name in named:
        person = Person(names=(name,) if name else (), handles=(handle,) if handle else ())
        yield from forms(person, "thread")

"""Whose Facebook or Instagram account an export is of: its profile files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.file import File
from corpus.sources.json_items import named, string, whole
from corpus.sources.markup import too_deep
from corpus.sources.mojibake import unmangled, unmangled_all
from corpus.sources.piece import Claim

_NEW, _OLD = "personal_information/profile_information/", "profile_information/"
_NEW_IG, _OLD_IG = "personal_information/personal_information/", "personal_information/"
_OTHER_IG = "account_information/"
_FROM = (
    (3, (_OLD, _OLD_IG, _OTHER_IG, _NEW, _NEW_IG)),  # of a thread, messages/inbox/<thread>/
    (4, (_NEW, _NEW_IG, _OLD, _OLD_IG)),  # of a thread below your_…_activity/
    (1, (_OLD, _OLD_IG, _OTHER_IG, _NEW)),  # of posts and comments
    (2, (_NEW, _NEW_IG)),
)
PROFILES = (
    *(
        f"{'../' * up}{folder}{name}.{end}"
        for up, folders in _FROM
        for folder in folders
        for name in (("profile" if "profile" in folder else "personal") + "_information",)
        for end in ("json", "html")
    ),
    *("profile.json", "../profile.json"),
)
"""Where the profile stands, seen from a file of the export, in all layouts there have been."""

NAME = frozenset(
    "name|full name|vollständiger name|nom|nom complet|nombre|nombre completo|nome|nome completo|"
    "naam|volledige naam|namn|fullständigt namn|navn|fulde navn|fullt navn|nimi|koko nimi|"
    "imię i nazwisko|imię|jméno|meno|név|teljes név|nume|numele complet|ad|adı|isim|имя|полное имя|"
    "ім'я|ім’я|име|όνομα|nama|nama lengkap|tên|họ tên|名前|氏名|이름|姓名|名字|名称|名稱|ชื่อ|नाम|"
    "الاسم|שם".split("|")
)
USERNAME = frozenset(
    "username|user name|benutzername|nutzername|nom d'utilisateur|nom d’utilisateur|"
    "nom de profil|nombre de usuario|nome de usuário|nome de utilizador|nome utente|"
    "gebruikersnaam|användarnamn|brugernavn|brukernavn|käyttäjänimi|nazwa użytkownika|"
    "uživatelské jméno|používateľské meno|felhasználónév|nume de utilizator|kullanıcı adı|"
    "имя пользователя|ім'я користувача|ім’я користувача|потребителско име|όνομα χρήστη|"
    "nama pengguna|tên người dùng|ユーザーネーム|사용자 이름|用户名|用戶名稱|ชื่อผู้ใช้|"
    "اسم المستخدم|שם משתמש".split("|")
)
HANDLE = re.compile(r"[a-z0-9._]{1,30}")
PROFILE = re.compile(rb'\s*\{\s*"(?:profile(?:_v2)?"\s*:\s*\{|profile_user"\s*:\s*\[)')
OLD_PROFILE = re.compile(rb'\{\s*"(?:biography|date_joined|email|username|gender|name)"\s*:')
MAX_PAGE = 4 << 20
EVIDENCE = "the export's profile file names this account as its own"


@dataclass(frozen=True, slots=True)
class Owner:
    """The names an account goes by: the display name, the user name, and any that may be one."""

    names: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()

    def name_in(self, people: set[str]) -> str | None:
        """Return the name by which the owner is among `people`, None if not to be told."""
        known = [n for n in self.names if n in people]
        if known:
            return known[0]
        found = {n for n in self.maybe if n in people}
        return found.pop() if len(found) == 1 and not self.names else None


def is_profile(head: bytes) -> bool:
    """Return whether `head` begins a profile file in JSON."""
    if PROFILE.match(head):
        return b'"full_name"' in head or b'"string_map_data"' in head
    return bool(OLD_PROFILE.match(head.lstrip())) and b'"private_account"' in head


def owner_beside(file: File) -> Owner:
    """Return the owner of the export that `file` is in; one without names if none is told."""
    for pattern in PROFILES:
        for found in file.beside(pattern):
            told = owner_of(found)
            if told.names or told.maybe:
                return told
    return Owner()


def owner_of(file: File) -> Owner:
    """Return whose profile `file` holds."""
    status = file.path.stat()
    return _owner(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _owner(file: File, *_: int) -> Owner:
    if file.name.lower().endswith((".html", ".htm")):
        return _from_pairs(_pairs_in_page(file), ())
    told = unmangled_all(whole(file))
    if not isinstance(told, dict):
        return Owner()
    profile = named(told, "profile_v2") or named(told, "profile")
    if profile:
        name = profile.get("name")
        full = string(named(profile, "name").get("full_name")) or string(name)
        return Owner(tuple(n for n in (full, string(profile.get("username"))) if n))
    users = told.get("profile_user")
    if isinstance(users, list) and users:
        pairs = [
            (label, string(named(entry).get("value")))
            for label, entry in named(users[0], "string_map_data").items()
        ]
        return _from_pairs(pairs, tuple(value for _, value in pairs if value))
    return Owner(tuple(n for n in (string(told.get("name")), string(told.get("username"))) if n))


def owner_of_heading(head: bytes) -> Owner:
    """Return the owner that the old page of messages names in its first heading."""
    node = HTMLParser(head.decode("utf-8", "replace")).css_first("h1")
    name = " ".join(node.text().split()) if node is not None else ""
    return Owner((), (name,) if name else ())


def _from_pairs(pairs: list[tuple[str, str]], maybe: tuple[str, ...]) -> Owner:
    names = [value for label, value in pairs if value and label.lower() in NAME]
    users = [value for label, value in pairs if value and label.lower() in USERNAME]
    return Owner(tuple(dict.fromkeys(names[:1] + users[:1])), maybe)


def _pairs_in_page(file: File) -> list[tuple[str, str]]:
    """Return each text of the page with the text after it."""
    with file.open() as stream:
        html = stream.read(MAX_PAGE).decode("utf-8", "replace")
    body = HTMLParser("" if too_deep(html) else html).body
    told = body.text(separator="\x00").split("\x00") if body is not None else []
    texts = [text for t in told if (text := " ".join(t.split()).removesuffix(":"))]
    return list(pairwise(texts))


def claims(owner: Owner) -> Iterator[Claim]:
    """Yield that the owner is «me»; the bare name, which others may have, only as a proposal."""
    label = owner.names[0] if owner.names else None
    for name in owner.names:
        yield Claim(f"messenger:{name}", EVIDENCE, strong=True, name=label)
    if label:
        yield Claim(f"name:{label}", EVIDENCE, strong=False, name=label)
    handles = (v for v in owner.maybe if HANDLE.fullmatch(v) and any(c.isalpha() for c in v))
    first = None if owner.names else next(handles, None)  # labels in a language not known here
    if first:
        yield Claim(f"messenger:{first}", EVIDENCE, strong=True, name=first)


def account_of(owner: Owner) -> str | None:
    """Return the handle of the owner, None if no name is told."""
    return f"messenger:{owner.names[0]}" if owner.names else None


def people_in(participants: Any) -> list[str]:
    """Return the names in a list of participants, as objects with a name or as strings."""
    told = participants if isinstance(participants, list) else []
    names = (string(p) or string(named(p).get("name")) for p in told)
    return [unmangled(name) for name in names if name]

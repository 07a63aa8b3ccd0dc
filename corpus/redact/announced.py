"""Names that a text announces in so many words: by a title, a greeting, a label or a closing.

These need no language model, so they are what finds people in languages that have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact.patterns import NAME, PARTICLE

Span = tuple[int, int, float]

_TITLE = (
    r"(?:M(?:rs?|RS?(?=\.?[ ][A-Z]{3})|s|x|iss|ISS(?=[ ][A-Z]{3})|me|lle|adame|onsieur"
    r"|ademoiselle|evr(?:ouw)?|eneer)"
    r"|D(?:r|R(?=\.?[ ][A-Z]{3})|hr|ña(?=\.))|P(?:rof(?:essor)?|ani[ea]?)"
    r"|S(?:ir|e[ñn]ora?|r(?:t?a)?(?=\.)|rt?a|ig(?:nora?|\.(?:ra|na)|(?=\.))|hri|mt|gt(?=\.))|L(?:ady|t(?=\.))"
    r"|Judge|H(?:errn?|r|on(?=\.))|Fr(?:au|äulein|u)|C(?:apt|pl)(?=\.)|Exm[oa](?=\.)|Rev(?=\.)"
    r"|m(?:rs?|s|x|evr(?:ouw)?|eneer)|d(?:r|hr)|prof)\b\.?[ \u00a0]{1,2}"
)
_INITIALS = r"(?:[A-Z]\.[ ]?){0,3}"
_TITLED = re.compile(
    rf"{_TITLE}(?:{_TITLE}|J(?:ustice|USTICE)[ ]){{0,2}}"
    rf"({_INITIALS}{PARTICLE}{NAME}(?:[ ]{{1,2}}{PARTICLE}{NAME}){{0,2}})"
)
_GREETED = re.compile(
    r"(?:D(?:ear|EAR)|H(?:i|ello|ey|allo)|Liebe[rs]?|Ch(?:er|ère)"
    r"|My name is|[Nn]ame is|I am called)[ \u00a0]+"
    rf"({NAME}(?:[ ]{PARTICLE}{NAME}){{0,2}})(?=[ ]?(?:[,!.\n–—]|\Z))"
)
_OPENING = re.compile(
    r"\n[ \t>]*(?i:h(?:ej|ei|ola)|dag|drog[ia]|c(?:iao|ar[oa]|ześć)|ol[aá]|oi|b(?:onjour|este"
    r"|uenos días)|sal(?:ut|ve)|gea?chte|lieve|kære|kjære|kära?|estimad[oa]|querid[oa]|prezad[oa]"
    r"|gentile|egregio|szanown[ya]|ahoj|moin|servus|exm[oa]\.|g(?:ood (?:morning|afternoon|evening)"
    r"|uten (?:morgen|tag|abend))|ich heiße|je m['’]appelle|me llamo|mi chiamo|ik heet|jag heter"
    rf"|jeg heter)[ \u00a0]+(?:{_TITLE})?({NAME}(?:[ ]{PARTICLE}{NAME}){{0,2}})"
    r"(?=[ ]?(?:[,!.\n–—]|\Z))"
)
_CLOSING = re.compile(
    r"\n(?=[^\n\0]{2,60}\n[^\0]|[^\n\0,]{2,45},[ ][^\W\d_a-z])[ \t>|*-]*"
    r"(?i:(?:mit )?(?:freundlichen|besten|lieben|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:liebe|viele|beste|schöne|herzliche) grü(?:ß|ss)e|lg|vg|mfg"
    r"|(?:(?:with )?(?:kind|best|warm)(?:est)? )?regards|best wishes"
    r"|yours(?: (?:sincerely|faithfully|truly|ever))?|sincerely(?: yours)?|cheers|best"
    r"|(?:many )?thanks|thank you|love|hugs"
    r"|(?:bien )?cordialement|bien à (?:vous|toi)|amicalement|bises|bisous"
    r"|(?:un )?saludos?(?: cordiale?s?)?|atentamente|(?:un )?abrazos?"
    r"|(?:(?:cordiali|distinti|cari) )?saluti|un saluto"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg"
    r"|pozdrawiam|z poważaniem|atenciosamente|(?:um )?abraço"
    r"|(?:com os melhores )?cumprimentos|beijos"
    r"|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|mvh|(?:med )?venn?lig hilsen|(?:beste )?hilsen"
    r"|(?:ystävällisin )?terveisin|s pozdravem|üdvözlettel|saygılarımla)"
    r"[ \t]*[,.!]?(?:[ \t]*(?:\n[ \t>|*]*){1,3}[-–—]{0,2}[ ]?|(?<=[,!.])[ \t]+)"
    rf"({_INITIALS}{PARTICLE}{NAME}(?:[ ](?:[A-Z]\.[ ]?)?{PARTICLE}{NAME}){{0,3}})"
    r"(?=[ \t]*(?:[,|(\n–—]|\.?\Z|\.\n))"
)
_LABELLED = re.compile(
    r"\n[ \t>|*•-]*(?i:(?:(?:first|last|full|family|given|middle|maiden|sur|birth|father['’]?s"
    r"|mother['’]?s|spouse['’]?s)[ ]?name|patient(?: name)?|passenger(?: name)?|guest(?: name)?"
    r"|attn|emergency contact|next of kin"
    r"|vorname|nachname|familienname|ansprechpartner(?:in)?|nombres?(?: y apellidos)?|apellidos?"
    r"|nom de famille|prénom|nome (?:completo|e cognome)|cognome|voornaam|achternaam|förnamn"
    r"|efternamn|fornavn|etternavn|efternavn|imię(?: i nazwisko)?|nazwisko|jméno|příjmení))"
    r"[ \t]*(?::[ \t]*|[ \t]{2,})"
    rf"({_INITIALS}{PARTICLE}{NAME}(?:,?[ ](?:[A-Z]\.[ ]?)?{PARTICLE}{NAME}){{0,4}})"
)
_NAME_LABEL = re.compile(
    rf"\n[ \t>|*•-]*(?:Name|NAME|Nom|Nome|Naam|Namn|Navn|Nimi|Név)[ \t]*:[ \t]*"
    rf"({PARTICLE}{NAME}(?:,?[ ](?:[A-Z]\.[ ]?)?{PARTICLE}{NAME}){{1,4}})"
    r"(?=[ \t]*(?:\n|\Z|[ ]{2}))"
)
_NOT_NAMED = frozenset(
    "all everyone everybody sir madam there team folks friends friend guys both colleagues "
    "diary god lord world reader readers customer editor santa mum mom dad mama papa grandma "
    "grandpa you sirs ladies gentlemen the a an my your our us i we it this that support sales "
    "zusammen alle freunde leute damen herr herren frau kollegen kolleginnen kunde kundin mutter "
    "vater oma opa gott welt tous toutes todos todas tutti tutte allemaal iedereen alla alle "
    "allesammen monsieur madame mesdames messieurs señor señora señores senhor senhora signore "
    "signora signori colleghi collega amigos amigas amici amis mijnheer heer mevrouw panie pani "
    "pan państwo państwa grüße grüsse gruß wünsche "
    "sent from on in at to for if what when where how no yes please see".split()
)


def titled(text: str) -> Iterator[Span]:
    """Yield the names after a title: «Mr Lee», «Sig.ra Bonfanti», «MRS JUSTICE ALDERTON»."""
    for found in _TITLED.finditer(text):
        senior = found[0][:2] == "Sr" and text[: found.start()].endswith(", ")
        if _apart(text, found) and not senior:
            yield *found.span(1), 0.85


def greeted(text: str) -> Iterator[Span]:
    """Yield the names that a letter greets and those that somebody gives as their own."""
    for found in _GREETED.finditer(text):
        if _called(found[1]) and _apart(text, found):
            yield *found.span(1), 0.6


def signed(text: str) -> Iterator[Span]:
    """Yield the names in the opening and under the closing of letters, and those of a form."""
    for pattern in (_OPENING, _CLOSING, _LABELLED, _NAME_LABEL):
        for found in pattern.finditer("\n" + text):
            if _called(found[1]):
                yield found.start(1) - 1, found.end(1) - 1, 0.6


def _called(name: str) -> bool:
    return name.split()[0].casefold().strip(".,") not in _NOT_NAMED


def _apart(text: str, found: re.Match[str]) -> bool:
    return found.start() == 0 or not text[found.start() - 1].isalnum()

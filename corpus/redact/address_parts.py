"""What addresses are made of, as patterns: streets, units, codes, and what ends them."""

from __future__ import annotations

import re

from corpus.redact.patterns import MONTH
from corpus.redact.pools import STATES

_CAP = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]{0,30}"
_JOIN = (
    r"(?:(?:de|del|della|dei|du|des|da|do|dos|la|le|les|van|von|den|der|zum|zur|of|the|in|y|d['’])"
    r"[ ]+){0,2}"
)
_NAMES = rf"{_CAP}[ ]+(?:{_JOIN}{_CAP}[ ]+){{0,3}}?"
_NUMBER = r"[0-9]{1,6}(?:[A-Za-z]|[-/][0-9]{1,5})?"
_STREET = (
    "Str|Aven|Av|Trl|Ter|Terr|Pkway|Pky|Expy|Expressway|Fwy|Freeway|Tpke|Turnpike|Pike|Cv|Cove"
    "|Xing|Crossing|Hwy|Aly|Bnd|Bend|Blf|Byp|Cres|Crk|Creek|Cswy|Est|Ests|Fld|Frst|Fry|Gln|Glen"
    "|Grv|Hbr|Hl|Hls|Hills|Holw|Hollow|Knl|Knoll|Lk|Lndg|Landing|Mdw|Mdws|Meadows|Mnr|Manor|Mtn"
    "|Orch|Psge|Pt|Rdg|Ridge|Riv|Shr|Smt|Spg|Spgs|Spur|Sta|Trce|Trace|Vly|Vw|Vis|Vista|Xrd"
    "|Esplanade|Parade|Promenade|Prom|Croft|Mount|Yard|Drift|Broadway"
    "|Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq"
    "|Terrace|Close|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Row|Walk|Gardens|Gdns|Circle|Cir|Trail"
    "|Mews|Grove|Hill|Strasse|Straße|Weg|Platz|Rise|Loop|Alley|Quay|Wharf|Green|View|Park|Point"
    "|Plaza|Bypass|Path|Run"
)
UNIT = (
    r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Fl|Box|Bldg|Building|Block|Lot|App)\b\.?"
    r"[ ]*(?:#|No\.?[ ]?)?[ ]*[0-9]{1,5}[A-Za-z]?(?![\w])|#[ ]?[0-9]{1,5}[A-Za-z]?(?!\w)"
)
_STREET_IN_CAPITALS = _STREET.upper()
_SHORT = r"st|ave?|rd|ln|dr|blvd|ct|pl|pkwy|hwy|cir|way|ter|trl|sq|loop|run|pike|court|drive|place"
_STATED = rf"(?i:{'|'.join(STATES)})[ ]+[0-9]{{5}}(?:-[0-9]{{4}})?(?![\w-])"
_NOT_STREET = r"(?:the|a|of|and|in|to|at|for|is|was|are|were|my|your|his|her|that|this|with|or)\b"
_ENDING = (
    "stra(?:ß|ss)e|str\\.|gasse|allee|platz|weg|damm|ufer|gade|vej|vænget|stræde|stræti|straeti"
    "|gata|gatan|vägen|gränd|gate|veien|vegen|katu|kuja|polku|laan|straat|plein|dreef|kade|gracht"
    "|steeg|braut|vegur|tänav|maantee|utca"
)
_LEAD = (
    r"rue|avenue|av\.|avda\.|avenida|boulevard|bd\.?|place|quai|impasse|chemin|allée|via|viale"
    r"|piazza|vicolo|corso|largo|strada|calle|c/|carrera|cra\.|paseo|plaza|camino|rua|travessa"
    r"|praça|alameda|rodovia|estrada|ul\.|ulica|al\.|plac|os\.|jalan|jl\.|trg|λεωφόρος|οδός|ул\."
    r"|улица|пр\."
)
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)"
_TOWARDS = r"(?:[NSEW]|[NS][EW]|North|South|East|West|North(?:east|west)|South(?:east|west))\b\.?"
_FLOOR = (
    r"(?:[0-9]{1,3}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Top|Ground)"
    r"[ ]+(?:Floor|Flr|Fl)\b"
)
_HOUSE = (
    r"[0-9]{1,4}(?:/[0-9]{1,4})?(?:[ ](?:m|lok|kv)\.[ ]?[0-9]{1,4}|[ ]?[a-zA-Z]|-[IVX]{1,4})?"
    r"(?!\w)"
)
_BIG = r"[^\W\d_a-zß-öø-ÿ][\w'’-]{1,30}"
_TOWN = rf"(?:St\. )?{_BIG}(?:[ ](?:{_JOIN})?{_BIG}){{0,3}}"
_ANY = re.I
_AS_IS = re.NOFLAG
SEEDS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, flags), score)
    for score, flags, pattern in (
        (
            0.8,
            _AS_IS,
            rf"{_NUMBER},?[ ]+(?:(?:[0-9]{{1,4}}|{_ORDINAL})[ ]+)?{_NAMES}"
            rf"(?:{_STREET}|{_STREET_IN_CAPITALS})\b\.?(?:[ ]+{_TOWARDS})?",
        ),
        (
            0.8,
            _ANY,
            rf"{_NUMBER},?[ ]+(?:{_TOWARDS}[ ]+)?(?:{_ORDINAL}|[0-9]{{1,4}}(?=[ ]\w*[ ]?[a-z]))"
            rf"[ ]+(?:{_STREET})\b\.?(?:[ ]+{_TOWARDS})?",
        ),
        (
            0.7,
            _ANY,
            r"[0-9]{1,6}[ ]+(?:[^\W\d_]+\.?[ ]+){1,3}(?:street|avenue|road|lane|boulevard)\b"
            rf"(?:[ ]+{_TOWARDS})?",
        ),
        (
            0.7,
            _ANY,
            rf"[0-9]{{1,6}},?[ ]+(?:{_TOWARDS}[ ]+)?(?:county|state|us|farm|[a-z]{{2}})[ ]"
            r"(?:road|rd|route|rte|highway|hwy)\b\.?[ ][0-9]{1,4}(?!\w)",
        ),
        (
            0.7,
            _ANY,
            r"(?:rr|hcr?|rural route)[ ]#?[ ]?[0-9]{1,3}\w{0,2},?[ ]box[ ]?#?[ ]?[0-9]{1,5}\w?",
        ),
        (
            0.7,
            _ANY,
            rf"[0-9]{{1,6}}[ ]+(?:{_TOWARDS}[ ]+)?(?:(?!{_NOT_STREET})[\w.]+[ ]+){{1,3}}"
            rf"(?:{_SHORT})\b\.?(?:[ ]+{_TOWARDS})?(?=,?[ ](?:#|{_STATED}|[\w ]{{3,30}},?[ ]"
            rf"{_STATED}|(?:apt|ste|suite|unit|po box)\b))",
        ),
        (
            0.7,
            _AS_IS,
            # A number must follow the word: with that asked first, most words are passed over.
            rf"(?:{_CAP}[ -]){{0,2}}(?<!\w)(?=[^\W\d_]++\.?[ ]+[0-9])"
            rf"[^\W\d_]{{2,24}}(?i:{_ENDING})[ ]+{_HOUSE}",
        ),
        (0.7, _AS_IS, rf"(?<!\w)[^\W\d_][\w-]{{1,40}}-(?i:{_ENDING}|ring|hof)[ ]+{_HOUSE}"),
        (0.7, _AS_IS, rf"(?:{_CAP}[ ]+){{1,3}}(?i:{_ENDING})[ ]+{_HOUSE}"),
        (
            0.7,
            _AS_IS,
            rf"(?:{_CAP}[ ]+){{1,3}}(?:u\.|utca|útja?|tér|körút|St|Str|Ring|Kvartal)[ ]+"
            r"[0-9]{1,4}\b\.?",
        ),
        (
            0.7,
            _AS_IS,
            rf"(?:{_NUMBER}(?:[ ]+(?:bis|ter|quater))?,?[ ]+)(?i:{_LEAD})[ ]*{_JOIN}{_CAP}"
            rf"(?:[ ]+{_JOIN}{_CAP}){{0,3}}",
        ),
        (
            0.7,
            _AS_IS,
            rf"(?<!\w)(?i:{_LEAD})[ ]*(?:{_JOIN}{_CAP},?[ ]+){{1,4}}{_HOUSE}",
        ),
        (
            0.6,
            _AS_IS,
            rf"(?:A[mn]|Im|Zum|Zur|Auf der|An der)[ ]{_CAP}(?:[ ]{_CAP})?[ ]{_HOUSE}"
            r"(?=,?[ \n]+[0-9]{4,5}[ ])",
        ),
        (
            0.6,
            _AS_IS,
            rf"(?:[0-9]{{2}}-[0-9]{{3}}|[1-9][0-9]{{3}}-[0-9]{{3}}|[1-9][0-9]{{3}}[ ][A-Z]{{2}}"
            rf"|[1-9][0-9]{{2}}[ ][0-9]{{2}})[ ]{{1,2}}{_TOWN}(?=[ \t]*(?:[,.;)\n]|\Z))",
        ),
        (
            0.5,
            _AS_IS,
            rf"(?:(?<=\n)|(?<=,[ ]))(?:[A-Z]{{1,2}}-)?[0-9]{{5}}[ ]{{1,2}}{_TOWN}"
            r"(?=[ \t]*(?:[,.;(\n]|\Z))",
        ),
        (0.5, _AS_IS, rf"{_NUMBER},?[ ]+(?:{_CAP}[ ]+){{1,4}}[0-9]{{1,4}}[a-z]?(?![\w:/.-])"),
        (0.6, _ANY, r"(?:Apt|Suite|Ste|Apartment)\b\.?[ ]*#?[ ]*[0-9]{1,5}[A-Za-z]?(?!\w)"),
        (
            0.8,
            _ANY,
            r"P\.?[ ]?O\.?[ ]?Box[ ][0-9]{1,6}|(?:PSC|Unit)[ ][0-9]{1,5},?[ ]Box[ ][0-9]{1,5}"
            r"|[AFD]PO[ ]A[AEP][ ][0-9]{5}",
        ),
        (
            0.5,
            _AS_IS,
            r"[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}(?!\w)"
            r"|[AC-FHKNPRTV-Y][0-9][0-9W][ ][AC-FHKNPRTV-Y0-9]{4}(?!\w)"
            r"|[A-Z]{2}[ ][0-9]{5}(?:-[0-9]{4})?(?![\w-])"
            r"|[ABCEGHJ-NPRSTVXY][0-9][A-Z][ -][0-9][A-Z][0-9](?!\w)",
        ),
        (
            0.5,
            _ANY,
            r"(?:(?:zip|postal|post)[ ]?code(?:[ ]is)?|zip)[: ]+([0-9]{3,6}(?:[ -][0-9]{2,4})?)"
            r"(?!\w)",
        ),
    )
)
"""What is certain of an address, and how certain; each is looked for on one line."""
_MAY = rf"(?:{_CAP}[ -]){{0,2}}"
ANY_CASE = tuple(s for s in SEEDS if _CAP not in s[0].pattern.replace(_MAY, ""))
"""Those that need no capital."""
LABEL = re.compile(
    r"(?:address(?:es)?|located|residing|lives?|living|resides?|sent|ship(?:ped)?|deliver(?:ed|y)?"
    r"|mail(?:ed)?|based)(?:[ ]+(?:is|was|are|to|at|from|as|in|on)|[ \t]*:)+[ \t\n]+",
    re.I,
)
INSIDE = re.compile(
    rf"(?:(?:{_CAP}|[0-9][\w/-]{{0,9}}),?[ \t]+){{0,7}}(?:{_CAP}|[0-9][\w/-]{{0,9}})"
)
IN_TOWN = re.compile(
    rf"(?<!\w)(?:in|at|from|to|near)[ ]((?:{_CAP}[ ]+){{1,4}}[0-9]{{4,5}})(?![\w.,:/-]*[0-9])"
)
GAP = re.compile(r"[ \t]*(?:,|[-–](?=[ ]))?[ \t]*(?:\n[ \t>|?*]{0,8}){0,2}[ \t]*(?:,[ \t]*)?")
ITEM = re.compile(
    rf"(?P<unit>{UNIT}|{_FLOOR}|(?:[^\W\d_][\w.'’-]*[ ]){{1,3}}?{_STATED}|#[ ][0-9]{{1,6}}(?!\w)"
    r"|[0-9]{1,2}\.?[ºª°](?:[ ]?(?:[A-Z]|Esq|Dto|Dta|Izq|Izda|Dcha|Drt|Fte)\b\.?)?)"
    r"|(?P<code>[0-9]{3}[ ][0-9]{2}(?=[ ]+[^\W\d_a-zß-öø-ÿ])"
    r"|[0-9]{4}[ ][A-Z]{2}(?!\w)|[0-9]{2,6}-[0-9]{3,4}(?![\w:/.-])"
    r"|[0-9]{3,6}(?![\w:/.-]|[ ]?[(+/-]?[0-9])"
    r"|[0-9]{3,6}(?=\.?(?:\s(?![0-9])|\Z))"
    r"|[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}(?!\w)|[0-9]{4}[ ]?[A-Z]{2}(?!\w)"
    r"|[A-Z][0-9][0-9W][ ][0-9A-Z]{4}(?!\w))"
    r"|(?P<name>(?:[A-Z]{2,3}(?![\w.])|[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]+)*)"
    r"(?:[ ]+(?:(?:de|del|la|do|da|dos|das|di|of|and|the|v|u|am|an|der|den|im|på|i|sur|sous"
    r"|les?)[ ]+){0,2}"
    r"(?:\([^\W\d_]+\)|[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]+)*)){0,4})"
)
AFTER = re.compile(r"[ \t]*(?:[,.;?!)\n\"'”]|\Z)")
BEFORE = re.compile(
    rf"(?:{_NUMBER}[ ,]+)?(?:{_CAP}[ ]+){{0,4}}(?:{_CAP}|[0-9]{{1,4}}[a-z]?)?,?[ \t]*(?:\n"
    rf"[ \t>|?*]{{0,8}})?\Z"
)
UNITED = re.compile(
    r"(?:Unit|Flat|Apartment|Apt\.?|Shop|Suite|House|Plot)[ ](?:No\.?[ ])?"
    r"(?:[0-9]{1,4}[A-Za-z]?,[ ])?\Z"
)
HOUSED = re.compile(
    rf"(?:{_TOWN}(?:,[ ]|[ ]?,?\n[ \t>]*)){{0,5}}{_TOWN}(?:,[ ]|[ ]|[ ]?,?\n[ \t>]*)\Z"
)
"""What stands before a postal code that no number begins: a house, a lane, a village."""
LETTERED = re.compile(
    r"[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}\Z|[A-Z][0-9][0-9W][ ][0-9A-Z]{4}\Z"
)
NUMBERED = re.compile(r"(?<![\w.,:/-])[0-9]{1,6},?[ ]+\Z")
MONTHS = re.compile(rf"\b(?:{MONTH})\b")
OTHER = frozenset(
    "i the this that my your our his her we you he she it they please can could would will do "
    "does is "
    "are was a an and or but if so no yes thanks thank regards name address date time where when "
    "what "
    "who how why phone tel telephone fax mobile cell office work home email e-mail mail website "
    "web url "
    "personal contact born age dear hi hello best sincerely from to for on at in by with note ps "
    "re not "
    "there here have has just also let call meet see am pm however after before since "
    "during".split()
)  # words that end an address though they have a capital

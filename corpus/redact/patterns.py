"""The patterns of the rules; what each is for is said where `rules` uses it."""

from __future__ import annotations

import re

# A pattern that begins with a literal or a set of characters lets `re` skip to where it can match;
# a look-behind in front would try every position. So what stands before is checked afterwards.
EMAIL = re.compile(r"@(?:[^\W_](?:[\w-]{0,62}\.)){1,8}[^\W\d_]{2,24}(?![\w@])")
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}\Z")
HANDLE = re.compile(r"@[^\W\d]\w{1,30}(?:\.\w{1,30})?(?![\w@])")
PERSONAL = re.compile(r"/(?:in/|u/|users?/|[@~])?([^\W\d_][\w.-]{2,40})(?![\w.])")
HOSTS = re.compile(
    r"(?:twitter|x|github|gitlab|facebook|instagram|tiktok|medium|threads|reddit|linkedin|keybase)"
    r"\.(?:com|net|io)\Z|\bt\.me\Z",
    re.I,
)
NOT_PEOPLE = frozenset(
    "about blog docs explore features help home login marketplace notifications orgs pricing "
    "search settings share sharer sharer.php intent signup status topics trending watch "
    "groups pages".split()
)
TLD = (
    "com|org|net|edu|gov|mil|io|co|uk|de|fr|info|biz|me|tv|us|ca|au|nz|ie|nl|be|se|no|dk|fi|is|es|it"
    "|pt|ch|at|pl|cz|hu|ro|gr|tr|ru|ua|jp|cn|kr|in|br|mx|ar|za|il|eu|app|dev|ai|xyz|online|site|store|tech"
)
URL = re.compile(
    r"(?:https?|ftp)://[^\s<>\"'\]\[{}|\\^`]+|www\.[^\s<>\"'\]\[{}|\\^`]+",
    re.I,
)
DOMAIN_END = re.compile(rf"\.(?:{TLD})\b(?![@\w])(?:[/:?#][^\s<>\"'\]\[{{}}|\\^`]*)?", re.I)
DOMAIN = re.compile(r"(?<![A-Za-z0-9@._-])[A-Za-z0-9][A-Za-z0-9.-]{0,79}\Z")
IP4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
IP6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*")
IP6_HEAD = re.compile(r"[0-9A-Fa-f:]{0,35}\Z")
IBAN = re.compile(r"[0-9]{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}")
CARD = re.compile(r"[0-9](?:[ \u00a0-]?[0-9]){11,18}")
SSN = re.compile(r"[0-9]{3}([- ])[0-9]{2}\1[0-9]{4}")
BARE_SSN = re.compile(r"(?:ssn|social security)\D{0,30}?([0-9]{9})(?![0-9])", re.I)
PHONE = re.compile(
    r"[0-9][0-9 \u00a0().\-\u2010-\u2013/]{4,24}[0-9](?:\s?(?:x|ext\.?)\s?[0-9]{1,5})?"
)
PHONE_WORD = re.compile(
    r"(?:phone|tel|call|mobile|cell|fax|whatsapp|text|ring|number|sms|dial)\b[^\n\d]{0,24}\Z", re.I
)
DATED = re.compile(
    r"(?:[12][0-9]{3}([-./])[01]?[0-9]\1[0-3]?[0-9]|[0-3]?[0-9]([-./])[01]?[0-9]\2(?:[12][0-9])?[0-9]{2}"
    r"|[01]?[0-9]([-./])[0-3]?[0-9]\3(?:[12][0-9])?[0-9]{2})(?![0-9-./])"
)
MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    "|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
DATE = re.compile(
    rf"[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b\.?(?:,?\s+[12][0-9]{{3}})?"
    rf"|(?:{MONTH})\.?\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?![\w:])(?:,?\s+[12][0-9]{{3}})?"
    rf"|(?:{MONTH})\.?,?\s+[12][0-9]{{3}}(?!\w)"
)
CAP = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
TOWN_NAME = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*\b(?:['’.-][^\W\d_]+)*"
STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq|Terrace"
    "|Close|Crescent|Parkway|Pkwy|Highway|Hwy|Row|Walk|Gardens|Circle|Cir|Trail|Mews|Grove|Hill"
)
TOWN = (
    rf"(?:\s*,?\s*(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|#)\.?\s*#?\w{{1,5}})?"
    rf"(?:\s*,\s*(?:{TOWN_NAME}[ \t]*){{1,3}}(?:\s*,\s*[A-Z]{{2}}\b)?)?"
    rf"(?:[\s,]*(?:[A-Z]{{2}}[ ])?(?:[0-9]{{5}}(?:-[0-9]{{4}})?|[A-Z]{{1,2}}[0-9][A-Z0-9]? ?"
    rf"[0-9][A-Z]{{2}})\b)?"
)
ADDRESS = re.compile(
    rf"[0-9]{{1,6}}[A-Za-z]?(?:-[0-9]{{1,4}})?,?[ \t]+"
    rf"(?:(?:{CAP}|[0-9]{{1,3}}(?:st|nd|rd|th))[ \t]+){{1,4}}?"
    rf"(?:{STREET})\b\.?(?:[ \t]+[NSEW]{{1,2}}\b)?{TOWN}"
    rf"|[0-9]{{1,4}},?[ \t]+(?:bis[ \t]+)?"
    rf"(?:rue|avenue|boulevard|place|quai|impasse|via|piazza|calle)[ \t]+"
    rf"(?:(?:de|du|des|la|le|les|d'|l'|della|del)[ \t]*)*"
    rf"(?:{CAP}(?:[ \t]+(?=[^\W\d_a-z]))?){{1,4}}"
)
STREET_FIRST = re.compile(
    r"(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|weg|gade|vej|gatan|gata|gate|vägen|veien|katu|laan|straat)"
    r"[ \t]+[0-9]{1,4}[a-z]?\b(?:\s*,\s*(?:[A-Z]-)?[0-9]{4,5}[ \t]+[^\W\d_]+)?"
)
STREET_NAME = re.compile(rf"(?:{CAP}[ \t-]+){{0,2}}[^\W\d_a-z][^\W\d_]{{0,30}}[ -]?\Z")
POSTAL = re.compile(
    r"P\.?[ ]?O\.?[ ]Box[ ][0-9]{1,6}|[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}(?![\w])"
    r"|[A-Z]{2}[ ][0-9]{5}(?:-[0-9]{4})?(?![\w-])"
)
NAME = r"[^\W\d_a-zß-öø-ÿ](?:[\w’-]|'(?!s\b))*"
PARTICLE = r"(?:(?:van|von|der|den|de|di|da|du|la|le|el|al|bin|ten|ter|zu|zum)[ ]+){0,3}"
TITLED = re.compile(
    r"(?:M(?:rs?|s|x|iss|me|lle|adame|onsieur|ademoiselle)|Dr|Prof(?:essor)?|Sir|Lady|Judge|Herrn?|Frau"
    r"|Fräulein|Se[ñn]ora?|Signora?)\b\.?[ \u00a0]+"
    rf"((?:[A-Z]\.[ ]?){{0,3}}{PARTICLE}{NAME}(?:[ ]+{PARTICLE}{NAME}){{0,2}})"
)
GREETED = re.compile(
    rf"(?:D(?:ear|EAR)|H(?:i|ello|ey|allo)|Liebe[rs]?|Ch(?:er|ère)"
    rf"|My name is|[Nn]ame is|I am called)[ \u00a0]+"
    rf"({NAME}(?:[ ]{PARTICLE}{NAME}){{0,2}})(?=[ ]?[,!.\n–—])"
)
NOT_NAMED = frozenset(
    "all everyone everybody sir madam there team folks friends friend guys both colleagues "
    "diary god lord world reader readers customer editor santa mum mom dad mama papa grandma "
    "grandpa you sirs ladies".split()
)
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[^\0]{0,20000}?"
    r"(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|\Z|(?=\n\0))"
    r"|A(?:KIA|SIA|ROA|IDA)[0-9A-Z]{16}(?!\w)|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{30,255}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}|sk-[A-Za-z0-9_-]{20,255}|[rsp]k_(?:live|test)_\w{16,255}"
    r"|AIza[0-9A-Za-z_-]{35}|glpat-[\w-]{20,255}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,255}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{5,}"
)
LOGIN = re.compile(r"://([^\s/:@\0]{1,64}:[^\s/@\0]{1,128})@")
QUERY = re.compile(
    r"[?&](?:access_token|api_?key|auth|key|passw(?:or)?d|pwd|secret|sig|token)=([^\s&#\"'<>\0]{8,512})",
    re.I,
)
PASSWORD = re.compile(
    r"(?:passw(?:or)?d|passcode|pwd|pin(?: code)?|api[_ -]?key|secret(?: key)?|token)"
    r"\b(?: is)?[\"']?[ \t]*[:= ]"
    r"[ \t]*[\"'`]?([^\s\"'`\0<>]{4,128})",
    re.I,
)

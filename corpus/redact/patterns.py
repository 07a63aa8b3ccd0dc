"""The patterns of the rules; what each is for is said where `rules` uses it."""

from __future__ import annotations

import re

# A pattern that begins with a literal or a set of characters lets `re` skip to where it can match;
# a look-behind in front would try every position. So what stands before is checked afterwards.
EMAIL = re.compile(r"@(?:[^\W_](?:[\w-]{0,62}\.)){1,8}[^\W\d_]{2,24}(?![\w@])")
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}\Z")
HANDLE = re.compile(r"@[^\W\d]\w{1,30}(?:\.\w{1,30})?(?![\w@])")
CITED = re.compile(r"[^\[\]\n]{0,200}\](?![(\w])")
PERSONAL = re.compile(
    r"/(?:in/|u/|users?/|[@~])?([^\W\d_][\w.-]{2,40})(?![\w.])(?=(?:/([\w.-]{2,60}))?)"
)
DECORATES = re.compile(
    r"(?:\.\w+)*(?:\([^\n]*)?[ \t]*\n(?:[ \t]*[@#*][^\n]*\n){0,6}[ \t]*(?:(?:async|export|public"
    r"|private|protected|static|abstract|final|override)[ ]+){0,3}(?:def|class|fun|func|function"
    r"|void|interface|constructor)\b|(?:\.\w+)+\(|\([ \t]*\n"
)
TAGS = frozenset(
    "param params arg args argument return returns type typedef throws throw raise raises "
    "exception see since version deprecated author authors link code inheritdoc override "
    "overload todo example ivar cvar rtype var keyword note warning brief file details "
    "ingroup private public protected internal static abstract class constructor extends "
    "implements namespace module exports property template callback event fires memberof "
    "readonly default media import keyframes charset supports layer include page container "
    "use forward mixin extend test before after override nullable notnull component "
    "injectable autowired entity staticmethod classmethod dataclass pytest".split()
)
"""Words that follow an «@» in comments of code, style sheets and annotations."""
HOSTS = re.compile(
    r"(?:twitter|x|github|gitlab|facebook|instagram|tiktok|medium|threads|reddit|linkedin|keybase)"
    r"\.(?:com|net|io)\Z|\bt\.me\Z",
    re.I,
)
NOT_PEOPLE = frozenset(
    "about blog docs explore features help home login marketplace notifications orgs pricing "
    "search settings share sharer sharer.php intent signup status topics trending watch "
    "groups pages advisories sponsors user users username orgs apps events watch search hashtag "
    "wiki issues pulls releases".split()
)
TLD = (
    "com|org|net|edu|gov|mil|io|co|uk|de|fr|info|biz|me|tv|us|ca|au|nz|ie|nl|be|se|no|dk|fi|is"
    "|es|it"
    "|pt|ch|at|pl|cz|hu|ro|gr|tr|ru|ua|jp|cn|kr|in|br|mx|ar|za|il|eu|app|dev|ai|xyz|online|site"
    "|store|tech"
)
URL = re.compile(
    r"(?:https?|ftp)://[^\s<>\"'\]\[{}|\\^`]+|www\.[^\s<>\"'\]\[{}|\\^`]+",
    re.I,
)
DOMAIN_END = re.compile(rf"\.(?:{TLD})\b(?![@\w])(?:[/:?#][^\s<>\"'\]\[{{}}|\\^`]*)?", re.I)
DOMAIN = re.compile(r"(?<![A-Za-z0-9@._-])[A-Za-z0-9][A-Za-z0-9.-]{0,79}\Z")
VERSION = re.compile(r"(?:[=<>~!]=|\b(?:version|release|ver|v)\b\.?)[ ]?\Z|[A-Za-z]-\Z", re.I)
IP4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
IP6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*")
IP6_HEAD = re.compile(r"[0-9A-Fa-f:]{0,35}\Z")
IBAN_NAMED = re.compile(
    r"\b(?:iban|IBAN|Iban)\b(?:[ ]is)?[^\w\n]{0,4}"
    r"([A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8})(?!\w)"
)
IBAN = re.compile(r"[0-9]{2}(?=(?:[ \u00a0-]?[A-Za-z0-9]){11,30})")
CARD = re.compile(r"[0-9](?:[ \u00a0-]?[0-9]){11,18}")
SSN = re.compile(r"[0-9]{3}([- ])[0-9]{2}\1[0-9]{4}")
BARE_SSN = re.compile(r"(?:ssn|social security)\D{0,30}?([0-9]{9})(?![0-9])", re.I)
PHONE = re.compile(
    r"[0-9][0-9 \u00a0().\-\u2010-\u2013/]{4,24}[0-9](?:\s?(?:x|ext\.?)\s?[0-9]{1,5})?"
)
PHONE_WORD = re.compile(
    r"\b(?:\w*phones?|tel|call|calls|calling|mobile|cell|fax|whatsapp|text|ring|number|sms"
    r"|dial|answer\w*"
    r"|messages?|reach|registered|contact|signal|viber|pager|hotline|extension"
    r"|\w*telefon\w*|téléphone|tél|teléfono|telefax|portable|móvil|movil|celular|cellulare|mobil\w*"
    r"|telemóvel|handy\w*|mobiel|gsm|bel|komórka|kom|puh|puhelin|tlf|tfn|тел|телефон"
    r"|τηλ|טלפון|هاتف|电话|電話|전화)\b"
    r"(?:[^\n\d#]{0,24}|:[ \t]*\n[ \t]*)\Z|\b(?:desk|office|home|work|direct|line|[MTPCFW]|ph)"
    r"(?:[ ]?:|(?<=ph))[ ]*\Z",
    re.I,
)
PHONE_KIND = re.compile(
    r"[ \t]*[-,(]?[ \t]?(?:office|fax|mobile|cell|home|work|tel|phone|landline|whatsapp|direct)\b",
    re.I,
)
MONEY = re.compile(r"[ ]?(?:[%€$£]|usd|eur|gbp|dollars|euros|pounds|km|kg|people)", re.I)
DATED = re.compile(
    r"(?:[12][0-9]{3}([-./])[01]?[0-9]\1[0-3]?[0-9]|[0-3]?[0-9]([-./])[01]?[0-9]\2"
    r"(?:[12][0-9])?[0-9]{2}"
    r"|[01]?[0-9]([-./])[0-3]?[0-9]\3(?:[12][0-9])?[0-9]{2})(?![0-9]|[-./][0-9])"
)
MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    "|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
NAME = r"[^\W\d_a-zß-öø-ÿ](?:[\w’-]|'(?!s\b))*"
PARTICLE = (
    r"(?:(?:van|von|der|den|del|della|de|dos|das|di|da|du|la|le|el|al|bin|ten|ter|zu|zum)[ ]+){0,3}"
)
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[^\0]{0,20000}?"
    r"(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|\Z|(?=\n\0))"
    r"|A(?:KIA|SIA|ROA|IDA)[0-9A-Z]{16}(?!\w)|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{30,255}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}|sk-[A-Za-z0-9_-]{20,255}|[rsp]k_(?:live|test)_\w{16,255}"
    r"|AIza[0-9A-Za-z_-]{35}|glpat-[\w-]{20,255}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,255}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{5,}"
    r"|(?:AC|SK)[0-9a-f]{32}(?!\w)"
)
RARE_KEYS = re.compile(
    r"SG\.[\w-]{16,32}\.[\w-]{16,64}|ya29\.[\w-]{20,255}|do[por]_v1_[a-f0-9]{64}"
    r"|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|pypi-AgE[\w-]{40,255}|xapp-[0-9]-[\w-]{20,255}"
    r"|gl(?:sa|rt|dt|ptt)[_-]\w{20,64}|AGE-SECRET-KEY-1[0-9A-Z]{50,60}|sq0[a-z]{3}-[\w-]{22,60}"
    r"|(?:dckr_pat|lin_api|whsec|figd|gsk|sntrys|nvapi|hvs|xai|pplx|r8)[_.-][\w-]{20,255}"
    r"|key-[0-9a-f]{32}(?!\w)|[0-9]{8,10}:AA[\w-]{33}(?!\w)"
    r"|https://(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/[\w/-]{24,255}"
)
RARE = (
    "SG.", "ya29.", "_v1_", "shpat_", "shpca_", "shppa_", "shpss_", "pypi-A", "xapp-", "glsa_",
    "glrt-", "gldt-", "glptt-", "AGE-SEC", "sq0", "dckr_pat", "lin_api", "whsec", "figd", "gsk_",
    "sntrys", "nvapi", "hvs.", "xai-", "pplx-", "r8_", "key-", ":AA", "hooks.slack", "api/webhooks",
)  # fmt: skip
"""One of these is in every key of `RARE_KEYS`; to look for them is faster than for the pattern."""
BEARER = re.compile(
    r"(?:Bearer|Basic|Token)[ ]([\w.~+/=-]{16,512})|-(?:u|-user)[ ][\w.@-]+:(\S{4,128})"
)
ASSIGNED = re.compile(
    r"[SsTtPpAaCc](?i:(?<=s)ecret|(?<=t)oken|(?<=p)assw|(?<=a)(?:pi|ccess)[_-]?key"
    r"|(?<=c)redential)[\w-]{0,24}[\"']?"
    r"[ \t]*[:=]>?[ \t]*[\"'`]?([\w+/=.~!@#$%^&*-]{8,255})(?![\w(\[{])",
)
PASSWORD_WORDS = (
    "passwort", "kennwort", "mot de passe", "contraseña", "contrasena", "senha", "passord",
    "lösenord", "adgangskode", "salasana", "wachtwoord", "hasło", "пароль", "heslo", "jelszó",
    "parola", "şifre", "κωδικός", "סיסמה", "パスワード", "密码", "비밀번호",
)  # fmt: skip
"""What a password is called in other languages."""
PASSWORD_IN = re.compile(
    rf"\b(?:{'|'.join(PASSWORD_WORDS)})\b"
    r"(?:[ ](?:ist|is|är|er|es|è|é|est|on))?[ \t]*[:= ：][ \t]*"
    r"[\"'`«]?([^\s\"'`»\0<>]{4,128})",
    re.I,
)
LOGIN = re.compile(r"://([^\s/:@\0]{1,64}:[^\s/@\0]{1,128})@")
QUERY = re.compile(
    r"[?&](?:access_token|api_?key|auth|key|passw(?:or)?d|pwd|secret|sig"
    r"|token)=([^\s&#\"'<>\0]{8,512})",
    re.I,
)
PASSWORD = re.compile(
    r"[PpAaSsTt](?i:(?<=p)(?:ass(?=[ ]?[:=])|assw(?:or)?d|asscode|wd|in(?: code)?)"
    r"|(?<=a)pi[_ -]?key|(?<=s)ecret(?: key)?|(?<=t)oken)"
    r"\b(?: is)?[\"']?[ \t]*[:= ]"
    r"[ \t]*[\"'`]?([^\s\"'`\0<>]{4,128})"
)
CALL = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*[\[(]")
"""Code, not a password: «self.tokens[3]»."""
THREE_DIGITS = re.compile(r"[0-9](?:[^0-9\n]{0,24}[0-9]){2}")
LABEL_STEMS = (
    "licen", "permit", "passport", "acc", "polic", "member", "customer", "client", "patient",
    "employee", "student", "case", "file", "application", "ref", "order", "booking", "reserv",
    "conf", "invoice", "claim", "contract", "registr", "tax", "vat", "insurance", "record",
    "mrn", "nhs", "ni", "card", "id", "serial", "imei", "vin", "tracking", "ticket", "docket",
    "nr", "n°", "nº", "nummer", "pesel", "regon", "c.f", "fiscal", "bsn", "cpf", "cnpj", "cpr",
    "curp", "rut", "ahv", "aadhaar", "pan", "abn", "tfn", "siret", "sécurité", "mbo",
)  # fmt: skip
LABELLED = re.compile(
    r"(?:licen[cs]e|permit|passport|account|acct|policy|member(?:ship)?|customer|client|patient"
    r"|employee"
    r"|student|case|file|application|appeal|reference|ref|order|booking|reservation|confirmation"
    r"|conf\.|invoice"
    r"|claim"
    r"|contract|registration|tax|vat|national insurance|insurance|medical record|record|mrn|nhs|ni"
    r"|identity card|id card|id|serial|imei|vin|tracking|ticket|docket"
    r"|\w{3,16}nummer|rechnung|facture|factura|fattura|faktura|dni|nif|nie|nip|pesel|regon|c\.f\."
    r"|codice fiscale|bsn|cpf|cnpj|cpr|curp|rut|ahv|aadhaar|pan|abn|tfn|siret|sécurité sociale"
    r"|ust-?id(?:nr)?\.?)"
    r"(?:[ ](?:plate|card|policy))?(?:[ ]?(?:(?:numbers|number|nos|no|nummer|nr|num|id|code)\b\.?"
    r"|n[°º]))?"
    r"(?:[ ]is)?[ ]?[:#]?[ ]?"
    r"((?-i:[A-Z]{1,4}(?:[ ][0-9]{2,6}){2,4}(?:[ ]?[A-Z])?|[0-9]{2,4}(?:[ ][0-9]{2,4}){3,6}"
    r"|[0-9][ ][0-9]{2}(?:[ ][0-9]{2,3}){4,5})(?!\w)"
    r"|[A-Z0-9][A-Z0-9/.-]{3,24}(?:[ ][0-9]{2,6}(?![0-9A-Za-z])){0,3})(?!\w)",
    re.I,
)
NUMBERED = re.compile(
    r"[Nn]o\. ((?:[A-Z0-9][A-Za-z0-9]{0,4}[ -]){0,3}[0-9]{1,6}/[0-9]{2,4}(?![0-9/])"
    r"|[0-9]{1,6} of (?:19|20)[0-9]{2}(?![0-9]))"
)
DOCKET = re.compile(
    r"[0-9]:[0-9]{2}-(?:cv|cr|md|mc|mj|bk|ap|po|sw)-[0-9]{3,6}(?:-[A-Z]{2,4}){0,3}"
    r"|(?!(?:1[89]|20)[0-9]{2}/[0-9]{2}(?![0-9]))[0-9]{4,6}/[0-9]{2}(?:[0-9]{2})?(?![0-9/])"
)

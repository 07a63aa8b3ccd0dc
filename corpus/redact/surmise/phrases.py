"""The words around a name that tell what it names."""

from __future__ import annotations

import re

FIRM = frozenset(
    "inc ltd llc corp co company corporation group gmbh ag plc university college school hospital "
    "bank church court council justice committee ministry department institute association club "
    "party team league union center centre museum agency press times post news society foundation "
    "hotel restaurant airport station street avenue road park lake river mountain bridge island "
    "north south east west new old saint st the de".split()
)


SAYS = frozenset(
    "said says asked asks told tells replied replies answered wrote writes shouted whispered "
    "laughed smiled nodded cried lives lived works worked thinks thought believes likes liked "
    "loves loved hates moved married died joined founded directed starred added explained "
    "insisted admitted argued agreed called texted emailed phoned rang invited".split()
)


KIN = frozenset(
    "wife husband brother sister mother father mum mom dad son daughter kid child children uncle "
    "aunt cousin nephew niece friend boyfriend girlfriend fiancé fiancee fiance partner boss "
    "colleague neighbour neighbor roommate flatmate teacher doctor nurse lawyer singer actor "
    "actress drummer guitarist producer founder player author captain coach manager director "
    "president minister senator assistant grandfather grandmother deputy spokesman spokeswoman "
    "lawyer widow parents family team-mate "
    "teammate rival opponent agent client predecessor successor secretary".split()
)


FIELDS = frozenset("iban ssn dob vat id pin atm url ip bic phone fax tel email mobile".split())


BEFORE = re.compile(
    r"(?:\bnamed?(?:\s+is|['’]?s)?\s*[:?]?|\bcall(?:ed|s)?(?:\s+(?:me|him|her))?|\bi(?:['’]m| am)"
    r"|\bthis is|\bsigned|\bregards,?|\bsincerely,?|\bcheers,?|\bmr|\bmrs|\bms|\bdr|\bnee|\bnée)"
    r"[ \t]*[:\-]?[ \t]+\Z",
    re.I,
)


TOLD = re.compile(
    r"\b(?:(?:my|his|her|their|last|first|maiden|full|sur)[ ]?name(?: is|'s|[ \t]*[:?])|name:"
    r"|calls? me)[ \t]+",
    re.I,
)


ALONE = re.compile(r"[\s>|?*•–-]*\Z")


VOCATIVE = re.compile(
    r",[ ]+(?:can|could|would|will|do|did|are|is|have|please|what|where|when|why|how|i|you|we|it"
    r"|thanks|thank|let|don['’]t|my|this|that|the)\b",
    re.I,
)


LIVES = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|born|based|mov(?:e|es|ed|ing)|travel(?:s|l?ed|l?ing)?|trip|arrived?"
    r"|stay(?:s|ed|ing)?|stuck|located|flew|fly|flying|drove|went|going|back|home|coming|welcome"
    r"|return(?:s|ed|ing)?|originally|here|office|apartment|flat|house|weekend|holiday)"
    r"(?:[ ](?:up|down|over|back|here|home))?[ ](?:in|at|to|near|from|for|of|around)[ ]\Z",
    re.I,
)


AT = re.compile(
    r"\b(?:in|at|to|from|near|of|around|via|outside|into|towards?|between|across|throughout"
    r"|de|à|nach|aus|bei|til|fra|i|en|van)[ ]\Z",
    re.I,
)
OF = re.compile(r",[ ]?(?:[A-Z]{2}\b|[A-Z]\w+)|[ ](?:\([A-Z]|[A-Z]{2}[ ][0-9]{5}\b)")
"""What stands before a place, and after it."""


NICK = re.compile(
    r"[ ](?:\([A-Z][\w' ]{1,14}\)|[\"“'‘][A-Z][\w' .]{1,18}[\"”'’])(?:[ ][A-Z]\.?(?!\w))*"
    r"[ ][A-Z][\w'’-]*[a-z]\b"
)
"""A nickname inside a name, and the family name after it: «(Shri) S. Narayan», «"Bo" Lind»."""
ORDINAL = re.compile(r",?[ ](?:(?:Jr|Sr|jr|sr|JR|SR)\b\.?|(?:II|III|IV)\b)")
QUOTE = re.compile(r"[:;\"“”\n(|<>\[\]]")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SPELT = re.compile(
    r"(?:about |over |nearly |almost |some |more than |less than |at least )?"
    r"(?:[0-9]+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty"
    r"|thirty|forty|fifty)(?: and a half)?[ -](?:and [a-z]+ )?(?:years?|months?|weeks?|days?)"
    r"['’]?(?: and [a-z]+ (?:months?|weeks?|days?)['’]?)?\Z"
    rf"|.*(?:\b(?:1[5-9]|20)[0-9]{{2}}s?\b|\b(?:{_MONTHS})\b)"
)
"""A time that says when, or exactly how long: not «today», «next week», «the first months»."""
INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ ]?){1,2}[A-Z]\.(?!\w|[ ][^\W\d_a-z]|[A-Z])")
"""Initials that stand for a person: «the witness, J.K., said»."""
NO_INITIALS = frozenset(
    "u.s. u.s.a. u.k. e.u. u.n. d.c. p.o. p.s. n.b. b.c. a.d. a.m. p.m. l.a. n.y. b.a. m.a. "
    "b.s. m.s. j.d. m.d. d.d.s. r.i.p. i.d. t.v. c.d. d.j. c.v. q.a. h.q. n.a. v.p. i.e. e.g. "
    "c.o.d. i.o.u. n.j. n.h. n.c. s.c. n.d. s.d. w.v. r.i. m.p. b.o. d.o.b. f.c. a.c. s.a. n.v. "
    "b.v. s.r.l. l.p. l.l.c. p.l.c. k.o. o.k. t.b.a. t.b.d. a.k.a. e.t.a. f.y.i. g.p. p.e. u.f.o. "
    "v.i.p.".split()
)
AGE = re.compile(r"\b(?:aged?|old)\b|-year", re.I)

"""Whose words: the author's own characters kept, in 200 invented mails, beside other parsers.

A leave-taking and the name below it count neither way: a person types them, or a template does.
Recall is the share of the author's characters (blanks aside) that are kept, precision the share
of what is kept that is the author's. Once by the rules alone, once with what the mails answered
and the author's other mails tell. Speed is that of the rules on typical mail.
"""

from __future__ import annotations

import importlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bench.measure import Bench
from bench.quote_mails import STYLES, TONGUES, Made, mails
from corpus.letters import fit as letters
from corpus.letters import quotes
from corpus.schema import WORK, record_batch

MAILS = 200
SEED = 11
RECALL = PRECISION = 0.99
MB_PER_CPU_SECOND = 20.0
Kept = list[bool]


def owned(mail: Made) -> list[bool | None]:
    """Return for each character whether the author wrote it, None where it is not asked."""
    mask: list[bool | None] = [None if c.isspace() else False for c in mail.text]
    at = mail.text.find(mail.leave)
    if at >= 0:
        mask[at : at + len(mail.leave)] = [None] * len(mail.leave)
    at = 0
    for piece in mail.own:
        for line in piece.split("\n"):
            at = mail.text.index(line, at)
            mask[at : at + len(line)] = [True] * len(line)
            at += len(line)
    return mask


def by_spans(mail: Made, known: quotes.Known = quotes.NOTHING) -> Kept:
    mask = [True] * len(mail.text)
    for start, end, _ in quotes.cut(mail.text, known).spans:
        mask[start:end] = [False] * (end - start)
    return mask


def by_text(parse: Callable[[str], str]) -> Callable[[Made], Kept]:
    """Return which characters a parser keeps that only gives back text: its lines, in order."""

    def kept(mail: Made) -> Kept:
        mask, at = [False] * len(mail.text), 0
        for line in parse(mail.text).split("\n"):
            found = mail.text.find(line.strip(), at) if line.strip() else -1
            if found >= 0:
                at = found + len(line.strip())
                mask[found:at] = [True] * (at - found)
        return mask

    return kept


def counts(mail: Made, kept: Kept) -> tuple[int, int, int]:
    """Return how many characters are own, kept, and both."""
    seen = [(o, k) for o, k in zip(owned(mail), kept, strict=True) if o is not None]
    return sum(o for o, _ in seen), sum(k for _, k in seen), sum(o and k for o, k in seen)


def shares(numbers: Iterable[tuple[int, int, int]]) -> tuple[float, float]:
    own, kept, both = (sum(column) for column in zip(*numbers, strict=True))
    return both / max(1, own), both / max(1, kept)


def told(made: Sequence[Made]) -> dict[str, quotes.Known]:
    """Return what the mails answered and the author's other mails tell of each."""
    rows = []
    for mail in made:
        common = {"kind": "mail", "source": "mbox", "thread": mail.id}
        rows.append(
            common
            | {"id": f"{mail.id}p", "author": mail.other, "origin": "other", "text": mail.parent}
            | {"created": mail.created - timedelta(hours=5)}
        )
        people = [{"handle": f"email:{mail.author}", "name": mail.name}]
        rows.append(
            common
            | {"id": mail.id, "author": mail.author, "origin": "self", "text": mail.text}
            | {"created": mail.created, "reply_to": f"{mail.id}p", "people": people}
            | {"handle": f"email:{mail.author}"}
        )
    return letters.known_of(letters.fit([record_batch(rows, WORK)], 3))


def peers() -> dict[str, Callable[[str], str]]:
    """Return the parsers that are installed, by name."""
    found: dict[str, Callable[[str], str]] = {}
    for name, make in (
        ("email_reply_parser", lambda m: m.EmailReplyParser.parse_reply),
        ("mailparser_reply", lambda m: m.EmailReplyParser(list(TONGUES)).parse_reply),
        ("quotequail", lambda m: lambda t: "\n".join(x for ok, x in m.quote(t) if ok)),
        ("talon.quotations", lambda m: m.extract_from_plain),
    ):
        try:
            found[name] = make(importlib.import_module(name))
        except ImportError:
            continue
    return found


def measure(
    bench: Bench, name: str, made: Sequence[Made], keep: Callable[[Made], Kept]
) -> tuple[float, float]:
    """Add the rows of one parser: per language and style, and all; return its shares."""
    numbers = {mail.id: counts(mail, keep(mail)) for mail in made}
    groups: dict[str, list[Made]] = defaultdict(list)
    for mail in made:
        groups[mail.tongue].append(mail)
    for code, some in groups.items():
        row: dict[str, str | float] = {}
        for style in STYLES:
            of_style = [numbers[m.id] for m in some if m.style == style]
            row[style] = "{:.3f} {:.3f}".format(*shares(of_style))
        row["R"], row["P"] = shares([numbers[m.id] for m in some])
        bench.row(f"{name}, {code}", **row)
    recall, precision = shares(numbers.values())
    bench.row(f"{name}, all", **{"R": recall, "P": precision})
    return recall, precision


def typical() -> list[str]:
    """Return long mails as people answer them: own words above a long quote."""
    draw = random.Random(3)
    words = [w for tongue in TONGUES.values() for s in tongue.says for w in s.split()][:400]
    out = []
    for n in range(600):
        lines = [" ".join(draw.choices(words, k=11)) for _ in range(40)]
        own, quoted = "\n".join(lines[:12]), "\n> ".join(lines[12:])
        header = f"On Mon, 3 Jun 2024 at 10:{n % 60:02}, Ann Lee <ann@quay.example> wrote:"
        out.append(f"Hi Bob,\n\n{own}\n\nBest,\nAnn\n\n-- \nAnn Lee\n\n{header}\n\n> {quoted}\n")
    return out


def main() -> None:
    bench = Bench("quotes")
    made = mails(MAILS, SEED)
    known = told(made)
    alone = measure(bench, "rules alone", made, by_spans)
    fitted = measure(
        bench, "commonplace", made, lambda m: by_spans(m, known.get(m.id, quotes.NOTHING))
    )
    for name, parse in peers().items():
        measure(bench, name, made, by_text(parse))
    texts = typical()
    _, work = bench.measured(lambda: [quotes.cut(text) for text in texts])
    rate = sum(len(text.encode()) for text in texts) / 1e6 / work.cpu
    bench.row("typical mail", **{"MB/s": rate})
    bench.target("own characters kept", fitted[0], least=RECALL)
    bench.target("kept characters own", fitted[1], least=PRECISION)
    bench.target("own characters kept by the rules alone", alone[0], least=RECALL)
    bench.target("MB/s per core", rate, least=MB_PER_CPU_SECOND)
    bench.finish()


if __name__ == "__main__":
    main()

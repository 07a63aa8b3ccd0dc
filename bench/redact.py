"""Finding personal data beside plain Presidio with the same model, in one run: recall and speed.

`python -m bench.redact [FILE …]` takes annotated sets of others (presidio-research JSON, TAB, CoNLL
columns; by default the one in the data folder) and adds made ones; targets are judged by the name
of what a set is: sentences, court, news or posts. `--dev` leaves out the genres held out.
"""

from __future__ import annotations

import argparse
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import redact_finders, redact_made
from bench.measure import Bench, data
from bench.redact_metric import Score, Span, evaluate
from bench.redact_sets import Set, read

KIB = 1024
LINES, DOCUMENT, AMOUNT = 200, 4_000, 160_000  # characters of speed texts
NUMBERS = ("CREDIT_CARD", "IBAN_CODE", "US_SSN", "EMAIL_ADDRESS", "IP_ADDRESS", "URL")
SEED, EACH = 7, 120


def made_sets(dev: bool) -> list[Set]:
    """Return a set per made genre."""
    found: dict[str, Set] = {}
    for genre, text, truth in redact_made.made(SEED, EACH):
        if not (dev and genre in redact_made.HELD_OUT):
            told = found.setdefault(genre, Set(f"made {genre}", [], []))
            told.texts.append(text)
            told.truth.append(truth)
    return list(found.values())


def speed_texts() -> dict[str, list[str]]:
    """Return chat lines and documents of 4 KB of the raw library, or of the made sets."""
    path = data("real_library.zip")
    if path is None:
        texts = [text for made in made_sets(False) for text in made.texts]
        whole = "\n".join(texts)
        return {"chat lines": texts, "4 KB documents": _cut([whole])}
    with zipfile.ZipFile(path) as library:
        names = sorted(n for n in library.namelist() if not n.endswith("/"))
        chat = [_read(library, n) for n in names if "irc/" in n]
        prose = [_read(library, n) for n in names if "diary/" in n or "novels-en/" in n]
    lines = [line.partition("> ")[2][:LINES] for text in chat for line in text.splitlines()]
    return {
        "chat lines": _first([line for line in lines if line.strip()]),
        "4 KB documents": _first(_cut(prose[::7])),
    }


def _read(library: zipfile.ZipFile, name: str) -> str:
    return library.read(name).decode("utf-8", "replace")


def _cut(texts: Iterable[str]) -> list[str]:
    return [text[at : at + DOCUMENT] for text in texts for at in range(0, len(text), DOCUMENT)]


def _first(texts: Sequence[str]) -> list[str]:
    """Return texts of `AMOUNT` characters in all, taken evenly from `texts`."""
    step = max(1, sum(map(len, texts)) // AMOUNT)
    return list(texts[::step])


def score(told: Set, spans: Sequence[Sequence[Sequence[Any]]]) -> Score:
    """Return how well `spans` fit the truth of a set."""
    found = [
        [Span(s[0], s[1], told.same.get(s[2], s[2]), s[3]) for s in entities] for entities in spans
    ]
    return evaluate(told.texts, told.truth, found)


def merged(scores: Iterable[Score], type_: str) -> tuple[float, float]:
    """Return precision and recall of a type over several sets."""
    tallies = [s.types[type_] for s in scores if type_ in s.types]
    mentions, found = sum(t.mentions for t in tallies), sum(t.found for t in tallies)
    right, hit = sum(t.right for t in tallies), sum(t.hit for t in tallies)
    return right / max(1, found), hit / max(1, mentions)


def quality(name: str, mine: Score, theirs: Score) -> list[dict[str, Any]]:
    """Return rows of a set: precision, recall and masked share of each type, ours and theirs."""
    rows = []
    for type_, tally in sorted(mine.types.items(), key=lambda t: -t[1].mentions):
        other = theirs.types[type_]
        if tally.mentions:
            rows.append(
                {"set": name, "what": type_, "n": tally.mentions, "P": tally.precision,
                 "R": tally.recall, "masked": tally.hidden, "their P": other.precision,
                 "their R": other.recall, "their masked": other.hidden}
            )  # fmt: skip
    rows.append(
        {"set": name, "what": "characters", "P": mine.char_precision, "R": mine.char_recall,
         "their P": theirs.char_precision, "their R": theirs.char_recall}
    )  # fmt: skip
    return rows


def calibration(scores: Iterable[Score]) -> list[dict[str, Any]]:
    """Return how often spans of a type and a score are right, over all sets that know the type."""
    cells: dict[tuple[str, float], list[int]] = defaultdict(lambda: [0, 0])
    for each in scores:
        for (type_, at), (right, total) in each.calibration.items():
            if each.types[type_].mentions:
                cell = cells[type_, round(at, 1)]
                cell[0] += right
                cell[1] += total
    return [
        {"what": f"{type_} at {at:.1f}", "right": right / total, "n": total}
        for (type_, at), (right, total) in sorted(cells.items())
        if total >= 20
    ]


def kind(told: Set) -> str:
    """Return what a set of others is: sentences, court, news or posts."""
    if any(m.kind for truth in told.truth for m in truth):
        return "court"
    if not told.same:
        return "sentences"
    return "news" if sum(map(len, told.texts)) / max(1, len(told.texts)) > 400 else "posts"


def targets(bench: Bench, sets: Sequence[Set], mine: Mapping[str, Score]) -> None:
    """Note the targets that the sets at hand can judge."""
    for told in sets:
        if told.name.startswith("made"):
            continue
        what, found, person = kind(told), mine[told.name], mine[told.name].types["PERSON"]
        if what == "sentences":
            bench.target(f"PERSON masked, {told.name}", person.hidden, least=0.93)
            bench.target(f"character recall, {told.name}", found.char_recall, least=0.83)
            bench.target(f"character precision, {told.name}", found.char_precision, least=0.91)
            place = found.types["LOCATION"].hidden
            bench.target(f"places masked, {told.name}", place, least=0.70)
        elif what == "court":
            for of, least in (("DIRECT", 0.95), ("QUASI", 0.87)):
                bench.target(f"{of}, all mentions masked", found.all_masked(of), least=least)
        else:
            least = 0.76 if what == "news" else 0.50
            bench.target(f"PERSON recall, {told.name}", person.recall, least=least)
    numbered = [mine[s.name] for s in sets]
    for type_ in NUMBERS:
        bench.target(f"{type_} recall", merged(numbered, type_)[1], least=0.99)
    for type_, precise, recalled in (("PHONE_NUMBER", 0.85, 0.80), ("DATE_TIME", 0.85, 0.85)):
        precision, recall = merged([s for s in numbered if s.types[type_].mentions], type_)
        bench.target(f"{type_} precision", precision, least=precise)
        bench.target(f"{type_} recall", recall, least=recalled)


def speeds(bench: Bench, texts: Mapping[str, list[str]], told: Mapping[str, Any]) -> None:
    """Add the rows and targets of speed."""
    least = {"ours": {"chat lines": 75, "4 KB documents": 110}, "ours, no model": 1500}
    for engine, result in told.items():
        figures: dict[str, float] = {}
        for name, lines in texts.items():
            rate = sum(len(t.encode()) for t in lines) / KIB / result[name]["cpu"]
            figures[name] = rate
            bound: Any = least.get(engine)
            bound = bound[name] if isinstance(bound, dict) else bound
            if bound:
                bench.target(f"KiB per CPU s, {name}, {engine}", rate, least=bound)
        bench.row(engine, **{f"KiB/CPU s, {n}": f for n, f in figures.items()}, MB=result["peak"])
    bench.target("peak MB", told["ours"]["peak"], most=450)


def shown(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a table."""
    table = Table(title=title, title_justify="left")
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        table.add_column(name, justify="left" if name in ("set", "what") else "right")
    for row in rows:
        values = (row.get(name, "") for name in names)
        table.add_row(*(f"{v:.3f}" if isinstance(v, float) else str(v) for v in values))
    Console(width=120).print(table)


def participants() -> tuple[Set, list[str]]:
    """Return lower-case chat, and the full names of those who take part."""
    told = list(redact_made.chat(SEED, 600))
    handle = {"HANDLE": "PERSON"}  # «@ann» is her name
    chat = Set("participants", [t[1] for t in told], [t[2] for t in told], handle)
    return chat, told[0][3]


def main() -> None:
    """Run all engines over all sets and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.redact")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--dev", action="store_true", help="leave out the genres held out")
    told, rest = parser.parse_known_args()
    bench = Bench("redact", rest)
    usual = data("pii/synth_dataset_v2.json")
    files = told.files or ([usual] if usual else [])
    sets = [read(file) for file in files] + made_sets(told.dev)
    chat, names = participants()
    texts = speed_texts()
    asked = {s.name: {"texts": s.texts, "names": []} for s in sets}
    asked[chat.name] = {"texts": chat.texts, "names": names}
    fast = {name: {"texts": lines, "names": []} for name, lines in texts.items()}
    results = {
        engine: redact_finders.ask(engine, fast if "no model" in engine else asked | fast)
        for engine in redact_finders.ENGINES
    }
    mine = {s.name: score(s, results["ours"][s.name]["spans"]) for s in sets}
    theirs = {s.name: score(s, results["Presidio"][s.name]["spans"]) for s in sets}
    rows = [row for s in sets for row in quality(s.name, mine[s.name], theirs[s.name])]
    shown("ours beside Presidio", rows)
    shown("calibration", calibration(mine.values()))
    speeds(bench, texts, results)
    targets(bench, sets, mine)
    known = score(chat, results["ours"][chat.name]["spans"]).types["PERSON"]
    bench.target("participants' names, lower case", known.recall, least=0.99)
    bench.finish()


if __name__ == "__main__":
    main()

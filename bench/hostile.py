"""Hostile text: every reader on lines made to hold it up, seconds at one, two and four sizes.

A line of one thing repeated, alone and after the beginning of a real file of the reader's kind
(its fixture). What takes longer than `NOTICED` and grows faster than `GROWTH` from one size to four
times it is super-linear, and a target missed. Run it after a change of a pattern:
`python -m bench.hostile [KIND…]`.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from bench.measure import Bench
from corpus.letters.quotes import cut
from corpus.sources import fields, markup, mbox, mime, shape, whatsapp_lines, whatsapp_survey
from corpus.sources.archive import walk
from corpus.sources.dates import date_in
from corpus.sources.delimited import dialect_of
from corpus.sources.encoding import decode
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import SOURCES, recognise

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures"
SIZE = 128 << 10
GROWTH, NOTICED, LIMIT = 8.0, 0.4, 30
START = 6_000  # bytes of a fixture that stand before the hostile line
PIECES = (
    *(">", "[", " ", "From ", "7", "<", '{"', "a", "> ", ">>", "\t", "(", "*", "_", "`", "\\"),
    *("-", ":", '"', "'", "&", "<!--", "<p ", "<b>", "</", "=?utf-8?q?", "{", "[[", "](", "|"),
    *(",", ";", "\r", "\u200e", "é", "1/2/24, ", "12:30 ", "http://", "a@", "#", "~", "=", "+"),
    *("$", "\\begin{", '<a b="', "\n>", "\n ", "\n", "\n\n", "\nFrom ", "\n- ", "\n#", "\n:"),
    *("\n|", "On a, b wrote: ", '[{"a":', '{"id": 1, "text": "', "-----", "&amp;", "{\\"),
    *("\\'e9", "@", "%", "^", ".. ", "x:: ", "Le a écrit : ", "\nFrom: a\n", "1. ", "\n\\item"),
)
MIXED = '> [ <b a="{"(*_`\\ From 7/7/24, 12:30 - a: =?q?é "\''


class TooLong(BaseException):
    """A measurement was given up."""


def seconds(function: Callable[[], object]) -> float:
    """Return the CPU seconds `function` takes, `LIMIT` when it takes longer."""

    def rung(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, rung)
    signal.alarm(LIMIT)
    started = time.process_time()
    try:
        function()
        return time.process_time() - started
    except TooLong:
        return float(LIMIT)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def beginnings() -> dict[str, list[bytes]]:
    """Return kind → how its text fixtures begin, up to the end of a line."""
    found: dict[str, list[bytes]] = {kind: [b""] for kind in SOURCES}
    for file in walk([FIXTURES], str):
        told = recognise(file, Reading()) if isinstance(file, File) else "refused"
        if isinstance(file, File) and not isinstance(told, str):
            data = file.head(START)
            whole = data[: data.rfind(b"\n") + 1] or data
            if b"\0" not in data and len(found[told[0]]) < 4:
                found[told[0]].append(whole)
    return found


def reader(kind: str, path: Path) -> Callable[[], object]:
    """Return what recognises and reads the file at `path` as `kind`."""
    file = File(path=path, name=f"export/{path.name}", id="f1")
    module = SOURCES[kind]

    def run() -> None:
        module.recognise(file, file.head())
        try:
            for _ in module.read(file, Reading()):
                pass
        except Exception:
            pass  # a reader of another format may give up; here only time counts

    return run


PARSERS: dict[str, Callable[[str], object]] = {
    "decode": lambda text: decode(text.encode("cp1252", "replace") + b"\xe5"),
    "dialect_of": lambda text: dialect_of(text[:65_536].encode()),
    "head_text": lambda text: shape.head_text(text.encode()),
    "is_prose": shape.is_prose,
    "is_table": shape.is_table,
    "json_before_text": shape.json_before_text,
    "date_in": lambda text: date_in(text, "UTC"),
    "text_of": markup.text_of,
    "unflow": lambda text: mime.unflow(text, delete_space=True),
    "words_of": fields.words_of,
    "is_separator": lambda text: mbox.is_separator(f"From {text}\n".encode()),
    "survey": lambda text: whatsapp_survey.survey(text.split("\n")).chat("UTC"),
    "header_of": lambda text: whatsapp_lines.header_of(f"1/2/24, 12:30 - {text}"),
    "cut": cut,
}


def growth(run_at: Callable[[int], Callable[[], object]]) -> list[float]:
    """Return the seconds at one, two and four sizes; the larger ones only while they end."""
    times: list[float] = []
    for times_size in (1, 2, 4):
        took = seconds(run_at(SIZE * times_size))
        if times_size == 4 and took > NOTICED and took > GROWTH * times[0]:
            took = min(took, seconds(run_at(SIZE * times_size)))  # someone else was at work?
        times.append(took)
        if took >= LIMIT:
            break
    return times


def is_linear(times: list[float]) -> bool:
    """Return whether the times are short or grow about as the size does."""
    return times[-1] < NOTICED or (len(times) == 3 and times[-1] <= GROWTH * max(times[0], 1e-3))


def main() -> None:
    """Run the bench and exit 1 when something is super-linear."""
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    rest = [a for a in sys.argv[1:] if a.startswith("-")]
    bench = Bench("hostile", rest)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.txt"
        for kind, starts in beginnings().items():
            if wanted and kind not in wanted:
                continue
            worst = [_reader_times(kind, start, path) for start in starts]
            _report(bench, kind, max(worst, key=lambda w: (not is_linear(w[1]), w[1][-1])))
    for name, parse in PARSERS.items():
        if not wanted or name in wanted:
            _report(bench, name, _worst(_on_line(parse), len(PIECES) + 1))
    bench.finish()


Worst = tuple[str, list[float]]


def _on_line(parse: Callable[[str], object]) -> Callable[[int, int], Callable[[], object]]:
    def at(n: int, size: int) -> Callable[[], object]:
        line = _line(n, size)
        return lambda: parse(line)

    return at


def _reader_times(kind: str, start: bytes, path: Path) -> Worst:
    run = reader(kind, path)

    def at(n: int, size: int) -> Callable[[], object]:
        path.write_bytes(start + _line(n, size).encode())
        return run

    return _worst(at, len(PIECES) + 1)


def _line(n: int, size: int) -> str:
    piece = (*PIECES, MIXED)[n]
    return piece * (size // len(piece))


def _worst(at: Callable[[int, int], Callable[[], object]], count: int) -> Worst:
    """Return what took longest of all lines, one that is super-linear before others."""
    told = [((*PIECES, MIXED)[n], growth(lambda size, n=n: at(n, size))) for n in range(count)]
    return max(told, key=lambda w: (not is_linear(w[1]), w[1][-1]))


def _report(bench: Bench, name: str, worst: Worst) -> None:
    piece, times = worst
    labels = dict(zip(("x1 s", "x2 s", "x4 s"), times, strict=False))
    bench.row(f"{name}, on {piece!r}", **labels)
    grown = times[-1] / max(times[0], 1e-3) if len(times) == 3 else float("inf")
    if not is_linear(times):
        bench.target(f"growth of {name} on {piece!r}", grown, most=GROWTH)


if __name__ == "__main__":
    main()

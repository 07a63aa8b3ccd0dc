"""Text repair beside plain ftfy under the same settings: seconds, and equality of the output."""

from __future__ import annotations

from collections import Counter

import ftfy
import pyarrow.parquet as pq

from bench.measure import Bench, data
from corpus.normalise import FTFY, normalise, repair

DOCUMENTS = 3_000
MADE = "A walk by the sea, “all alone”.\nNothing happened, nobody minded, it rained.\n" * 30 + (
    "A note from an old disk: cafÃ© &amp; cake.\n"
)
"""In place of real texts, where there are none: one line of 61 is broken."""
PLAIN = "Nothing happened, nobody minded, and it rained all day.\n" * 60
FASTER, FASTER_CLEAN = 2.0, 50.0


def main() -> None:
    """Run the bench and exit 1 when a target is missed."""
    bench = Bench("normalise")
    given = data("bench/dev.parquet")
    texts = pq.read_table(given)["text"].to_pylist() if given else [MADE] * DOCUMENTS
    clean = [t for t in texts if t.isascii() and "\r" not in t and "&" not in t] or [
        PLAIN
    ] * DOCUMENTS
    equal = True
    for name, some, wanted in (("all", texts, FASTER), ("clean ASCII", clean, FASTER_CLEAN)):
        size = sum(len(t.encode()) for t in some) / 1e6
        step = repair if name == "all" else normalise
        ours, work = bench.measured(lambda some=some, step=step: [step(t, Counter()) for t in some])
        theirs, peer = bench.measured(lambda some=some: [ftfy.fix_text(t, FTFY) for t in some], 1)
        equal = equal and (name != "all" or ours == theirs)
        bench.row(f"ours, {name}", cpu_s=work.cpu, mb_s=size / work.cpu)
        bench.row(f"ftfy.fix_text, {name}", cpu_s=peer.cpu, mb_s=size / peer.cpu)
        bench.target(f"times ftfy, {name}", peer.cpu / work.cpu, least=wanted)
    bench.target("output equal", float(equal), least=1)
    bench.finish()


if __name__ == "__main__":
    main()

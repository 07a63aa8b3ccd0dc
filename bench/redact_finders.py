"""The engines that are compared, each run in a process of its own, with one thread.

`python -m bench.redact_finders ENGINE IN OUT` reads {set: {texts, names}} from IN and writes
{set: {cpu, spans}} and the peak memory to OUT. The model is loaded before the clock starts.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Span = tuple[int, int, str, float]
Find = Callable[[Sequence[str], Sequence[str]], list[list[Span]]]
SINGLE = dict.fromkeys(("BLIS_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
WARM = "Ann Lee wrote from Berlin on 3 May 2020, call +1 503 555 0142"
EVERYTHING = ("URL", "DATE_TIME", "ORGANIZATION", "NRP")


def ours(ner: bool) -> Find:
    """Return our finder, looking for all types."""
    from corpus.people import People, Person
    from corpus.redact import Redact, find

    settings = Redact(ner=ner, actions=dict.fromkeys(EVERYTHING, "surrogate"))

    def run(texts: Sequence[str], names: Sequence[str]) -> list[list[Span]]:
        people = People(person=tuple(Person(names=(name,)) for name in names))
        found = find(texts, settings, people)
        return [[(e.start, e.end, e.type, e.score) for e in entities] for entities in found]

    return run


def presidio(ner: bool) -> Find:
    """Return a plain AnalyzerEngine at its defaults, with the same model or none; ORG is on."""
    from corpus.redact import quiet
    from corpus.redact.ner.models import model_folder

    analyzer: Any = quiet.presidio()
    spacy: Any = quiet.spacy()
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    usual = NerModelConfiguration().labels_to_ignore
    told = NerModelConfiguration(labels_to_ignore=[n for n in usual if n != "ORG"])
    engine = SpacyNlpEngine(ner_model_configuration=told)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        engine.nlp = {"en": spacy.load(model_folder()) if ner else spacy.blank("en")}
    plain = analyzer.AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])

    def run(texts: Sequence[str], names: Sequence[str]) -> list[list[Span]]:
        results = [plain.analyze(text, "en", score_threshold=0.4) for text in texts]
        return [[(r.start, r.end, r.entity_type, r.score) for r in found] for found in results]

    return run


ENGINES: dict[str, Callable[[], Find]] = {
    "ours": lambda: ours(True),
    "ours, no model": lambda: ours(False),
    "Presidio": lambda: presidio(True),
    "Presidio, no model": lambda: presidio(False),
}


def ask(engine: str, sets: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    """Return what `engine` finds in each set, what that took, and «peak» in MB (10^6)."""
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder, "in.json"), Path(folder, "out.json")
        given.write_text(json.dumps(sets), "utf-8")
        command = [sys.executable, "-W", "ignore", "-m", __name__, engine, str(given), str(taken)]
        subprocess.run(command, check=True, env=os.environ | SINGLE)
        return json.loads(taken.read_text("utf-8"))


def main(engine: str, given: Path, taken: Path) -> None:
    """Run `engine` over the sets of `given` and write what it found to `taken`."""
    import logging

    logging.disable(logging.CRITICAL)
    find = ENGINES[engine]()
    find([WARM], [])
    out: dict[str, Any] = {}
    for name, told in json.loads(given.read_text("utf-8")).items():
        find([WARM], told["names"])
        start = time.process_time()
        spans = find(told["texts"], told["names"])
        out[name] = {"cpu": time.process_time() - start, "spans": spans}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out["peak"] = peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
    taken.write_text(json.dumps(out), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

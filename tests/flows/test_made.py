"""No checksummed value of the redaction bench's made texts is left in a library built of them."""

import numpy as np

import store
from bench.redact_made import made
from tokenizer.load import load

CERTAIN = {"EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD"}
QUICK = ("--until", "write-shards", "--set", "redact.ner=false", "--set", "run.workers=1")


def test_made_values_are_nowhere_in_what_is_published(commands, tmp_path):
    texts, planted = [], set()
    for _, text, mentions in made(11, 40):
        texts.append(text)
        planted |= {text[m.start : m.end] for m in mentions if m.type in CERTAIN}
    assert len(planted) >= 30
    exports = tmp_path / "exports"
    exports.mkdir()
    for n in range(0, len(texts), 8):
        (exports / f"note {n:03}.txt").write_text("\n\n".join(texts[n : n + 8]), "utf-8")
    library = tmp_path / "lib"
    commands("init", library, "--from", exports, "--me", "Nobody Inparticular")
    commands("build", library, *QUICK)
    said = "\n".join(_published(library)).casefold()
    assert len(said) > 20_000
    assert [value for value in planted if value.casefold() in said] == []


def _published(library):
    with store.open(library) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        for (name,) in names:
            for row in connection.execute(f"SELECT * FROM {name}").fetchall():
                yield "\n".join(str(value) for value in row if value is not None)
        shards = connection.execute("SELECT path, dtype, tokenizer FROM shards").fetchall()
    for path, dtype, key in shards:
        reader = load(library / "tokenizers" / key)
        yield reader.decode(np.fromfile(library / path, dtype))
        yield from (reader.decode([id_]) for id_ in range(reader.vocabulary))
    for path in library.rglob("*"):
        if path.is_file() and path.relative_to(library).parts[0] not in ("secrets", "objects"):
            yield path.read_bytes().decode("utf-8", "ignore")

"""Full text in plain SQL: postings with BM25 weights, filled by the build, asked by a macro.

BM25: Robertson and Zaragoza, «The Probabilistic Relevance Framework», 2009. What a term weighs in
a document depends on the corpus alone, so it is worked out once, and a question only adds up.
"""

from __future__ import annotations

import duckdb

Columns = dict[str, tuple[str, str]]

K1, B = 1.2, 0.75
AT_ONCE = 1_024  # documents; 32,768 of 4 KB took 200 MB more and no less time
SCALE = 10_000  # weights are kept as whole numbers, which take two bytes

TABLES: dict[str, tuple[str, Columns]] = {
    "vocabulary": (
        "The words of documents in use, folded, for search and the view terms.",
        {
            "term_id": ("UINTEGER", "number of the word, in alphabetical order"),
            "term": ("VARCHAR", "the word: lower case, without accents"),
            "documents": ("UINTEGER", "documents it is in"),
            "occurrences": ("UBIGINT", "times it is written"),
            "mine": ("UBIGINT", "times it is written in the person's own words"),
            "rarity": ("FLOAT", "its weight in BM25: ln(1 + (all - documents + .5) / (that + .5))"),
        },
    ),
    "postings": (
        "Which word is in which document; what search adds up.",
        {
            "term_id": ("UINTEGER", "number of the word"),
            "doc": ("UINTEGER", "rowid of the document in documents"),
            "weight": ("USMALLINT", f"BM25 weight of the word in the document, times {SCALE:,}"),
        },
    ),
}

# Without spaces, a character of Han is a word; one of these is none, so they go in pairs.
_PAIRED = r"[\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
# Here, as in those, a mark is a vowel and no accent: words stay as they are.
_MARKED = (
    r"[\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}"
    r"\p{Malayalam}\p{Sinhala}\p{Tibetan}]"
)
_SIGNS = r"[\x{2600}-\x{27BF}\x{1F1E6}-\x{1F1FF}\x{1F300}-\x{1F3FA}\x{1F400}-\x{1FAFF}]"  # emoji
_LOWER = "lower(nfc_normalize(written))"
_OTHERS = f"regexp_replace({_LOWER}, '{_PAIRED}+|{_MARKED}+', ' ', 'g')"


def _split(text: str) -> str:
    """Return SQL for the words of the SQL `text`, in lower case, where marks are accents."""
    folded = f"strip_accents({text})"
    for letter, written in (p.split("=") for p in "ß=ss ς=σ æ=ae ø=o œ=oe ł=l ﬁ=fi ﬂ=fl".split()):
        folded = f"replace({folded}, '{letter}', '{written}')"
    apart = f"regexp_replace({folded}, '(\\p{{Han}})', ' \\1 ', 'g')"
    return f"regexp_extract_all({apart}, '[\\p{{L}}\\p{{M}}\\p{{N}}_]+|{_SIGNS}')"


MACROS: dict[str, tuple[str, str]] = {
    "words": (
        "words(text): the words of a text as search knows them, folded",
        f"""words(written) AS CASE
            WHEN strlen(written) = length(written)
            THEN regexp_extract_all(lower(written), '[a-z0-9_]+')
            WHEN NOT regexp_matches(written, '{_PAIRED}|{_MARKED}')
            THEN {_split(_LOWER)}
            ELSE list_concat(
                {_split(_OTHERS)},
                regexp_extract_all({_LOWER}, '{_MARKED}+'),
                regexp_extract_all({_LOWER}, '{_PAIRED}{{2}}'),
                regexp_extract_all(
                    regexp_replace({_LOWER}, '{_PAIRED}({_PAIRED}*)', '\\1', 'g'), '{_PAIRED}{{2}}'
                )
            ) END""",
    ),
    "search": (
        "search(words, n := 20): the n documents in use that fit the words best, by BM25",
        f"""search(asked, n := 20) AS TABLE
            WITH found AS (
                SELECT term_id, rarity FROM vocabulary WHERE term IN (SELECT unnest(words(asked)))
            ), best AS (
                SELECT doc, sum(weight * rarity) / {SCALE} AS score
                FROM postings JOIN found USING (term_id)
                GROUP BY doc ORDER BY score DESC, doc LIMIT n
            )
            SELECT round(score, 3) AS score, documents.*
            FROM best JOIN documents ON documents.rowid = best.doc ORDER BY best.score DESC, doc""",
    ),
}
"""Macro → (comment, definition)."""


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros of `MACROS`, with their comments."""
    for name, (comment, definition) in MACROS.items():
        connection.execute(f"CREATE MACRO {definition}")
        kind = "MACRO TABLE" if " AS TABLE" in definition else "MACRO"
        connection.execute(f"COMMENT ON {kind} {name} IS '{comment}'")


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `TABLES` from the documents, whose rows must then stay where they are.

    Words are counted some documents at a time, since what is counted at once is in memory.
    """
    told = connection.execute("SELECT coalesce(max(rowid), -1) FROM documents").fetchone()
    connection.execute("CREATE TEMP TABLE counted (term VARCHAR, doc UINTEGER, tf UINTEGER)")
    for first in range(0, int(told[0]) + 1 if told else 0, AT_ONCE):
        connection.execute(_COUNTED, {"first": first, "end": first + AT_ONCE})
    connection.execute(_SIZES)
    connection.execute(_VOCABULARY)
    connection.execute(_POSTINGS)
    connection.execute("DROP TABLE counted; DROP TABLE sizes")


_COUNTED = """INSERT INTO counted
    SELECT term, doc, count(*) FROM (
        SELECT rowid AS doc, unnest(words(concat_ws(' ', title, text))) AS term
        FROM documents WHERE rowid >= $first AND rowid < $end)
    GROUP BY ALL"""

_SIZES = "CREATE TEMP TABLE sizes AS SELECT doc, sum(tf) AS n FROM counted GROUP BY doc"

_VOCABULARY = """INSERT INTO vocabulary
    SELECT (row_number() OVER (ORDER BY term) - 1)::UINTEGER, term, count(*)::UINTEGER,
           sum(tf)::UBIGINT, coalesce(sum(tf) FILTER (origin = 'self'), 0)::UBIGINT,
           ln(1 + ((SELECT count(*) FROM sizes) - count(*) + .5) / (count(*) + .5))::FLOAT
    FROM counted JOIN (SELECT rowid AS place, origin FROM documents) ON place = doc
    GROUP BY term ORDER BY term"""

_POSTINGS = f"""INSERT INTO postings
    SELECT term_id, doc, round({SCALE} * {K1 + 1} * tf / (tf + {K1} * ({1 - B} + {B} * n /
           (SELECT avg(n) FROM sizes))))::USMALLINT AS weight
    FROM counted JOIN vocabulary USING (term) JOIN sizes USING (doc) ORDER BY term_id, doc"""

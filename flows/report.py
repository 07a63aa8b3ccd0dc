"""The report of a run: one page of tables and plots, `runs/<run>/report.html`, from the catalogue.

It shows what anybody with the catalogue may see, and no document's text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from flows.plots import Bar, Column, bars, columns
from flows.show import cell
from store.library import Library
from store.objects import write_whole
from store.query import open_catalogue

REPORT = "report.html"
Rows = Sequence[dict[str, Any]]

STYLE = """
:root { color-scheme: light dark; --a: #2f6f9f; --b: #d9822b; --n: #767676; --l: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .3rem; }
h3 { font-size: .85rem; font-weight: 600; margin: .8rem 0 .2rem; }
p { margin: .2rem 0 .8rem; color: var(--n); } svg { max-width: 100%; height: auto; }
svg text { font-size: 12px; fill: currentColor; } svg text.n { font-size: 11px; fill: var(--n); }
svg rect.a { fill: var(--a); } svg rect.b { fill: var(--b); } svg line { stroke: var(--l); }
table { border-collapse: collapse; font-size: .85rem; margin: .6rem 0; }
th, td { padding: .15rem .7rem .15rem 0; text-align: left; border-bottom: 1px solid var(--l); }
td.r, th.r { text-align: right; font-variant-numeric: tabular-nums; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0 1rem; }
nav { columns: 3; font-size: .9rem; } .wide { overflow-x: auto; }
"""


class Part(NamedTuple):
    """A part of the report: what it tells, the query behind it ($run is the run), how it is drawn.

    `table` says whether the rows follow the plot as a table.
    """

    told: str
    query: str
    draw: Callable[[Rows], str] | None = None
    table: bool = True


def write_report(library: Library, run: str, accept: Callable[[str], None]) -> Path:
    """Write the report of `run` into its folder, whole or not at all, and return its path.

    `accept` is given the page before; nothing is written when it raises. Raises NoLibrary when no
    catalogue is published.
    """
    with open_catalogue(library) as connection:
        page = page_of(connection, run)
    accept(page)
    path = library.runs / run / REPORT
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page)
    return path


def page_of(connection: duckdb.DuckDBPyConnection, run: str) -> str:
    """Return the report of `run`, drawn from the catalogue in use."""
    parts = [(title, _part(connection, part, run)) for title, part in PARTS.items()]
    about = _rows(connection, "SELECT * FROM runs WHERE run = $run", run)
    return _page(run, about, [(title, html) for title, html in parts if html])


def _rows(connection: duckdb.DuckDBPyConnection, query: str, run: str) -> Rows:
    needed = {"run": run} if "$run" in query else {}
    found = connection.execute(query, needed)
    names = [d[0] for d in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _part(connection: duckdb.DuckDBPyConnection, part: Part, run: str) -> str:
    rows = _rows(connection, part.query, run)
    if not rows:
        return ""
    drawn = part.draw(rows) if part.draw else ""
    return f"<p>{escape(part.told)}</p>{drawn}{_table(rows) if part.table else ''}"


def _page(run: str, about: Rows, parts: Sequence[tuple[str, str]]) -> str:
    told = about[0] if about else {}
    line = [f"started {cell(told['started'])} UTC", f"version {told['version']}"] if told else []
    line += [f"settings {str(told['settings'])[:12]}"] if told else []
    links = "".join(f'<li><a href="#{_anchor(t)}">{escape(t)}</a></li>' for t, _ in parts)
    body = "".join(f'<h2 id="{_anchor(t)}">{escape(t)}</h2>{html}' for t, html in parts)
    return document(
        f"Run {run}",
        f"<h1>Run {escape(run)}</h1><p>{escape(' · '.join(line))}</p>"
        f"<nav><ul>{links}</ul></nav>{body}",
    )


def document(title: str, body: str, style: str = "") -> str:
    """Return the HTML `body` as a whole page in the style of all reports, and `style` besides."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _table(rows: Rows) -> str:
    """Return `rows` as a table; a column of numbers stands on the right."""
    right = {n for n in rows[0] if any(isinstance(r[n], (int, float)) for r in rows)}
    kind = {n: ' class="r"' if n in right else "" for n in rows[0]}
    head = "".join(f"<th{kind[n]}>{escape(n.replace('_', ' '))}</th>" for n in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td{kind[n]}>{escape(cell(v))}</td>" for n, v in row.items()) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _funnel(rows: Rows) -> str:
    return bars(
        [
            Bar(r["step"], r["kept"], r["removed"], f"{r['kept']:,} kept, {r['removed']:,} removed")
            for r in rows
        ]
    )


def _counted(label: str, value: str) -> Callable[[Rows], str]:
    """Return what draws a bar per row: as long as its `value`, named by its `label`."""

    def draw(rows: Rows) -> str:
        return bars([Bar(cell(r[label]), float(r[value] or 0), 0, cell(r[value])) for r in rows])

    return draw


def _over_time(rows: Rows) -> str:
    return columns([Column(str(r["month"]), float(r["bytes"])) for r in rows])


def _histogram(rows: Rows) -> str:
    return columns([Column(cell(r["bucket"]), float(r["count"])) for r in rows])


def _bounds(rows: Rows) -> str:
    """Return a histogram per rule and kind; what lies beyond the bound stands in another colour."""
    drawn = []
    for (rule, kind), group in groupby(rows, key=lambda r: (r["rule"], r["kind"])):
        found = list(group)
        plot = columns([Column(r["bucket"], r["value"], _beyond(r)) for r in found], 60, 224, 3)
        told = f"{rule} {cell(found[0]['threshold'])} · {kind}"
        drawn.append(f"<div><h3>{escape(told)}</h3>{plot}</div>")
    return f'<div class="grid">{"".join(drawn)}</div>'


def _beyond(row: dict[str, Any]) -> bool:
    """Return whether a bucket lies beyond the bound of its rule."""
    low, _, high = str(row["bucket"]).partition("–")
    below = str(row["rule"]).startswith("min-")
    try:
        return float(high or low) <= row["threshold"] if below else float(low) >= row["threshold"]
    except ValueError:
        return False


PARTS: dict[str, Part] = {
    "Through the steps": Part(
        "Documents in use after each step, and those removed there. Rates are of the jobs that "
        "hold the step; a step found from an earlier run takes no time.",
        "SELECT step, documents_in, kept, removed, added, bytes_in, bytes_out, seconds, "
        "CASE WHEN seconds > 0 THEN documents_in / seconds END AS documents_per_s, "
        "CASE WHEN seconds > 0 THEN bytes_in / seconds / 1e6 END AS MB_per_s "
        "FROM funnel WHERE run = $run ORDER BY n",
        _funnel,
    ),
    "What was read": Part(
        "Every file that was found: what it held became a document, was dropped for a reason, "
        "or could not be read. Without a source are files that no reader knows.",
        "SELECT coalesce(source, '(not read)') AS source, count(*) AS files, sum(seen)::BIGINT "
        "AS seen, sum(emitted)::BIGINT AS emitted, sum(dropped)::BIGINT AS dropped, "
        "sum(errored)::BIGINT AS errored, sum(mine)::BIGINT AS mine, min(first)::DATE AS first, "
        "max(last)::DATE AS last FROM sources GROUP BY ALL ORDER BY emitted DESC, source",
        _counted("source", "emitted"),
    ),
    "Why items became no document": Part(
        'Reasons of the readers, most frequent first; commonplace sql LIBRARY "SELECT * FROM '
        'source_problems" lists each with its place.',
        "SELECT outcome, reason, count(*) AS items, count(DISTINCT file) AS files "
        "FROM source_problems GROUP BY ALL ORDER BY items DESC, reason LIMIT 20",
    ),
    "Own writing over time": Part(
        "Bytes of own words in use, by month.",
        "WITH found AS (SELECT date_trunc('month', day) AS month, sum(bytes) AS bytes FROM daily "
        "GROUP BY 1), months AS (SELECT unnest(generate_series(min(month), max(month), "
        "INTERVAL 1 MONTH)) AS month FROM found) SELECT strftime(month, '%Y-%m') AS month, "
        "coalesce(bytes, 0)::BIGINT AS bytes FROM months LEFT JOIN found USING (month) "
        "ORDER BY month",
        _over_time,
        table=False,
    ),
    "Own writing by kind": Part(
        "What the tokenizer and the model learn from.",
        "SELECT kind, count(*) AS documents, sum(bytes)::BIGINT AS bytes, "
        "median(bytes)::BIGINT AS median_bytes, count(DISTINCT language) AS languages "
        "FROM documents WHERE origin = 'self' GROUP BY kind ORDER BY bytes DESC",
        _counted("kind", "bytes"),
    ),
    "Languages": Part(
        "Documents in use; without a name are those too short or too mixed to say.",
        "SELECT coalesce(language, '(undecided)') AS language, count(*) AS documents "
        "FROM documents GROUP BY ALL ORDER BY documents DESC, language LIMIT 15",
        _counted("language", "documents"),
        table=False,
    ),
    "Why documents are not used": Part(
        "The reason each removed document carries; commonplace why LIBRARY ID tells one's story.",
        "SELECT removed AS reason, count(*) AS documents FROM removed "
        "GROUP BY removed ORDER BY documents DESC, reason",
        _counted("reason", "documents"),
        table=False,
    ),
    "Documents about the bounds of the rules": Part(
        "How documents lie about the bound of every rule that found any beyond it; those beyond "
        "stand in the second colour. commonplace rules LIBRARY shows all rules.",
        "SELECT f.rule, f.kind, f.bucket, f.value, t.value AS threshold FROM figures f "
        "JOIN figures t ON (t.run, t.rule, t.kind, t.name) = (f.run, f.rule, f.kind, 'threshold') "
        "JOIN figures b ON (b.run, b.rule, b.kind, b.name) = (f.run, f.rule, f.kind, 'beyond') "
        "WHERE f.run = $run AND f.name = 'histogram' AND b.value > 0 "
        "ORDER BY f.rule, f.kind, f.rowid",
        _bounds,
        table=False,
    ),
    "What each rule did": Part(
        "Events of this run's documents, by step and rule.",
        "SELECT step, rule, name AS action, value::BIGINT AS events FROM figures "
        "WHERE run = $run AND name IN (SELECT DISTINCT action FROM events) "
        "ORDER BY step, events DESC, rule",
    ),
    "Duplicates": Part(
        "Verified pairs by how much they share (Jaccard of word shingles, or the share of the "
        "smaller one found in the larger for excerpts).",
        "SELECT printf('%.2f', floor(greatest(jaccard, containment) * 20) / 20) AS bucket, "
        "count(*) AS count FROM duplicates GROUP BY bucket ORDER BY bucket",
        _histogram,
        table=False,
    ),
    "Families": Part(
        "Pairs by relation, and the families they make.",
        "SELECT relation, count(*) AS pairs, count(DISTINCT family) AS families, "
        "avg(jaccard) AS mean_jaccard FROM duplicates GROUP BY relation ORDER BY pairs DESC",
    ),
    "What was replaced": Part(
        "Spans of personal data by type and action; «different» counts distinct values.",
        "SELECT type, action, count(*) AS spans, count(DISTINCT hmac) AS different, "
        "min(score) AS lowest_score FROM redactions GROUP BY ALL ORDER BY spans DESC, type",
        _counted("type", "spans"),
    ),
    "Rare combinations": Part(
        "Pairs of what is left of people (date, age, employer, nationality) that stand in so few "
        "conversations that who knows one may learn the other; table combinations.",
        "SELECT types, count(DISTINCT hmac) AS combinations, count(DISTINCT document) AS documents "
        "FROM combinations GROUP BY types ORDER BY combinations DESC, types",
        _counted("types", "combinations"),
    ),
    "Languages whose names no model reads": Part(
        "NAMES ARE NOT LOOKED FOR in these documents; hidden there are people your exports or "
        "secrets/people.toml name, and what rules find. redact.model adds a model.",
        "SELECT bucket AS language, value::BIGINT AS documents FROM figures WHERE run = $run "
        "AND name = 'without name model' ORDER BY documents DESC, language",
        _counted("language", "documents"),
        table=False,
    ),
    "Splits": Part(
        "Own words by split; families and sessions stay whole.",
        "SELECT split, count(*) AS documents, sum(bytes)::BIGINT AS bytes, "
        "sum(bytes) / sum(sum(bytes)) OVER () AS share FROM documents "
        "WHERE origin = 'self' AND split IS NOT NULL GROUP BY split ORDER BY bytes DESC",
        _counted("split", "bytes"),
    ),
    "Tokens and plans": Part(
        "How the token shards are read: sequences of each plan.",
        "SELECT plan, length, sequences, seed, left(digest, 12) AS digest FROM plans ORDER BY plan",
    ),
    "The model": Part(
        "Measured on writing that was held out.",
        "SELECT name AS figure, value FROM figures WHERE run = $run AND step = 'finetune' "
        "ORDER BY rowid",
    ),
}
"""Title → part, in the order of the page; a part without rows is left out."""

"""datatrove's quality filters at their defaults, in an environment of their own.

`python curate_peers.py IN.parquet OUT.parquet` reads the column text and writes a column for each
filter: why it drops a document, "" where it keeps it. The last line printed is JSON: CPU seconds
of each filter, without imports and the first document. Nothing of commonplace is imported here.
"""

from __future__ import annotations

import json
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq


def main() -> None:
    from datatrove.data import Document
    from datatrove.pipeline import filters

    texts = pq.read_table(sys.argv[1])["text"].to_pylist()
    peers = {
        "GopherQuality": filters.GopherQualityFilter(),
        "GopherRepetition": filters.GopherRepetitionFilter(),
        "C4Quality": filters.C4QualityFilter(),
        "FineWebQuality": filters.FineWebQualityFilter(),
    }
    columns, seconds = {}, {}
    for name, peer in peers.items():
        peer.filter(Document(text="What it needs is loaded with the first document.", id="0"))
        started = time.process_time()
        found = [peer.filter(Document(text=text, id=str(n))) for n, text in enumerate(texts)]
        seconds[name] = time.process_time() - started
        columns[name] = [reason(one) for one in found]
    pq.write_table(pa.table(columns), sys.argv[2])
    print(json.dumps(seconds))


def reason(found: object) -> str:
    """Return why a document was dropped; a filter answers True, False, or False and why."""
    if isinstance(found, tuple):
        return "" if found[0] else str(found[1])
    return "" if found else "dropped"


if __name__ == "__main__":
    main()

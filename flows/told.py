"""What the flows of a run told Prefect: their logs and artifacts, read back to be searched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.logging.handlers import APILogHandler

PAGE = 200


def artifacts_and_logs(flow_runs: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield (where, strings) of all that was logged or kept as an artifact in these flow runs."""
    ids = [UUID(run) for run in sorted(set(flow_runs))]
    if not ids:
        return
    APILogHandler().flush()
    with get_client(sync_client=True) as client:
        offset = 0
        logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=ids))
        while page := client.read_logs(logs, limit=PAGE, offset=offset):
            yield "the log of the run", [log.message for log in page]
            offset += len(page)
        kept = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=ids))
        for artifact in client.read_artifacts(artifact_filter=kept):
            said = [json.dumps(artifact.data, ensure_ascii=False), artifact.description or ""]
            yield f"the artifact {artifact.key}", said

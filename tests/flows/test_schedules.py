"""Schedules of deployments: runs are planned by them, and `up` leaves them as a person set them."""

import json
import signal
import urllib.request
from contextlib import contextmanager

import pytest

from tests.flows.conftest import free_port

pytestmark = pytest.mark.slow


@contextmanager
def up(commands, library, home):
    """Run `commonplace up` and give a function that asks its API."""
    port = free_port()
    own = {"PREFECT_HOME": str(home), "PREFECT_API_URL": ""}
    process = commands.start("up", library, "--port", port, more=own)

    def api(path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        kind = {"content-type": "application/json"}
        address = f"http://127.0.0.1:{port}/api{path}"
        request = urllib.request.Request(address, data, kind, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    try:
        while "Ctrl-C stops" not in (line := process.stdout.readline()):
            assert line, process.communicate()[1]
        yield api
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)


def test_a_schedule_plans_runs_and_stays_as_it_was_set(commands, chat, tmp_path):
    library, home = tmp_path / "lib", tmp_path / "prefect"
    commands("init", library, "--from", chat, "--me", "Ines")
    with up(commands, library, home) as api:
        nightly = api("/deployments/name/build/library")
        (schedule,) = nightly["schedules"]
        assert not schedule["active"]
        place = f"/deployments/{nightly['id']}"
        api(f"{place}/schedules/{schedule['id']}", {"active": True}, "PATCH")
        ingest = api("/deployments/name/ingest/library")
        daily = {"active": True, "schedule": {"interval": 86_400}}
        api(f"/deployments/{ingest['id']}/schedules", [daily])
        for deployment in (nightly, ingest):
            api(f"/deployments/{deployment['id']}/schedule", {"min_runs": 3})
            asked = {"deployments": {"id": {"any_": [deployment["id"]]}}}
            runs = api("/flow_runs/filter", asked)
            assert len(runs) >= 3
            assert {run["state_type"] for run in runs} == {"SCHEDULED"}
    with up(commands, library, home) as api:
        (schedule,) = api("/deployments/name/build/library")["schedules"]
        assert schedule["active"]
        assert len(api("/deployments/name/ingest/library")["schedules"]) == 1

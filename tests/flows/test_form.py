"""What a person does in the Prefect UI of `commonplace up`: fill in the form, run, look, cancel."""

import json
import signal
import time
import urllib.request

import pytest

import store
from tests.flows.browser import CHROMIUM, chromium
from tests.flows.conftest import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to fill in the form with"),
]
FIELD = """(() => {{
  const label = [...document.querySelectorAll(".schema-form-property__label")]
    .find(e => e.innerText.startsWith({name!r}));
  return label && label.closest(".schema-form-property").querySelector("input, textarea");
}})()"""


class Up:
    """A running `commonplace up`: its page addresses and its API."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"

    def api(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        kind = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.address}/api{path}", data, kind)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def form(self, flow):
        deployment = self.api(f"/deployments/name/{flow}/library")
        return f"{self.address}/deployments/deployment/{deployment['id']}/run"

    def last_run(self, flow, seconds=600):
        """Return the newest run of `flow` once it has ended."""
        wanted = {"flows": {"name": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_DESC"}
        deadline = time.monotonic() + seconds
        ended = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        while not (runs := self.api("/flow_runs/filter", wanted)) or (
            runs[0]["state_type"] not in ended
        ):
            assert time.monotonic() < deadline, [run["state"] for run in runs]
            time.sleep(1)
        return runs[0]


@pytest.fixture
def library(commands, chat, tmp_path):
    library = tmp_path / "my library"
    commands("init", library, "--from", chat, "--me", "Ines")
    toml = library / "commonplace.toml"
    toml.write_text(toml.read_text().replace("[redact]", "[redact]\nner = false"))
    return library


@pytest.fixture
def up(commands, library, tmp_path):
    port = free_port()
    own = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": ""}
    process = commands.start("up", library, "--port", port, more=own)
    try:
        while "Ctrl-C stops" not in (line := process.stdout.readline()):
            assert line, process.communicate()[1]
        yield Up(port)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0


def test_a_run_from_the_form_takes_its_parameters_and_shows_its_funnel(up, library, tmp_path):
    with chromium(tmp_path / "profile") as page:
        page.go(up.form("write-shards"))
        page.fill(FIELD.format(name="Sequence length"), "64")
        page.press("Submit")
        run = up.last_run("write-shards")
        assert run["state_type"] == "COMPLETED", run["state"]
        assert run["parameters"]["plan"] == {"length": 64}
        page.go(f"{up.address}/runs/flow-run/{run['id']}")
        page.press("Artifacts")
        page.see("Where the report is")
        page.go(f"{up.address}/artifacts/key/funnel")
        page.see("Documents through each step")
        page.picture(tmp_path / "funnel.png")
    shown = json.loads(up.api("/artifacts/funnel/latest")["data"])
    assert [row["step"] for row in shown][:2] == ["ingest", "normalise"]
    assert "report.html" in up.api("/artifacts/report/latest")["data"]
    with store.open(library) as connection:
        found = connection.execute("SELECT length FROM plans WHERE plan = 'train'").fetchall()
    assert found == [(64,)]
    (told,) = (library / "runs").glob("*/settings.json")
    origins = json.loads(told.read_text())["origins"]
    # What nobody touched in the form stays as in commonplace.toml.
    assert [name for name, origin in origins.items() if origin == "run"] == ["plan.length"]


def test_what_is_no_setting_is_refused_by_the_form_and_by_the_api(up, tmp_path):
    with chromium(tmp_path / "profile") as page:
        page.go(up.form("write-shards"))
        page.fill(FIELD.format(name="Sequence length"), "1")  # eight is the least
        page.press("Submit")
        page.see("less than the minimum of 8")
    wanted = {"flows": {"name": {"any_": ["write-shards"]}}}
    assert up.api("/flow_runs/filter", wanted) == []

"""A headless Chromium to look at pages with, driven over its DevTools socket."""

import base64
import json
import shutil
import subprocess
import time
from contextlib import contextmanager

from websockets.sync.client import connect

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    "--window-size=1400,2200",
)


class Page:
    """One tab: goes to addresses, runs JavaScript, types, clicks and takes pictures."""

    def __init__(self, socket):
        self.socket, self.sent, self.said = socket, 0, []

    def call(self, method, **told):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": told}))
        while True:
            answer = json.loads(self.socket.recv(timeout=120))
            if answer.get("id") == self.sent:
                assert "error" not in answer, answer
                return answer["result"]
            if answer.get("method") == "Runtime.exceptionThrown":
                self.said.append(answer["params"]["exceptionDetails"]["text"])

    def go(self, address):
        self.call("Page.navigate", url=address)

    def run(self, script):
        """Return the value of a JavaScript expression."""
        told = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", **told)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script, seconds=120):
        """Return the first value of `script` that is true."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < deadline, (
                script,
                self.run("document.body?.innerText")[:2000],
            )
            time.sleep(0.3)
        return value

    def see(self, text, seconds=120):
        """Return once `text` stands on the page."""
        self.wait(f"document.body?.innerText.includes({json.dumps(text)})", seconds)

    def press(self, text):
        """Click what is called `text`: a button, a tab, a link."""
        called = f"e.innerText?.trim() === {json.dumps(text)} && e.offsetParent"
        self.click(f"[...document.querySelectorAll('*')].filter(e => {called}).pop()")

    def click(self, script):
        """Click in the middle of the element that `script` finds, once it is there."""
        found = f"(() => {{ const e = {script}; if (!e) return null; e.scrollIntoView("
        found += "{block: 'center'}); const r = e.getBoundingClientRect(); "
        found += "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        x, y = self.wait(found)
        place = {"x": x, "y": y, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **place)

    def fill(self, script, text):
        """Have `text`, and nothing else, in the field that `script` finds.

        A page that is still being put together moves a field away from under the click, or forgets
        what it held: it is filled until it is.
        """
        for _ in range(20):
            self.click(script)
            if self.run(f"document.activeElement === {script}"):
                self.run("document.activeElement.select()")
                self.call("Input.insertText", text=text)
            time.sleep(0.5)
            if self.run(f"{script}?.value === {json.dumps(text)}"):
                return
        raise AssertionError(f"no field takes {text!r}: {script}")

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def chromium(folder):
    """Give a `Page` of a fresh Chromium whose profile is in `folder`."""
    words = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, **quiet) as process:
        try:
            with connect(_address(folder, process), max_size=None, ping_interval=None) as socket:
                yield _tab(socket)
        finally:
            process.terminate()


def _address(folder, process):
    deadline = time.monotonic() + 60
    port = folder / "DevToolsActivePort"
    while not port.exists() or len(port.read_text().split()) < 2:
        assert process.poll() is None and time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.1)
    number, path = port.read_text().split()
    return f"ws://127.0.0.1:{number}{path}"


def _tab(socket):
    """Return a page in a tab of its own, reached through the browser's own socket."""
    page = Page(_Session(socket))
    page.call("Page.enable")
    page.call("Runtime.enable")
    return page


class _Session:
    """The socket of one tab within the socket of the browser."""

    def __init__(self, socket):
        self.socket = socket
        browser = Page(socket)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]

    def send(self, text):
        self.socket.send(json.dumps({**json.loads(text), "sessionId": self.session}))

    def recv(self, timeout):
        return self.socket.recv(timeout=timeout)

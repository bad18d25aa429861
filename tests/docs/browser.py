"""Headless Chromium by its own protocol: a page opened at a width, in a colour scheme, and asked questions."""

import json
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="no chromium is installed: apt-get install chromium")


class Page:
    """One tab.

    Args:
        requests: every URL that the page asked for.
        complaints: the messages in the browser's console.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.number = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command and its result; what happens in the meantime is noted."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = self._next()
            if message.get("id") == self.number:
                assert "error" not in message, (method, message)
                result: dict[str, Any] = message["result"]
                return result

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=30))
        event = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
        elif message.get("method") == "Log.entryAdded":
            self.complaints.append(event["entry"]["text"])
        return message

    def open(self, path: Path, width: int, scheme: str = "light") -> None:
        """Load a file, as wide as a screen is, and wait until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 700
        )
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=path.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def screenshot(self, target: Path) -> None:
        """The whole page as a picture, for people to look at."""
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        target.write_bytes(b64decode(taken["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return b64decode(self.call("Page.printToPDF", printBackground=False)["data"])


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A browser with one tab, its profile in a folder that goes afterwards."""
    assert PROGRAM
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"]
    command = [PROGRAM, *options, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = _port(folder / "DevToolsActivePort", process)
        tabs = httpx.get(f"http://127.0.0.1:{port}/json/list", timeout=30).json()
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        with connect(address, max_size=64 << 20) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()


def _port(file: Path, process: "subprocess.Popen[bytes]") -> int:
    """The port that the browser chose, which it writes into its profile."""
    for _ in range(600):
        assert process.poll() is None, "the browser ended"
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:  # the port, and a path
            return int(lines[0])
        time.sleep(0.05)
    raise AssertionError("the browser does not answer")

"""`generate --watch`, alone and beside a server that reloads: real processes on real files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.in_process import scimgen
from tests.support import free_port

PAGE = "scimgen: 1\napp: shop\nvendor: acme\nentitlements:\n  Seat: {attributes: {floor: integer}}\n"
VALUES = "  Desk: {values: [{id: desk-1, displayName: First desk}]}\n"
SOON = 20  # seconds; far more than it takes, so that a busy machine does not fail


def until(true: Callable[[], bool], so_far: Callable[[], str]) -> None:
    """Wait until a condition holds, or fail with the output so far."""
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, so_far()
        time.sleep(0.1)


@contextmanager
def process(cwd: Path, log: Path, *command: str, **environment: str) -> Iterator[None]:
    """Run a command beside the test; Ctrl-C ends it, and it ends well."""
    variables = {**os.environ, "NO_COLOR": "1", **environment}
    with log.open("w") as printed:
        running = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=cwd, stderr=printed, stdout=printed, env=variables
        )
    try:
        yield
    finally:
        running.send_signal(signal.SIGINT)
        ended = running.wait(SOON)
    assert ended == 0, log.read_text()


def make(root: Path, page: str) -> Path:
    """A generated project, its description's path."""
    root.mkdir()
    description = root / "shop.scim.yaml"
    description.write_text(page)
    assert scimgen("generate", cwd=root).returncode == 0
    return description


def test_watch_regenerates_on_save_and_says_so_in_one_line(tmp_path: Path) -> None:
    """Save, and within seconds the model is there; faults are printed, and the next save is waited for."""
    page, output = make(tmp_path / "shop", PAGE), tmp_path / "watch.log"
    model = page.parent / "shop" / "models" / "seat.py"
    with process(page.parent, output, "scimgen", "generate", "--watch"):
        until(lambda: "nothing to do" in output.read_text(), output.read_text)
        page.write_text(PAGE.replace("floor", "level"))
        until(lambda: "shop/models/seat.py" in output.read_text(), output.read_text)
        assert "level" in model.read_text()
        page.write_text(PAGE + "titel: x\n")
        until(lambda: "did you mean title?" in output.read_text(), output.read_text)
        page.write_text(PAGE.replace("floor", "storey"))
        until(lambda: "storey" in model.read_text(), output.read_text)


def test_a_running_server_follows_the_description(tmp_path: Path) -> None:
    """Save an attribute, then a value: watch prints one line each, and the running server answers with it."""
    page, output, logged = make(tmp_path / "shop", PAGE + VALUES), tmp_path / "watch.log", tmp_path / "server.log"
    port = str(free_port())
    with (
        process(page.parent, logged, "shop", "serve", "--dev", "--reload", "--port", port, SCIM_TOKEN=""),
        process(page.parent, output, "scimgen", "generate", "--watch"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/scim/v2", timeout=SOON) as client,
    ):

        def answers(path: str, text: str) -> bool:
            try:
                return text in client.get(path).text
            except httpx.TransportError:  # it starts, or starts again
                return False

        def so_far() -> str:
            return output.read_text() + logged.read_text()

        until(lambda: "nothing to do" in output.read_text() and answers("/Schemas", '"floor"'), so_far)
        before = output.read_text()
        page.write_text(PAGE.replace("integer}", "integer, view: string}") + VALUES)
        until(lambda: answers("/Schemas", '"view"'), so_far)
        page.write_text(page.read_text().replace("]}", ", {id: desk-2, displayName: Second desk}]}"))
        until(lambda: answers("/Desks", '"desk-2"'), so_far)
        lines = output.read_text().removeprefix(before).splitlines()
        assert len(lines) == 2, "a line a save"
        assert "shop/documents/Schemas.json" in lines[0]
        assert "shop/values/Desk.json" in lines[1]

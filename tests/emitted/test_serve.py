"""`scimgen serve`: the server of a description without a project, as a real process."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support import EXAMPLES, free_port


def test_serve_runs_a_description_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """It answers discovery and the values; Ctrl-C ends it, and the folder is as it was."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    command = [sys.executable, "-m", "scimgen", "serve", str(EXAMPLES["crm"]), "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{base}/healthz", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        listed = httpx.get(f"{base}/scim/v2/PermissionSets").json()
        assert listed["totalResults"] == 6
        assert listed["Resources"][0]["meta"]["location"].startswith(f"{base}/scim/v2/PermissionSets/")
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_line_and_exit_2(tmp_path: Path) -> None:
    """Who holds the port keeps it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        command = [sys.executable, "-m", "scimgen", "serve", str(EXAMPLES["crm"]), "--port", port]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_description_with_errors_is_not_served(tmp_path: Path) -> None:
    """The findings, exit code 1, and nothing that listens."""
    page = tmp_path / "bad.scim.yaml"
    page.write_text("scimgen: 1\napp: crm\nvendor: acme\nentitlements:\n  License: {attributes: {a: {type: text}}}\n")
    command = [sys.executable, "-m", "scimgen", "serve", str(page), "--port", str(free_port())]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert "bad.scim.yaml:5:" in run.stdout + run.stderr


def test_sigterm_ends_it_and_the_temporary_data_goes(tmp_path: Path) -> None:
    """Also in the middle of a session with data."""
    port, data = free_port(), tmp_path / "temporary"
    data.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    command = [sys.executable, "-m", "scimgen", "serve", str(EXAMPLES["crm"]), "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment | {"TMPDIR": str(data)}, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada"}
        assert httpx.post(f"http://127.0.0.1:{port}/scim/v2/Users", json=body).status_code == 201
        assert len(list(data.glob("scimgen-*/crm.db"))) == 1
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert list(data.iterdir()) == []

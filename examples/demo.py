"""`make demo`: scaffold examples/crm, install and start it, play Okta against it, and show what Okta would see."""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
SCIMGEN = [sys.executable, "-m", "scimgen"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"the server ended with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"the server did not answer at {url} within {seconds:.0f} s")


def step(text: str) -> None:
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(f"\n\x1b[1m{text}\x1b[0m" if bold else f"\n{text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the probe")
    once = parser.parse_args().once
    with tempfile.TemporaryDirectory(prefix="scimgen-demo-") as folder:
        app = Path(folder) / "crm"
        step("1. scimgen new crm --from crm")
        subprocess.run([*SCIMGEN, "new", str(app), "--from", "crm"], check=True)
        step("2. pip install . (into its own virtual environment)")
        subprocess.run([sys.executable, "-m", "venv", str(app / ".venv")], check=True)
        bin_ = app / ".venv" / ("Scripts" if os.name == "nt" else "bin")
        pip = [str(bin_ / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(app)]
        subprocess.run(pip, check=True)
        port, token = free_port(), secrets.token_hex(16)
        base = f"http://127.0.0.1:{port}/scim/v2"
        step(f"3. crm serve --port {port}")
        environment = dict(os.environ, SCIM_TOKEN=token)
        with (app / "server.log").open("wb") as log:
            command = [str(bin_ / "crm"), "serve", "--port", str(port)]
            server = subprocess.Popen(command, cwd=app, env=environment, stderr=log)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/healthz", server)
            step("4. scimgen probe: what Okta would see")
            probe = [*SCIMGEN, "probe", base, "--token", token, "--write"]
            code = subprocess.run(probe, check=False).returncode
            step("Base URL, token, and a line to try")
            print(f"  {base}\n  {token}\n  curl -H 'Authorization: Bearer {token}' {base}/Licenses")
            if not once:
                print("\nCtrl-C ends the demo.", flush=True)
                server.wait()
            return code
        except KeyboardInterrupt:
            return 0
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    sys.exit(main())

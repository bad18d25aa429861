"""scim-sanity probes running apps; what it holds against them is its own, and is named here."""

import json
import subprocess
import sys

import pytest

from tests.support import TOKEN, Running

# The probes that fail, each with the clause by which the server is right.
ITS_OWN = {
    "PATCH /Groups/{id}": "RFC 7644 section 3.5.2: 204 is one of the two right answers, and the one that Entra wants",
    "PATCH /Groups/{id} remove members": "the same",
    "PATCH /Groups/{id} add member": "RFC 7643 section 4.2: a member's value is the id of a resource; it sends none's",
}


@pytest.mark.parametrize("app", ["crm", "collaboration"])
def test_what_it_reports_is_its_own(app: str, request: pytest.FixtureRequest) -> None:
    """In its strict mode: all passes but what is named above, and nothing is a mere warning."""
    server: Running = request.getfixturevalue(app)
    options = ("--token", TOKEN, "--i-accept-side-effects", "--json-output", "--strict")
    command = [sys.executable, "-m", "scim_sanity", "probe", server.base_url, *options]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    report = json.loads(process.stdout)
    assert report["summary"]["passed"] >= 25, process.stdout
    assert report["summary"]["warnings"] == 0, process.stdout
    failed = {result["name"]: result for result in report["results"] if result["status"] in ("fail", "error")}
    assert failed.keys() <= ITS_OWN.keys(), failed

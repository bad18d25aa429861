"""schemathesis holds running apps against their own openapi.json; the two checks left out are argued here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import TOKEN, Running

# Each with the clause by which the server is right, which a JSON Schema cannot express.
LEFT_OUT = {
    "positive_data_acceptance": (
        "filters, paths, cursors and the ids of members and grants are text to a JSON Schema; what is no filter is "
        "invalidFilter, no path invalidPath, nobody's id invalidValue (RFC 7644 sections 3.4.2.2, 3.5.2 and 3.12)"
    ),
    "negative_data_rejection": (
        "null and the empty are unassigned, which is no fault (RFC 7643 section 2.5), readOnly attributes are ignored "
        "(RFC 7644 sections 3.3 and 3.5.1), names are read in any case (RFC 7643 section 2.1), each operation of a "
        "bulk request is answered for itself (RFC 7644 section 3.7.3), and Okta sends numbers where text is due"
    ),
}


def run(server: Running, folder: Path, *options: str) -> None:
    """One run over every path of openapi.json, every other check on; its whole output is the message where it fails."""
    document = server.folder / server.app.package / "openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", server.base_url]
    command += ["--header", f"Authorization: Bearer {TOKEN}", "--no-color", "--suppress-health-check", "all"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--exclude-checks", ",".join(LEFT_OUT), *options]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert process.returncode == 0, process.stdout + process.stderr


def test_the_server_is_as_its_document_describes_it(crm: Running, tmp_path: Path) -> None:
    """Statuses, media types, headers and bodies; no 500, nothing unauthenticated, nothing after its deletion."""
    run(crm, tmp_path, "--max-examples", "3", "--seed", "7643", "--no-shrink")


@pytest.mark.slow
@pytest.mark.parametrize("app", ["crm", "collaboration"])
def test_it_stays_so(app: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The same for ten minutes' worth of examples, other ones each time."""
    run(request.getfixturevalue(app), tmp_path, "--max-examples", "50", "--continue-on-failure")

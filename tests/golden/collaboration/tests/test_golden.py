# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Compares what clients discover with the accepted files in golden/.

The files are yours. A change of the description changes what the server answers, so this test fails
until somebody has read the difference and accepted it with `make golden`.
"""

import difflib
import json
from pathlib import Path

import httpx
import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["ResourceTypes", "Schemas", "ServiceProviderConfig"])
def test_discovery_answers_what_was_accepted(
    name: str, client: httpx.Client, base_url: str, request: pytest.FixtureRequest
) -> None:
    """The answer over HTTP, without the base URL."""
    answer = json.loads(client.get(f"/{name}").text.replace(base_url, ""))
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    golden = GOLDEN / f"{name}.json"
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    accepted = golden.read_text(encoding="utf-8") if golden.is_file() else "null"
    if json.loads(accepted) != answer:
        lines = difflib.unified_diff(accepted.splitlines(), text.splitlines(), "accepted", f"GET /{name}", lineterm="")
        difference = "\n".join(lines)
        pytest.fail(f"/{name} is not what was accepted; if it is meant: make golden\n{difference}", pytrace=False)

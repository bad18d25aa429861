"""`validate`, `rules` and `explain` as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scimgen.rules import all_rules
from tests.in_process import scimgen
from tests.validate.support import RULES, run, write

BAD = RULES / "enum-invalid" / "bad.json"
MISSING = RULES / "multivalued-missing" / "bad.json"
GOOD = RULES / "json-bom" / "good.json"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((GOOD,), 0),
        ((MISSING,), 0),
        ((MISSING, "--strict"), 1),
        ((BAD,), 1),
        (("none.json",), 2),
        ((BAD, "--bogus"), 2),
    ],
)
def test_exit_codes(arguments: tuple[object, ...], code: int) -> None:
    """0 fine, 1 errors (warnings with --strict), 2 could not do its work."""
    ran = scimgen("validate", *arguments)
    assert ran.returncode == code
    assert "Traceback" not in ran.stderr


def test_findings_go_to_stdout_and_all_else_to_stderr() -> None:
    """A program reads one stream only."""
    ran = scimgen("validate", BAD, "none.json", "--format", "json")
    assert [finding["rule"] for finding in json.loads(ran.stdout)["diagnostics"]] == ["enum-invalid"]
    assert "none.json: no such file" in ran.stderr
    assert "0 documents" not in ran.stderr


def test_validate_loads_nothing_heavy() -> None:
    """Not the generator's libraries, no JSON Schema, no web client."""
    code = (
        "import sys; from scimgen.cli.validate import run_validate; "
        f"run_validate(({str(GOOD)!r},)); "
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('black', 'jinja2', 'datamodel_code_generator', 'jsonschema', 'httpx', 'pydantic', 'rich')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_rules_and_explain_come_from_the_registry() -> None:
    """Every rule is listed and can be explained; a slip is met with the nearest."""
    listed = json.loads(scimgen("rules", "--format", "json").stdout)
    assert [entry["id"] for entry in listed] == [rule.id for rule in all_rules()]
    output = scimgen("explain", "enum-invalid").stdout
    assert all(part in output for part in ("enum-invalid (error)", "RFC 7643 sections 7 and 8.7.2", "bad:", "good:"))
    ran = scimgen("explain", "enum-invald")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "did you mean enum-invalid?" in ran.stderr


def test_a_description_meets_the_rules_for_documents(tmp_path: Path) -> None:
    """The served document is checked, and the finding is at the place in the description."""
    text = (
        "scimgen: 1\napp: crm\nvendor: acme\nclients: [okta, entra]\n"
        "user:\n  attributes:\n    region: string\n    tags: {type: string, multiValued: true}\n"
    )
    path = write(tmp_path / "crm.scim.yaml", text)
    findings = run(path).findings
    assert [(item["rule"], item["line"]) for item in findings] == [("entra-custom-attr-type", 8)]
    path = write(tmp_path / "crm.scim.yaml", text.rstrip() + " # scimgen: ignore[entra-custom-attr-type] for Okta\n")
    assert run(path).findings == []


def test_the_hooks_and_the_workflow_call_what_there_is() -> None:
    """`.pre-commit-hooks.yaml` and the example workflow are kept in step with the command."""
    import yaml

    root = RULES.parent.parent
    for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert hook["entry"].startswith("scimgen validate")
    workflow = yaml.safe_load((root / "docs" / "validate-workflow.yml").read_text("utf-8"))
    steps = [step.get("run", "") for step in workflow["jobs"]["validate"]["steps"]]
    assert "scimgen validate scim/ --client okta --format sarif > scim.sarif" in steps

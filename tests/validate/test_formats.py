"""What findings look like: for people and for programs."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from scimgen.cli.validate import FindingFormat
from scimgen.diagnostics.formats import FORMATS
from scimgen.rules import all_rules
from tests.validate.support import RULES, Ran, run, write

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
COMMONEST = (
    "schemas-missing",
    "multivalued-missing",
    "attr-not-object",
    "core-attr-changed",
    "scim1-key",
    "reference-types-missing",
    "meta-location-mismatch",
    "uniqueness-meaningless",
    "schemas-missing-rt",
    "list-total-missing",
)
HOSTILE = (
    b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],'
    b'"id":"\\ud800\\u001b[31m]]>","attributes":["\\u0000"]}'
)


def everything(format: str, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """A run over every bad document of the rules."""
    monkeypatch.chdir(RULES)
    bad = [f"{rule.id}/bad.json" for rule in all_rules() if rule.kinds]
    return run(*bad, format=format, each=True, min_severity="info", clients=("okta", "entra", "ietf"))


@pytest.mark.parametrize("rule", COMMONEST)
def test_the_text_of_the_commonest_faults(
    rule: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Line, caret, fix and clause are at their places."""
    monkeypatch.chdir(RULES / rule)
    golden = DATA / "text" / f"{rule}.txt"
    ran = run("bad.json", format="text")
    if request.config.getoption("--update-golden"):
        write(golden, ran.out)
    assert ran.out == golden.read_text("utf-8")


def test_json_has_every_member_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs read rule, severity, file, pointer, the range, message and source; fix where there is one."""
    ran = everything("json", monkeypatch)
    output = json.loads(ran.out)
    due = {"rule", "severity", "file", "pointer", "line", "column", "endLine", "endColumn", "message", "source"}
    assert all(due <= set(finding) <= due | {"fix"} for finding in output["diagnostics"])
    assert output["summary"]["files"] == sum(bool(rule.kinds) for rule in all_rules())
    assert output["summary"]["errors"] == sum(finding["severity"] == "error" for finding in output["diagnostics"])
    order = [(item["file"], item["line"], item["column"], item["rule"]) for item in output["diagnostics"]]
    assert order == sorted(order)


def test_sarif_is_valid_by_its_published_schema(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every rule's findings, hostile text and an unreadable document too."""
    schema = json.loads((DATA / "sarif-2.1.0.json").read_text("utf-8-sig"))
    validator = jsonschema.Draft202012Validator(schema)
    log = json.loads(everything("sarif", monkeypatch).out)
    assert not list(validator.iter_errors(log))
    assert {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]} >= set(COMMONEST)
    odd = write(tmp_path / "a b,ü.json", HOSTILE)
    log = json.loads(run(odd, format="sarif").out)
    assert not list(validator.iter_errors(log))
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"].endswith("a%20b%2C%C3%BC.json")


def test_junit_is_xml_whatever_the_document_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A suite a file; control characters and surrogates are shown, not written."""
    suites = ElementTree.fromstring(everything("junit", monkeypatch).out)
    assert len(suites) == sum(bool(rule.kinds) for rule in all_rules())
    suites = ElementTree.fromstring(run(write(tmp_path / "a<&>.json", HOSTILE), format="junit").out)
    assert suites.findall(".//failure")


def test_github_commands_stay_on_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An annotation a finding, and nothing in a document can end it or begin another."""
    lines = everything("github", monkeypatch).out.splitlines()
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    lines = run(write(tmp_path / "a.json", HOSTILE), format="github").out.splitlines()
    assert all(line.startswith("::") and "\x1b" not in line for line in lines)


def test_every_format_can_be_chosen_and_is_documented() -> None:
    """The option `--format`, docs/validate.md and README.md have each format of the table."""
    names = ["text", *FORMATS]
    assert [str(name) for name in FindingFormat] == names
    page = (ROOT / "docs" / "validate.md").read_text("utf-8")
    assert [name for name in names if f"`{name}`" not in page] == []
    readme = (ROOT / "README.md").read_text("utf-8")
    row = next(line for line in readme.splitlines() if line.startswith("| `scimgen validate"))
    assert [name for name in names if not re.search(rf"\b{name}\b", row)] == []


@pytest.mark.parametrize("format", [*FORMATS, "text"])
def test_no_format_passes_control_characters_on(format: str, tmp_path: Path) -> None:
    """Neither an escape sequence in a value nor a line break in the name of a member is in the output as it is."""
    hostile = HOSTILE.replace(b'"attributes"', b'"a\\n\\u001b[2Jforged": 1, "attributes"')
    ran = run(write(tmp_path / "a.json", hostile), format=format, min_severity="info")
    assert "forged" in ran.out
    assert "\x1b" not in ran.out
    assert not [line for line in ran.out.splitlines() if line.startswith("forged")]


@pytest.mark.parametrize("format", [*FORMATS, "text"])
def test_a_parse_error_is_a_finding_in_every_format(format: str, tmp_path: Path) -> None:
    """A document that is no JSON fails the run, with its place."""
    ran = run(write(tmp_path / "a.json", '{"a": tru}'), format=format)
    assert ran.code == 1
    assert "json-syntax" in ran.out


def test_output_is_the_same_whatever_the_order_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings are sorted by file, line, column and rule."""
    monkeypatch.chdir(RULES)
    names = ["key-case/bad.json", "key-typo/bad.json"]
    assert run(*names, each=True).findings == run(*reversed(names), each=True).findings


def test_text_shows_some_of_many_and_says_how_many_more(tmp_path: Path) -> None:
    """A thousand findings of one rule do not bury the others."""
    schema: dict[str, Any] = json.loads((RULES / "attr-not-object" / "good.json").read_text("utf-8"))
    path = write(tmp_path / "a.json", schema | {"attributes": ["x"] * 1500})
    ran = run(path, format="text")
    assert ran.out.count("error[attr-not-object]") == 10
    assert "990 more of attr-not-object (--limit 0 shows all)" in ran.out
    assert "1500 errors" in ran.err
    assert run(path, format="text", limit=0).out.count("error[attr-not-object]") == 1000
    assert json.loads(run(path).out)["summary"] == {
        **{"files": 1, "errors": 1500, "warnings": 0, "info": 0, "hidden": 0, "ignored": 0, "leftOff": 500}
    }

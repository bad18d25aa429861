"""Severities, baselines and ignores have the same effect on a description and on its documents."""

import json
from pathlib import Path

import pytest

from scimgen.description import load_file
from scimgen.documents import list_response, resource_type_to_json, schema_to_json, urns
from tests.validate.support import Ran, run, write

HEAD = "scimgen: 1\napp: crm\nvendor: acme\nclients: [entra]\nuser:\n  attributes:\n"
ONE = "    badge: {type: complex, description: x, attributes: {a: string}}\n"
TWO = "    shoe: {type: complex, description: x, attributes: {a: string}}\n"
RULE = "entra-custom-attr-type"


class Project:
    """A project with a description, or with the documents of that description."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    def write(self, *attributes: str) -> None:
        description = write(self.folder / "crm.scim.yaml", HEAD + "".join(attributes))
        if self.kind == "documents":
            app, _ = load_file(description)
            assert app
            served = [*map(schema_to_json, app.schemas()), *map(resource_type_to_json, app.resource_types)]
            write(self.folder / "crm.json", list_response(served))

    def run(self, **options: object) -> Ran:
        name = "crm.scim.yaml" if self.kind == "description" else "crm.json"
        return run(self.folder / name, clients=("entra",), **options)

    def found(self, **options: object) -> list[tuple[str, str]]:
        """The findings of the rule: the severity, and the name of the attribute in the message."""
        findings = [item for item in self.run(**options).findings if item["rule"] == RULE]
        return sorted((item["severity"], "badge" if "badge" in item["message"] else "shoe") for item in findings)


@pytest.fixture(params=["description", "documents"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, request.param)


def test_a_baseline_does_not_hide_the_next_finding_of_a_rule(project: Project) -> None:
    """Also if the new attribute comes first."""
    project.write(ONE)
    baseline = project.folder / "baseline.json"
    assert project.found() == [("warning", "badge")]
    assert project.run(write_baseline=True, baseline=baseline).code == 0
    assert project.found(baseline=baseline) == []
    project.write(TWO, ONE)
    assert project.found(baseline=baseline) == [("warning", "shoe")]


def test_a_severity_of_the_settings_is_that_of_the_finding(project: Project) -> None:
    project.write(ONE)
    settings = write(project.folder / "scimgen.toml", f'[severity]\n{RULE} = "error"\n')
    assert project.found(config=settings) == [("error", "badge")]
    assert project.run(config=settings).code == 1
    write(settings, f'[severity]\n{RULE} = "info"\n')
    assert project.found(config=settings) == []
    assert project.found(config=settings, min_severity="info") == [("info", "badge")]
    write(settings, f'[severity]\n{RULE} = "off"\n')
    assert project.found(config=settings, min_severity="info") == []


def test_an_ignore_with_a_pointer_holds_for_one_attribute(project: Project) -> None:
    project.write(ONE, TWO)
    (first, _) = [item for item in project.run().findings if item["rule"] == RULE]
    pointer = json.dumps(first["pointer"])
    assert first["pointer"]
    settings = write(project.folder / "scimgen.toml", f'[[ignore]]\nrule = "{RULE}"\npointer = {pointer}\n')
    assert len(project.found(config=settings)) == 1


def test_findings_beyond_a_thousand_follow_the_settings_and_the_baseline(tmp_path: Path) -> None:
    """They are only counted, and were counted as errors of a rule that was off, or listed in the baseline."""
    attributes = [{"name": f"a{n}", "type": "string", "multiValued": False, "returned": "x"} for n in range(1100)]
    path = write(
        tmp_path / "a.json", {"schemas": [urns.SCHEMA], "id": "urn:acme:x", "name": "X", "attributes": attributes}
    )
    assert json.loads(run(path).out)["summary"]["errors"] == 1100
    settings = write(tmp_path / "scimgen.toml", '[severity]\nenum-invalid = "off"\n')
    assert run(path, config=settings).code == 0
    write(settings, '[severity]\nenum-invalid = "warning"\n')
    summary = json.loads(run(path, config=settings).out)["summary"]
    assert (summary["errors"], summary["warnings"]) == (0, 1100)
    baseline = tmp_path / "baseline.json"
    assert run(path, write_baseline=True, baseline=baseline).code == 0
    assert run(path, baseline=baseline).code == 0

"""The functions of the public API."""

from pathlib import Path

import pytest

import scimgen
from scimgen.diagnostics import Severity
from scimgen.project import Action
from scimgen.project.fresh import is_up_to_date
from scimgen.source import Unreadable
from tests.support import EXAMPLES


def test_load_gives_the_app_or_the_findings(tmp_path: Path) -> None:
    """A sound page and a faulty one."""
    app, findings = scimgen.load(EXAMPLES["crm"])
    assert app
    assert (app.name, findings) == ("crm", [])
    (tmp_path / "bad.scim.yaml").write_text("scimgen: 1\n")
    app, findings = scimgen.load(tmp_path / "bad.scim.yaml")
    assert app is None
    assert [finding.rule for finding in findings] == ["description-missing-key"] * 2


def test_validate_gives_the_findings(tmp_path: Path) -> None:
    """By severity, and an unreadable path is a different error."""
    attribute = '{"name": "x", "multiValued": false, "type": "string"}'
    (tmp_path / "a.json").write_text(f'{{"id": "Badge", "attributes": [{attribute}]}}')
    rules = {finding.rule for finding in scimgen.validate(tmp_path / "a.json")}
    assert rules == {"schema-id-not-uri", "schemas-missing"}
    errors = scimgen.validate(tmp_path / "a.json", min_severity=Severity.ERROR)
    assert {finding.rule for finding in errors} == {"schema-id-not-uri"}
    with pytest.raises(Unreadable, match="nowhere"):
        scimgen.validate(tmp_path / "nowhere.json")


def test_generate_plans_and_writes_nothing(tmp_path: Path) -> None:
    """Every file is to be created; the folder is as it was."""
    page = tmp_path / "crm.scim.yaml"
    page.write_text("scimgen: 1\napp: crm\nvendor: acme\n")
    generated = scimgen.generate(page)
    assert generated.plan
    assert {step.action for step in generated.plan.steps} == {Action.CREATE}
    assert list(tmp_path.iterdir()) == [page]
    assert not generated.failed


def test_write_applies_the_plan(tmp_path: Path) -> None:
    """A second run has nothing to do. A faulty description writes nothing."""
    page = tmp_path / "crm.scim.yaml"
    page.write_text("scimgen: 1\napp: crm\nvendor: acme\n")
    scimgen.generate(str(page), only=["documents"]).write()
    assert (tmp_path / "crm" / "documents" / "Schemas.json").is_file()
    again = scimgen.generate(page, only=["documents"])
    assert again.plan
    assert not again.plan.drifts
    page.write_text("scimgen: 1\n")
    faulty = scimgen.generate(page)
    assert faulty.failed
    faulty.write()


def test_compare_reads_what_diff_reads(tmp_path: Path) -> None:
    """An app, a path as text, and a path. Only a removed attribute breaks."""
    page = tmp_path / "crm.scim.yaml"
    text = "scimgen: 1\napp: crm\nvendor: acme\nentitlements: {Seat: {attributes: {floor: integer%s}}}\n"
    page.write_text(text % ", room: string")
    old, _ = scimgen.load(str(page))
    assert old
    page.write_text(text % "")
    comparison = scimgen.compare(old, str(page))
    assert [change.kind.id for change in comparison.changes] == ["attribute-removed"]
    assert comparison.breaks
    assert scimgen.compare(page, page).changes == ()
    with pytest.raises(Unreadable, match="nowhere"):
        scimgen.compare(old, "nowhere.yaml")


@pytest.mark.parametrize(("comment", "is_refused"), [("", True), ("  # scimgen: ignore[okta-entitlement-attr]", False)])
def test_generate_has_the_verdict_of_validate(comment: str, is_refused: bool, tmp_path: Path) -> None:
    """An error of a rule for documents refuses the description. An ignore has the same effect on both."""
    path = tmp_path / "crm.scim.yaml"
    page = "scimgen: 1\napp: crm\nvendor: acme\nclients: [okta]\nroles:\n  - id: a\n    displayName: A\n"
    path.write_text(f"{page}    description: {'x' * 1001}{comment}\n", "utf-8")
    expected = [("okta-entitlement-attr", Severity.ERROR, 8, 18)] if is_refused else []
    generated = scimgen.generate(path)
    for findings in (generated.findings, scimgen.validate(path), scimgen.load(path)[1]):
        assert [(one.rule, one.severity, one.place.line, one.place.column) for one in findings] == expected
    assert generated.failed is is_refused


def test_generate_follows_the_severities_of_the_settings(tmp_path: Path) -> None:
    """A warning that the project has made an error refuses the description."""
    path = tmp_path / "crm.scim.yaml"
    page = "scimgen: 1\napp: crm\nvendor: acme\nuser:\n  attributes:\n"
    path.write_text(f"{page}    ref: {{type: reference, caseExact: false}}\n", "utf-8")
    generated = scimgen.generate(path)
    assert [(one.rule, one.severity) for one in generated.findings] == [("case-exact-required", Severity.WARNING)]
    assert not generated.failed
    (tmp_path / "scimgen.toml").write_text('[severity]\ncase-exact-required = "error"\n', "utf-8")
    assert scimgen.generate(path).failed


def test_changed_settings_are_something_to_do(tmp_path: Path) -> None:
    """A project is not up to date if other settings could refuse its description."""
    path = tmp_path / "crm.scim.yaml"
    page = "scimgen: 1\napp: crm\nvendor: acme\nuser:\n  attributes:\n"
    path.write_text(f"{page}    ref: {{type: reference, caseExact: false}}\n", "utf-8")
    scimgen.generate(path).write()
    assert is_up_to_date(path)
    settings = tmp_path / "scimgen.toml"
    settings.write_text('[severity]\ncase-exact-required = "info"\n', "utf-8")
    assert not is_up_to_date(path)
    scimgen.generate(path).write()
    assert is_up_to_date(path)
    settings.unlink()
    assert not is_up_to_date(path)

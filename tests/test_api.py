"""The public face for programs: what is exported, and that it does what it says."""

from pathlib import Path

import pytest

import scimgen
from scimgen.diagnostics import Severity
from scimgen.project import Action
from scimgen.source import Unreadable
from tests.support import EXAMPLES


def test_the_public_names() -> None:
    """A name that goes or comes is noticed."""
    assert scimgen.__all__ == ["Generated", "generate", "load", "validate"]
    assert all(hasattr(scimgen, name) for name in scimgen.__all__)
    with pytest.raises(AttributeError):
        scimgen.nothing_of_the_kind  # noqa: B018


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
    """By severity, and an unreadable path is an error of its own."""
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

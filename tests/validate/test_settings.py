"""What a project may set: severities, ignores, a baseline, paths."""

import json
from pathlib import Path

import pytest

from tests.validate.support import RULES, run, write

BAD = (RULES / "enum-invalid" / "bad.json").read_bytes()
MISSING = (RULES / "multivalued-missing" / "bad.json").read_bytes()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two bad documents; its top is marked, so that no settings above it count."""
    (tmp_path / ".git").mkdir()
    write(tmp_path / "scim" / "bad.json", BAD)
    write(tmp_path / "scim" / "missing.json", MISSING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_severities_are_changed_and_rules_switched_off(project: Path) -> None:
    """`[tool.scimgen.severity]` has the last word."""
    assert run("scim", each=True).code == 1
    write(
        project / "pyproject.toml", '[tool.scimgen.severity]\nenum-invalid = "warning"\nmultivalued-missing = "off"\n'
    )
    ran = run("scim", each=True)
    assert [(item["rule"], item["severity"]) for item in ran.findings] == [("enum-invalid", "warning")]
    assert ran.code == 0
    assert run("scim", each=True, strict=True).code == 1


def test_settings_are_found_in_a_folder_above(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest ones hold; paths are relative to them."""
    write(project / "scimgen.toml", 'paths = ["scim"]\nmin-severity = "error"\nclients = ["okta"]\n')
    write(project / "scim" / "array.json", (RULES / "okta-list-response" / "bad.json").read_bytes())
    monkeypatch.chdir(project / "scim")
    assert "enum-invalid" in run().rules
    assert "multivalued-missing" not in run().rules
    assert "okta-list-response" in run().rules


def test_ignores_hold_for_a_rule_a_file_and_a_pointer(project: Path) -> None:
    """The narrowest ignore is the best."""
    table = (
        '[[ignore]]\nrule = "enum-invalid"\nfiles = "scim/*.json"\npointer = "/attributes/*"\nreason = "as agreed"\n'
    )
    write(project / "scimgen.toml", table)
    ran = run("scim", each=True)
    assert ran.rules == ["multivalued-missing"]
    assert json.loads(ran.out)["summary"]["ignored"] == 1
    write(project / "scimgen.toml", table.replace("/attributes/*", "/meta/*"))
    assert set(run("scim", each=True).rules) == {"multivalued-missing", "enum-invalid", "ignore-unused"}


def test_unknown_and_unused_ignores_are_told_where_they_stand(project: Path) -> None:
    """With the file, line and column of the settings."""
    write(project / "scimgen.toml", 'ignore = [\n  "json-bom",\n  "enum-invalid",\n  "no-such-rule",\n]\n')
    found = {item["rule"]: item for item in run("scim", each=True).findings}
    assert (found["ignore-unused"]["line"], found["ignore-unused"]["column"]) == (2, 4)
    assert (found["ignore-unknown"]["line"], found["ignore-unknown"]["file"]) == (4, str(project / "scimgen.toml"))
    assert "enum-invalid" not in found


def test_a_comment_in_yaml_ignores_a_finding_of_its_line(project: Path) -> None:
    """On the line itself, or alone on the line above; an unused one is reported."""
    text = "scimgen: 1\napp: crm\nvendor: acme\nbogus: 1 # scimgen: ignore[unknown-key] we need it\n"
    path = write(project / "crm.scim.yaml", text)
    assert "unknown-key" not in run(path).rules
    path = write(project / "crm.scim.yaml", text.replace("bogus: 1 #", "# scimgen: ignore[unknown-key]\nbogus: 1 # no"))
    assert "unknown-key" not in run(path).rules
    write(project / "crm.scim.yaml", "# scimgen: ignore[json-bom, no-such-rule]\nscimgen: 1\napp: crm\nvendor: acme\n")
    assert {"ignore-unused", "ignore-unknown"} <= set(run(path).rules)


def test_a_baseline_keeps_back_what_was_there(project: Path) -> None:
    """An old code base starts clean; what is new is reported, although an attribute was put in front."""
    assert run("scim", each=True, write_baseline=True).code == 0
    baseline = project / "scimgen-baseline.json"
    ran = run("scim", each=True, baseline=baseline)
    assert (ran.code, ran.findings) == (0, [])
    schema = json.loads(BAD)
    schema["attributes"].insert(0, schema["attributes"][0] | {"name": "first", "returned": "Never"})
    write(project / "scim" / "bad.json", schema)
    found = run("scim", each=True, baseline=baseline).findings
    assert {item["pointer"] for item in found if item["rule"] == "enum-invalid"} == {
        "/attributes/0/mutability",
        "/attributes/0/returned",
    }


def test_a_baseline_says_when_its_findings_are_gone(project: Path) -> None:
    """It is to become shorter."""
    run("scim", each=True, write_baseline=True)
    write(project / "scimgen.toml", 'baseline = "scimgen-baseline.json"')
    (project / "scim" / "bad.json").unlink()
    ran = run("scim", each=True)
    assert ran.code == 0
    assert "1 findings of the baseline no longer exist" in ran.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bogus = 1", "there is no setting 'bogus'"),
        ('clients = ["acme"]', "there is no client 'acme'"),
        ('strict = "yes"', "strict must be true or false"),
        ('severity = {json-bom = "fatal"}', "json-bom must be one of info, warning, error"),
        ('ignore = "x"', "ignore must be a list of rules"),
        ("ignore = [1]", "ignore must contain rules"),
        ("paths = [1]", "paths must be a list of strings"),
        ("baseline = 1", "baseline must be the name of a file"),
        ("a = [", "scimgen.toml"),
        ('baseline = "none.json"', "none.json: no such file"),
    ],
)
def test_settings_that_are_not_understood_end_the_run(project: Path, text: str, expected: str) -> None:
    """Exit code 2 and one line with the place and the reason."""
    write(project / "scimgen.toml", text)
    ran = run("scim")
    assert ran.code == 2
    assert expected in ran.err


def test_a_broken_baseline_ends_the_run(project: Path) -> None:
    """Nothing is kept back by chance."""
    assert run("scim", baseline=write(project / "b.json", "[]")).code == 2


def test_nothing_named_and_nothing_set_is_said(project: Path) -> None:
    """Exit code 2."""
    assert run().code == 2

"""The command in a separate process: files, folders, a real git repository, a live server, and bad input."""

import json
import subprocess
from pathlib import Path

import pytest

from scimgen.data import folder
from scimgen.description import load_file
from scimgen.documents import (
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)
from tests.in_process import scimgen
from tests.validate.test_live import pages, server

ROOT = Path(__file__).parents[2]
CRM = folder("examples") / "crm"
NO_LICENCE = """scimgen: 1
app: crm
vendor: acme
title: Acme CRM
clients: [okta]
roles: []
"""


def diff(*arguments: object, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return scimgen("diff", *arguments, cwd=cwd, stdin=stdin)


def git(repository: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@acme.example")
    subprocess.run(["git", *who, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The discovery documents of the CRM example, in a folder."""
    app, _ = load_file(CRM / "crm.scim.yaml")
    assert app
    root = tmp_path_factory.mktemp("documents")
    for name, content in (
        ("Schemas", list_response(map(schema_to_json, app.schemas()))),
        ("ResourceTypes", list_response(map(resource_type_to_json, app.resource_types))),
        ("ServiceProviderConfig", service_provider_config_to_json(app)),
    ):
        (root / f"{name}.json").write_text(json.dumps(content, indent=1))
    return root


@pytest.fixture
def repository(tmp_path: Path, documents: Path) -> Path:
    """A repository with the CRM example in a folder, committed; the work tree has lost a CSV row and an attribute."""
    root = tmp_path / "repository"
    (root / "app").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    for name in ("crm.scim.yaml", "permission_sets.csv"):
        (root / "app" / name).write_bytes((CRM / name).read_bytes())
    (root / "documents").mkdir()
    for file in documents.iterdir():
        (root / "documents" / file.name).write_bytes(file.read_bytes())
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    description = root / "app" / "crm.scim.yaml"
    description.write_text(description.read_text().replace("      renewsAt: dateTime\n", ""))
    table = root / "app" / "permission_sets.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))
    return root


def test_nothing_changed(tmp_path: Path) -> None:
    """No output, exit 0."""
    ran = diff(CRM / "crm.scim.yaml", CRM / "crm.scim.yaml")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "no changes\n")


@pytest.mark.parametrize("name", ["", "Schemas.json", "ResourceTypes.json"])
def test_a_description_and_its_own_documents_are_the_same(documents: Path, name: str) -> None:
    """A folder of them, or one: what they leave unsaid did not change, and known schemas need not be there."""
    for sides in ((CRM, documents / name), (documents / name, CRM)):
        ran = diff(*sides, "--format", "json")
        changes = json.loads(ran.stdout)["changes"]
        if name != "ResourceTypes.json":
            assert (ran.returncode, changes) == (0, [])
        else:  # of the extensions nothing but their URNs is known
            assert {change["change"] for change in changes} <= {
                "attribute-added",
                "attribute-removed",
                "required-attribute-added",
                "text-changed",
            }


def test_a_git_revision_is_read_with_its_csv_files(repository: Path) -> None:
    """From the top of the repository or from a folder below it; places name the revision."""
    gone = ["value-removed", "attribute-removed"]
    for cwd, old, new in (
        (repository, "main:app/crm.scim.yaml", "app/crm.scim.yaml"),
        (repository / "app", "HEAD:crm.scim.yaml", "crm.scim.yaml"),
        (repository, "main:app", "app"),
    ):
        ran = diff(old, new, "-f", "json", cwd=cwd)
        assert ran.returncode == 1, ran.stderr
        changes = json.loads(ran.stdout)["changes"]
        assert sorted(change["change"] for change in changes) == sorted(gone)
        revision = old.partition(":")[0]
        files = {change["file"].rpartition("/")[2].rpartition(":")[2] for change in changes}
        assert files == {"crm.scim.yaml", "permission_sets.csv"}
        assert all(change["file"].startswith(f"{revision}:") for change in changes)
        assert "/tmp" not in ran.stdout


def test_documents_of_a_git_revision(repository: Path) -> None:
    """A folder of SCIM documents as the revision has them."""
    (repository / "documents" / "Schemas.json").write_text("[]")
    ran = diff("main:documents", "documents", "-f", "json", cwd=repository)
    assert ran.returncode == 1
    assert {change["path"] for change in json.loads(ran.stdout)["changes"]} >= {"License.tier", "User.region"}


def test_what_github_shows_stands_in_the_new_file(repository: Path) -> None:
    """A removal is reported where the part would be, since a pull request shows no line of the old file."""
    ran = diff("main:app/crm.scim.yaml", "app/crm.scim.yaml", "-f", "github", cwd=repository)
    assert [line.partition(",")[0] for line in ran.stdout.splitlines()] == ["::error file=app/crm.scim.yaml"] * 2


def test_a_live_server_is_read(documents: Path) -> None:
    """Its base URL; what it does not answer is reported."""
    with server(pages()) as base:
        ran = diff(base, base)
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
        assert diff(base, documents).returncode == 1
    answers = pages()
    del answers["/scim/v2/ServiceProviderConfig"]
    with server(answers) as base:
        ran = diff(base, base)
        assert (ran.returncode, "ServiceProviderConfig: answers 404" in ran.stderr) == (0, True)
    ran = diff("http://127.0.0.1:9/scim/v2", documents)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_allowed_breaks_stand_in_the_description(tmp_path: Path) -> None:
    """With their reason; one that is unknown or unused is reported, with its place."""
    kinds = ["type-removed, at: License", "type-removed, at: Permission Set", "extension-removed, at: User"]
    kinds += ["value-removed, at: Role.admin", "value-removed, at: Role.agent"]
    lines = [f"  - {{change: {kind}, reason: Moved to another app}}\n" for kind in kinds]
    new = tmp_path / "crm.scim.yaml"
    new.write_text(NO_LICENCE + "allowedBreaks:\n" + "".join(lines[:-1]))
    assert diff(CRM, new).returncode == 1
    new.write_text(NO_LICENCE + "allowedBreaks:\n" + "".join(lines))
    ran = diff(CRM, new)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("= allowed: Moved to another app") == 5
    assert ran.stderr.endswith("(5 allowed)\n")
    more = "  - {change: type-remove, at: License, reason: a slip}\n  - {change: type-removed, at: Seat, reason: x}\n"
    new.write_text(NO_LICENCE + "allowedBreaks:\n" + "".join(lines) + more)
    output = diff(CRM, new).stderr.splitlines()
    assert output[0] == f"{new}:13:5: there is no kind of change 'type-remove': did you mean type-removed?"
    assert output[1].startswith(f"{new}:14:5: no change matches the allowed break type-removed at Seat")


def test_allowed_breaks_are_read_into_the_model(tmp_path: Path) -> None:
    """Each with its place; what is no allowed break is an error of the description."""
    new = tmp_path / "crm.scim.yaml"
    new.write_text(NO_LICENCE + "allowedBreaks:\n  - {change: attribute-renamed, at: A.b, to: c, reason: so}\n")
    app, _ = load_file(new)
    assert app
    (entry,) = app.allowed_breaks
    assert (entry.change, entry.at, entry.to, entry.reason) == ("attribute-renamed", "A.b", "c", "so")
    assert str(entry.place) == f"{new}:8:5"
    new.write_text(NO_LICENCE + "allowedBreaks: [{change: type-removed, at: A, because: so}]\n")
    app, findings = load_file(new)
    assert app is None
    assert {finding.rule for finding in findings} == {"description-unknown-key", "description-missing-key"}


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("none.yaml", "none.yaml: no such file, and no git revision with a path (REV:PATH)"),
        ("none:crm.scim.yaml", "none:crm.scim.yaml: "),
        ("-x:crm.scim.yaml", "No such option: -x"),
        (".", "found no schemas, no resource types and no ServiceProviderConfig"),
        ("broken.json", "broken.json:1:2: "),
        ("typed.json", "typed.json:1:60: required must be true or false"),
        ("enum.json", "enum.json:1:74: type must be one of string, boolean, "),
        ("faulty.scim.yaml", "faulty.scim.yaml: the description has errors"),
        ("two", "two: more than one description"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, old: str, message: str) -> None:
    """Exit 2, no traceback."""
    (tmp_path / "broken.json").write_text("{x")
    head = '{"id": "urn:a:b", "attributes": [{"name": "a", "required": '
    (tmp_path / "typed.json").write_text(head + '"true"}]}')
    (tmp_path / "enum.json").write_text(head + 'true, "type": "strng"}]}')
    (tmp_path / "faulty.scim.yaml").write_text("scimgen: 1\napp: Crm\nvendor: acme\n")
    (tmp_path / "two").mkdir()
    for name in ("a.scim.yaml", "b.scim.yaml"):
        (tmp_path / "two" / name).write_text(NO_LICENCE)
    (tmp_path / "empty").mkdir()
    # An old document with a wrong type is compared. A new one is refused.
    sides = (CRM, old) if old in ("typed.json", "enum.json") else (old, CRM)
    ran = diff(*sides, cwd=tmp_path / "empty" if old == "." else tmp_path)
    assert ran.returncode == 2, ran.stdout
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    if old.startswith("faulty"):
        assert "faulty.scim.yaml:2:6: error[description-value]" in ran.stdout


def test_standard_input_is_one_side() -> None:
    """A description by pipe, once."""
    assert diff("-", CRM, stdin=NO_LICENCE).returncode == 0
    assert diff("-", "-").returncode == 2

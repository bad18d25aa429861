"""The command, as a process."""

import json
import subprocess
from pathlib import Path

import pytest

from scimgen.description import load_file
from scimgen.documents import list_response, resource_type_to_json, schema_to_json
from tests.importing.support import described, plain_documents
from tests.in_process import scimgen
from tests.support import EXAMPLES


def run(*arguments: object, cwd: Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    return scimgen("import", *arguments, cwd=cwd, stdin=stdin)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """The documents of the crm example in a folder, with files that are none beside them."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    folder = tmp_path / "documents"
    folder.mkdir()
    types, schemas = map(resource_type_to_json, app.resource_types), map(schema_to_json, app.schemas())
    (folder / "ResourceTypes.json").write_text(json.dumps(list_response(types)), encoding="utf-8")
    (folder / "Schemas.json").write_text(json.dumps(list_response(schemas)), encoding="utf-8")
    (folder / "package.json").write_text('{"name": "x", "version": "1"}', encoding="utf-8")
    return folder


def test_a_folder_becomes_a_description_on_stdout(documents: Path) -> None:
    """A message on stderr says that nothing is lost."""
    ran = run("documents", cwd=documents.parent)
    assert ran.returncode == 0, ran.stderr
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    assert plain_documents(described(ran.stdout)) == plain_documents(app)
    assert "equal in content" in ran.stderr


def test_a_description_goes_to_a_file_once(documents: Path) -> None:
    """An existing file stays without --force; nothing else is left beside it."""
    target = documents.parent / "crm.scim.yaml"
    assert run("documents", "-o", target, "-q", cwd=documents.parent).stderr == ""
    first = target.read_text(encoding="utf-8")
    target.write_text("mine", encoding="utf-8")
    ran = run("documents", "-o", target, cwd=documents.parent)
    assert (ran.returncode, target.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force overwrites it" in ran.stderr
    assert run("documents", "-o", target, "--force", cwd=documents.parent).returncode == 0
    assert target.read_text(encoding="utf-8") == first
    assert sorted(path.name for path in documents.parent.iterdir()) == ["crm.scim.yaml", "documents"]


def test_standard_input_is_read(tmp_path: Path) -> None:
    """`-`; the app and the vendor as they are given."""
    schema = {"id": "urn:x-y:scim:Room", "name": "Room", "attributes": [{"name": "a"}]}
    ran = run("-", "--app", "rooms", "--vendor", "x-y", cwd=tmp_path, stdin=json.dumps(schema))
    assert ran.returncode == 0, ran.stderr
    assert "app: rooms\nvendor: x-y\n" in ran.stdout
    assert "schema: urn:x-y:scim:Room" in ran.stdout


def test_differences_are_told_on_stderr_and_are_no_failure(tmp_path: Path) -> None:
    """Exit code 0; the page has the same in a comment."""
    attribute = {"name": "link", "type": "reference", "caseExact": True, "referenceTypes": ["Nobody"]}
    schema = {"id": "urn:acme:scim:schemas:crm:1.0:Room", "name": "Room", "attributes": [attribute]}
    ran = run("-", cwd=tmp_path, stdin=json.dumps(schema))
    assert ran.returncode == 0
    assert "lost: urn:acme:scim:schemas:crm:1.0:Room: link.referenceTypes" in ran.stderr
    assert "# referenceTypes without Nobody: no such resource type" in ran.stdout


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("{", 1, "json-syntax"),
        ("[]", 1, "no schema, resource type"),
        ('{"a": 1}', 1, "no schema, resource type"),
        ("", 1, "json-syntax"),
        ('{"scimgen": 1, "app": "a", "vendor": "bb"}', 2, "is a description already"),
    ],
)
def test_what_makes_no_description(text: str, code: int, expected: str, tmp_path: Path) -> None:
    """Nothing on stdout, the reason on stderr."""
    ran = run("-", cwd=tmp_path, stdin=text)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nowhere.json"], "nowhere.json: no such file"),
        (["documents", "--app", "A b"], "--app A b"),
        (["documents", "--vendor", "-"], "--vendor -"),
        (["documents", "--values"], "--values reads from a live server"),
        (["documents", "-o", "x.json"], "NAME.scim.yaml"),
        (["documents", "-o", "no/such/x.scim.yaml"], "no such file or directory"),
        (["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"], "one server at a time"),
        (["http://127.0.0.1:9/scim/v2"], "127.0.0.1:9"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2(arguments: list[str], expected: str, documents: Path) -> None:
    """One line, no traceback, nothing written."""
    ran = run(*arguments, cwd=documents.parent)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr
    assert [path.name for path in documents.parent.iterdir()] == ["documents"]

"""What may be validated: shapes, sets, folders, standard input; and what hostile input does."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from tests.validate.support import RULES, run, write

GOOD = (RULES / "json-bom" / "good.json").read_bytes()
SCHEMA = json.loads(GOOD)
BADGE = json.loads((RULES / "rt-name-missing" / "good.json").read_bytes())


def test_files_given_together_are_one_service_provider(tmp_path: Path) -> None:
    """A resource type of one file names a schema of another."""
    types = write(tmp_path / "types.json", BADGE | {"schema": SCHEMA["id"] + "s"})
    schemas = write(tmp_path / "schemas.json", SCHEMA)
    assert run(types, schemas).rules == ["rt-schema-unresolved"]
    assert "did you mean" in run(types, schemas).findings[0]["fix"]
    assert run(types, schemas, each=True).rules == []
    assert run(types).rules == []


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    """Its schema is no duplicate of itself."""
    path = write(tmp_path / "schemas.json", SCHEMA)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert run(path, path, tmp_path, link).rules == []


def test_a_folder_is_read_with_what_is_below_it(tmp_path: Path) -> None:
    """Hidden folders, what others wrote and rings of links are passed over; so is JSON that is not SCIM."""
    bad = (RULES / "enum-invalid" / "bad.json").read_bytes()
    for name in ("a/bad.json", ".git/bad.json", "node_modules/bad.json", ".hidden.json"):
        write(tmp_path / name, bad)
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    write(tmp_path / "package.json", {"name": "x", "version": "1"})
    write(tmp_path / "openapi.json", {"openapi": "3.1.0", "components": {"schemas": {}}})
    ran = run(tmp_path)
    assert [(item["rule"], item["file"]) for item in ran.findings] == [
        ("enum-invalid", str(tmp_path / "a" / "bad.json"))
    ]
    assert "skipped, not SCIM documents" in ran.err
    assert run(tmp_path / "package.json").rules == ["doc-unrecognised-shape"]


def test_standard_input_is_called_so() -> None:
    """With or without a byte order mark."""
    ran = run("-", stdin=b"\xef\xbb\xbf" + GOOD, min_severity="info")
    assert [(item["rule"], item["file"]) for item in ran.findings] == [("json-bom", "<stdin>")]


@pytest.mark.parametrize(("text", "rule"), [("app: crm\n", "description-missing-key"), ("", "description-type")])
def test_a_description_is_known_by_its_name_too(tmp_path: Path, text: str, rule: str) -> None:
    """One that lacks its first key is not reported as invalid JSON."""
    assert set(run(write(tmp_path / "crm.scim.yaml", text)).rules) == {rule}


def test_a_description_is_told_by_its_own_rules(tmp_path: Path) -> None:
    """YAML with `scimgen:`; another YAML is no SCIM document."""
    path = write(tmp_path / "crm.scim.yaml", "scimgen: 1\napp: crm\nvendor: acme\nbogus: 1\n")
    assert run(path).rules == ["description-unknown-key"]
    assert run(write(tmp_path / "a.yaml", "a: 1\n")).rules == ["json-syntax"]


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        ([SCHEMA, SCHEMA | {"id": SCHEMA["id"] + "2", "meta": {"resourceType": "Schema"}}], "bare-array"),
        ([{"name": "x", "type": "string"}], "doc-unrecognised-shape"),
        ({"schemas": {"a": SCHEMA}}, "doc-unrecognised-shape"),
        ("text", "doc-unrecognised-shape"),
        ([], "bare-array"),
        ([SCHEMA, {"a": 1}], "doc-unrecognised-shape"),
    ],
)
def test_shapes_are_told_apart(tmp_path: Path, shape: object, rule: str) -> None:
    """By what a document is, not by what it is called."""
    assert (
        rule
        in run(
            write(tmp_path / "a.json", shape if not isinstance(shape, str) else f'"{shape}"'), min_severity="info"
        ).rules
    )


def test_a_resource_is_left_to_the_clients_rules(tmp_path: Path) -> None:
    """A User is a good SCIM document, but none that the discovery rules speak of."""
    user = write(tmp_path / "user.json", (RULES / "okta-user-entitlement-shape" / "bad.json").read_bytes())
    assert run(user).rules == []
    assert run(user, clients=("okta",)).rules == ["okta-user-entitlement-shape"]


def test_an_array_of_resources_is_data(tmp_path: Path) -> None:
    """It is no body of a discovery endpoint, so nobody asks for a ListResponse, and `--fix` leaves it alone."""
    role = json.loads((RULES / "okta-entitlement-attr" / "good.json").read_bytes())
    path = write(tmp_path / "values.json", [role, role | {"id": "lic-free"}])
    before = path.read_bytes()
    assert run(path, clients=("okta",), min_severity="info", fix=True).rules == []
    assert path.read_bytes() == before


HOSTILE = {
    "nested arrays": b"[" * 200_000,
    "nested objects": b'{"a":' * 200_000,
    "invalid UTF-8": b'{"id": "\xff\xfe"}',
    "a NUL": b'{"id": "a\x00b"}',
    "nothing": b"",
    "blanks": b" \n\t ",
    "a lone quote": b'"',
    "too many values": b"[" + b"1," * 2_100_000 + b"1]",
    "a long number": b"[" + b"9" * 5000 + b"]",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_json_is_one_finding(tmp_path: Path, data: bytes) -> None:
    """With a place, and in little room."""
    path = write(tmp_path / "a.json", data)
    tracemalloc.start()
    try:
        ran = run(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (ran.code, ran.rules) == (1, ["json-syntax"])
    assert peak < 64 * 1024 * 1024


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: *x\n", "<<: {a: 1}\n", "!!python/object:os.system {}\n"])
def test_anchors_aliases_and_tags_of_yaml_are_refused(tmp_path: Path, text: str) -> None:
    """Aliases cannot expand without limit."""
    ran = run(write(tmp_path / "a.scim.yaml", "scimgen: 1\n" + text))
    assert ran.code == 1
    assert len(ran.findings) == 1


def test_what_cannot_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Exit code 2, a line for each, and the findings of the others."""
    os.mkfifo(tmp_path / "fifo.json")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    bad = write(tmp_path / "bad.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    ran = run(tmp_path / "fifo.json", tmp_path / "large.json", tmp_path / "none.json", bad, "/dev/null")
    assert ran.code == 2
    assert ran.rules == ["enum-invalid"]
    for output in ("fifo.json: not a regular file", "more than 64 MiB", "none.json: no such file", "/dev/null"):
        assert output in ran.err


def test_a_flood_of_findings_stays_bounded(tmp_path: Path) -> None:
    """A hundred thousand faults: a thousand of each rule are kept, all are counted."""
    path = write(tmp_path / "a.json", SCHEMA | {"attributes": [1] * 100_000})
    ran = run(path)
    assert len(ran.findings) == 1000
    assert json.loads(ran.out)["summary"]["errors"] == 100_000

"""Comparisons of /Schemas without /ResourceTypes, and of an old document that breaks rules."""

import copy
import json
import subprocess
from typing import Any

import pytest

from scimgen.data import load_json
from scimgen.documents import list_response
from tests.compare.support import Sides

FILES = ("rfc7643/User", "rfc7643/Group", "rfc7643/EnterpriseUser", "okta/Role", "okta/Entitlement")
BADGE = {
    "id": "urn:acme:scim:schemas:2.0:Badge",
    "name": "Badge",
    "attributes": [{"name": "colour", "type": "string"}, {"name": "photo", "type": "reference", "caseExact": False}],
}


def schemas() -> dict[str, Any]:
    """The known schemas and one of a vendor, by name."""
    found = {name.rpartition("/")[2]: copy.deepcopy(load_json(f"{name}.json")) for name in FILES}
    return {**found, "Badge": copy.deepcopy(BADGE)}


def attribute(schema: dict[str, Any], *path: str) -> dict[str, Any]:
    """One attribute of a schema document."""
    found = schema
    for name in path:
        items = found.get("attributes") or found["subAttributes"]
        found = next(item for item in items if item["name"] == name)
    return found


def without(schema: dict[str, Any], *names: str) -> None:
    schema["attributes"] = [item for item in schema["attributes"] if item["name"] not in names]


def test_changes_of_known_schemas_are_found(sides: Sides) -> None:
    old, new = schemas(), schemas()
    without(new["User"], "title", "emails")
    without(new["Entitlement"], "displayName")
    without(new["EnterpriseUser"], "department")
    attribute(new["Group"], "displayName")["type"] = "integer"
    attribute(new["Role"], "displayName")["returned"] = "never"
    code, changes, notes = sides.diff(list_response(old.values()), list_response(new.values()))
    assert (code, notes) == (1, "")
    assert changes == {
        ("breaking", "attribute-removed", "User.title"),
        ("breaking", "attribute-removed", "User.emails"),
        ("breaking", "attribute-removed", "Entitlement.displayName"),
        ("breaking", "attribute-removed", "EnterpriseUser.department"),
        ("breaking", "type-changed", "Group.displayName"),
        ("breaking", "returned-less", "Role.displayName"),
    }


def test_a_single_known_schema_is_compared_in_both_directions(sides: Sides) -> None:
    old, new = schemas()["User"], schemas()["User"]
    without(new, "title")
    assert sides.diff(old, new)[:2] == (1, {("breaking", "attribute-removed", "User.title")})
    assert sides.diff(new, old)[:2] == (0, {("safe", "attribute-added", "User.title")})
    assert sides.diff(old, old)[:2] == (0, set())


def test_a_schema_that_is_no_longer_listed_is_reported_as_a_schema(sides: Sides) -> None:
    old, new = schemas(), schemas()
    del new["Group"], new["Badge"]
    gone = {("breaking", "schema-removed", "Group"), ("breaking", "schema-removed", "Badge")}
    assert sides.diff([*old.values()], [*new.values()])[:2] == (1, gone)
    come = {("safe", "schema-added", "Group"), ("safe", "schema-added", "Badge")}
    assert sides.diff([*new.values()], [*old.values()])[:2] == (0, come)


def test_a_side_with_resource_types_need_not_list_known_schemas(sides: Sides) -> None:
    """Okta's guide: its schemas and those of the RFC are known and not required from /Schemas."""
    badge = {"name": "Badge", "endpoint": "/Badges", "schema": BADGE["id"]}
    user = {"name": "User", "endpoint": "/Users", "schema": schemas()["User"]["id"]}
    new = schemas()["Badge"]
    without(new, "colour")
    changes = {("breaking", "attribute-removed", "Badge.colour")}
    assert sides.diff([badge, user, BADGE], [new])[:2] == (1, changes)
    full = schemas()["User"]
    without(full, "title")
    assert sides.diff([badge, user, BADGE], [BADGE, full])[:2] == (1, {("breaking", "attribute-removed", "User.title")})


def test_a_schema_without_a_resource_type_is_compared_too(sides: Sides) -> None:
    badge = {"name": "User", "endpoint": "/Users", "schema": schemas()["User"]["id"]}
    assert sides.diff([badge, *schemas().values()], [*schemas().values()])[:2] == (0, set())


def test_a_schema_with_a_new_name_or_a_new_neighbour_is_compared(sides: Sides) -> None:
    """A schema is identified by its URN, not by its name."""
    old, new = schemas(), schemas()
    new["Badge"]["name"] = "Staff badge"
    without(new["Badge"], "colour")
    found = {
        ("safe", "text-changed", "Staff badge"),
        ("breaking", "attribute-removed", "Staff badge.colour"),
    }
    assert sides.diff([*old.values()], [*new.values()])[:2] == (1, found)
    other = {**BADGE, "id": "urn:acme:scim:schemas:2.0:visitor:Badge"}
    changes = sides.diff([BADGE], [BADGE, other])[1]
    assert changes == {("safe", "schema-added", other["id"])}


def test_a_git_revision_of_schemas_is_compared(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sides.folder / "Schemas.json"
    file.write_text(json.dumps(list_response(schemas().values())))
    git = ["git", "-C", str(sides.folder), "-c", "user.name=A", "-c", "user.email=a@acme.example"]
    for step in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *step], check=True, capture_output=True)
    new = schemas()
    without(new["User"], "title")
    file.write_text(json.dumps(list_response(new.values())))
    monkeypatch.chdir(sides.folder)
    changes = {("breaking", "attribute-removed", "User.title")}
    assert sides.run("main:Schemas.json", "Schemas.json")[:2] == (1, changes)


@pytest.mark.parametrize("type_", ["reference", "binary"])
def test_the_case_of_an_old_reference_is_corrected_without_a_break(sides: Sides, type_: str) -> None:
    """RFC 7643 sections 2.3.6 and 2.3.7: "a reference is case exact"."""
    old, new = schemas()["Badge"], schemas()["Badge"]
    attribute(old, "photo")["type"] = attribute(new, "photo")["type"] = type_
    attribute(new, "photo")["caseExact"] = True
    assert sides.diff(old, new)[:2] == (0, {("safe", "case-exact-without-effect", "Badge.photo")})
    assert sides.diff(new, old)[1] == {("attention", "became-case-insensitive", "Badge.photo")}


def test_text_that_becomes_case_exact_still_breaks(sides: Sides) -> None:
    old, new = schemas()["Badge"], schemas()["Badge"]
    attribute(new, "colour")["caseExact"] = True
    attribute(old, "photo")["type"] = attribute(new, "photo")["type"] = "integer"
    attribute(new, "photo")["caseExact"] = True
    code, changes, _ = sides.diff(old, new)
    assert code == 1
    assert changes == {
        ("breaking", "became-case-exact", "Badge.colour"),
        ("safe", "case-exact-without-effect", "Badge.photo"),
    }


FAULTS = [
    ("required", "yes", "required must be true or false"),
    ("type", "text", "type must be one of string"),
    ("mutability", "readwrite", "mutability must be one of readOnly"),
    ("canonicalValues", "red", "canonicalValues must be a list of text"),
    ("subAttributes", {"a": 1}, "subAttributes must be a list of objects"),
    ("description", 5, "description must be text"),
    ("name", 5, "name must be text"),
]


@pytest.mark.parametrize(("member", "value", "message"), FAULTS)
def test_an_old_document_with_a_fault_is_compared(sides: Sides, member: str, value: Any, message: str) -> None:
    """The fault is a note with its place. The member counts as absent, and everything else is compared."""
    old, new = schemas()["Badge"], schemas()["Badge"]
    attribute(old, "photo")[member] = value
    without(new, "colour")
    code, changes, notes = sides.diff(old, new)
    assert code == 1
    assert ("breaking", "attribute-removed", "Badge.colour") in changes
    assert f"old.json:1:{json.dumps(old).index(json.dumps(value)) + 1}: {message}" in notes


def test_a_new_document_with_a_fault_is_refused(sides: Sides) -> None:
    old, new = schemas()["Badge"], schemas()["Badge"]
    attribute(new, "photo")["required"] = "yes"
    code, changes, notes = sides.diff(old, new)
    assert (code, changes) == (2, set())
    assert "required must be true or false" in notes


def test_an_old_part_without_identity_is_left_out(sides: Sides) -> None:
    old = [{"name": "X", "attributes": []}, {"endpoint": "/Xs", "name": "X"}, schemas()["Badge"]]
    old[2]["attributes"] += [{"type": "string"}, "badge"]
    new = schemas()["Badge"]
    without(new, "colour")
    code, changes, notes = sides.diff(old, new)
    assert (code, changes) == (1, {("breaking", "attribute-removed", "Badge.colour")})
    for fault in ("a schema needs an id", "a resource type needs a name and a schema", "an attribute has no name"):
        assert fault in notes
    assert "attributes must be a list of objects" in notes


def test_names_of_members_and_types_are_read_without_regard_to_case(sides: Sides) -> None:
    """RFC 7643 section 2.1; section 8.7.2 has caseExact false for `type`."""
    new = schemas()["Badge"]
    old = json.loads(json.dumps(new).replace('"attributes"', '"Attributes"').replace('"string"', '"String"'))
    attribute(new, "colour")["multiValued"] = True
    old["Attributes"][0]["multivalued"] = True
    assert sides.diff(old, new)[:2] == (0, set())

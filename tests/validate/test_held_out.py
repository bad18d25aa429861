"""Documents that are not ours: what other implementations serve, and where the RFC contradicts itself."""

import json
from pathlib import Path
from typing import Any

import pytest
import scim2_models

from scimgen.data import folder
from tests.validate.support import run, write

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
RESOURCES = (
    scim2_models.User,
    scim2_models.Group,
    scim2_models.EnterpriseUser,
    scim2_models.Schema,
    scim2_models.ResourceType,
    scim2_models.ServiceProviderConfig,
)


def served() -> list[dict[str, Any]]:
    """The RFC's schemas as scim2-models serves them."""
    return [json.loads(resource.to_schema().model_dump_json(exclude_none=True)) for resource in RESOURCES]


def test_what_scim2_models_serves_is_fine(tmp_path: Path) -> None:
    """No error and no warning in schemas that follow the RFC."""
    assert run(write(tmp_path / "schemas.json", served())).rules == []


def test_our_own_copies_of_the_rfcs_schemas_are_fine() -> None:
    """They are what `core-attr-changed` compares with."""
    assert run(folder("schemas") / "rfc7643").rules == []


def attribute(schema: dict[str, Any], *path: str) -> dict[str, Any]:
    """An attribute of a schema by its names."""
    listed = schema["attributes"]
    for name in path:
        found: dict[str, Any] = next(item for item in listed if item["name"] == name)
        listed = found.get("subAttributes", [])
    return found


SLIPS: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("attr-type-invalid", ("title",), {"type": "text"}),
    ("attr-type-case", ("title",), {"type": "String"}),
    ("enum-invalid", ("emails",), {"mutability": "ReadWrite"}),
    ("enum-invalid", ("emails", "value"), {"returned": "default "}),
    ("boolean-type", ("active",), {"multiValued": "false"}),
    ("attr-name-grammar", ("nickName",), {"name": "nick name"}),
    ("attr-name-duplicate", ("nickName",), {"name": "DISPLAYNAME"}),
    ("core-attr-changed", ("active",), {"type": "string"}),
    ("core-attr-changed", ("emails",), {"multiValued": False}),
    ("core-attr-changed", ("userName",), {"required": False}),
    ("core-attr-unknown", ("nickName",), {"name": "petName"}),
    ("password-readable", ("password",), {"returned": "default"}),
    ("writeonly-returned-always", ("password",), {"returned": "always"}),
    ("mv-primary-not-boolean", ("emails", "primary"), {"type": "string"}),
    ("mv-subattr-type", ("groups", "$ref"), {"type": "string"}),
    ("subattributes-on-simple", ("name",), {"type": "string"}),
    ("complex-without-subattributes", ("name",), {"subAttributes": []}),
    ("complex-nested", ("name", "formatted"), {"type": "complex"}),
    ("reference-types-invalid", ("groups", "$ref"), {"referenceTypes": ["urn:x:y"]}),
    ("canonical-values-type", ("emails", "type"), {"canonicalValues": "work"}),
    ("canonical-values-duplicate", ("emails", "type"), {"canonicalValues": ["work", "work"]}),
    ("uniqueness-meaningless", ("active",), {"uniqueness": "server"}),
    ("readonly-returned-never", ("groups",), {"returned": "never"}),
    ("key-typo", ("title",), {"mutabilty": "readOnly"}),
    ("key-case", ("title",), {"CaseExact": True}),
    ("scim1-key", ("title",), {"readOnly": False}),
    ("multivalued-missing", ("title",), {"multiValued": None}),
    ("text-type", ("title",), {"description": ["x"]}),
]


@pytest.mark.parametrize(("rule", "path", "slip"), SLIPS, ids=[f"{rule}-{path[-1]}" for rule, path, _ in SLIPS])
def test_a_slip_in_a_foreign_document_is_found(
    tmp_path: Path, rule: str, path: tuple[str, ...], slip: dict[str, Any]
) -> None:
    """One slip in a clean document: its rule is among the findings, and every finding is about the slip's place."""
    schema = served()[0]
    attribute(schema, *path).update(slip)
    findings = run(write(tmp_path / "user.json", schema)).findings
    assert rule in [finding["rule"] for finding in findings]
    first = schema["attributes"].index(attribute(schema, slip.get("name", path[0]) if len(path) == 1 else path[0]))
    assert all(finding["pointer"].startswith(f"/attributes/{first}") for finding in findings)


def test_the_contradictions_of_the_rfc_are_tolerated(tmp_path: Path) -> None:
    """As section 8.7 prints them: schemas without `schemas`, references without case, a list that is none."""
    schemas = []
    for schema in served():
        text = json.dumps(schema).replace('"caseExact": true', '"caseExact": false')
        printed = json.loads(text)
        del printed["schemas"]
        printed.pop("meta", None)
        schemas.append(printed)
    attribute(schemas[4], "schemaExtensions")["multiValued"] = False
    attribute(schemas[4], "schemaExtensions")["required"] = True
    attribute(schemas[3], "attributes", "subAttributes", "referenceTypes")["multiValued"] = False
    schemas[5]["attributes"] = [item for item in schemas[5]["attributes"] if item["name"] != "etag"]
    assert set(run(write(tmp_path / "schemas.json", schemas)).rules) == {"schemas-missing"}

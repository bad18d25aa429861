"""`import` calls documents equal in content only if everything comes back."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from scimgen.cli.import_ import run_import
from scimgen.data import load_json
from scimgen.documents import urns

BADGE = "urn:acme:scim:schemas:crm:1.0:Badge"
CONFIG = {
    "schemas": [urns.SERVICE_PROVIDER_CONFIG],
    "patch": {"supported": True},
    "bulk": {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1048576},
    "filter": {"supported": True, "maxResults": 1000},
    "changePassword": {"supported": False},
    "sort": {"supported": True},
    "etag": {"supported": True},
    "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}],
}


def documents() -> list[dict[str, Any]]:
    """A service provider with the types that every description has, and one more."""
    schemas = [load_json(f"rfc7643/{name}.json") for name in ("User", "Group", "EnterpriseUser")]
    types = [
        {"name": "User", "endpoint": "/Users", "schema": urns.USER, "description": "User"},
        {"name": "Group", "endpoint": "/Groups", "schema": urns.GROUP, "description": "Group"},
        {"name": "Badge", "endpoint": "/Badges", "schema": BADGE, "description": "A badge"},
    ]
    types[0]["schemaExtensions"] = [{"schema": urns.ENTERPRISE_USER, "required": True}]
    attributes = [
        {"name": "colour", "type": "string", "multiValued": False, "description": "x", "required": True},
        {"name": "holder", "type": "reference", "multiValued": False, "description": "x", "referenceTypes": ["User"]},
    ]
    badge = {"id": BADGE, "name": "Badge", "description": "A badge", "attributes": attributes}
    return copy.deepcopy([*schemas, badge, *({"schemas": [urns.RESOURCE_TYPE], **type_} for type_ in types), CONFIG])


def notes(folder: Path, found: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What an import prints about these documents. The last line has the verdict."""
    path = folder / "in.json"
    path.write_text(json.dumps(found))
    assert run_import((str(path),), app="crm", vendor="acme") == 0
    return capsys.readouterr().err.splitlines()


def test_documents_that_come_back_are_called_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notes(tmp_path, documents(), capsys) == ["the documents come back equal in content"]


LOSSES = {
    "a vendor member": (3, ("attributes", 0, "pattern"), "x"),
    "a required that is text": (3, ("attributes", 0, "required"), "true"),
    "a multiValued that is text": (3, ("attributes", 0, "multiValued"), "true"),
    "a caseExact that is a number": (3, ("attributes", 0, "caseExact"), 1),
    "a mutability in another case": (3, ("attributes", 0, "mutability"), "readonly"),
    "a returned that does not exist": (3, ("attributes", 0, "returned"), "sometimes"),
    "a description that is a number": (3, ("attributes", 0, "description"), 5),
    "a reference to a foreign type": (3, ("attributes", 1, "referenceTypes"), ["Device"]),
    "a name that is a list": (3, ("name",), ["Badge"]),
    "an endpoint of two steps": (6, ("endpoint",), "/v1/Badges"),
    "an endpoint that is a number": (6, ("endpoint",), 5),
    "an extension without required": (4, ("schemaExtensions", 0), {"schema": urns.ENTERPRISE_USER}),
    "a required extension as text": (4, ("schemaExtensions", 0, "required"), "true"),
    "another authentication scheme": (7, ("authenticationSchemes", 0, "type"), "httpdigest"),
    "a scheme of OAuth": (7, ("authenticationSchemes", 0, "type"), "oauth2"),
    "no sorting": (7, ("sort", "supported"), False),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_documents_with_a_part_that_is_lost_are_not_called_equal(
    loss: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The loss is one line, and the last line is not the verdict that all is equal."""
    index, path, value = LOSSES[loss]
    found = documents()
    owner: Any = found[index]
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    *lines, verdict = notes(tmp_path, found, capsys)
    assert lines
    assert "equal" not in verdict


def test_required_and_references_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    found = documents()
    user = found[0]
    for attribute in user["attributes"]:
        attribute["required"] = attribute["name"] in ("userName", "displayName", "emails")
    path.write_text(json.dumps(found))
    output = tmp_path / "crm.scim.yaml"
    assert run_import((str(path),), app="crm", vendor="acme", output=output, quiet=True) == 0
    from scimgen.description import load_file

    app, _ = load_file(output)
    assert app
    schemas = {schema.id: schema for schema in app.schemas()}
    required = {attribute.name for attribute in schemas[urns.USER].attributes if attribute.required}
    assert required == {"userName", "displayName", "emails"}
    holder = schemas[BADGE].attribute("holder")
    assert holder is not None and holder.reference_types == ("User",)

"""`--fix` on a document with one slip: never worse by an independent judge, and restored where one answer is right."""

import json
from typing import Any

import pytest
from scim2_models import ListResponse, ResourceType, Schema, ServiceProviderConfig

from scimgen.data import load_json
from scimgen.documents import list_response, urns
from scimgen.rules import check
from scimgen.source import read_text
from scimgen.validation.fixing import fix
from tests.slips import ALL, Slip

_TYPES = {"User": (urns.USER, "/Users"), "Group": (urns.GROUP, "/Groups"), "Badge": ("urn:acme:scim:Badge", "/Badges")}


def _schemas() -> dict[str, Any]:
    found = []
    for name in ("User", "Group", "EnterpriseUser"):
        schema = load_json(f"rfc7643/{name}.json")
        location = f"/Schemas/{schema['id']}"
        meta = {"resourceType": "Schema", "location": location}
        found.append({"schemas": [urns.SCHEMA], **schema, "meta": meta})
    expires = {
        **{"name": "expires", "type": "dateTime", "multiValued": False, "description": "The last day"},
        **{"required": False, "mutability": "readWrite", "returned": "default"},
    }
    badge = {"schemas": [urns.SCHEMA], "id": "urn:acme:scim:Badge", "name": "Badge", "description": "A badge"}
    return list_response([*found, {**badge, "attributes": [expires]}])


def _types() -> dict[str, Any]:
    types = []
    for name, (urn, endpoint) in _TYPES.items():
        type_ = {"schemas": [urns.RESOURCE_TYPE], "id": name, "name": name, "endpoint": endpoint, "description": name}
        extensions = [{"schema": urns.ENTERPRISE_USER, "required": False}] if name == "User" else []
        types.append({**type_, "schema": urn, "schemaExtensions": extensions})
    return list_response(types)


def _config() -> dict[str, Any]:
    scheme = {"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}
    supported = {name: {"supported": True} for name in ("patch", "changePassword", "sort", "etag")}
    limits = {
        "bulk": {"supported": True, "maxOperations": 10, "maxPayloadSize": 1000},
        "filter": {"supported": True, "maxResults": 200},
    }
    schemes = {"authenticationSchemes": [scheme]}
    return {"schemas": [urns.SERVICE_PROVIDER_CONFIG], **supported, **limits, **schemes}


CLEAN = {"Schemas": _schemas(), "ResourceTypes": _types(), "ServiceProviderConfig": _config()}
MODELS = {
    "Schemas": ListResponse[Schema],
    "ResourceTypes": ListResponse[ResourceType],
    "ServiceProviderConfig": ServiceProviderConfig,
}
OCCURRENCES = (0, 1, 5)


def mutants(slip: Slip) -> list[tuple[str, str]]:
    """The clean documents with the slip at several places."""
    found = []
    for name, document in CLEAN.items():
        text = json.dumps(document, indent=2)
        for occurrence in OCCURRENCES:
            mutant = slip.apply(text, occurrence)
            if mutant is not None:
                found.append((name, mutant))
    return found


def accepted(name: str, text: str) -> bool:
    """The verdict of the independent judge, scim2-models."""
    try:
        MODELS[name].model_validate_json(text)
    except ValueError:
        return False
    return True


def fixed(text: str) -> str:
    found = fix(read_text("a.json", text.encode("utf-8"), "json"), (), lambda _: True)
    return found.after.source.text if found else text


def errors(text: str) -> int:
    checked = check([read_text("a.json", text.encode("utf-8"), "json")])
    return sum(finding.severity >= 1 for finding in checked.findings)


@pytest.mark.parametrize("slip", ALL, ids=[f"{slip.rule} {slip.wrong.strip()[:40]}" for slip in ALL])
def test_a_slip_is_restored_or_left(slip: Slip) -> None:
    found = mutants(slip)
    assert found, "no clean document contains the text"
    for name, mutant in found:
        after = fixed(mutant)
        assert accepted(name, after) or not accepted(name, mutant)
        assert errors(after) <= errors(mutant)
        if slip.restores:
            assert json.loads(after) == json.loads(json.dumps(CLEAN[name]))


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_document_is_accepted_by_the_judge_and_not_changed(name: str) -> None:
    text = json.dumps(CLEAN[name], indent=2)
    assert accepted(name, text)
    after = fixed(text)
    assert json.loads(after) == CLEAN[name]

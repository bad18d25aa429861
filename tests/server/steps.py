"""Steps that many tests have in common."""

import itertools
from typing import Any

import httpx

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CRM = "urn:acme:scim:schemas:extension:crm:1.0:User"
LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"
ENTITLEMENT = "urn:okta:scim:schemas:core:1.0:Entitlement"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

_numbers = itertools.count(1)

Json = dict[str, Any]


def new_name() -> str:
    """An unused userName."""
    return f"user{next(_numbers)}@example.com"


def new_user(server: httpx.Client, **attributes: Any) -> Json:
    """A created user."""
    response = server.post("/Users", json={"schemas": [USER], "userName": new_name()} | attributes)
    assert response.status_code == 201, response.text
    return dict(response.json())


def new_group(server: httpx.Client, *members: Json, name: str = "Group") -> Json:
    """A created group."""
    values = [{"value": member["id"]} for member in members]
    response = server.post("/Groups", json={"schemas": [GROUP], "displayName": name, "members": values})
    assert response.status_code == 201, response.text
    return dict(response.json())


def new_license(server: httpx.Client, name: str = "Trial") -> Json:
    """A created licence."""
    body = {"schemas": [ENTITLEMENT, LICENSE], "displayName": name, "type": "License", LICENSE: {"tier": "free"}}
    response = server.post("/Licenses", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def read(server: httpx.Client, resource: Json, **parameters: str) -> Json:
    """The resource as it is now."""
    response = server.get(resource["meta"]["location"], params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


def send_patch(server: httpx.Client, resource: Json, *operations: Json) -> httpx.Response:
    """A PATCH and its response."""
    return server.patch(resource["meta"]["location"], json={"schemas": [PATCH], "Operations": list(operations)})


def put(server: httpx.Client, resource: Json, body: Json) -> httpx.Response:
    """PUT a body in the resource's place."""
    return server.put(resource["meta"]["location"], json=body)


def patch(server: httpx.Client, resource: Json, *operations: Json) -> Json:
    """A PATCH that succeeds, and the resource as it is then."""
    response = send_patch(server, resource, *operations)
    assert response.status_code in (200, 204), response.text
    return read(server, resource)


def found(server: httpx.Client, condition: str, endpoint: str = "/Users") -> list[str]:
    """The ids that a filter finds."""
    response = server.get(endpoint, params={"filter": condition, "count": "1000"})
    assert response.status_code == 200, (condition, response.text)
    assert response.json()["totalResults"] == len(response.json()["Resources"])
    return [resource["id"] for resource in response.json()["Resources"]]


def refused(response: httpx.Response, status: int, scim_type: str | None = None) -> str:
    """Check a SCIM error; its detail."""
    assert response.status_code == status, response.text
    error = response.json()
    assert error["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert error["status"] == str(status)
    assert error.get("scimType") == scim_type, error
    return str(error["detail"])

"""Small documents without a fault, for tests that change one thing in them."""

import json
from typing import Any

from scimgen.documents import urns
from scimgen.rules import Finding, check
from scimgen.source import read_text

Json = dict[str, Any]


def attribute(name: str, **changed: Any) -> Json:
    """An attribute definition with all characteristics."""
    return {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": "What it is",
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **changed,
    }


def schema(*attributes: Json, id: str = "urn:acme:scim:schemas:crm:1.0:Badge") -> Json:
    """A schema, with one attribute unless others are given."""
    return {
        "schemas": [urns.SCHEMA],
        "id": id,
        "name": "Badge",
        "description": "What a user wears",
        "attributes": [*attributes] or [attribute("badge")],
    }


def user(*attributes: Json, **user_name: Any) -> Json:
    """The core User with userName and other attributes."""
    named = {"required": True, "uniqueness": "server", **user_name}
    return schema(attribute("userName", **named), *attributes, id=urns.USER)


def resource_type(schema: str, *extensions: str, **changed: Any) -> Json:
    """A resource type."""
    return {
        "schemas": [urns.RESOURCE_TYPE],
        "id": "Badge",
        "name": "Badge",
        "endpoint": "/Badges",
        "description": "What a user wears",
        "schema": schema,
        "schemaExtensions": [{"schema": extension, "required": False} for extension in extensions],
        **changed,
    }


def config(**changed: Any) -> Json:
    """A ServiceProviderConfig."""
    return {
        "schemas": [urns.SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": True, "maxOperations": 100, "maxPayloadSize": 1048576},
        "filter": {"supported": True, "maxResults": 200},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}],
        **changed,
    }


def listing(*resources: Json, **changed: Any) -> Json:
    """A ListResponse."""
    return {
        "schemas": [urns.LIST_RESPONSE],
        "totalResults": len(resources),
        "startIndex": 1,
        "itemsPerPage": len(resources),
        "Resources": [*resources],
        **changed,
    }


def serious(document: object, *clients: str, name: str = "a.json") -> list[Finding]:
    """The errors and warnings in a document."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return [finding for finding in check([read_text(name, text, "json")], clients).findings if finding.severity]


def shown(document: object, *clients: str, name: str = "a.json") -> list[tuple[str, str]]:
    """The rules and JSON pointers of the errors and warnings in a document."""
    return [(finding.rule.id, finding.spot.pointer) for finding in serious(document, *clients, name=name)]

"""Slips in the contents of documents that are well formed: each has one finding, at the value."""

from typing import Any

import pytest

from scimgen.documents import urns
from tests.rules.documents import Json, attribute, config, listing, resource_type, schema, serious, shown, user

BADGE = "urn:acme:scim:schemas:crm:1.0:Badge"
BEARER = {"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}
GROUPS = attribute("groups", type="complex", multiValued=True, subAttributes=[attribute("value")])


def reference(*names: str) -> Json:
    """A schema with a reference."""
    return schema(attribute("boss", type="reference", caseExact=True, referenceTypes=[*names]))


def pagination(**changed: Any) -> Json:
    """A ServiceProviderConfig with cursors and pages."""
    return config(pagination={"cursor": True, "index": True, **changed})


SLIPS: dict[str, tuple[Json, str, str]] = {
    "endpoint with base path": (resource_type(BADGE, endpoint="/scim/v2/Users"), "rt-endpoint-base-path", "/endpoint"),
    "endpoint with version": (resource_type(BADGE, endpoint="v2/Users"), "rt-endpoint-base-path", "/endpoint"),
    "endpoint below an API": (resource_type(BADGE, endpoint="/api/scim/Users"), "rt-endpoint-base-path", "/endpoint"),
    "endpoint with backslash": (resource_type(BADGE, endpoint="/\\Users"), "rt-endpoint-shape", "/endpoint"),
    "endpoint with query": (resource_type(BADGE, endpoint="/Users?count=1"), "rt-endpoint-shape", "/endpoint"),
    "userName not unique": (user(uniqueness="none"), "core-attr-changed", "/attributes/0/uniqueness"),
    "userName readOnly": (
        user(attribute("title"), mutability="readOnly"),
        "core-attr-changed",
        "/attributes/0/mutability",
    ),
    "userName optional": (user(required=False), "core-attr-changed", "/attributes/0"),
    "no userName": (schema(attribute("title"), id=urns.USER), "core-attr-missing", "/attributes"),
    "no displayName": (
        schema({**GROUPS, "name": "members"}, id=urns.GROUP),
        "core-attr-missing",
        "/attributes",
    ),
    "groups writable": (user(GROUPS), "core-attr-changed", "/attributes/1/mutability"),
    "schema is a URL": (resource_type("https://crm.example/Badge"), "rt-schema-not-urn", "/schema"),
    "extension is a URL": (
        resource_type(BADGE, "https://crm.example/x"),
        "rt-schema-not-urn",
        "/schemaExtensions/0/schema",
    ),
    "schemas of a list is a string": (
        listing(schema(), schemas=urns.LIST_RESPONSE),
        "schemas-not-array",
        "/schemas",
    ),
    "schemas of a list twice": (
        listing(schema(), schemas=[urns.LIST_RESPONSE, urns.LIST_RESPONSE]),
        "schemas-duplicate",
        "/schemas/1",
    ),
    "maxResults zero": (config(filter={"supported": True, "maxResults": 0}), "spc-limit", "/filter/maxResults"),
    "maxResults negative": (config(filter={"supported": False, "maxResults": -1}), "spc-limit", "/filter/maxResults"),
    "maxOperations zero": (
        config(bulk={"supported": True, "maxOperations": 0, "maxPayloadSize": 1}),
        "spc-limit",
        "/bulk/maxOperations",
    ),
    "no authentication scheme": (
        config(authenticationSchemes=[]),
        "spc-member-missing",
        "/authenticationSchemes",
    ),
    "scheme is a string": (
        config(authenticationSchemes=["oauth2"]),
        "spc-auth-not-object",
        "/authenticationSchemes/0",
    ),
    "scheme without words": (
        config(authenticationSchemes=[{**BEARER, "description": " "}]),
        "text-empty",
        "/authenticationSchemes/0/description",
    ),
    "name of a scheme is a number": (
        config(authenticationSchemes=[{**BEARER, "name": 5}]),
        "text-type",
        "/authenticationSchemes/0/name",
    ),
    "pagination is true": (config(pagination=True), "spc-member-missing", "/pagination"),
    "securityEvents is true": (config(securityEvents=True), "spc-member-missing", "/securityEvents"),
    "default page too great": (
        pagination(defaultPageSize=500, maxPageSize=100),
        "spc-pagination-contradiction",
        "/pagination/defaultPageSize",
    ),
    "default method not supported": (
        pagination(cursor=False, defaultPaginationMethod="cursor"),
        "spc-pagination-contradiction",
        "/pagination/defaultPaginationMethod",
    ),
    "no pages at all": (pagination(cursor=False, index=False), "spc-pagination-contradiction", "/pagination"),
    "timeout without cursors": (
        pagination(cursor=False, cursorTimeout=60),
        "spc-pagination-contradiction",
        "/pagination/cursorTimeout",
    ),
    "reference to an endpoint": (reference("Users"), "reference-types-misspelled", "/attributes/0/referenceTypes/0"),
    "reference in lower case": (
        reference("User", "group"),
        "reference-types-misspelled",
        "/attributes/0/referenceTypes/1",
    ),
    "id of a type is a number": (resource_type(BADGE, id=5), "text-type", "/id"),
    "id of a type is empty": (resource_type(BADGE, id=""), "text-empty", "/id"),
    "name of a type is empty": (resource_type(BADGE, name=""), "rt-name-missing", "/name"),
    "name of a type is blank": (resource_type(BADGE, name=" "), "text-empty", "/name"),
    "name of a schema is empty": (schema() | {"name": ""}, "text-empty", "/name"),
    "name of an attribute is empty": (schema(attribute("")), "attr-name-missing", "/attributes/0/name"),
    "name of an attribute is a number": (schema(attribute("a") | {"name": 5}), "text-type", "/attributes/0/name"),
    "location is a number": (
        schema() | {"meta": {"resourceType": "Schema", "location": 5}},
        "text-type",
        "/meta/location",
    ),
    "canonical value is empty": (
        schema(attribute("badge", canonicalValues=["a", ""])),
        "canonical-values-empty",
        "/attributes/0/canonicalValues/1",
    ),
    "attributes is an object": (schema() | {"attributes": {}}, "schema-attributes-missing", "/attributes"),
    **{
        f"secret {name}": (schema(attribute(name)), "secret-readable", "/attributes/0")
        for name in ("apiSecret", "passwordHash", "accessToken", "client_secret", "apiKeys", "dbPassword")
    },
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_has_one_finding_at_its_value(slip: str) -> None:
    """No other rule reports the same fault again."""
    document, rule, pointer = SLIPS[slip]
    assert shown(document) == [(rule, pointer)]


SOUND: dict[str, Json] = {
    "a userName in a schema that no client writes": user(mutability="readOnly"),
    "limits of features that are not supported": config(
        bulk={"supported": False, "maxOperations": 0, "maxPayloadSize": 0}, filter={"supported": False, "maxResults": 0}
    ),
    "security events": config(securityEvents={"asyncRequest": "none", "eventUris": []}),
    "equal pages": pagination(defaultPageSize=100, maxPageSize=100, defaultPaginationMethod="cursor"),
    "a deep endpoint": resource_type(BADGE, endpoint="/Devices/v2"),
    "an endpoint with a version in its name": resource_type(BADGE, endpoint="/UsersV2"),
    "names with password that are no secrets": schema(
        attribute("passwordExpires", type="dateTime"),
        attribute("mustChangePassword", type="boolean"),
        attribute("tokenEndpoint"),
        attribute("secretary"),
        attribute("passwordHash", mutability="writeOnly", returned="never"),
    ),
    "a reference to a custom type": reference("Badge", "external"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_document_has_no_finding(name: str) -> None:
    """A similar document that is right."""
    assert shown(SOUND[name]) == []


def test_the_fix_of_an_endpoint_is_what_is_left_without_the_base_path() -> None:
    """All of the base path is left out."""
    for endpoint, right in (("/scim/v2/Users", "/Users"), ("api/v1/scim/v2.0/A/B", "/A/B"), ("/\\Users", "/Users")):
        found = serious(resource_type(BADGE, endpoint=endpoint))
        assert found[0].fix.endswith(f'"{right}"')

"""The requests of Okta: discovery (`/ResourceTypes`, `/Schemas`), import of roles and entitlements,
provisioning.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from scimgen.documents import known_schema, urns
from scimgen.documents.endpoints import is_plain_endpoint
from scimgen.probe.report import EntitlementType, Probe
from scimgen.probe.session import Session

PAGE = 100
MOST_PAGES = 1000
"""The pages of all types together."""
MOST_SECONDS = 600.0
"""The time for all calls together."""
_KINDS = {urns.OKTA_ROLE: "role", urns.OKTA_ENTITLEMENT: "entitlement"}
_NEEDED = {"role": ("id", "displayName"), "entitlement": ("id", "displayName", "type")}
_USER = "probe.person@scimgen.example"


def probe_okta(
    base_url: str,
    token: str | None = None,
    *,
    write: bool = False,
    timeout: float = 60.0,
    progress: Callable[[str], None] = lambda step: None,
) -> Probe:
    """Send the requests of Okta to a server.

    Args:
        base_url: The SCIM base URL, such as `http://127.0.0.1:8000/scim/v2`.
        token: The bearer token. If it contains a blank, it is the whole Authorization header.
        write: Whether to create a user, grant it a value, deactivate it, and delete it.
        timeout: The limit for one call in seconds. Okta's limit is 60. All calls together have
            `MOST_SECONDS`.
        progress: Called with the name of each step.

    Raises:
        Unreachable: The server cannot be reached.
    """
    probe = Probe(base_url.rstrip("/"))
    with Session(probe, token, timeout, time.monotonic() + MOST_SECONDS) as session:
        progress("reading /ResourceTypes and /Schemas")
        resource_types = _listed(session, "/ResourceTypes")
        schemas = {str(schema.get("id", "")): schema for schema in _listed(session, "/Schemas")}
        if probe.calls[0][1] in (401, 403):
            return probe
        _check_schemas(probe, resource_types, schemas)
        pages = iter(range(MOST_PAGES))
        for resource_type in resource_types:
            if resource_type.get("schema") in _KINDS:
                progress(f"importing {resource_type.get('endpoint')}")
                probe.types.append(_import(session, resource_type, schemas, pages))
        progress("importing users and groups")
        probe.users = _total(session, "/Users")
        probe.groups = _total(session, "/Groups")
        if probe.calls[0][1] == 404 and not probe.base_url.endswith("/scim/v2"):
            probe.miss("the URL", f"did you mean {probe.base_url}/scim/v2?")
        if not probe.types:
            needed = " or ".join(_KINDS)
            probe.miss(
                "/ResourceTypes",
                f"no resource type with the schema {needed}: the Governance tab stays empty",
            )
        if write:
            progress("provisioning a user")
            _provision(session)
    return probe


def _listed(session: Session, path: str) -> list[dict[str, Any]]:
    """The resources of a discovery endpoint."""
    probe = session.probe
    status, body = session.call("GET", path)
    if status in (401, 403):
        probe.miss(path, f"{status}: the credentials are not accepted; give --token")
        return []
    if status != 200 or not isinstance(body, dict):
        probe.miss(path, f"answers {status} instead of 200 with a ListResponse")
        return []
    if urns.LIST_RESPONSE not in (body.get("schemas") or ()):
        probe.miss(path, "is no ListResponse (RFC 7644 section 3.4.2)")
    resources = [entry for entry in body.get("Resources") or () if isinstance(entry, dict)]
    if not resources:
        probe.miss(path, "is empty")
    return resources


def _check_schemas(
    probe: Probe, resource_types: list[dict[str, Any]], schemas: dict[str, Any]
) -> None:
    """Check the members of each resource type, and that /Schemas has every extension that Okta does
    not know.
    """
    folded = {urn.lower() for urn in schemas}
    for resource_type in resource_types:
        name = str(resource_type.get("name", "a resource type without a name"))
        where = f"/ResourceTypes/{name}"
        for member in ("id", "name", "endpoint", "schema", "description"):
            if not resource_type.get(member):
                probe.miss(where, f"has no {member}")
        for extension in resource_type.get("schemaExtensions") or ():
            urn = (
                str(extension.get("schema", "")) if isinstance(extension, dict) else str(extension)
            )
            if urn.lower() not in folded and known_schema(urn) is None:
                probe.miss(where, f"is extended by {urn}, which is not in /Schemas")


def _import(
    session: Session, resource_type: dict[str, Any], schemas: dict[str, Any], pages: Iterator[int]
) -> EntitlementType:
    probe = session.probe
    name, endpoint = str(resource_type.get("name", "")), str(resource_type.get("endpoint", ""))
    endpoint = endpoint if endpoint.startswith("/") else f"/{endpoint}"
    kind = _KINDS[resource_type["schema"]]
    values = _pages(session, endpoint, pages)
    for value in values:
        missing = [member for member in _NEEDED[kind] if not value.get(member)]
        if missing:
            probe.miss(endpoint, f"the value {value.get('id', '?')} has no {', '.join(missing)}")
        elif kind == "entitlement" and value["type"] != name:
            probe.miss(
                endpoint,
                f"the value {value['id']} has the type {value['type']}, not {name}: Okta drops it",
            )
        if len(str(value.get("description", ""))) > 1000:
            probe.miss(
                endpoint,
                f"the value {value.get('id')} has a description of more than 1000 characters",
            )
    if not values:
        probe.miss(endpoint, "has no values: the type shows up empty")
    attributes = []
    for extension in resource_type.get("schemaExtensions") or ():
        schema = schemas.get(extension.get("schema", "")) if isinstance(extension, dict) else None
        attributes += [
            str(attribute.get("name")) for attribute in (schema or {}).get("attributes", ())
        ]
    return EntitlementType(name, endpoint, kind, tuple(attributes), tuple(values))


def _pages(session: Session, endpoint: str, pages: Iterator[int]) -> list[dict[str, Any]]:
    """Read all resources of an endpoint, page by page as Okta does.

    The number of pages of all types is limited.
    """
    found: list[dict[str, Any]] = []
    if not is_plain_endpoint(endpoint):
        session.probe.miss(endpoint, "is not a path relative to the base URL (RFC 7643 section 6)")
        return found
    seen: set[str] = set()
    for _ in pages:
        query = urlencode({"startIndex": len(found) + 1, "count": PAGE})
        status, body = session.call("GET", f"{endpoint}?{query}")
        if status != 200 or not isinstance(body, dict):
            session.probe.miss(endpoint, f"answers {status} instead of 200 with a ListResponse")
            return found
        page = [entry for entry in body.get("Resources") or () if isinstance(entry, dict)]
        _check_counts(session.probe, endpoint, body, len(page))
        ids = {str(entry.get("id")) for entry in page}
        if page and ids <= seen:
            session.probe.miss(
                endpoint, f"the page at startIndex {len(found) + 1} repeats earlier values"
            )
            return found
        seen |= ids
        found += page
        total = body.get("totalResults")
        if not page or not isinstance(total, int) or len(found) >= total:
            return found
    session.probe.miss(endpoint, f"the types have more than {MOST_PAGES} pages together")
    return found


def _check_counts(probe: Probe, endpoint: str, body: dict[str, Any], found: int) -> None:
    for member in ("totalResults", "startIndex", "itemsPerPage"):
        value = body.get(member)
        if not isinstance(value, int) or isinstance(value, bool):
            probe.miss(endpoint, f"{member} is no JSON integer")
    if isinstance(body.get("itemsPerPage"), int) and body["itemsPerPage"] != found:
        probe.miss(
            endpoint, f"itemsPerPage is {body['itemsPerPage']}, but {found} resources were returned"
        )


def _total(session: Session, endpoint: str) -> int:
    status, body = session.call("GET", f"{endpoint}?startIndex=1&count=1")
    if status != 200 or not isinstance(body, dict):
        session.probe.miss(endpoint, f"answers {status}; Okta asks it even where it is not used")
        return 0
    total = body.get("totalResults")
    return total if isinstance(total, int) else 0


def _provision(session: Session) -> None:
    """Search, create and deactivate a user as Okta does, and grant it a value by PUT."""
    probe = session.probe
    query = urlencode({"filter": f'userName eq "{_USER}"', "startIndex": 1, "count": 100})
    status, body = session.call("GET", f"/Users?{query}")
    if status != 200:
        probe.miss("/Users", f"a filter on userName answers {status}")
        return
    for left in (body or {}).get("Resources") or ():
        session.call("DELETE", f"/Users/{left['id']}")
    user = {
        "schemas": [urns.USER],
        "userName": _USER,
        "name": {"givenName": "Probe", "familyName": "Person"},
        "emails": [{"primary": True, "value": _USER, "type": "work"}],
        "displayName": "Probe Person",
        "locale": "en-US",
        "externalId": "00uprobe",
        "groups": [],
        "password": "a placeholder that nobody keeps",
        "active": True,
    }
    status, created = session.call("POST", "/Users", json=user)
    if status != 201 or not isinstance(created, dict) or not created.get("id"):
        probe.miss(
            "/Users", f"creating a user answers {status}, not 201 with the user: {_detail(created)}"
        )
        return
    path = f"/Users/{created['id']}"
    status, _ = session.call("POST", "/Users", json=user)
    if status != 409:
        probe.miss("/Users", f"the same userName once more answers {status}, not 409")
    _grant(session, path)
    deactivation = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": False}}],
    }
    status, _ = session.call("PATCH", path, json=deactivation)
    _, found = session.call("GET", path)
    if status not in (200, 204) or not isinstance(found, dict) or found.get("active") is not False:
        probe.miss(
            path, f"deactivating by PATCH answers {status} and active is not false afterwards"
        )
    session.call("DELETE", path)


def _grant(session: Session, path: str) -> None:
    """Grant a value as Okta does: GET the user, add the value, and PUT the whole user."""
    value = next(((type_, value) for type_ in session.probe.types for value in type_.values), None)
    if value is None:
        return
    type_, granted = value
    member = "roles" if type_.kind == "role" else "entitlements"
    grant = {"value": granted["id"], "display": granted.get("displayName", "")}
    if type_.kind == "entitlement":
        grant["type"] = type_.name
    _, user = session.call("GET", path)
    status, answer = session.call("PUT", path, json={**(user or {}), member: [grant]})
    _, found = session.call("GET", path)
    held = [
        entry.get("value") for entry in (found or {}).get(member) or () if isinstance(entry, dict)
    ]
    if status != 200 or held != [granted["id"]]:
        session.probe.miss(
            path, f"granting {granted['id']} by PUT answers {status}: {_detail(answer)}"
        )


def _detail(body: Any) -> str:
    return str(body.get("detail", "no detail")) if isinstance(body, dict) else "no body"

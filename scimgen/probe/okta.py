"""The requests of Okta: discovery, import of roles and entitlements, provisioning."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from scimgen.discovery import ListError, ListPage, ListReader
from scimgen.discovery.paging import Json, list_page
from scimgen.documents import known_schema, urns
from scimgen.probe.report import EntitlementType, Probe
from scimgen.probe.session import Session

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
        token: The bearer token. See `scimgen.discovery.Client`.
        write: Whether to create a user, grant it a value, deactivate it, and delete it.
        timeout: The limit for one call in seconds. Okta's limit is 60. All calls together
            have the limits `scimgen.discovery.limits.PROBE`.
        progress: Called with the name of each step.

    Raises:
        Unreadable: The server cannot be reached, or exceeds a limit.
    """
    probe = Probe(base_url.rstrip("/"))
    with Session(probe, token, timeout) as session:
        progress("reading /ResourceTypes and /Schemas")
        resource_types = _listed(session, "/ResourceTypes")
        schemas = {str(schema.get("id", "")): schema for schema in _listed(session, "/Schemas")}
        if probe.calls[0][1] in (401, 403):
            return probe
        _check_schemas(probe, resource_types, schemas)
        reader = ListReader(session, cursors=False)  # Okta requests pages by index
        for resource_type in resource_types:
            if str(resource_type.get("schema")) in _KINDS:
                progress(f"importing {resource_type.get('endpoint')}")
                probe.types.append(_import(probe, reader, resource_type, schemas))
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


def _listed(session: Session, path: str) -> tuple[Json, ...]:
    """The resources of a discovery endpoint."""
    try:
        page = list_page(session.call("GET", path))
    except ListError as error:
        session.probe.miss(path, error.reason)
        return ()
    schemas = page.body.get("schemas")
    if not isinstance(schemas, list) or urns.LIST_RESPONSE not in schemas:
        session.probe.miss(path, "is no ListResponse (RFC 7644 section 3.4.2)")
    if not page.resources:
        session.probe.miss(path, "is empty")
    return page.resources


def _items(value: Any) -> list[Any]:
    """The items of an array. Anything else has none."""
    return value if isinstance(value, list) else []


def _check_schemas(
    probe: Probe, resource_types: tuple[Json, ...], schemas: dict[str, Json]
) -> None:
    """Check the members of each resource type, and that /Schemas has its extensions.

    Okta knows the extensions of the RFCs.
    """
    folded = {urn.lower() for urn in schemas}
    for resource_type in resource_types:
        name = str(resource_type.get("name", "a resource type without a name"))
        where = f"/ResourceTypes/{name}"
        for member in ("id", "name", "endpoint", "schema", "description"):
            if not resource_type.get(member):
                probe.miss(where, f"has no {member}")
        for extension in _items(resource_type.get("schemaExtensions")):
            named = extension.get("schema", "") if isinstance(extension, dict) else extension
            urn = str(named)
            if urn.lower() not in folded and known_schema(urn) is None:
                probe.miss(where, f"is extended by {urn}, which is not in /Schemas")


def _import(
    probe: Probe, reader: ListReader, resource_type: Json, schemas: dict[str, Json]
) -> EntitlementType:
    """Import the values of one resource type."""
    name, endpoint = str(resource_type.get("name", "")), str(resource_type.get("endpoint", ""))
    endpoint = endpoint if endpoint.startswith("/") else f"/{endpoint}"
    kind = _KINDS[resource_type["schema"]]
    values = _values(probe, reader, endpoint)
    for value in values:
        _check_value(probe, endpoint, value, kind, name)
    if not values:
        probe.miss(endpoint, "has no values: the type shows up empty")
    attributes = []
    for extension in _items(resource_type.get("schemaExtensions")):
        urn = str(extension.get("schema", "")) if isinstance(extension, dict) else ""
        for attribute in _items(schemas.get(urn, {}).get("attributes")):
            if isinstance(attribute, dict):
                attributes.append(str(attribute.get("name")))
    return EntitlementType(name, endpoint, kind, tuple(attributes), tuple(values))


def _values(probe: Probe, reader: ListReader, endpoint: str) -> list[Json]:
    """Read all values of an endpoint, page by page as Okta does."""
    found: list[Json] = []
    try:
        for page in reader.pages(endpoint):
            _check_counts(probe, endpoint, page)
            found += page.resources
    except ListError as error:
        probe.miss(endpoint, error.reason)
    return found


def _check_value(probe: Probe, endpoint: str, value: Json, kind: str, type_name: str) -> None:
    """Check the members of a value that Okta needs."""
    missing = [member for member in _NEEDED[kind] if not value.get(member)]
    if missing:
        probe.miss(endpoint, f"the value {value.get('id', '?')} has no {', '.join(missing)}")
    elif kind == "entitlement" and value["type"] != type_name:
        probe.miss(
            endpoint,
            f"the value {value['id']} has the type {value['type']}, not {type_name}: Okta drops it",
        )
    if len(str(value.get("description", ""))) > 1000:
        probe.miss(
            endpoint,
            f"the value {value.get('id')} has a description of more than 1000 characters",
        )


def _check_counts(probe: Probe, endpoint: str, page: ListPage) -> None:
    """Check the counts of a page. `ListReader` checks totalResults."""
    for member in ("startIndex", "itemsPerPage"):
        value = page.body.get(member)
        if not isinstance(value, int) or isinstance(value, bool):
            probe.miss(endpoint, f"{member} is no JSON integer")
    size, found = page.body.get("itemsPerPage"), len(page.resources)
    if isinstance(size, int) and size != found:
        probe.miss(endpoint, f"itemsPerPage is {size}, but {found} resources were returned")


def _total(session: Session, endpoint: str) -> int:
    status, body = session.exchange("GET", f"{endpoint}?startIndex=1&count=1")
    if status != 200 or not body:
        session.probe.miss(endpoint, f"answers {status}; Okta asks it even where it is not used")
        return 0
    total = body.get("totalResults")
    return total if isinstance(total, int) else 0


def _provision(session: Session) -> None:
    """Search, create and deactivate a user as Okta does, and grant it a value by PUT."""
    probe = session.probe
    if not _remove_left_over(session):
        return
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
    status, created = session.exchange("POST", "/Users", user)
    if status != 201 or not created.get("id"):
        probe.miss(
            "/Users", f"creating a user answers {status}, not 201 with the user: {_detail(created)}"
        )
        return
    path = _user_path(created)
    status, _ = session.exchange("POST", "/Users", user)
    if status != 409:
        probe.miss("/Users", f"the same userName once more answers {status}, not 409")
    _grant(session, path)
    deactivation = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": False}}],
    }
    status, _ = session.exchange("PATCH", path, deactivation)
    _, found = session.exchange("GET", path)
    if status not in (200, 204) or found.get("active") is not False:
        probe.miss(
            path, f"deactivating by PATCH answers {status} and active is not false afterwards"
        )
    session.call("DELETE", path)


def _remove_left_over(session: Session) -> bool:
    """Search the user of the probe as Okta does, and delete it if an earlier probe left it.

    Returns:
        Whether the server can search.
    """
    query = urlencode({"filter": f'userName eq "{_USER}"', "startIndex": 1, "count": 100})
    status, body = session.exchange("GET", f"/Users?{query}")
    if status != 200:
        session.probe.miss("/Users", f"a filter on userName answers {status}")
        return False
    found = [user for user in _items(body.get("Resources")) if isinstance(user, dict)]
    left = [user for user in found if str(user.get("userName")).lower() == _USER]
    if len(left) < len(found):
        # The other users are real ones. They stay.
        session.probe.miss("/Users", "a filter on userName returns users with another userName")
    for user in left:
        session.call("DELETE", _user_path(user))
    return True


def _user_path(user: Json) -> str:
    return f"/Users/{quote(str(user.get('id')), safe='')}"


def _grant(session: Session, path: str) -> None:
    """Grant a value as Okta does: GET the user, add the value, and PUT the whole user."""
    values = [(type_, value) for type_ in session.probe.types for value in type_.values]
    granted = next((found for found in values if "id" in found[1]), None)
    if granted is None:
        return
    type_, value = granted
    member = "roles" if type_.kind == "role" else "entitlements"
    grant = {"value": value["id"], "display": value.get("displayName", "")}
    if type_.kind == "entitlement":
        grant["type"] = type_.name
    _, user = session.exchange("GET", path)
    status, answer = session.exchange("PUT", path, {**user, member: [grant]})
    _, found = session.exchange("GET", path)
    held = [entry.get("value") for entry in _items(found.get(member)) if isinstance(entry, dict)]
    if status != 200 or held != [value["id"]]:
        session.probe.miss(
            path, f"granting {value['id']} by PUT answers {status}: {_detail(answer)}"
        )


def _detail(body: Json) -> str:
    return str(body.get("detail", "no detail")) if body else "no body"

"""Requests with an id that a tenant does not have, for each route of the route table."""

from collections.abc import Iterator
from dataclasses import dataclass

from scimgen_server.protocol.routes import Router
from scimgen_server.service.bulk_request import REQUEST_SCHEMA as BULK
from scimgen_server.service.ids import new_id
from tests.server.apps import trees
from tests.server.steps import ENTERPRISE, ENTITLEMENT, GROUP, LICENSE, PATCH, USER, Json

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
ROLE = "urn:okta:scim:schemas:core:1.0:Role"
ENDPOINTS = ("/Users", "/Groups", "/Roles", "/Licenses", "/Seats")
"""The types whose resources clients create."""


@dataclass(frozen=True)
class Sent:
    """One request.

    Args:
        route: method and path template of the route that it is for.
        creates: whether it may create a resource, whose id is a new one each time.
    """

    route: tuple[str, str]
    path: str
    body: Json | None = None
    headers: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    creates: bool = False


def body_of(endpoint: str, name: str) -> Json:
    """The smallest body of a new resource."""
    match endpoint:
        case "/Users":
            return {"schemas": [USER], "userName": name, "externalId": f"x-{name}"}
        case "/Groups":
            return {"schemas": [GROUP], "displayName": name}
        case "/Roles":
            return {"schemas": [ROLE], "displayName": name}
        case "/Licenses":
            return {"schemas": [ENTITLEMENT, LICENSE], "displayName": name, "type": "License", LICENSE: {"tier": "pro"}}
        case _:
            return {"schemas": [ENTITLEMENT], "displayName": name, "type": endpoint.strip("/").removesuffix("s")}


def patch(*operations: Json) -> Json:
    return {"schemas": [PATCH], "Operations": list(operations)}


def of_one(method: str, template: str, unknown: str) -> Iterator[Sent]:
    """Requests for a resource with an unknown id."""
    endpoint = template.removesuffix("/{id}")
    body = {"PUT": body_of(endpoint, "new"), "PATCH": patch({"op": "replace", "path": "displayName", "value": "new"})}
    condition = "If-None-Match" if method in ("GET", "HEAD") else "If-Match"
    path = template.replace("{id}", unknown)
    for headers in ((), ((condition, 'W/"1"'),), ((condition, 'W/"2"'),), ((condition, "*"),)):
        yield Sent((method, template), path, body.get(method), headers)


def conditions(unknown: str) -> Iterator[str]:
    """Filters with an unknown id."""
    yield f'id eq "{unknown}"'
    yield f'not (id eq "{unknown}")'
    yield f'id gt "{unknown}" or meta.location co "{unknown}"'


def of_list(method: str, template: str, unknown: str) -> Iterator[Sent]:
    """Searches with an unknown id: filters, sorting, counts, cursors."""
    linked = {
        "/Users": ("groups.value", "roles.value", "entitlements.value", f"{ENTERPRISE}:manager.value"),
        "/Groups": ("members.value",),
        "/Licenses": (f"{LICENSE}:owners",),
    }
    filters = [*conditions(unknown)]
    for name in linked.get(template.removesuffix("/.search"), ()):
        filters += [f'{name} eq "{unknown}"', f'{name} ne "{unknown}"', f'{name} sw "{unknown[:-1]}"']
    wanted: list[Json] = [{"filter": one} for one in filters]
    wanted += [{"sortBy": "id"}, {"sortBy": "displayName", "sortOrder": "descending"}, {"count": 0}, {"startIndex": 2}]
    wanted += [{"filter": filters[1], "count": 0}, {"filter": filters[1], "sortBy": "meta.created"}]
    for one in wanted:
        if method == "POST":
            yield Sent((method, template), template, {"schemas": [SEARCH]} | one)
        else:
            yield Sent((method, template), template, parameters=tuple((name, str(one[name])) for name in one))


def of_creation(template: str, unknown: str) -> Iterator[Sent]:
    """New resources that refer to an unknown id."""
    extra: list[Json] = [{"id": unknown, "externalId": unknown}]
    match template:
        case "/Users":
            extra += [{name: [{"value": unknown}]} for name in ("roles", "entitlements", "groups")]
            extra += [{ENTERPRISE: {"manager": {"value": unknown}}}, {"userName": unknown}]
        case "/Groups":
            extra += [{"members": [{"value": unknown}]}]
        case "/Licenses":
            extra += [{LICENSE: {"tier": "pro", "owners": [unknown]}}]
    for one in extra:
        body = body_of(template, f"new-{new_id()}") | one
        yield Sent(("POST", template), template, body, creates=True)


def of_change(own: dict[str, str], method: str, template: str, unknown: str) -> Iterator[Sent]:
    """Changes of acme's own resources that refer to an unknown id."""
    endpoint = template.removesuffix("/{id}")
    names = {"/Users": ("roles", "entitlements"), "/Groups": ("members",)}.get(endpoint, ())
    path = f"{endpoint}/{own.get(endpoint)}"
    for name in names:
        values = [{"value": unknown}]
        if method == "PUT":
            yield Sent((method, template), path, body_of(endpoint, f"acme{endpoint}") | {name: values})
        if method == "PATCH":
            for operation in (
                {"op": "add", "path": name, "value": values},
                {"op": "replace", "path": name, "value": values},
                {"op": "remove", "path": f'{name}[value eq "{unknown}"]'},
            ):
                yield Sent((method, template), path, patch(operation))


def of_bulk(own: dict[str, str], unknown: str) -> Iterator[Sent]:
    """The same in bulk requests."""
    group = own["/Groups"]
    add = patch({"op": "add", "path": "members", "value": [{"value": unknown}]})
    operations: list[Json] = [{"method": "PATCH", "path": f"/Groups/{group}", "data": add}]
    for endpoint in ENDPOINTS:
        path, body = f"{endpoint}/{unknown}", body_of(endpoint, "new")
        operations += [
            {"method": "PUT", "path": path, "data": body},
            {"method": "PATCH", "path": path, "data": patch({"op": "replace", "path": "displayName", "value": "new"})},
            {"method": "DELETE", "path": path, "version": 'W/"1"'},
            {"method": "DELETE", "path": path},
        ]
    members = {"members": [{"value": unknown}]}
    operations.append({"method": "POST", "path": "/Groups", "bulkId": "g", "data": body_of("/Groups", "g") | members})
    for start in range(0, len(operations), 10):
        yield Sent(("POST", "/Bulk"), "/Bulk", {"schemas": [BULK], "Operations": operations[start : start + 10]})


def of_me(method: str) -> Iterator[Sent]:
    """Requests to /Me; its token has the unknown id as the subject."""
    body = {"PUT": body_of("/Users", "new"), "PATCH": patch({"op": "replace", "path": "title", "value": "new"})}
    yield Sent((method, "/Me"), "/Me", body.get(method))


def requests_of(own: dict[str, str], method: str, template: str, unknown: str) -> Iterator[Sent]:
    """All requests with an unknown id for a route; none if the route is not known here."""
    if template == "/Me":
        yield from of_me(method)
    elif template == "/Bulk":
        yield from of_bulk(own, unknown)
    elif template in ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas"):
        yield Sent((method, template), template)
    elif template.endswith("/{id}"):
        yield from of_one(method, template, unknown)
        yield from of_change(own, method, template, unknown)
    elif method != "POST" or template.endswith("/.search"):
        yield from of_list(method, template, unknown)
    elif template in ENDPOINTS:
        yield from of_creation(template, unknown)


def all_routes() -> set[tuple[str, str]]:
    """Method and path template of each route that is not always refused."""
    table = Router(trees().values())
    endpoints = [*table._paths.values(), *table._items.values()]
    return {(method, one.template) for one in endpoints for method in one.allowed}

"""The route table (RFC 7644 section 3.2)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ..auth.principal import READ, WRITE
from ..messages.errors import ScimError
from ..schema.attributes import Tree
from .handlers import Handler, Handlers, as_me

_ID = "/{id}"

RESOURCE_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("GET", "", READ, Handlers.list),
    ("POST", "", WRITE, Handlers.create),
    ("POST", "/.search", READ, Handlers.search),
    ("GET", "/{id}", READ, Handlers.get),
    ("PUT", "/{id}", WRITE, Handlers.replace),
    ("PATCH", "/{id}", WRITE, Handlers.patch),
    ("DELETE", "/{id}", WRITE, Handlers.delete),
)
"""For each resource type, below its endpoint: method, path, scope, handler."""

ME_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("GET", "/Me", READ, as_me(Handlers.get)),
    ("PUT", "/Me", WRITE, as_me(Handlers.replace)),
    ("PATCH", "/Me", WRITE, as_me(Handlers.patch)),
    ("DELETE", "/Me", WRITE, as_me(Handlers.delete)),
)
"""For the resource type of users."""

SERVER_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("GET", "/", READ, Handlers.list),
    ("POST", "/.search", READ, Handlers.search),
    ("POST", "/Bulk", WRITE, Handlers.bulk),
    ("GET", "/ServiceProviderConfig", READ, Handlers.config),
    ("GET", "/ResourceTypes", READ, Handlers.resource_types),
    ("GET", "/ResourceTypes/{id}", READ, Handlers.resource_types),
    ("GET", "/Schemas", READ, Handlers.schemas),
    ("GET", "/Schemas/{id}", READ, Handlers.schemas),
)
"""For all resource types together."""

_DISCOVERY = (Handlers.config, Handlers.resource_types, Handlers.schemas)


@dataclass(frozen=True, slots=True)
class Route:
    """One operation on one path.

    Args:
        scope: what the client's token must allow.
        trees: the resource types it is about.
        for_users: whether the token of a user may use it, who is not an administrator.
    """

    scope: str
    handler: Handler
    trees: Sequence[Tree]
    for_users: bool = False


@dataclass(slots=True)
class Endpoint:
    """One path and its routes, by method.

    Args:
        template: the path below the base URL, with `{id}`.
        allowed: the methods that the `Allow` header lists. A method that is always refused is not
            one of them.
    """

    template: str
    routes: dict[str, Route] = field(default_factory=dict[str, Route])
    allowed: set[str] = field(default_factory=set[str])

    def route(self, method: str) -> Route:
        """The route of a method; a 405 if there is none."""
        found = self.routes.get(method)
        if found is None:
            allowed = ", ".join(sorted(self.allowed))
            message = f"{self.template} answers to {allowed}."
            raise ScimError(405, message, headers={"Allow": allowed})
        return found


class Router:
    """Finds the endpoint of a path in constant time, however many resource types there are."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        self._paths: dict[str, Endpoint] = {}
        self._items: dict[str, Endpoint] = {}
        for method, template, route in _all_routes(list(trees)):
            self._add(method, template, route)

    def _add(self, method: str, template: str, route: Route) -> None:
        has_id = template.endswith(_ID)
        endpoints = self._items if has_id else self._paths
        endpoint = endpoints.setdefault(template.removesuffix(_ID), Endpoint(template))
        methods = ("GET", "HEAD") if method == "GET" else (method,)
        for name in methods:
            endpoint.routes[name] = route
            if route.handler is not Handlers.refuse_write:
                endpoint.allowed.add(name)

    def find(self, path: str) -> tuple[Endpoint, str]:
        """The endpoint of a path, and the `{id}` in it; a 404 if there is none."""
        endpoint = self._paths.get(path)
        if endpoint is not None:
            return endpoint, ""
        collection, _, resource_id = path.rpartition("/")
        endpoint = self._items.get(collection)
        if endpoint is None or not resource_id or "\0" in resource_id:
            raise ScimError(404, "There is no such endpoint; /ResourceTypes has the list.")
        return endpoint, resource_id

    def template(self, path: str) -> str:
        """The path template of a request that was refused before it was routed; "" for none.

        The path can begin with a tenant.
        """
        _, _, without_tenant = path.removeprefix("/").partition("/")
        for one in (path, f"/{without_tenant}"):
            with suppress(ScimError):
                return self.find(one)[0].template
        return ""


def _all_routes(trees: list[Tree]) -> Iterator[tuple[str, str, Route]]:
    """Method, path template and route of each row of the tables."""
    for tree in trees:
        for method, path, scope, handler in RESOURCE_ROUTES:
            if scope == WRITE and tree.managed != "scim":
                handler = Handlers.refuse_write
            yield method, tree.resource_type.endpoint + path, Route(scope, handler, [tree])
    users = next(tree for tree in trees if tree.resource_type.kind == "user")
    for method, path, scope, handler in ME_ROUTES:
        yield method, path, Route(scope, handler, [users], for_users=True)
    for method, path, scope, handler in SERVER_ROUTES:
        yield method, path, Route(scope, handler, trees, for_users=handler in _DISCOVERY)

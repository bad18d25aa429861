"""The endpoints (RFC 7644 section 3.2): HTTP on one side, the service on the other."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..auth.principal import Principal
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import MAX_BODY, Document, load, too_large
from ..messages.errors import ScimError
from ..messages.lists import from_query, from_search, names
from ..schema.attributes import Tree
from ..service.bulk import Bulk, read_bulk
from ..service.me import me_id
from ..service.operations import version_matches
from ..service.renderer import etag
from ..service.service import Service, read_only
from .discovery import Discovery, refuse_filter

MEDIA_TYPE = "application/scim+json"
_ID = "/{id}"
_READ_TYPES = ("application/scim+json", "application/json", "")

Handler = Callable[[Request], Awaitable[Response]]


class Refusal:
    """What answers to the writes of a resource type that clients only read; no `Allow` names it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    async def __call__(self, request: Request) -> Response:
        raise read_only(self.tree)


class Endpoint:
    """One path and its methods, as an ASGI application; HEAD is GET without its body.

    It finds in the scope what was found out before: `scim.principal`, `scim.context`, `scim.headers` and `scim.id`.
    """

    def __init__(self, template: str, **handlers: Handler) -> None:
        self.template = template
        self.handlers = dict(handlers)
        if "GET" in handlers:
            self.handlers["HEAD"] = handlers["GET"]
        self._only_reads = template.endswith(
            "/.search"
        )  # a search may come as POST (RFC 7644 section 3.4.3)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["scim.route"] = self.template
        handler = self.handlers.get(scope["method"])
        if handler is None:
            allowed = ", ".join(
                sorted(name for name, one in self.handlers.items() if not isinstance(one, Refusal))
            )
            raise ScimError(
                405, f"{self.template} answers to {allowed}.", headers={"Allow": allowed}
            )
        principal: Principal = scope["scim.principal"]
        principal.check(reading=self._only_reads or scope["method"] in ("GET", "HEAD"))
        response = await handler(Request(scope, receive))
        await response(scope, receive, send)


class Endpoints:
    """The routes of one service provider."""

    def __init__(self, service: Service, discovery: Discovery) -> None:
        self.service = service
        self.discovery = discovery
        endpoints = {endpoint.template: endpoint for endpoint in self._all_endpoints()}
        self._whole = {
            path: endpoint for path, endpoint in endpoints.items() if not path.endswith(_ID)
        }
        self._items = {
            path.removesuffix(_ID): one for path, one in endpoints.items() if path.endswith(_ID)
        }

    def find(self, path: str) -> tuple[Endpoint, str] | None:
        """The endpoint of a path and what stands for `{id}` there: one look, however many resource types there are."""
        endpoint = self._whole.get(path)
        if endpoint is not None:
            return endpoint, ""
        collection, _, key = path.rpartition("/")
        endpoint = self._items.get(collection)
        return (endpoint, key) if endpoint is not None and key and "\0" not in key else None

    def _all_endpoints(self) -> list[Endpoint]:
        endpoints = [
            endpoint for tree in self.service.trees.values() for endpoint in self._of_type(tree)
        ]
        endpoints += [
            Endpoint("/ServiceProviderConfig", GET=self._config),
            Endpoint("/ResourceTypes", GET=self._all("ResourceTypes")),
            Endpoint("/ResourceTypes/{id}", GET=self._one("ResourceTypes")),
            Endpoint("/Schemas", GET=self._all("Schemas")),
            Endpoint("/Schemas/{id}", GET=self._one("Schemas")),
            Endpoint("/.search", POST=self._search(list(self.service.trees.values()))),
            Endpoint("/Bulk", POST=self._bulk),
            self._me(
                next(
                    tree
                    for tree in self.service.trees.values()
                    if tree.resource_type.kind == "user"
                )
            ),
            Endpoint("/", GET=self._list(list(self.service.trees.values()))),
        ]
        return endpoints

    def _of_type(self, tree: Tree) -> list[Endpoint]:
        path = tree.resource_type.endpoint
        writable = tree.managed == "scim"
        owned = Refusal(tree)
        return [
            Endpoint(path, GET=self._list([tree]), POST=self._create(tree) if writable else owned),
            Endpoint(f"{path}/.search", POST=self._search([tree])),
            Endpoint(
                f"{path}/{{id}}",
                GET=self._get(tree),
                PUT=self._replace(tree) if writable else owned,
                PATCH=self._patch(tree) if writable else owned,
                DELETE=self._delete(tree) if writable else owned,
            ),
        ]

    def _list(self, trees: list[Tree]) -> Handler:
        async def handler(request: Request) -> Response:
            asked = from_query(_query(request), self.discovery.max_results)
            return _json(await self.service.search(_context(request), trees, asked))

        return handler

    def _search(self, trees: list[Tree]) -> Handler:
        async def handler(request: Request) -> Response:
            asked = from_search(await _payload(request), self.discovery.max_results)
            return _json(await self.service.search(_context(request), trees, asked))

        return handler

    def _get(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            stored, render = await self.service.get(_projected(request), tree, _id(request))
            headers = {"ETag": etag(stored)}
            known = request.scope["scim.headers"].get(b"if-none-match")
            if known is not None and version_matches(known.decode("latin-1"), stored):
                return Response(status_code=304, headers=headers)
            return _json(await render(), headers=headers)

        return handler

    def _create(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload = await _payload(request)
            return _written(
                request, 201, await self.service.create(_projected(request), tree, payload)
            )

        return handler

    def _replace(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload, resource_id = await _payload(request), _id(request)
            return _written(
                request,
                200,
                await self.service.replace(_projected(request), tree, resource_id, payload),
            )

        return handler

    def _patch(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload, resource_id = await _payload(request), _id(request)
            return _written(
                request,
                200,
                await self.service.patch(_projected(request), tree, resource_id, payload),
            )

        return handler

    def _delete(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            await self.service.delete(_projected(request), tree, _id(request))
            return Response(status_code=204)

        return handler

    async def _bulk(self, request: Request) -> Response:
        if not self.discovery.supports("bulk"):
            raise ScimError(
                501, "This server has no bulk operations, as its ServiceProviderConfig says."
            )
        max_operations, max_payload = self.discovery.bulk_limits
        operations, fail_on_errors = read_bulk(await _payload(request, max_payload), max_operations)
        bulk = Bulk(self.service, _context(request), operations)
        body = await bulk.run(fail_on_errors)
        request.scope["scim.ignored"] = bulk.ignored
        return _json(body)

    async def _config(self, request: Request) -> Response:
        refuse_filter(_query(request))
        return _json(self.discovery.config(_context(request).base))

    def _all(self, name: str) -> Handler:
        async def handler(request: Request) -> Response:
            refuse_filter(_query(request))
            return _json(self.discovery.all(name, _context(request).base))

        return handler

    def _one(self, name: str) -> Handler:
        async def handler(request: Request) -> Response:
            refuse_filter(_query(request))
            return _json(self.discovery.one(name, _id(request), _context(request).base))

        return handler

    def _me(self, users: Tree) -> Endpoint:
        """An alias: each request is done to the user itself, and every answer says where that is."""

        def alias(handler: Handler) -> Handler:
            async def aliased(request: Request) -> Response:
                context = _context(request)
                own = await me_id(
                    self.service, context.tenant, users, request.scope["scim.principal"]
                )
                request.scope["scim.id"] = own
                location = {
                    "Location": self.service.references.location(context.base, users.name, own)
                }
                try:
                    response = await handler(request)
                except ScimError as error:
                    error.headers.update(location)
                    raise
                response.headers.update(location)
                return response

            return aliased

        return Endpoint(
            "/Me",
            GET=alias(self._get(users)),
            PUT=alias(self._replace(users)),
            PATCH=alias(self._patch(users)),
            DELETE=alias(self._delete(users)),
        )


def _context(request: Request) -> RequestContext:
    """The tenant, the base URL and the actor, as they were found out before."""
    context: RequestContext = request.scope["scim.context"]
    return context


def _projected(request: Request) -> RequestContext:
    """The same with the form of the answer, and the version that is meant."""
    context, query = _context(request), _query(request)
    if_match = request.scope["scim.headers"].get(b"if-match")
    if not query and if_match is None:
        return context
    return replace(
        context,
        attributes=names(query.get("attributes")),
        excluded=names(query.get("excludedattributes")),
        if_match=None if if_match is None else if_match.decode("latin-1"),
    )


class _Answer(Response):
    """A response with a body of SCIM, made without what Starlette makes sure of for any other."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str] | None) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", MEDIA_TYPE.encode()),
        ]
        for name, value in (headers or {}).items():
            self.raw_headers.append((name.lower().encode(), value.encode("latin-1")))


def _id(request: Request) -> str:
    return str(request.scope["scim.id"])


def _query(request: Request) -> dict[str, str]:
    """The parameters of the query string; their names are read in any case."""
    text: bytes = request.scope["query_string"]
    if not text:
        return {}
    return {
        name.lower(): value
        for name, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True)
    }


async def _payload(request: Request, limit: int = MAX_BODY) -> Document:
    content_type: bytes = request.scope["scim.headers"].get(b"content-type", b"")
    media_type = content_type.decode("latin-1").partition(";")[0].strip().lower()
    if media_type not in _READ_TYPES:
        raise ScimError(415, f"Send {MEDIA_TYPE} (or application/json), not {media_type[:100]}.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return load(b"".join(chunks))


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return _Answer(body, status, headers)


def _written(request: Request, status: int, answer: WriteResult) -> Response:
    request.scope["scim.ignored"] = answer.ignored
    headers = {"ETag": answer.version}
    if status == 201:
        headers["Location"] = answer.location
    else:
        headers["Content-Location"] = answer.location
    if not answer.body:
        return Response(status_code=204, headers=headers)
    return _json(answer.body, status, headers)

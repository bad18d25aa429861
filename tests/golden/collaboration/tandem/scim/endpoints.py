# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The endpoints (RFC 7644 section 3.2): HTTP on one side, the service on the other."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .attributes import Tree
from .discovery import Discovery, refuse_filter
from .errors import ScimError
from .lists import from_query, from_search, names
from .messages import MAX_BODY, Document, load, too_large
from .rendering import etag
from .service import Answer, Call, Service, version_matches

MEDIA_TYPE = "application/scim+json"
TENANT = "default"
_READ_TYPES = ("application/scim+json", "application/json", "")

Handler = Callable[[Request], Awaitable[Response]]


class Endpoint:
    """One path and its methods, as an ASGI application; HEAD is GET without its body."""

    def __init__(self, template: str, **handlers: Handler) -> None:
        self.template = template
        self.handlers = dict(handlers)
        if "GET" in handlers:
            self.handlers["HEAD"] = handlers["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["scim.route"] = self.template
        handler = self.handlers.get(scope["method"])
        if handler is None:
            allowed = ", ".join(sorted(self.handlers))
            raise ScimError(405, f"{self.template} answers to {allowed}.", headers={"Allow": allowed})
        response = await handler(Request(scope, receive))
        await response(scope, receive, send)


class Endpoints:
    """The routes of one service provider."""

    def __init__(self, service: Service, discovery: Discovery, public_url: str | None) -> None:
        self.service = service
        self.discovery = discovery
        self.public_url = public_url

    def routes(self) -> list[Route]:
        """The table of paths; the resource types come first, they are asked most."""
        endpoints = [endpoint for tree in self.service.trees.values() for endpoint in self._of_type(tree)]
        endpoints += [
            Endpoint("/ServiceProviderConfig", GET=self._config),
            Endpoint("/ResourceTypes", GET=self._all("ResourceTypes")),
            Endpoint("/ResourceTypes/{key}", GET=self._one("ResourceTypes")),
            Endpoint("/Schemas", GET=self._all("Schemas")),
            Endpoint("/Schemas/{key}", GET=self._one("Schemas")),
            Endpoint("/.search", POST=self._search(list(self.service.trees.values()))),
            Endpoint("/Me", **dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), self._me)),
            Endpoint("/", GET=self._list(list(self.service.trees.values()))),
        ]
        return [Route(endpoint.template, endpoint) for endpoint in endpoints]

    def _of_type(self, tree: Tree) -> list[Endpoint]:
        path = tree.resource_type.endpoint
        writable = tree.managed == "scim"
        owned = self._owned(tree)
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

    def base(self, request: Request) -> str:
        """Scheme, host and base path: the public URL's, or else as this client wrote them."""
        root: str = request.scope.get("root_path", "")
        if self.public_url:
            return self.public_url + root
        return f"{request.scope['scheme']}://{request.headers.get('host', 'localhost')}{root}"

    def _call(self, request: Request) -> Call:
        query = (
            {name.lower(): value for name, value in request.query_params.items()}
            if request.scope["query_string"]
            else {}
        )
        return Call(
            tenant=TENANT,
            base=self.base(request),
            attributes=names(query.get("attributes")),
            excluded=names(query.get("excludedattributes")),
            if_match=request.headers.get("if-match"),
        )

    def _list(self, trees: list[Tree]) -> Handler:
        async def handler(request: Request) -> Response:
            asked = from_query(request.query_params, self.discovery.max_results)
            return _json(await self.service.search(Call(TENANT, self.base(request)), trees, asked))

        return handler

    def _search(self, trees: list[Tree]) -> Handler:
        async def handler(request: Request) -> Response:
            asked = from_search(await _payload(request), self.discovery.max_results)
            return _json(await self.service.search(Call(TENANT, self.base(request)), trees, asked))

        return handler

    def _get(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            stored, render = await self.service.get(self._call(request), tree, request.path_params["id"])
            headers = {"ETag": etag(stored)}
            known = request.headers.get("if-none-match")
            if known is not None and version_matches(known, stored):
                return Response(status_code=304, headers=headers)
            return _json(await render(), headers=headers)

        return handler

    def _create(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload = await _payload(request)
            return _written(request, 201, await self.service.create(self._call(request), tree, payload))

        return handler

    def _replace(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload, resource_id = await _payload(request), request.path_params["id"]
            return _written(request, 200, await self.service.replace(self._call(request), tree, resource_id, payload))

        return handler

    def _patch(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            payload, resource_id = await _payload(request), request.path_params["id"]
            return _written(request, 200, await self.service.patch(self._call(request), tree, resource_id, payload))

        return handler

    def _delete(self, tree: Tree) -> Handler:
        async def handler(request: Request) -> Response:
            await self.service.delete(self._call(request), tree, request.path_params["id"])
            return Response(status_code=204)

        return handler

    def _owned(self, tree: Tree) -> Handler:
        owner = {"description": "the app's description", "catalog": "the app itself"}
        detail = f"{tree.resource_type.endpoint} is read-only: its values belong to "

        async def handler(request: Request) -> Response:
            raise ScimError(403, detail + owner.get(tree.managed, "the app") + ".")

        return handler

    async def _config(self, request: Request) -> Response:
        refuse_filter(dict(request.query_params))
        return _json(self.discovery.config(self.base(request)))

    def _all(self, name: str) -> Handler:
        async def handler(request: Request) -> Response:
            refuse_filter(dict(request.query_params))
            return _json(self.discovery.all(name, self.base(request)))

        return handler

    def _one(self, name: str) -> Handler:
        async def handler(request: Request) -> Response:
            refuse_filter(dict(request.query_params))
            return _json(self.discovery.one(name, request.path_params["key"], self.base(request)))

        return handler

    async def _me(self, request: Request) -> Response:
        raise ScimError(501, "The credentials are a service's, not a user's: there is no /Me (RFC 7644 section 3.11).")


async def _payload(request: Request) -> Document:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _READ_TYPES:
        raise ScimError(415, f"Send {MEDIA_TYPE} (or application/json), not {media_type[:100]}.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise too_large(MAX_BODY)
        chunks.append(chunk)
    return load(b"".join(chunks))


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, headers, MEDIA_TYPE)


def _written(request: Request, status: int, answer: Answer) -> Response:
    request.scope["scim.ignored"] = answer.ignored
    headers = {"ETag": answer.version}
    if status == 201:
        headers["Location"] = answer.location
    else:
        headers["Content-Location"] = answer.location
    if not answer.body:
        return Response(status_code=204, headers=headers)
    return _json(answer.body, status, headers)

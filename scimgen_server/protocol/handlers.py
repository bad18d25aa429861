"""The handlers of the route table, one for each operation: from HTTP to the service and back."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.responses import Response

from ..messages.errors import ScimError
from ..messages.lists import ListRequest, from_query, from_search
from ..service.bulk import Bulk
from ..service.bulk_request import read_bulk
from ..service.me import me_id
from ..service.operations import version_matches
from ..service.renderer import etag
from ..service.service import Service, read_only
from .disconnects import while_connected
from .discovery import Discovery, refuse_filter
from .exchange import Exchange, ScimResponse

Handler: TypeAlias = Callable[["Handlers", Exchange], Awaitable[Response]]


class Handlers:
    """The handlers of one server."""

    def __init__(self, service: Service, discovery: Discovery) -> None:
        self.service = service
        self.discovery = discovery

    async def list(self, exchange: Exchange) -> Response:
        """GET on resources (RFC 7644 section 3.4.2)."""
        wanted = from_query(exchange.query(), self.discovery.max_results)
        return await self._found(exchange, wanted)

    async def search(self, exchange: Exchange) -> Response:
        """POST to /.search (RFC 7644 section 3.4.3)."""
        wanted = from_search(await exchange.payload(), self.discovery.max_results)
        return await self._found(exchange, wanted)

    async def _found(self, exchange: Exchange, wanted: ListRequest) -> Response:
        search = self.service.search(exchange.context, exchange.trees, wanted)
        return ScimResponse(await while_connected(exchange.request, search))

    async def get(self, exchange: Exchange) -> Response:
        """GET on one resource (RFC 7644 section 3.4.1); 304 for a version that the client has."""
        context = exchange.projected_context()
        stored, render = await self.service.get(context, exchange.tree, exchange.resource_id)
        headers = {"ETag": etag(stored)}
        known = exchange.headers.get(b"if-none-match")
        if known is not None and version_matches(known.decode("latin-1"), stored):
            return Response(status_code=304, headers=headers)
        return ScimResponse(await render(), headers=headers)

    async def create(self, exchange: Exchange) -> Response:
        """POST (RFC 7644 section 3.3)."""
        payload = await exchange.payload()
        context = exchange.projected_context()
        return exchange.written(201, await self.service.create(context, exchange.tree, payload))

    async def replace(self, exchange: Exchange) -> Response:
        """PUT (RFC 7644 section 3.5.1)."""
        payload = await exchange.payload()
        context = exchange.projected_context()
        result = await self.service.replace(context, exchange.tree, exchange.resource_id, payload)
        return exchange.written(200, result)

    async def patch(self, exchange: Exchange) -> Response:
        """PATCH (RFC 7644 section 3.5.2)."""
        payload = await exchange.payload()
        context = exchange.projected_context()
        result = await self.service.patch(context, exchange.tree, exchange.resource_id, payload)
        return exchange.written(200, result)

    async def delete(self, exchange: Exchange) -> Response:
        """DELETE (RFC 7644 section 3.6)."""
        context = exchange.projected_context()
        await self.service.delete(context, exchange.tree, exchange.resource_id)
        return Response(status_code=204)

    async def refuse_write(self, exchange: Exchange) -> Response:
        """A write to a resource type that clients only read."""
        raise read_only(exchange.tree)

    async def bulk(self, exchange: Exchange) -> Response:
        """POST to /Bulk (RFC 7644 section 3.7)."""
        if not self.discovery.supports("bulk"):
            raise ScimError(
                501, "This server has no bulk operations, see its ServiceProviderConfig."
            )
        max_operations, max_payload = self.discovery.bulk_limits
        payload = await exchange.payload(max_payload)
        operations, fail_on_errors = read_bulk(payload, max_operations)
        bulk = Bulk(self.service, exchange.context, operations)
        body = await bulk.run(fail_on_errors)
        exchange.record.ignored = bulk.ignored
        return ScimResponse(body)

    async def config(self, exchange: Exchange) -> Response:
        """GET on /ServiceProviderConfig (RFC 7644 section 4)."""
        refuse_filter(exchange.query())
        return ScimResponse(self.discovery.config(exchange.context.base))

    async def resource_types(self, exchange: Exchange) -> Response:
        """GET on /ResourceTypes (RFC 7644 section 4)."""
        return self._documents(exchange, "ResourceTypes")

    async def schemas(self, exchange: Exchange) -> Response:
        """GET on /Schemas (RFC 7644 section 4)."""
        return self._documents(exchange, "Schemas")

    def _documents(self, exchange: Exchange, name: str) -> Response:
        refuse_filter(exchange.query())
        base = exchange.context.base
        if exchange.resource_id:
            return ScimResponse(self.discovery.one(name, exchange.resource_id, base))
        return ScimResponse(self.discovery.all(name, base))


def as_me(handler: Handler) -> Handler:
    """A handler of /Me: does to the principal's user what the handler given does to one resource.

    Every response has the user's location (RFC 7644 section 3.11).
    """

    async def handle(handlers: Handlers, exchange: Exchange) -> Response:
        service, base, users = handlers.service, exchange.context.base, exchange.tree
        user_id = await me_id(service, exchange.context.tenant, users, exchange.principal)
        exchange.resource_id = user_id
        location = {"Location": service.references.location(base, users.name, user_id)}
        try:
            response = await handler(handlers, exchange)
        except ScimError as error:
            error.headers.update(location)
            raise
        response.headers.update(location)
        return response

    return handle

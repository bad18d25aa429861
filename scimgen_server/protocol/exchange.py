"""One HTTP request, authenticated and routed, and the responses to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from ..auth.middleware import Caller
from ..auth.principal import Principal
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import MAX_BODY, Document, load, too_large
from ..messages.errors import ScimError
from ..messages.lists import names
from ..schema.attributes import Tree

MEDIA_TYPE = "application/scim+json"
_READABLE_TYPES = (MEDIA_TYPE, "application/json", "")


def media_type(headers: Mapping[bytes, bytes]) -> str:
    """The media type of a body, without parameters, in lower case; "" if there is none."""
    content_type = headers.get(b"content-type", b"")
    return content_type.decode("latin-1").partition(";")[0].strip().lower()


@dataclass(slots=True)
class RequestRecord:
    """What the log and the metrics report about one request.

    Args:
        id: the request id.
        route: the path template of its route; empty if it was not routed.
        context: None if it was not authenticated.
        ignored: unknown attributes in the body, which were ignored.
        caller: who has sent it, as far as it is known.
        reason: why it was refused; empty if it was not. It has no value that the client has sent.
    """

    id: str
    route: str = ""
    context: RequestContext | None = None
    ignored: Sequence[str] = ()
    caller: Caller = field(default_factory=Caller)
    reason: str = ""


@dataclass(slots=True)
class Exchange:
    """A request that was authenticated and routed.

    Args:
        request: the HTTP request.
        headers: its headers, by name in lower case.
        record: what the log will report.
        principal: who sent it.
        context: tenant, base URL and actor.
        trees: the resource types of the route.
        resource_id: the `{id}` of the path; empty if the route has none.
    """

    request: Request
    headers: Mapping[bytes, bytes]
    record: RequestRecord
    principal: Principal
    context: RequestContext
    trees: Sequence[Tree]
    resource_id: str

    @property
    def tree(self) -> Tree:
        """The resource type of a route that has one."""
        return self.trees[0]

    def query(self) -> dict[str, str]:
        """The parameters of the query string, by name in lower case."""
        text: bytes = self.request.scope["query_string"]
        if not text:
            return {}
        pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True)
        return {name.lower(): value for name, value in pairs}

    def projected_context(self) -> RequestContext:
        """The context with the attributes to return and the version that the client means."""
        query = self.query()
        if_match = self.headers.get(b"if-match")
        if not query and if_match is None:
            return self.context
        return replace(
            self.context,
            attributes=names(query.get("attributes")),
            excluded=names(query.get("excludedattributes")),
            if_match=None if if_match is None else if_match.decode("latin-1"),
        )

    async def payload(self, limit: int = MAX_BODY) -> Document:
        """The JSON object in the body.

        Args:
            limit: the largest size, in bytes.

        Raises:
            ScimError: 400 for no JSON object, 413 for a large body, 415 for another media type.
        """
        sent = media_type(self.headers)
        if sent not in _READABLE_TYPES:
            message = f"Send {MEDIA_TYPE} (or application/json), not {sent[:100]}."
            raise ScimError(415, message)
        chunks: list[bytes] = []
        size = 0
        async for chunk in self.request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            chunks.append(chunk)
        return load(b"".join(chunks))

    def written(self, status: int, result: WriteResult) -> Response:
        """The response to a write. 204 without a body; 201 names the new resource."""
        self.record.ignored = result.ignored
        location = "Location" if status == 201 else "Content-Location"
        headers = {"ETag": result.version, location: result.location}
        if not result.body:
            return Response(status_code=204, headers=headers)
        return ScimResponse(result.body, status, headers)


class ScimResponse(Response):
    """A response with a SCIM body. It skips the general checks of `Response`, which cost time."""

    def __init__(
        self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", MEDIA_TYPE.encode()),
        ]
        for name, value in (headers or {}).items():
            self.raw_headers.append((name.lower().encode(), value.encode("latin-1")))

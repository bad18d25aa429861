"""Exceptions as SCIM errors (RFC 7644 section 3.12)."""

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from .. import logs
from ..messages.documents import dump
from ..messages.errors import ScimError
from ..ports.errors import CallerLimit, StatementError, StorageError
from .exchange import MEDIA_TYPE

_RETRY = {"Retry-After": "5"}
_TOO_MANY_SEARCHES = (
    "This client runs too many long searches at the same time. Send them one after another, or"
    " compare userName, externalId or id with eq."
)


def error_response(error: ScimError) -> Response:
    """A SCIM error as a response (RFC 7644 section 3.12)."""
    return Response(dump(error.document()), error.status, error.headers, MEDIA_TYPE)


def error_of(error: Exception, request_id: str) -> ScimError:
    """The SCIM error that the client gets for an exception."""
    if isinstance(error, ScimError):
        return error
    if isinstance(error, ClientDisconnect):
        return ScimError(400, "The connection ended before the body did.")
    if isinstance(error, CallerLimit):
        return ScimError(429, _TOO_MANY_SEARCHES, headers=_RETRY)
    if isinstance(error, StorageError) and not isinstance(error, StatementError):
        logs.write("storage", level="error", message=str(error), request_id=request_id)
        message = "The database cannot be used at the moment; try again."
        return ScimError(503, message, headers=_RETRY)
    logs.failure(error, request_id=request_id)
    return ScimError(500, f"The server failed. Its log has details under the id {request_id}.")

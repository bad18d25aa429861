"""Exceptions as SCIM errors (RFC 7644 section 3.12)."""

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from .. import logs
from ..messages.documents import dump
from ..messages.errors import ScimError
from ..ports.resources import StatementError, StorageError
from .exchange import MEDIA_TYPE


def error_response(error: ScimError) -> Response:
    """A SCIM error as a response (RFC 7644 section 3.12)."""
    return Response(dump(error.document()), error.status, error.headers, MEDIA_TYPE)


def error_of(error: Exception, request_id: str) -> ScimError:
    """The SCIM error that the client gets for an exception."""
    if isinstance(error, ScimError):
        return error
    if isinstance(error, ClientDisconnect):
        return ScimError(400, "The connection ended before the body did.")
    if isinstance(error, StorageError) and not isinstance(error, StatementError):
        logs.write("storage", level="error", message=str(error), request_id=request_id)
        message = "The database cannot be used at the moment; try again."
        return ScimError(503, message, headers={"Retry-After": "5"})
    logs.failure(error, request_id=request_id)
    return ScimError(500, f"The server failed. Its log has details under the id {request_id}.")

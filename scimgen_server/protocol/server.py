"""A whole server around a `ScimApp`."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from ..messages.errors import ScimError
from ..operations.probes import probes
from .app import BASE_PATH, ScimApp
from .errors import error_response
from .security_headers import with_security_headers


def build_app(scim_app: ScimApp) -> Starlette:
    """A server: the SCIM endpoints below /scim/v2, /oauth/token, and `probes` for operators."""
    return _Server(
        scim_app,
        routes=[
            Mount(BASE_PATH, scim_app),
            Route("/oauth/token", scim_app.token, methods=["POST"]),
            *probes(scim_app),
        ],
        lifespan=scim_app.lifespan,
        exception_handlers={404: _not_found},
    )


class _Server(Starlette):
    """Starlette, except that SCIM requests skip its router, which costs time.

    If the owner has added middleware, they go through it.
    """

    def __init__(self, scim_app: ScimApp, **options: Any) -> None:
        super().__init__(**options)
        self._scim_app = scim_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        is_scim = scope["type"] == "http" and scope["path"].startswith(f"{root}{BASE_PATH}/")
        if is_scim and not self.user_middleware:
            scope["root_path"] = root + BASE_PATH
            await self._scim_app(scope, receive, send)
        else:
            await super().__call__(scope, receive, with_security_headers(send))


async def _not_found(request: Request, error: Exception) -> Response:
    message = f"There is nothing here; the SCIM endpoints are below {BASE_PATH}."
    return error_response(ScimError(404, message))

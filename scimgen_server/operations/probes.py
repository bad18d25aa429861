"""Probes for operators, outside the base path: liveness, readiness and metrics."""

import asyncio
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .. import logs
from ..service.service import Service
from .metrics import MEDIA_TYPE, Metrics, exposition

_TIMEOUT = 2
"""How long to wait for the database, in seconds."""


class Probed(Protocol):
    """The app that the probes report on: a `ScimApp`."""

    metrics: Metrics

    @property
    def service(self) -> Service | None:
        """The service, or None while the server does not run."""
        ...


def probes(app: Probed) -> list[Route]:
    """Build the routes `/healthz`, `/readyz` and `/metrics`.

    The routes need no credentials, so they must not be reachable from outside, see the README.
    They report on the server and contain no data of its users.

    Args:
        app: the app to report on. `/metrics` answers 404 unless its metrics are `shown`.
    """

    async def healthz(request: Request) -> Response:
        """Liveness: a process that does not answer should be restarted."""
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        """Readiness: a load balancer should send requests elsewhere while this answers 503."""
        service = app.service
        if service is None:
            return PlainTextResponse("not running: the server is starting or stopping", 503)
        try:
            await asyncio.wait_for(service.store.ping(), _TIMEOUT)
        except Exception as error:
            logs.write("not ready", level="error", message=str(error) or type(error).__name__)
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    async def metrics(request: Request) -> Response:
        service = app.service
        if not app.metrics.shown or service is None:
            return PlainTextResponse("metrics are off: set SCIM_METRICS=1", 404)
        text = await exposition(app.metrics, service.store)
        return Response(text, headers={"Content-Type": MEDIA_TYPE})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]

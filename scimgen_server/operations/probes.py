"""What whoever runs the server asks it, outside of the base path: is it alive, is it ready, how does it do."""

import asyncio
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .. import logs
from ..service.service import Service
from .metrics import MEDIA_TYPE, Metrics, exposition

_PATIENCE = 2
"""Seconds that the database has to answer."""


class Probed(Protocol):
    """What is asked about: a `ScimApp`."""

    metrics: Metrics

    @property
    def service(self) -> Service | None:
        """None while the server does not run."""
        ...


def probes(app: Probed) -> list[Route]:
    """The routes `/healthz`, `/readyz` and, with SCIM_METRICS, `/metrics`.

    None asks for credentials: keep them inside, as the README says. They tell of the server, never of its users.
    """

    async def healthz(request: Request) -> Response:
        """Alive: who does not hear this restarts the process."""
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        """Ready: who does not hear this sends requests elsewhere for a while."""
        service = app.service
        if service is None:
            return PlainTextResponse("not running: it starts, or it stops", 503)
        try:
            await asyncio.wait_for(service.store.ping(), _PATIENCE)
        except Exception as error:
            logs.write("not ready", level="error", message=str(error) or type(error).__name__)
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    async def metrics(request: Request) -> Response:
        service = app.service
        if not app.metrics.shown or service is None:
            return PlainTextResponse("SCIM_METRICS=1 shows them", 404)
        return Response(
            await exposition(app.metrics, service.store), headers={"Content-Type": MEDIA_TYPE}
        )

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]

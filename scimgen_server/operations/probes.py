"""Probes for operators, outside the base path: liveness, readiness and metrics."""

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .. import logs
from ..ports.resources import Store, Transaction
from ..schema.folding import fold_date_time
from ..service.service import Service
from .metrics import MEDIA_TYPE, Metrics, exposition

_TIMEOUT = 2
"""How long to wait for the database, in seconds."""

_LEASE = "readiness"
_WRITE_SECONDS = 1
"""How old the outcome of a write may be. Anybody can call `/readyz`, so it must write rarely."""


class Probed(Protocol):
    """The app that the probes report on: a `ScimApp`."""

    metrics: Metrics

    @property
    def service(self) -> Service | None:
        """The service, or None while the server does not run."""
        ...


class WriteProbe:
    """Writes a row, to find out whether writes succeed: the disk can be full or read-only."""

    def __init__(self) -> None:
        self._write: asyncio.Task[None] | None = None
        self._ended = 0.0
        self._error: Exception | None = None

    async def error(self, store: Store) -> Exception | None:
        """Return the error of the last write.

        A write that waits for others is no error: an import can hold the database for seconds.
        """
        if self._write is None and monotonic() - self._ended > _WRITE_SECONDS:
            self._write = asyncio.create_task(self._run(store))
        if self._write is not None:
            await asyncio.wait([self._write], timeout=_TIMEOUT)
        return self._error

    async def _run(self, store: Store) -> None:
        try:
            await store.write(_write)
            self._error = None
        except Exception as error:
            self._error = error
        finally:
            self._ended = monotonic()
            self._write = None


async def _write(tx: Transaction) -> None:
    """Write a row and delete it."""
    now = fold_date_time(datetime.now(UTC))
    await tx.leases.hold(_LEASE, _LEASE, now, now, now)
    await tx.leases.release(_LEASE, _LEASE)


def probes(app: Probed) -> list[Route]:
    """Build the routes `/healthz`, `/readyz` and `/metrics`.

    The routes need no credentials, so they must not be reachable from outside, see the README.
    They report on the server and contain no data of its users.

    Args:
        app: the app to report on. `/metrics` answers 404 unless its metrics are `shown`.
    """

    write_probe = WriteProbe()

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
        write_error = await write_probe.error(service.store)
        if write_error is not None:
            logs.write(
                "not ready", level="error", message=str(write_error) or type(write_error).__name__
            )
            return PlainTextResponse("the database does not accept writes", 503)
        return PlainTextResponse("ready")

    async def metrics(request: Request) -> Response:
        service = app.service
        if not app.metrics.shown or service is None:
            return PlainTextResponse("metrics are off: set SCIM_METRICS=1", 404)
        text = await exposition(app.metrics, service.store)
        return Response(text, headers={"Content-Type": MEDIA_TYPE})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]

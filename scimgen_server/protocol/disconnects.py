"""Ends the work for a client that has disconnected."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")

_WATCH_AFTER = 0.2
"""Seconds. Most work ends before, so that watching costs a timer only."""


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """Wait for the result of some work, and cancel the work if the client disconnects.

    Args:
        request: the request, whose body was read.
        work: what to wait for.

    Raises:
        ClientDisconnect: the client has disconnected.
    """
    task = asyncio.current_task()
    assert task is not None
    watch = _Watch(request, task)
    timer = asyncio.get_running_loop().call_later(_WATCH_AFTER, watch.begin)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.has_cancelled and task.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        timer.cancel()
        watch.end()


class _Watch:
    """Waits for the disconnection of a client, and then cancels a task.

    Args:
        request: the request of the client.
        task: the task to cancel.
    """

    def __init__(self, request: Request, task: "asyncio.Task[object]") -> None:
        self.has_cancelled = False
        self._request = request
        self._task = task
        self._watching: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to wait."""
        self._watching = asyncio.create_task(self._wait())

    def end(self) -> None:
        """Stop waiting."""
        if self._watching is not None:
            self._watching.cancel()

    async def _wait(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.has_cancelled = True
        self._task.cancel()

"""Logs: one JSON object per line on stderr.

A log never has a token, a password, the body of a request or the values of a filter.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from .messages.documents import quoted

_NOT_ALLOWED = frozenset({401, 403, 429})
_LONGEST_REASON = 300


def write(event: str, *, level: str = "info", **fields: Any) -> None:
    """Write one line. Fields that are None are left out."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
    }
    line.update({name: value for name, value in fields.items() if value is not None})
    sys.stderr.write(json.dumps(line) + "\n")


class Refusal(NamedTuple):
    """Why a request was refused.

    Args:
        reason: it has no value that the client has sent.
        address: the address of the client.
    """

    reason: str
    address: str


def request(
    method: str,
    route: str,
    status: int,
    seconds: float,
    request_id: str,
    ignored: Sequence[str] = (),
    *,
    tenant: str = "",
    actor: str = "",
    refusal: Refusal | None = None,
) -> None:
    """Write the line of one request. It is faster than `write`, because every request needs it.

    The level is `warning` if the client has no right to what it asks for, or asks too often.

    Args:
        method: the HTTP method.
        route: the route, with `{id}` instead of an id.
        status: the HTTP status of the response.
        seconds: how long the request took.
        request_id: the identifier of the request. It must need no escaping.
        ignored: the unknown attributes of the request.
        tenant: the tenant, on a server with several tenants.
        actor: the caller, as the audit trail names it; "" if authentication failed.
        refusal: why the request was refused; None if it was not.
    """
    second, fraction = divmod(time.time_ns(), 1_000_000_000)
    now = f"{_second(second)}.{fraction // 1_000_000:03d}+00:00"
    more = f', "ignored": {json.dumps(ignored)}' if ignored else ""
    if refusal:
        reason, address = quoted(refusal.reason[:_LONGEST_REASON]), quoted(refusal.address)
        more = f', "reason": {reason}, "address": {address}{more}'
    if actor:
        more = f', "actor": {quoted(actor)}{more}'
    if tenant:
        more = f', "tenant": {quoted(tenant)}{more}'
    level = "warning" if status in _NOT_ALLOWED else "info"
    sys.stderr.write(
        f'{{"time": "{now}", "level": "{level}", "event": "request"'
        f', "method": {quoted(method)}, "route": {quoted(route)},'
        f' "status": {status}, "ms": {seconds * 1000:.3f}, "request_id": "{request_id}"{more}}}\n'
    )


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    """Return a point in time without fraction and zone. Requests of one second share it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().removesuffix("+00:00")


class JsonHandler(logging.Handler):
    """Writes the records of libraries in the same format."""

    def emit(self, record: logging.LogRecord) -> None:
        trace = None
        if record.exc_info and record.exc_info[1]:
            trace = "".join(traceback.format_exception(record.exc_info[1]))
        write(
            "log",
            level=record.levelname.lower(),
            logger=record.name,
            message=record.getMessage(),
            trace=trace,
        )


def configure() -> None:
    """Send all logging through `JsonHandler`."""
    logging.basicConfig(handlers=[JsonHandler()], level=logging.WARNING, force=True)


def failure(error: BaseException, **fields: Any) -> None:
    """Write an unexpected error with its traceback."""
    trace = "".join(traceback.format_exception(error))
    write("failure", level="error", error=type(error).__name__, trace=trace, **fields)

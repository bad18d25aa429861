"""Metrics in the text format of Prometheus: requests, outbox and database.

The Prometheus client library is not used because every request is counted. A dictionary and a list
take a fifth of a microsecond; the library, with its labels and locks, takes ten times as long.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from ..ports.gauges import HasGauges
from ..ports.resources import Store

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Upper bounds of the histogram buckets, in seconds. The last bucket has no bound."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_STARTED = time.time()
_TIMEOUT = 2
"""How long to wait for the database, in seconds."""

_BACKLOG_EVENTS = 10_000
"""How many outbox events are counted at most. The bound limits the cost of one request."""

_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts the requests of this process.

    Args:
        shown: whether the route `/metrics` is on (SCIM_METRICS).
    """

    def __init__(self, *, shown: bool = False) -> None:
        self.shown = shown
        self._series: dict[tuple[str, str, int], list[float]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            method: the HTTP method. An unknown method is counted as `other`.
            route: the template of the path, not the path, to keep the number of series small.
            status: the HTTP status of the response.
            seconds: how long the request took.
        """
        series = self._series.get((method, route, status))
        if series is None:
            method = method if method in _METHODS else "other"
            series = self._series.setdefault((method, route, status), [0.0] * (len(BOUNDS) + 2))
        series[bisect_left(BOUNDS, seconds)] += 1
        series[-1] += seconds

    def requests(self) -> Iterator[str]:
        """Yield the exposition lines for the requests."""
        yield from _head("scim_requests_total", "counter", "Requests by method, route and status.")
        histograms: dict[tuple[str, str], list[float]] = {}
        for (method, route, status), series in sorted(self._series.items()):
            labels = (("method", method), ("route", route), ("status", str(status)))
            yield _line("scim_requests_total", labels, sum(series[:-1]))
            sums = histograms.get((method, route), [0.0] * len(series))
            histograms[method, route] = [
                one + other for one, other in zip(sums, series, strict=True)
            ]
        yield from _head("scim_request_seconds", "histogram", "How long requests took.")
        for (method, route), series in histograms.items():
            route_labels = (("method", method), ("route", route))
            yield from _histogram("scim_request_seconds", route_labels, series)


async def exposition(metrics: Metrics, store: Store) -> str:
    """Return all metrics as text, without those of the outbox if the database does not answer."""
    lines = list(metrics.requests())
    if isinstance(store, HasGauges):
        for name, (help_text, value) in store.gauges().items():
            lines += _gauge(name, help_text, value)
    try:
        backlog: Mapping[str, tuple[str, float]] = await asyncio.wait_for(_backlog(store), _TIMEOUT)
    except Exception:
        # The gauge reports the failure, and /readyz logs its cause. /metrics itself must answer.
        backlog = {"scim_database_up": ("Whether the database answers.", 0)}
    for name, (help_text, value) in backlog.items():
        lines += _gauge(name, help_text, value)
    lines += _gauge(
        "process_start_time_seconds", "When the process started, in seconds since 1970.", _STARTED
    )
    return "\n".join(lines) + "\n"


async def _backlog(store: Store) -> dict[str, tuple[str, float]]:
    backlog = await store.outbox.backlog(_BACKLOG_EVENTS)
    age = 0.0
    if backlog.oldest:
        age = (datetime.now(UTC) - datetime.fromisoformat(backlog.oldest)).total_seconds()
    among = f"among the oldest {_BACKLOG_EVENTS:,}"
    return {
        "scim_database_up": ("Whether the database answers.", 1),
        "scim_outbox_events": (f"Events that wait for delivery, {among}.", backlog.waiting),
        "scim_outbox_oldest_seconds": ("Age of the oldest event that waits.", max(age, 0.0)),
        "scim_outbox_dead_letters": (
            f"Events that are no longer delivered, {among}.",
            backlog.dead,
        ),
    }


def _head(name: str, kind: str, help_text: str) -> tuple[str, str]:
    return f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"


def _gauge(name: str, help_text: str, value: float) -> Iterator[str]:
    yield from _head(name, "gauge", help_text)
    yield _line(name, (), value)


def _histogram(name: str, labels: _Labels, series: list[float]) -> Iterator[str]:
    total = 0.0
    bounds = [f"{bound:g}" for bound in BOUNDS]
    bounds.append("+Inf")
    for bound, count in zip(bounds, series, strict=False):
        total += count
        yield _line(f"{name}_bucket", (*labels, ("le", bound)), total)
    yield _line(f"{name}_sum", labels, series[-1])
    yield _line(f"{name}_count", labels, total)


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{pairs}}} {value:.15g}" if pairs else f"{name} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

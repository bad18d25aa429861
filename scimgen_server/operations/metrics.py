"""Metrics in the text format of Prometheus: the requests, the outbox, the database.

Own code, since each request is counted: a dictionary and a list take a fifth of a microsecond, the client library with
its labels and locks ten times that.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from ..ports.resources import HasGauges, Store

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""The buckets' upper bounds, in seconds; the last bucket has none."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_STARTED = time.time()
_PATIENCE = 2
"""Seconds that the database has to answer."""

_BACKLOG_EVENTS = 10_000
"""How many events of the outbox are looked at, so that the cost is bounded."""

_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """The requests of this process.

    Args:
        shown: whether `/metrics` answers (SCIM_METRICS).
    """

    def __init__(self, *, shown: bool = False) -> None:
        self.shown = shown
        self._series: dict[tuple[str, str, int], list[float]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the template of its path, so that the series stay few."""
        series = self._series.get((method, route, status))
        if series is None:
            method = method if method in _METHODS else "other"
            series = self._series.setdefault((method, route, status), [0.0] * (len(BOUNDS) + 2))
        series[bisect_left(BOUNDS, seconds)] += 1
        series[-1] += seconds

    def requests(self) -> Iterator[str]:
        """The lines of the requests."""
        yield from _head("scim_requests_total", "counter", "Requests by method, route and status.")
        histograms: dict[tuple[str, str], list[float]] = {}
        for (method, route, status), series in sorted(self._series.items()):
            labels = (("method", method), ("route", route), ("status", str(status)))
            yield _line("scim_requests_total", labels, sum(series[:-1]))
            together = histograms.get((method, route), [0.0] * len(series))
            histograms[method, route] = [
                one + other for one, other in zip(together, series, strict=True)
            ]
        yield from _head("scim_request_seconds", "histogram", "How long requests took.")
        for (method, route), series in histograms.items():
            yield from _histogram(
                "scim_request_seconds", (("method", method), ("route", route)), series
            )


async def exposition(metrics: Metrics, store: Store) -> str:
    """All lines; those of the outbox are missing where the database cannot be asked."""
    lines = list(metrics.requests())
    if isinstance(store, HasGauges):
        for name, (help_text, value) in store.gauges().items():
            lines += _gauge(name, help_text, value)
    try:
        backlog: Mapping[str, tuple[str, float]] = await asyncio.wait_for(
            _backlog(store), _PATIENCE
        )
    except Exception:  # whatever is wrong with the database is told by this gauge, and by /readyz
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
        "scim_outbox_oldest_seconds": ("How long the oldest of them has waited.", max(age, 0.0)),
        "scim_outbox_dead_letters": (f"Events that were given up, {among}.", backlog.dead),
    }


def _head(name: str, kind: str, help_text: str) -> tuple[str, str]:
    return f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"


def _gauge(name: str, help_text: str, value: float) -> Iterator[str]:
    yield from _head(name, "gauge", help_text)
    yield _line(name, (), value)


def _histogram(name: str, labels: _Labels, series: list[float]) -> Iterator[str]:
    total = 0.0
    for bound, count in zip((*(f"{bound:g}" for bound in BOUNDS), "+Inf"), series, strict=False):
        total += count
        yield _line(f"{name}_bucket", (*labels, ("le", bound)), total)
    yield _line(f"{name}_sum", labels, series[-1])
    yield _line(f"{name}_count", labels, total)


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{pairs}}} {value:.15g}" if pairs else f"{name} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

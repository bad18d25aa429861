"""The gauges port: a store that reports its load. It is optional."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


@runtime_checkable
class HasGauges(Protocol):
    """A store that reports its load to the metrics."""

    def gauges(self) -> Mapping[str, tuple[str, float]]:
        """Help text and current value, by the name of the metric."""
        ...

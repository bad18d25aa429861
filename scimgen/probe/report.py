"""What a probe found: the calls, what the Governance tab would show, and what is missing."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the client would trip over."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class EntitlementType:
    """One line of the Governance tab: a resource type and the values that were imported."""

    name: str
    endpoint: str
    kind: str
    attributes: tuple[str, ...]
    values: tuple[dict[str, Any], ...]


@dataclass
class Probe:
    """The result of one probe."""

    base_url: str
    calls: list[tuple[str, int, float]] = field(default_factory=list)
    types: list[EntitlementType] = field(default_factory=list)
    users: int = 0
    groups: int = 0
    findings: list[Finding] = field(default_factory=list)

    def miss(self, where: str, message: str) -> None:
        """Note what is missing or wrong."""
        self.findings.append(Finding(where, message))

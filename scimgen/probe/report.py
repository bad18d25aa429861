"""The result of a probe: the calls, the contents of Okta's Governance tab, and the findings."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ProbeFinding:
    """A problem for the client."""

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
    findings: list[ProbeFinding] = field(default_factory=list)

    def miss(self, where: str, message: str) -> None:
        """Add a finding."""
        self.findings.append(ProbeFinding(where, message))

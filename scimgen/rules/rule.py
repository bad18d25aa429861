"""The rule decorator and the registry of rules.

A rule is a function with this decorator. `scimgen explain` prints its docstring. Importing
`scimgen.rules` registers all rules.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scimgen import docstrings
from scimgen.clients import CLIENTS
from scimgen.diagnostics import Severity


class Kind(StrEnum):
    """The kinds of node that rules check. Each kind has a view class in `scimgen.rules.nodes`."""

    TEXT = "text"
    OBJECT = "object"
    UNRECOGNISED = "unrecognised document"
    SCIM1 = "SCIM 1 document"
    ARRAY = "array of documents"
    LIST_RESPONSE = "ListResponse"
    SCHEMA = "Schema"
    ATTRIBUTE = "attribute"
    RESOURCE_TYPE = "ResourceType"
    SCHEMA_EXTENSION = "schemaExtensions item"
    SERVICE_PROVIDER_CONFIG = "ServiceProviderConfig"
    FEATURE = "ServiceProviderConfig feature"
    AUTHENTICATION_SCHEME = "authenticationSchemes item"
    META = "meta"
    RESOURCE = "resource"
    SET = "service provider"


DISCOVERY = (Kind.SCHEMA, Kind.RESOURCE_TYPE, Kind.SERVICE_PROVIDER_CONFIG)

Check = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        id: The id in findings, in `scimgen explain` and in the settings.
        severity: The severity of its findings, unless a finding has another one.
        kinds: The kinds of node that it checks. Empty for rules that other packages check.
        source: The clause that decides it.
        bad: The smallest text that breaks the rule.
        good: The same text without the fault.
        check: The function, called with a node of that kind and a `Report`.
        client: The id of its client profile, or "" for a rule of the RFCs.
    """

    id: str
    severity: Severity
    kinds: tuple[Kind, ...]
    source: str
    bad: str
    good: str
    check: Check
    client: str = ""

    @property
    def title(self) -> str:
        """The first paragraph of the docstring: the requirement."""
        return docstrings.parts(self.check)[0] or self.id

    @property
    def why(self) -> str:
        """The rest of the docstring: the reason, or ""."""
        return docstrings.parts(self.check)[1]


_RULES: dict[str, Rule] = {}


def rule(
    id: str,
    severity: Severity,
    kinds: Kind | tuple[Kind, ...],
    source: str,
    *,
    bad: str,
    good: str,
    client: str = "",
) -> Callable[[Check], Check]:
    """Register a function as the rule `id`. See `Rule` for the arguments.

    >>> find_rule("json-syntax").severity
    <Severity.ERROR: 2>
    """

    def register(check: Check) -> Check:
        assert id not in _RULES, f"two rules have the id {id}"
        looked_at = kinds if isinstance(kinds, tuple) else (kinds,)
        _RULES[id] = Rule(id, severity, looked_at, source, bad, good, check, client)
        return check

    return register


def find_rule(id: str) -> Rule | None:
    """Find a rule by its id, or None."""
    return _RULES.get(id)


def all_rules() -> Iterator[Rule]:
    """Iterate over all rules: first those of the RFCs, then those of clients, in the order of their
    kinds of node.
    """
    kinds, clients = [*Kind], ["", *CLIENTS, "description"]

    def order(entry: Rule) -> tuple[int, int]:
        return clients.index(entry.client), kinds.index(entry.kinds[0]) if entry.kinds else len(
            kinds
        )

    yield from sorted(_RULES.values(), key=order)


def rules_by_kind(clients: frozenset[str]) -> dict[Kind, list[Rule]]:
    """The rules for each kind of node: those of the RFCs and of the given clients."""
    table: dict[Kind, list[Rule]] = {kind: [] for kind in Kind}
    for entry in _RULES.values():
        if not entry.client or entry.client in clients:
            for kind in entry.kinds:
                table[kind].append(entry)
    return table

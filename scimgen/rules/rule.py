"""What a rule is, and the one registry that they all stand in.

A rule is a function with this decorator; its docstring is what `scimgen explain` prints, first line first. Importing
`scimgen.rules` fills the registry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scimgen.diagnostics import Severity


class Kind(StrEnum):
    """The kinds of node that rules look at; a view class of `scimgen.rules.nodes` stands behind each."""

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


CLIENTS = ("okta", "entra", "ietf")
"""Whose rules there are besides the RFCs'."""

DISCOVERY = (Kind.SCHEMA, Kind.RESOURCE_TYPE, Kind.SERVICE_PROVIDER_CONFIG)

Check = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        id: as findings, `scimgen explain` and the settings write it.
        severity: that of its findings, unless a finding says otherwise.
        kinds: the kinds of node that it looks at; none for a rule that the settings ask.
        source: the clause that decides it.
        bad: the smallest text that breaks it.
        good: the same, mended.
        check: called with a node of that kind and a `Report` to tell.
        client: whose rule it is (`okta`, `entra`, `ietf`), "" for the RFCs'.
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
        """What must hold, in one line."""
        return (self.check.__doc__ or self.id).strip().partition("\n")[0]

    @property
    def why(self) -> str:
        """What follows the title: the reason, or "" where the title says it all."""
        lines = (self.check.__doc__ or "").strip().splitlines()[1:]
        return "\n".join(line.strip() for line in lines).strip()


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
    """Register a function as the rule `id`; see `Rule` for the arguments.

    >>> find_rule("json-syntax").severity
    <Severity.ERROR: 2>
    """

    def register(check: Check) -> Check:
        assert id not in _RULES, f"two rules are called {id}"
        looked_at = kinds if isinstance(kinds, tuple) else (kinds,)
        _RULES[id] = Rule(id, severity, looked_at, source, bad, good, check, client)
        return check

    return register


def find_rule(id: str) -> Rule | None:
    """The rule of that id, or None."""
    return _RULES.get(id)


def all_rules() -> Iterator[Rule]:
    """Every rule: the RFCs' first, then the clients'; the text's before the schema's before the set's."""
    kinds, clients = [*Kind], ["", *CLIENTS, "description"]

    def order(entry: Rule) -> tuple[int, int]:
        return clients.index(entry.client), kinds.index(entry.kinds[0]) if entry.kinds else len(kinds)

    yield from sorted(_RULES.values(), key=order)


def rules_by_kind(clients: frozenset[str]) -> dict[Kind, list[Rule]]:
    """The rules for each kind of node: the RFCs' and those of the clients."""
    table: dict[Kind, list[Rule]] = {kind: [] for kind in Kind}
    for entry in _RULES.values():
        if not entry.client or entry.client in clients:
            for kind in entry.kinds:
                table[kind].append(entry)
    return table

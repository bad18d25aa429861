"""The rule decorator and the registry of rules.

A rule is a function with this decorator. `scimgen explain` prints its docstring. Importing
`scimgen.rules` registers all rules.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
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

Layout = tuple[str, ...]
"""The names of the members of an object, as they are written."""

Applies = Callable[[Kind, Layout], bool]
"""Whether a rule can report something about an object of a kind with these members."""

_MOST_LAYOUTS = 500


def having(*names: str) -> Applies:
    """For a rule that only checks objects with one of these members.

    >>> having("canonicalValues")(Kind.ATTRIBUTE, ("name", "canonicalvalues"))
    True
    """
    folded = frozenset(name.lower() for name in names)
    return lambda kind, layout: any(name.lower() in folded for name in layout)


def lacking(*names: str) -> Applies:
    """For a rule that only checks objects without one of these members, or with null.

    >>> lacking("type")(Kind.ATTRIBUTE, ("name", "type"))
    False
    """
    folded = frozenset(name.lower() for name in names)
    return lambda kind, layout: not folded <= {name.lower() for name in layout}


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
        applies: Whether it can report something about an object without null, by the names of its
            members. None if that depends on values. Most objects of a large list have the same
            names, so their rules are chosen once.
    """

    id: str
    severity: Severity
    kinds: tuple[Kind, ...]
    source: str
    bad: str
    good: str
    check: Check
    client: str = ""
    applies: Applies | None = None

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
    applies: Applies | None = None,
) -> Callable[[Check], Check]:
    """Register a function as the rule `id`. See `Rule` for the arguments.

    >>> find_rule("json-syntax").severity
    <Severity.ERROR: 2>
    """

    def register(check: Check) -> Check:
        assert id not in _RULES, f"two rules have the id {id}"
        looked_at = kinds if isinstance(kinds, tuple) else (kinds,)
        _RULES[id] = Rule(id, severity, looked_at, source, bad, good, check, client, applies)
        return check

    return register


def find_rule(id: str) -> Rule | None:
    """Find a rule by its id, or None."""
    return _RULES.get(id)


def all_rules() -> Iterator[Rule]:
    """Iterate over all rules.

    First those of the RFCs, then those of clients, in the order of their kinds of node.
    """
    kinds, clients = [*Kind], ["", *CLIENTS, "description"]

    def order(entry: Rule) -> tuple[int, int]:
        return clients.index(entry.client), kinds.index(entry.kinds[0]) if entry.kinds else len(
            kinds
        )

    yield from sorted(_RULES.values(), key=order)


def rules_for(clients: Collection[str]) -> list[Rule]:
    """The rules of the RFCs, and those of the given client profiles."""
    return [entry for entry in _RULES.values() if not entry.client or entry.client in clients]


class RuleTable:
    """The rules of a run, by the kinds of node that they check.

    Args:
        rules: The rules, see `rules_for`.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_kind: dict[Kind, list[Rule]] = {kind: [] for kind in Kind}
        self._by_layout: dict[tuple[Kind, Layout], list[Rule]] = {}
        for entry in rules:
            for kind in entry.kinds:
                self._by_kind[kind].append(entry)

    def of_kind(self, kind: Kind) -> list[Rule]:
        """The rules for a kind of node."""
        return self._by_kind[kind]

    def of_object(self, kind: Kind, layout: Layout | None) -> list[Rule]:
        """The rules for an object, those for all objects last.

        Args:
            kind: The kind of the object.
            layout: The names of its members, or None if one of them is null.
        """
        found = self._by_layout.get((kind, layout)) if layout is not None else None
        if found is None:
            found = list(self._by_kind[kind])
            if kind is not Kind.OBJECT:
                found += self._by_kind[Kind.OBJECT]
            if layout is not None:
                found = [rule for rule in found if not rule.applies or rule.applies(kind, layout)]
                if len(self._by_layout) >= _MOST_LAYOUTS:
                    self._by_layout.clear()
                self._by_layout[kind, layout] = found
        return found

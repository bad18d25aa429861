"""Filters (RFC 7644 section 3.4.2.2) as trees: names are attributes, operands are folded values.

A storage compiles the tree to its own query language; `matches` evaluates it on one value, for PATCH's value paths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..messages.documents import is_array, is_object
from ..schema.attributes import Attribute
from ..schema.folding import fold

Operator: TypeAlias = Literal["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`attribute operator value`; `operand` is the value as it compares, see `folding`."""

    attribute: Attribute
    operator: Operator
    value: Any
    operand: str


@dataclass(frozen=True, slots=True)
class Present:
    """`attribute pr`."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class ValuePath:
    """`attribute[filter]`: one and the same value satisfies the whole filter."""

    attribute: Attribute
    filter: "Filter"


@dataclass(frozen=True, slots=True)
class Logical:
    """`term and term …` or `term or term …`."""

    operator: Literal["and", "or"]
    terms: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not (term)`."""

    term: "Filter"


@dataclass(frozen=True, slots=True)
class Nothing:
    """No match: an attribute that this resource type lacks, in a search over several (RFC 7644 section 3.4.2.1)."""


Filter: TypeAlias = Comparison | Present | ValuePath | Logical | Not | Nothing


def matches(node: Filter, value: Any) -> bool:
    """Whether one value of an attribute, simple or complex, satisfies a filter."""
    match node:
        case Logical("and", terms):
            return all(matches(term, value) for term in terms)
        case Logical(_, terms):
            return any(matches(term, value) for term in terms)
        case Not(term):
            return not matches(term, value)
        case Present(attribute):
            return bool(_values(attribute, value))
        case Comparison(attribute, "ne", _, operand):
            return operand not in _values(attribute, value)
        case Comparison(attribute, operator, _, operand):
            return any(_compare(operator, found, operand) for found in _values(attribute, value))
        case _:
            return False


def equalities(node: Filter) -> Mapping[Attribute, Any] | None:
    """What a conjunction of `eq` says a value must hold, or None for any other filter."""
    match node:
        case Comparison(attribute, "eq", value, _):
            return {attribute: value}
        case Logical("and", terms):
            parts = [equalities(term) for term in terms]
            if all(part is not None for part in parts):
                return {
                    attribute: value for part in parts if part for attribute, value in part.items()
                }
            return None
        case _:
            return None


def _values(attribute: Attribute, value: Any) -> list[str]:
    found = value.get(attribute.name) if is_object(value) else value
    if found is None:
        return []
    return (
        [fold(attribute, item) for item in found] if is_array(found) else [fold(attribute, found)]
    )


def _compare(operator: Operator, found: str, operand: str) -> bool:
    match operator:
        case "co":
            return operand in found
        case "sw":
            return found.startswith(operand)
        case "ew":
            return found.endswith(operand)
        case "gt":
            return found > operand
        case "ge":
            return found >= operand
        case "lt":
            return found < operand
        case "le":
            return found <= operand
        case _:
            return found == operand


def mentions(node: Filter, name: str) -> bool:
    """Whether a filter on the parts of one value looks at the part of that name."""
    match node:
        case Logical(_, terms):
            return any(mentions(term, name) for term in terms)
        case Not(term):
            return mentions(term, name)
        case Present(attribute) | Comparison(attribute):
            return attribute.name.lower() == name
        case _:
            return False

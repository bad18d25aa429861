"""Filters (RFC 7644 section 3.4.2.2) as trees of nodes, with attributes and folded operands.

A store compiles the tree to its query language. `matches` evaluates it on one value, for the value
paths of PATCH.
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
    """`attribute operator value`.

    Args:
        attribute: the attribute that is compared.
        operator: any operator but `pr`.
        value: the canonical value.
        operand: the folded value, see `folding`.
    """

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
    """`attribute[filter]`: a single value satisfies the whole filter."""

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
    """A condition that never matches.

    In a search over several resource types it replaces a condition on an attribute that one type
    does not have (RFC 7644 section 3.4.2.1).
    """


Filter: TypeAlias = Comparison | Present | ValuePath | Logical | Not | Nothing


def matches(node: Filter, value: Any) -> bool:
    """Return whether one value of an attribute, simple or complex, satisfies a filter."""
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
            return any(compare(operator, found, operand) for found in _values(attribute, value))
        case _:
            return False


def equalities(node: Filter) -> Mapping[Attribute, Any] | None:
    """Return the value of each attribute if a filter consists of `eq` joined by `and`.

    Returns:
        None for any other filter.
    """
    match node:
        case Comparison(attribute, "eq", value, _):
            return {attribute: value}
        case Logical("and", terms):
            found: dict[Attribute, Any] = {}
            for term in terms:
                part = equalities(term)
                if part is None:
                    return None
                found.update(part)
            return found
        case _:
            return None


def _values(attribute: Attribute, value: Any) -> list[str]:
    """Return the folded values of a sub-attribute, or the folded value if it is simple."""
    found = value.get(attribute.name) if is_object(value) else value
    if found is None:
        return []
    items: list[Any] = found if is_array(found) else [found]
    return [fold(attribute, item) for item in items]


def compare(operator: Operator, found: str, operand: str) -> bool:
    """Whether a folded value satisfies a comparison. `ne` is not evaluated for one value alone."""
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
    """Return whether a filter inside a value path compares a sub-attribute.

    Args:
        node: the filter.
        name: the name of the sub-attribute in lower case.
    """
    match node:
        case Logical(_, terms):
            return any(mentions(term, name) for term in terms)
        case Not(term):
            return mentions(term, name)
        case Present(attribute) | Comparison(attribute):
            return attribute.name.lower() == name
        case _:
            return False


def count_tests(node: Filter) -> int:
    """Return how many tests a filter makes of each value at most."""
    match node:
        case Logical(_, terms):
            return sum(count_tests(term) for term in terms)
        case Not(term) | ValuePath(_, term):
            return count_tests(term)
        case _:
            return 1

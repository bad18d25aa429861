"""Builds conditions of SQL: constants, combinations, and the test of one folded value."""

from collections.abc import Collection, Sequence
from typing import Any

from ..filters.nodes import Comparison, Operator, Present
from .dialect import Clause, Dialect

NONE: Clause = ("0 = 1", [])
"""The condition that is never true."""

ALL: Clause = ("0 = 0", [])
"""The condition that is always true."""

_ORDERED: dict[Operator, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LAST_CHARACTER = "\U0010ffff"
"""Compares greater than every other character."""


def constant(value: bool) -> Clause:
    """Return a condition whose value is known before the query runs."""
    return ALL if value else NONE


def join(operator: str, clauses: Sequence[Clause]) -> Clause:
    """Combine conditions with ` AND ` or ` OR `."""
    parameters = [parameter for _, more in clauses for parameter in more]
    return f"({operator.join(text for text, _ in clauses)})", parameters


def placeholders(values: Collection[object]) -> str:
    """Return the text between the parentheses of IN; NULL, which equals nothing, for no values."""
    return ", ".join("?" * len(values)) or "NULL"


def value_condition(
    text: str, parameters: list[Any], node: Comparison | Present, dialect: Dialect
) -> Clause:
    """Return the condition that compares one value with an operand.

    It is never NULL, so that NOT negates it (RFC 7644 section 3.4.2.2).

    Args:
        text: the SQL expression of the folded value; NULL if there is no value.
        parameters: the parameters of `text`.
        node: the comparison, or the test that there is a value.
        dialect: the dialect of the database.
    """
    if isinstance(node, Present):
        return f"({text} IS NOT NULL)", parameters
    operand = node.operand
    match node.operator:
        case "eq":
            return f"({text} IS NOT NULL AND {text} = ?)", [*parameters, *parameters, operand]
        case "co" | "sw" | "ew" if not operand:
            return f"({text} IS NOT NULL)", parameters
        case "co":
            containing = dialect.contains(text)
            return f"({text} IS NOT NULL AND {containing})", [*parameters, *parameters, operand]
        case "sw":
            # A range, because an index can serve a range.
            bounds = [*parameters, operand, *parameters, operand + _LAST_CHARACTER]
            return f"({text} IS NOT NULL AND {text} >= ? AND {text} < ?)", [*parameters, *bounds]
        case "ew":
            ending = dialect.ends_with(text, len(operand))
            return f"({text} IS NOT NULL AND {ending})", [*parameters, *parameters, operand]
        case operator:
            ordered = f"{text} {_ORDERED[operator]} ?"
            return f"({text} IS NOT NULL AND {ordered})", [*parameters, *parameters, operand]

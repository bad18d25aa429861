# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""What databases write differently: a handful of expressions, and the test of one value with them."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from ..scim.filters import Comparison, Operator, Present

Clause: TypeAlias = tuple[str, list[Any]]
"""SQL with its parameters."""


class Dialect(Protocol):
    """What databases write differently."""

    def text(self, document: str, path: Sequence[str]) -> Clause:
        """The text at a path of a JSON document."""
        ...

    def each(self, document: str, path: Sequence[str], alias: str) -> Clause:
        """The values of a JSON list as a table; `element` names one."""
        ...

    def element(self, alias: str) -> str:
        """One value of such a table."""
        ...

    def position(self) -> str:
        """The function that finds a text in a text, counting from 1."""
        ...


class Sqlite:
    """SQLite's JSON functions; paths are parameters like all else."""

    def text(self, document: str, path: Sequence[str]) -> Clause:
        return f"json_extract({document}, ?)", [_path(path)]

    def each(self, document: str, path: Sequence[str], alias: str) -> Clause:
        return f"json_each({document}, ?) AS {alias}", [_path(path)]

    def element(self, alias: str) -> str:
        return f"{alias}.value"

    def position(self) -> str:
        return "instr"


def _path(names: Sequence[str]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


_ORDERED: dict[Operator, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LAST = "\U0010ffff"


def test_value(text: str, parameters: list[Any], node: Comparison | Present, dialect: Dialect) -> Clause:
    """One value against its operand: never NULL, so that NOT means what it says."""
    if isinstance(node, Present):
        return f"({text} IS NOT NULL)", parameters
    operand = node.operand
    match node.operator:
        case "eq":
            return f"({text} IS NOT NULL AND {text} = ?)", [*parameters, *parameters, operand]
        case "co" | "sw" | "ew" if not operand:
            return f"({text} IS NOT NULL)", parameters
        case "co":
            return f"(coalesce({dialect.position()}({text}, ?), 0) > 0)", [*parameters, operand]
        case "sw":  # a range, so that an index serves it
            bounds = [*parameters, operand, *parameters, operand + _LAST]
            return f"({text} IS NOT NULL AND {text} >= ? AND {text} < ?)", [*parameters, *bounds]
        case "ew":
            ending = f"substr({text}, -{len(operand)}) = ?"
            return f"({text} IS NOT NULL AND {ending})", [*parameters, *parameters, operand]
        case operator:
            return f"({text} IS NOT NULL AND {text} {_ORDERED[operator]} ?)", [*parameters, *parameters, operand]

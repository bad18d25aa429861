"""Reads the operations of a PATCH (RFC 7644 section 3.5.2), and finds the links that they name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from ..filters.nodes import Comparison, Filter, Logical
from ..messages.documents import Document, is_array, is_object
from ..messages.errors import ScimError, bad_request, invalid_value
from ..schema.attributes import Attribute, Tree
from .paths import Path, parse_path

SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Op: TypeAlias = Literal["add", "replace", "remove"]
_OPS: dict[str, Op] = {op: op for op in get_args(Op)}
MAX_OPERATIONS = 10_000
ABSENT = object()
"""The value of an operation without the member `value`. JSON null is a value."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Args:
        op: in lower case, because Entra sends `Add`.
        path: None if the value is an object of attributes.
        value: as sent; `ABSENT` if there is none.
    """

    op: Op
    path: str | None
    value: Any = ABSENT


def read_operations(payload: Document) -> list[Operation]:
    """Read the operations of a PatchOp message.

    Raises:
        ScimError: 400 for a message that is not a PatchOp, 413 for too many operations.
    """
    message = {name.lower(): value for name, value in payload.items()}
    schemas = message.get("schemas", [SCHEMA])
    if not is_array(schemas) or SCHEMA.lower() not in [str(schema).lower() for schema in schemas]:
        raise bad_request("invalidSyntax", f"A PATCH must have {SCHEMA} in its schemas.")
    operations = message.get("operations")
    if not is_array(operations) or not operations:
        raise bad_request("invalidSyntax", "A PATCH must have a list of Operations.")
    if len(operations) > MAX_OPERATIONS:
        raise ScimError(
            413,
            f"A PATCH may have {MAX_OPERATIONS} operations; send the others in another PATCH.",
        )
    return [_operation(operation) for operation in operations]


def _operation(operation: Any) -> Operation:
    if not is_object(operation):
        raise bad_request(
            "invalidSyntax", "Each of the Operations must be an object with op, path and value."
        )
    parts = {name.lower(): value for name, value in operation.items()}
    given = str(parts.get("op"))
    op = _OPS.get(given.lower())
    path = parts.get("path") or None
    value = parts.get("value", ABSENT)
    if op is None:
        raise bad_request(
            "invalidSyntax", f"op must be add, replace or remove, not {given[:60]!r}."
        )
    if path is not None and not isinstance(path, str):
        raise bad_request("invalidPath", "path must be a string.")
    if op == "remove" and path is None:
        raise bad_request("noTarget", "A remove needs a path (RFC 7644 section 3.5.2.2).")
    if op != "remove" and value is ABSENT:
        raise invalid_value(f"An operation {op} needs a value.")
    if path is None and not is_object(value):
        raise bad_request(
            "invalidSyntax", "Without a path, the value must be an object of attributes."
        )
    return Operation(op, path, value)


def named_values(tree: Tree, attribute: Attribute, operations: list[Operation]) -> set[str] | None:
    """Find the values of a link attribute that the operations name.

    With them, one member can be added to a group of 50,000 without reading the others.

    Returns:
        The values; None if the operations concern all values.
    """
    named: set[str] = set()
    for operation in operations:
        for path, value in _targets(tree, operation):
            if path.attribute is not attribute:
                continue
            found = _named(path, operation.op, value)
            if found is None:
                return None
            named |= found
    return named


def _targets(tree: Tree, operation: Operation) -> Iterator[tuple[Path, Any]]:
    """Yield each path that an operation writes, with its value."""
    if operation.path is not None:
        yield parse_path(operation.path, tree), operation.value
        return
    for name, value in operation.value.items():
        if tree.find(name.partition("[")[0].strip()):
            yield parse_path(name, tree), value


def _named(path: Path, op: str, value: Any) -> set[str] | None:
    """Return the values that one path and value name; None for all values."""
    if path.sub_attribute or op == "replace":
        return None
    if path.filter is not None:
        return _compared(path.filter) if op == "remove" else None
    if value is ABSENT or value is None or value == "":
        return None
    items = value if is_array(value) else [value]
    found: set[str] = set()
    for item in items:
        values = _values(item)
        if len(values) != 1:
            return None
        found.add(str(values[0]))
    return found


def _values(item: Any) -> list[Any]:
    """Return the members `value` of an item, in any case. A bare string is its own value."""
    if not is_object(item):
        return [item]
    return [item[name] for name in item if name.lower() == "value"]


def _compared(node: Filter) -> set[str] | None:
    """Return the values that a match of the filter can have; None if any value can match."""
    match node:
        case Comparison(attribute, "eq", value, _) if attribute.name == "value":
            return {value}
        case Logical("or", terms):
            parts = [_compared(term) for term in terms]
            known = [part for part in parts if part]
            return set[str]().union(*known) if len(known) == len(parts) else None
        case Logical("and", terms):
            return next((part for part in map(_compared, terms) if part), None)
        case _:
            return None

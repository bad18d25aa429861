"""The operations of a PATCH as clients send them (RFC 7644 section 3.5.2), and which links they look at."""

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
"""The value of an operation that has none; null is a value."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; without a path its value is an object of attributes."""

    op: Op
    path: str | None
    value: Any = ABSENT


def read_operations(payload: Document) -> list[Operation]:
    """The operations of a PatchOp message."""
    message = {name.lower(): value for name, value in payload.items()}
    schemas = message.get("schemas", [SCHEMA])
    if not is_array(schemas) or SCHEMA.lower() not in [str(schema).lower() for schema in schemas]:
        raise bad_request("invalidSyntax", f"A PATCH names {SCHEMA} in its schemas.")
    operations = message.get("operations")
    if not is_array(operations) or not operations:
        raise bad_request("invalidSyntax", "A PATCH holds a list of Operations.")
    if len(operations) > MAX_OPERATIONS:
        raise ScimError(
            413, f"A PATCH holds at most {MAX_OPERATIONS} operations; send the rest in another."
        )
    return [_operation(operation) for operation in operations]


def _operation(operation: Any) -> Operation:
    if not is_object(operation):
        raise bad_request(
            "invalidSyntax", "Each of the Operations is an object with op, path and value."
        )
    parts = {name.lower(): value for name, value in operation.items()}
    op = _OPS.get(str(parts.get("op")).lower())
    path = parts.get("path") or None
    value = parts.get("value", ABSENT)
    if op is None:
        raise bad_request(
            "invalidSyntax", f"op is add, replace or remove, not {str(parts.get('op'))[:60]!r}."
        )
    if path is not None and not isinstance(path, str):
        raise bad_request("invalidPath", "path is a string.")
    if op == "remove" and path is None:
        raise bad_request("noTarget", "A remove needs a path (RFC 7644 section 3.5.2.2).")
    if op != "remove" and value is ABSENT:
        raise invalid_value(f"An operation {op} needs a value.")
    if path is None and not is_object(value):
        raise bad_request("invalidSyntax", "Without a path the value is an object of attributes.")
    return Operation(op, path, value)


def named_values(tree: Tree, attribute: Attribute, operations: list[Operation]) -> set[str] | None:
    """Those values of a link that the operations name, None where they look at all of them.

    So that one member can be added to a group of 50,000 without reading the others.
    """
    named: set[str] = set()
    for operation in operations:
        for path, value in _aims(tree, operation):
            if path.attribute is not attribute:
                continue
            found = _named(path, operation.op, value)
            if found is None:
                return None
            named |= found
    return named


def _aims(tree: Tree, operation: Operation) -> Iterator[tuple[Path, Any]]:
    if operation.path is not None:
        yield parse_path(operation.path, tree), operation.value
        return
    for name, value in operation.value.items():
        if tree.find(name.partition("[")[0].strip()):
            yield parse_path(name, tree), value


def _named(path: Path, op: str, value: Any) -> set[str] | None:
    if path.sub_attribute or op == "replace":
        return None
    if path.filter is not None:
        return _compared(path.filter) if op == "remove" else None
    if value is ABSENT or value is None or value == "":
        return None
    items = value if is_array(value) else [value]
    found: set[str] = set()
    for item in items:
        values = (
            [item[name] for name in item if name.lower() == "value"] if is_object(item) else [item]
        )
        if len(values) != 1:
            return None
        found.add(str(values[0]))
    return found


def _compared(node: Filter) -> set[str] | None:
    match node:
        case Comparison(attribute, "eq", value, _) if attribute.name == "value":
            return {value}
        case Logical("or", terms):
            parts = [_compared(term) for term in terms]
            return {value for part in parts if part for value in part} if all(parts) else None
        case Logical("and", terms):
            return next((part for part in map(_compared, terms) if part), None)
        case _:
            return None

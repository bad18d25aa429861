"""A quick check whether a description fits the JSON Schema of the language.

Importing jsonschema takes longer than reading most descriptions. So this check comes first, and
jsonschema only runs if it fails. A positive result is always right. A negative result may be wrong,
which only costs time. Only keywords that the schema uses are supported.
"""

import re
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
Check = Callable[[Any, Any, Schema, Schema], bool]

_PYTHON = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
_ANNOTATIONS = frozenset(("$schema", "$id", "$defs", "title", "description", "default", "examples"))


def fits(value: Any, schema: Schema | bool, root: Schema) -> bool:
    """Whether plain data fits a schema.

    Args:
        value: The plain data from YAML or JSON.
        schema: The schema, or a part of `root`.
        root: The whole schema, for `$ref`.

    >>> fits({"a": 1}, {"properties": {"a": {"type": "string"}}}, {})
    False
    """
    if isinstance(schema, bool):
        return schema
    return all(
        keyword in _ANNOTATIONS or _CHECKS.get(keyword, _unknown)(argument, value, schema, root)
        for keyword, argument in schema.items()
    )


def _unknown(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return False


def _type(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    # `type()` and not `isinstance()`, because True is an integer in Python.
    return any(
        type(value) is _PYTHON.get(name)
        for name in ([argument] if isinstance(argument, str) else argument)
    )


def _ref(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return fits(value, root["$defs"][argument.removeprefix("#/$defs/")], root)


def _enum(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return any(type(value) is type(allowed) and value == allowed for allowed in argument)


def _properties(known: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(
        fits(value[name], known[name], root) for name in value.keys() & known
    )


def _others(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    known = schema.get("properties", {})
    return not isinstance(value, dict) or all(
        fits(item, argument, root) for name, item in value.items() if name not in known
    )


def _names(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(fits(name, argument, root) for name in value)


def _items(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, list) or all(fits(item, argument, root) for item in value)


def _unique(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, list):
        return True
    return all(isinstance(item, str) for item in value) and len(set(value)) == len(value)


def _if(argument: Any, value: Any, schema: Schema, root: Schema) -> bool:
    # A wrong negative result would select the wrong branch here. Only a check of the type is always
    # right.
    return argument.keys() == {"type"} and fits(
        value, schema.get("then" if fits(value, argument, root) else "else", True), root
    )


_CHECKS: dict[str, Check] = {
    "type": _type,
    "$ref": _ref,
    "enum": _enum,
    "const": lambda argument, *rest: _enum([argument], *rest),
    "properties": _properties,
    "additionalProperties": _others,
    "propertyNames": _names,
    "required": lambda names, value, *_: (
        not isinstance(value, dict) or all(name in value for name in names)
    ),
    "items": _items,
    "uniqueItems": _unique,
    "minItems": lambda least, value, *_: not isinstance(value, list) or len(value) >= least,
    "pattern": lambda pattern, value, *_: (
        not isinstance(value, str) or bool(re.search(pattern, value))
    ),
    "minLength": lambda least, value, *_: not isinstance(value, str) or len(value) >= least,
    "maxLength": lambda most, value, *_: not isinstance(value, str) or len(value) <= most,
    "minimum": lambda least, value, *_: not isinstance(value, int | float) or value >= least,
    "maximum": lambda most, value, *_: not isinstance(value, int | float) or value <= most,
    "if": _if,
    "then": lambda *_: True,  # checked by `if`
    "else": lambda *_: True,
    "anyOf": lambda schemas, value, schema, root: any(fits(value, one, root) for one in schemas),
}

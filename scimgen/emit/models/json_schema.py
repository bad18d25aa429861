"""Convert the plan to one JSON Schema 2020-12, and to data for the template.

The classes are in `$defs`. The data has names, aliases and markers.

Names and descriptions may be hostile, so the JSON Schema contains none of them. Its keys are our
identifiers, and the template gets finished literals. The code generator adds the types and their
order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scimgen.emit.literals import python_string
from scimgen.emit.models.plan import Class, Field, Module
from scimgen.emit.models.text import docstring
from scimgen.model import Attribute, AttributeType
from scimgen.model.characteristics import IN_MARKER

Json = dict[str, Any]

# The types of RFC 7643 section 2.3 with the classes of the emitted base module that parse them.
_TYPES: dict[AttributeType, Json] = {
    AttributeType.STRING: {"type": "string"},
    AttributeType.BOOLEAN: {"type": "boolean"},
    AttributeType.DECIMAL: {"customTypePath": "base.Decimal"},
    AttributeType.INTEGER: {"type": "integer"},
    AttributeType.DATE_TIME: {"customTypePath": "base.DateTime"},
    AttributeType.BINARY: {"customTypePath": "base.Binary"},
    AttributeType.REFERENCE: {"customTypePath": "base.Reference"},
}
_WORDS = (AttributeType.STRING, AttributeType.REFERENCE)


@dataclass(frozen=True, slots=True)
class Input:
    """The input of the code generator.

    Args:
        schema: The JSON Schema. `m0.User` in its `$defs` is the class `User` of the first module.
        template_data: The data for the template, for each of the `$defs`.
    """

    schema: Json
    template_data: dict[str, Json]


def generator_input(modules: Sequence[Module]) -> Input:
    """Make the JSON Schema and the template data of some modules."""
    defs: Json = {}
    data: dict[str, Json] = {}
    for at, module in enumerate(modules):
        for class_ in module.classes:
            key = f"m{at}.{class_.name}"
            defs[key] = _definition(class_, f"m{at}")
            data[key] = _template_data(class_)
    return Input({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs}, data)


def _definition(class_: Class, module: str) -> Json:
    return {
        "type": "object",
        "customBasePath": f"base.{class_.base}",
        "properties": {field.name: _property(field, module) for field in class_.fields},
        "required": [
            field.name for field in class_.fields if field.required or field.default is not None
        ],
    }


def _property(field: Field, module: str) -> Json:
    value: Json
    if field.model:
        value = {"$ref": f"#/$defs/{module}.{field.model}"}
    else:
        assert field.attribute is not None  # an extension has a model
        value = _simple(field.attribute)
    multi_valued = field.attribute is not None and field.attribute.multi_valued
    return {"type": "array", "items": value} if multi_valued else value


def _simple(attribute: Attribute) -> Json:
    value = _TYPES[attribute.type]
    if not attribute.canonical_values or attribute.type not in _WORDS:
        return value
    limit = {"enum": list(dict.fromkeys(attribute.canonical_values))}
    # RFC 7643 section 7: canonical values are suggestions, unless the service provider allows no
    # others.
    return limit if attribute.closed else {"anyOf": [limit, value]}


def _template_data(class_: Class) -> Json:
    return {
        "base": class_.base,
        "docstring": docstring(class_.description),
        "schema": python_string(class_.schema) if class_.schema is not None else "",
        "printed": {field.name: _printed(field) for field in class_.fields},
    }


def _printed(field: Field) -> Json:
    default = "" if field.required else "None"
    alias = [f"Field(alias={python_string(field.alias)})"] if field.alias != field.name else []
    return {
        "metadata": [*alias, _marker(field.attribute)],
        "default": python_string(field.default) if field.default is not None else default,
        "docstring": docstring(field.attribute.description) if field.attribute else "",
    }


def _marker(attribute: Attribute | None) -> str:
    """The `Scim(…)` of an attribute, without its type and without defaults of RFC 7643."""
    if attribute is None:
        return 'Scim("complex")'
    arguments = [python_string(attribute.type)]
    for entry in IN_MARKER:
        value = entry.of(attribute)
        if value != entry.default and entry.applies_to(attribute.type):
            arguments.append(f"{entry.field}={_literal(value)}")
    return f"Scim({', '.join(arguments)})"


def _literal(value: Any) -> str:
    """The value of a characteristic as a Python literal."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, tuple):
        items = ", ".join(map(python_string, value))
        return f"({items})" if len(value) > 1 else f"({items},)"
    return python_string(value)

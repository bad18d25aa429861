"""The model as data: plain JSON values, and back."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from scimgen.place import Place, Places


def to_data(part: Any) -> Any:
    """A part of the model as JSON values, without places and defaults.

    >>> from scimgen.model import Attribute, AttributeType
    >>> to_data(Attribute(name="seats", type=AttributeType.INTEGER))
    {'name': 'seats', 'type': 'integer'}
    """
    if is_dataclass(part):
        kind: Any = type(part)
        values = {field.name: (getattr(part, field.name), field.default) for field in _fields(kind)}
        return {
            name: to_data(value) for name, (value, default) in values.items() if value != default
        }
    if isinstance(part, tuple):
        return [to_data(item) for item in part]
    return part.value if isinstance(part, Enum) else part


def from_data(kind: Any, data: Any) -> Any:
    """A part of the model from its JSON values.

    Args:
        kind: the type of the part: a class of the model, or an annotation of one of its fields.
        data: what `to_data` returned.

    Raises:
        ValueError: the data does not fit the type.

    >>> from scimgen.model import Attribute
    >>> from_data(Attribute, {"name": "seats", "type": "integer"}).type
    <AttributeType.INTEGER: 'integer'>
    """
    if is_dataclass(kind):
        return _from_object(kind, data)
    if get_origin(kind) is tuple and isinstance(data, list):
        return tuple(from_data(get_args(kind)[0], item) for item in data)
    if get_origin(kind) is UnionType:
        accepted = [option for option in get_args(kind) if option is not NoneType]
        return None if data is None else from_data(accepted[0], data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    plain = get_origin(kind) or kind
    if not isinstance(data, plain) or (plain is int and isinstance(data, bool)):
        raise ValueError(f"{data!r} is no {plain.__name__}")
    return data


def _from_object(kind: Any, data: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(data, Mapping) or not hints.keys() >= data.keys():
        raise ValueError(f"{data!r} is no {kind.__name__}")
    missing = [
        field.name for field in _fields(kind) if field.name not in data and field.default is MISSING
    ]
    if missing:
        raise ValueError(f"{kind.__name__} has no {', '.join(missing)}")
    return kind(**{name: from_data(hints[name], value) for name, value in data.items()})


@cache
def _fields(kind: type) -> tuple["Field[Any]", ...]:
    hints = get_type_hints(kind)
    return tuple(field for field in fields(kind) if hints[field.name] not in (Place | None, Places))


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in _fields(kind)}

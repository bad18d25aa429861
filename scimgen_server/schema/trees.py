"""The attributes of a resource type as its model declares them: its markers are read once."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .attributes import Attribute, Link, Tree
from .models import Extension, Scim
from .resource_type import ResourceType


def build_trees(resource_types: Sequence[ResourceType]) -> list[Tree]:
    """The attribute trees of all resource types of a server."""
    kinds = frozenset[str](one.kind for one in resource_types)
    return [build_tree(one, kinds) for one in resource_types]


def build_tree(resource_type: ResourceType, kinds: frozenset[str]) -> Tree:
    """Read a model's attributes.

    Args:
        kinds: the kinds of resource types that the server has. Where it knows no roles, `roles` is an attribute like
            any other, and its values are nobody's to check.
    """
    model = resource_type.model
    attributes = _attributes(model, None, _linked(resource_type, kinds))
    return Tree(
        resource_type=resource_type,
        urn=model.SCHEMA,
        attributes={
            name: attribute for name, attribute in attributes.items() if not attribute.extension
        },
        extensions={
            name: attribute for name, attribute in attributes.items() if attribute.extension
        },
        links=tuple(attribute for attribute in attributes.values() if attribute.link),
    )


def _linked(resource_type: ResourceType, kinds: frozenset[str]) -> frozenset[str]:
    if resource_type.kind == "group":
        return frozenset({"members"})
    if resource_type.kind != "user":
        return frozenset()
    granted = {"role": "roles", "entitlement": "entitlements", "group": "groups"}
    return frozenset(name for kind, name in granted.items() if kind in kinds)


def _attributes(
    model: type[BaseModel], parent: Attribute | None, links: frozenset[str] = frozenset()
) -> dict[str, Attribute]:
    attributes = [
        _attribute(name, info, parent, links) for name, info in model.model_fields.items()
    ]
    return {attribute.name.lower(): attribute for attribute in attributes}


def _attribute(
    field_name: str, info: FieldInfo, parent: Attribute | None, links: frozenset[str]
) -> Attribute:
    name = info.alias or field_name
    value_type, multi_valued, closed = _shape(info.annotation)
    sub_attributes: dict[str, Attribute] = {}
    attribute = Attribute(
        name=name,
        scim=next((mark for mark in info.metadata if isinstance(mark, Scim)), Scim()),
        parent=parent,
        multi_valued=multi_valued,
        closed=closed,
        default=info.default if isinstance(info.default, str | int | float) else None,
        link=_link(name.lower()) if name.lower() in links else None,
        extension=isinstance(value_type, type) and issubclass(value_type, Extension),
        sub_attributes=sub_attributes,
    )
    if isinstance(value_type, type) and issubclass(value_type, BaseModel):
        sub_attributes.update(_attributes(value_type, attribute))
    return attribute


def _link(name: str) -> Link | None:
    names: tuple[Link, ...] = get_args(Link)
    return next((link for link in names if link == name), None)


def _shape(annotation: Any) -> tuple[Any, bool, tuple[str, ...]]:
    """The type of one value, whether there may be several, and the closed set of values where a bare Literal stands."""
    options = [option for option in _options(annotation) if option is not NoneType]
    if len(options) == 1 and get_origin(options[0]) is list:
        value_type, _, closed = _shape(get_args(options[0])[0])
        return value_type, True, closed
    if all(get_origin(option) is Literal for option in options):
        return str, False, tuple(value for option in options for value in get_args(option))
    return options[0], False, ()


def _options(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]

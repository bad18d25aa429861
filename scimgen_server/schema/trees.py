"""Builds the attribute tree of a resource type from the annotations of its model."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .attributes import Attribute, Link, Tree
from .models import Extension, Scim
from .resource_type import ResourceType


def build_trees(resource_types: Sequence[ResourceType]) -> list[Tree]:
    """Build the attribute trees of all resource types of a server."""
    kinds = frozenset[str](one.kind for one in resource_types)
    return [build_tree(one, kinds) for one in resource_types]


def build_tree(resource_type: ResourceType, kinds: frozenset[str]) -> Tree:
    """Build the attribute tree of one resource type.

    Args:
        resource_type: the resource type.
        kinds: the kinds of all resource types of the server. If no type is of the kind "role",
            `roles` of a user is an ordinary attribute and its values are not checked. The same
            applies to entitlements and groups.
    """
    model = resource_type.model
    children = _attributes(model, None, _linked(resource_type, kinds))
    return Tree(
        resource_type=resource_type,
        urn=model.SCHEMA,
        attributes={name: one for name, one in children.items() if not one.extension},
        extensions={name: one for name, one in children.items() if one.extension},
        links=tuple(one for one in children.values() if one.link),
    )


def _linked(resource_type: ResourceType, kinds: frozenset[str]) -> frozenset[str]:
    """Return the names of the attributes whose values are other resources."""
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
    # Filled after the attribute exists, because each sub-attribute refers to it as its parent.
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
    """Return the type of one value, whether there can be several, and the allowed values.

    The allowed values are those of a bare `Literal`; otherwise the tuple is empty.
    """
    options = [option for option in _options(annotation) if option is not NoneType]
    if len(options) == 1 and get_origin(options[0]) is list:
        value_type, _, closed = _shape(get_args(options[0])[0])
        return value_type, True, closed
    if all(get_origin(option) is Literal for option in options):
        values: list[str] = []
        for option in options:
            values += get_args(option)
        return str, False, tuple(values)
    return options[0], False, ()


def _options(annotation: Any) -> list[Any]:
    """Return the members of a union, or the annotation itself; without `Annotated`."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) not in (Union, UnionType):
        return [annotation]
    options: list[Any] = []
    for part in get_args(annotation):
        options += _options(part)
    return options

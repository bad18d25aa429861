"""Reduce two sides of a comparison to what both define.

Documents do not define values, indexes or owners, but a description does. If only one side is a
description, its discovery documents are compared instead.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from scimgen.comparison.definitions import LeftOut
from scimgen.comparison.unstated import fill_in
from scimgen.comparison.values import values_in_common
from scimgen.documents import known_schema, urns
from scimgen.model import (
    App,
    Attribute,
    Kind,
    Managed,
    ResourceType,
    Schema,
    SchemaExtension,
)
from scimgen.model.characteristics import IN_LANGUAGE_ONLY
from scimgen.source import Unreadable

_KINDS = {
    urns.USER.lower(): Kind.USER,
    urns.GROUP.lower(): Kind.GROUP,
    urns.OKTA_ROLE.lower(): Kind.ROLE,
    urns.DRAFT_ROLE.lower(): Kind.ROLE,
    urns.OKTA_ENTITLEMENT.lower(): Kind.ENTITLEMENT,
    urns.DRAFT_ENTITLEMENT.lower(): Kind.ENTITLEMENT,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One side of a comparison.

    Args:
        name: The name that the user gave.
        app: The model that was read.
        described: Whether it comes from a description, which defines everything in a model.
        has_types: Whether resource types were read.
        has_provider: Whether a ServiceProviderConfig was read.
        has_values: Whether the values of roles and entitlements are known even without a
            description.
        listed: The schemas in the documents, with those that no resource type has.
        left_out: The members that the documents do not state, or state with a wrong type.
    """

    name: str
    app: App
    described: bool = True
    has_types: bool = True
    has_provider: bool = True
    has_values: bool = False
    listed: tuple[Schema, ...] = ()
    left_out: LeftOut = field(default_factory=dict)

    @property
    def has_schemas(self) -> bool:
        """Whether schemas or resource types were read."""
        return self.described or bool(self.app.resource_types)

    @property
    def knows_values(self) -> bool:
        """Whether all values are known, so that a missing value does not exist."""
        return self.described or self.has_values

    def all_schemas(self) -> dict[str, Schema]:
        """The schemas of the resource types and of /Schemas by case-folded URN."""
        return {schema.id.lower(): schema for schema in (*self.app.schemas(), *self.listed)}

    def extensions(self) -> set[str]:
        """The case-folded URNs of the schemas that are extensions of a resource type."""
        types = self.app.resource_types
        return {extension.schema.id.lower() for type_ in types for extension in type_.extensions}

    def optional(self) -> set[str]:
        """The known schemas that the resource types have.

        They need not be listed (Okta's guide).
        """
        if not self.has_types:
            return set()
        listed = {schema.id.lower() for schema in self.listed}
        return {urn for urn in self.all_schemas() if urn not in listed and known_schema(urn)}


def kind_of_schema(urn: str) -> Kind:
    """The kind of a resource type, by the URN of its schema.

    >>> kind_of_schema("urn:okta:scim:schemas:core:1.0:entitlement")
    <Kind.ENTITLEMENT: 'entitlement'>
    """
    return _KINDS.get(urn.lower(), Kind.RESOURCE)


def in_common(old: Loaded, new: Loaded) -> tuple[App, App]:
    """Reduce both apps to what both sides can define."""
    before, after = old.app, new.app
    if not (old.described and new.described):
        types, other_types = _values(old, new)
        before, after = (
            _served(before, types, old.described),
            _served(after, other_types, new.described),
        )
        # Documents do not define these, so they count as unchanged.
        before = replace(
            before,
            name=after.name,
            vendor=after.vendor,
            title=after.title,
            description=after.description,
            clients=after.clients,
            dialect=after.dialect,
        )
    if not (old.has_types and new.has_types):
        types, other_types = _by_schema(old, new)
        before, after = (
            replace(before, resource_types=types),
            replace(after, resource_types=other_types),
        )
    if not (old.has_schemas and new.has_schemas):
        before, after = replace(before, resource_types=()), replace(after, resource_types=())
    if not (old.has_provider and new.has_provider):
        before = replace(
            before,
            service_provider_config=after.service_provider_config,
            authentication=after.authentication,
        )
    left_out = {
        key: old.left_out.get(key, set()) | new.left_out.get(key, set())
        for key in (*old.left_out, *new.left_out)
    }
    return fill_in(before, after, left_out, old.extensions() | new.extensions())


def check_comparable(old: Loaded, new: Loaded, note: Callable[[str], None]) -> None:
    """Report that only one side has schemas.

    Args:
        old: The old side.
        new: The new side.
        note: Called with a message about what is not compared.

    Raises:
        Unreadable: No part is defined by both sides.
    """
    if old.has_schemas and new.has_schemas:
        return
    if not (old.has_provider and new.has_provider):
        raise Unreadable(
            f"{old.name} and {new.name} have nothing in common: one has schemas, the other only a"
            " ServiceProviderConfig"
        )
    for side in (old, new):
        if not side.has_schemas and (old.has_schemas or new.has_schemas):
            note(
                f"{side.name} has no schemas and no resource types: only ServiceProviderConfig is"
                " compared"
            )


def _by_schema(
    old: Loaded, new: Loaded
) -> tuple[tuple[ResourceType, ...], tuple[ResourceType, ...]]:
    """A resource type for every schema of both sides, to compare schemas without resource types.

    A known schema that one side does not list, but whose resource types have it, is compared only
    if the other side lists it.
    """
    mine, other = old.all_schemas(), new.all_schemas()
    for urn in old.optional() - other.keys():
        del mine[urn]
    for urn in new.optional() - mine.keys():
        other.pop(urn, None)
    names = _names(mine, other)
    return _types_of(mine, names), _types_of(other, names)


def _names(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> dict[str, str]:
    """A name for every URN.

    That of the new schema if no other schema of the side has it, otherwise the URN.
    """
    schemas = {**old, **new}
    named = {urn: schema.name or schema.id for urn, schema in schemas.items()}
    before = Counter(named[urn] for urn in old)
    after = Counter(named[urn] for urn in new)
    names = {}
    for urn, name in named.items():
        is_unique = max(before[name], after[name]) == 1
        names[urn] = name if is_unique else schemas[urn].id
    return names


def _types_of(schemas: Mapping[str, Schema], names: Mapping[str, str]) -> tuple[ResourceType, ...]:
    return tuple(
        ResourceType(
            name=names[urn],
            endpoint="",
            schema=_served_schema(schema),
            kind=kind_of_schema(schema.id),
            place=schema.place,
        )
        for urn, schema in sorted(schemas.items())
    )


def _values(old: Loaded, new: Loaded) -> tuple[tuple[ResourceType, ...], tuple[ResourceType, ...]]:
    """The resource types of both sides, with values if both sides know them."""
    if old.knows_values and new.knows_values:
        return values_in_common(old.app.resource_types, new.app.resource_types)
    return _without_values(old), _without_values(new)


def _without_values(side: Loaded) -> tuple[ResourceType, ...]:
    return tuple(replace(type_, values=()) for type_ in side.app.resource_types)


def _served(app: App, types: tuple[ResourceType, ...], described: bool) -> App:
    """The app as its discovery documents define it."""
    return replace(
        app,
        resource_types=tuple(_served_type(type_) for type_ in types),
        # Documents of scimgen's server have one order, so the order is not compared.
        authentication=tuple(sorted(set(app.authentication))),
        allowed_breaks=app.allowed_breaks if described else (),
    )


def _served_type(type_: ResourceType) -> ResourceType:
    extensions = tuple(
        SchemaExtension(schema=_served_schema(extension.schema), required=extension.required)
        for extension in type_.extensions
    )
    return replace(
        type_,
        schema=_served_schema(type_.schema),
        extensions=extensions,
        description=type_.description or type_.name,
        kind=kind_of_schema(type_.schema.id),
        managed=Managed.SCIM,
        limit=None,
        limit_from=None,
        limit_active=False,
    )


def _served_schema(schema: Schema) -> Schema:
    return replace(
        schema, attributes=tuple(_served_attribute(attribute) for attribute in schema.attributes)
    )


def _served_attribute(attribute: Attribute) -> Attribute:
    subs = tuple(_served_attribute(sub) for sub in attribute.sub_attributes)
    unknown = {entry.field: entry.default for entry in IN_LANGUAGE_ONLY}
    return replace(attribute, sub_attributes=subs, **unknown)

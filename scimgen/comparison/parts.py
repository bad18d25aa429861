"""A model as a tree of parts.

Each part has a key that identifies its counterpart, and fields to compare.

The tree contains everything in an `App` exactly once. Schemas are children of the app, not of the
resource types.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scimgen.model import (
    App,
    Attribute,
    Mutability,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    Value,
)
from scimgen.model.characteristics import (
    CANONICAL_VALUES,
    CLOSED,
    IN_DOCUMENTS,
    IN_LANGUAGE_ONLY,
)
from scimgen.place import Place

PROVIDER_FIELDS = tuple(ServiceProviderConfig.__dataclass_fields__)
# Canonical values and `closed` have a meaning only together, so they are one field.
_OF_VALUES = (CANONICAL_VALUES, CLOSED)
_ATTRIBUTE_FIELDS = (
    "type",
    *(entry.field for entry in (*IN_DOCUMENTS, *IN_LANGUAGE_ONLY) if entry not in _OF_VALUES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a model.

    Args:
        what: `app`, `provider`, `type`, `extension`, `value`, `schema` or `attribute`.
        key: The key that identifies the counterpart, case-folded if SCIM ignores its case.
        label: The name for people.
        path: The full name for people, such as `License.tier`.
        fields: The fields to compare.
        children: The parts inside it, by `what`.
        read_only: Whether the server alone sets an attribute, because it or its complex attribute
            is readOnly.
        place: The place in the text.
    """

    what: str
    key: str
    label: str = field(default="", compare=False)
    path: str = field(default="", compare=False)
    fields: Mapping[str, Any]
    children: Mapping[str, tuple["Part", ...]] = field(default_factory=dict)
    read_only: bool = field(default=False, compare=False)
    place: Place | None = field(default=None, compare=False, repr=False)

    def child(self, what: str, key: str) -> "Part | None":
        """Find a child by kind and key, or None."""
        return next((part for part in self.children.get(what, ()) if part.key == key), None)

    def walk(
        self, address: tuple[tuple[str, str], ...] = ()
    ) -> Iterator[tuple[tuple[tuple[str, str], ...], "Part"]]:
        """Iterate over all descendants with their addresses, parents before children."""
        for parts in self.children.values():
            for part in parts:
                here = (*address, (part.what, part.key))
                yield here, part
                yield from part.walk(here)


def outline(app: App) -> Part:
    """Make the tree of parts of an app.

    >>> outline(App(name="crm", vendor="acme")).fields["dialect"]
    'okta'
    """
    owners: dict[str, list[str]] = {}
    for type_ in app.resource_types:
        for schema in type_.schemas:
            owners.setdefault(schema.id.lower(), []).append(type_.name)
    # Sorted, because their order follows from the resource types, which are compared separately.
    schemas = sorted(app.schemas(), key=lambda schema: schema.id.lower())
    names = ("name", "vendor", "title", "description", "clients", "dialect", "authentication")
    return Part(
        what="app",
        key="",
        label=app.name,
        path="app",
        fields={name: getattr(app, name) for name in names},
        children={
            "provider": (_provider(app.service_provider_config),),
            "type": tuple(_type(type_) for type_ in app.resource_types),
            "schema": tuple(_schema(schema, owners[schema.id.lower()]) for schema in schemas),
        },
        place=app.place,
    )


def _provider(config: ServiceProviderConfig) -> Part:
    fields = {name: getattr(config, name) for name in PROVIDER_FIELDS}
    name = "ServiceProviderConfig"
    return Part(what="provider", key="", label=name, path=name, fields=fields)


def _type(type_: ResourceType) -> Part:
    extensions = tuple(
        Part(
            what="extension",
            key=extension.schema.id.lower(),
            label=extension.schema.id,
            path=type_.name,
            fields={"required": extension.required},
            place=extension.schema.place or type_.place,
        )
        for extension in type_.extensions
    )
    return Part(
        what="type",
        key=type_.name,
        label=type_.name,
        path=type_.name,
        fields={
            "endpoint": type_.endpoint,
            "description": type_.description,
            "schema": (type_.schema.id.lower(), str(type_.kind)),
            "managed": type_.managed,
            "limit": type_.limit,
            "limit_from": type_.limit_from,
            "limit_active": type_.limit_active,
        },
        children={
            "extension": extensions,
            "value": tuple(_value(value, type_) for value in type_.values),
        },
        place=type_.place,
    )


def _value(value: Value, type_: ResourceType) -> Part:
    return Part(
        what="value",
        key=value.id,
        label=value.id,
        path=f"{type_.name}.{value.id}",
        fields={"resource": value.resource},
        place=value.place or type_.place,
    )


def _schema(schema: Schema, owners: list[str]) -> Part:
    # The label of a shared schema is its own name, not that of a resource type.
    path = owners[0] if len(owners) == 1 else schema.name or schema.id
    return Part(
        what="schema",
        key=schema.id.lower(),
        label=schema.id,
        path=path,
        fields={"id": schema.id, "name": schema.name, "description": schema.description},
        children={
            "attribute": tuple(_attribute(attribute, path) for attribute in schema.attributes)
        },
        place=schema.place,
    )


def _attribute(attribute: Attribute, owner: str, read_only: bool = False) -> Part:
    path = f"{owner}.{attribute.name}"
    read_only = read_only or attribute.mutability is Mutability.READ_ONLY
    fields = {name: getattr(attribute, name) for name in _ATTRIBUTE_FIELDS}
    # Attribute names are case insensitive (RFC 7643 section 2.1), so the spelling is only a field.
    fields |= {"name": attribute.name, "values": (attribute.canonical_values, attribute.closed)}
    return Part(
        what="attribute",
        key=attribute.name.lower(),
        label=attribute.name,
        path=path,
        fields=fields,
        children={
            "attribute": tuple(_attribute(sub, path, read_only) for sub in attribute.sub_attributes)
        },
        read_only=read_only,
        place=attribute.place,
    )

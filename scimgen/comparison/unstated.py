"""What one side of a comparison does not state counts as unchanged.

The old model gets it from the new one, so that it is no difference.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from scimgen.model import (
    App,
    Attribute,
    AttributeType,
    ResourceType,
    Schema,
    SchemaExtension,
    ServiceProviderConfig,
)

# RFC 7643 section 3.1: every resource has these attributes, whether its schema lists them or not.
# The server sets these three as the RFC defines them, so no client depends on the listing.
_FIXED = ("id", "meta", "schemas")
_EXTERNAL_ID = "externalId"
_Part = TypeVar(
    "_Part", App, Attribute, ResourceType, Schema, SchemaExtension, ServiceProviderConfig
)
_LIMITS = {
    "bulk_max_operations": "bulk",
    "bulk_max_payload_size": "bulk",
    "filter_max_results": "filter",
}


def fill_in(
    old: App, new: App, left_out: Mapping[tuple[str, ...], set[str]], extensions: Collection[str]
) -> tuple[App, App]:
    """Make both models equal where one side states nothing.

    Args:
        old: The old model.
        new: The new model.
        left_out: The fields that one side leaves out. See `scimgen.comparison.definitions.LeftOut`.
        extensions: The case-folded URNs of schema extensions. They have no common attributes.
    """
    before, after = (
        _map_schemas(app, _CommonAttributes(other, extensions).edit)
        for app, other in ((old, new), (new, old))
    )
    return _Filler(after, left_out).app(before), after


def _map_schemas(app: App, edit: Callable[[Schema], Schema]) -> App:
    types = tuple(_map_schemas_of_type(type_, edit) for type_ in app.resource_types)
    return replace(app, resource_types=types)


def _map_schemas_of_type(type_: ResourceType, edit: Callable[[Schema], Schema]) -> ResourceType:
    extensions = tuple(
        replace(extension, schema=edit(extension.schema)) for extension in type_.extensions
    )
    return replace(type_, schema=edit(type_.schema), extensions=extensions)


def _schemas(app: App) -> dict[str, Schema]:
    return {schema.id.lower(): schema for schema in app.schemas()}


class _CommonAttributes:
    """Leaves out the common attributes that the RFC fixes.

    Adds `externalId` to a schema if only the other side lists it.
    """

    def __init__(self, other: App, extensions: Collection[str]) -> None:
        self.others = _schemas(other)
        self.extensions = extensions

    def edit(self, schema: Schema) -> Schema:
        """Change one schema."""
        urn = schema.id.lower()
        if urn in self.extensions or ":extension:" in urn:
            return schema
        attributes = [item for item in schema.attributes if item.name.lower() not in _FIXED]
        other = self.others.get(urn)
        listed = other.attribute(_EXTERNAL_ID) if other else None
        if listed and not schema.attribute(_EXTERNAL_ID):
            # RFC 7643 section 3.1: optional for clients, unless the schema lists it as required.
            attributes.append(replace(listed, required=False))
        return replace(schema, attributes=tuple(attributes))


class _Filler:
    """Copies what one side leaves out from the new model to the old one."""

    def __init__(self, new: App, left_out: Mapping[tuple[str, ...], set[str]]) -> None:
        self.new = new
        self.left_out = left_out
        self.schemas = _schemas(new)
        self.types = {type_.name: type_ for type_ in new.resource_types}

    def app(self, old: App) -> App:
        """Fill in a whole app."""
        types = tuple(self._type(type_) for type_ in old.resource_types)
        config = self._provider(old.service_provider_config)
        old = replace(old, resource_types=types, service_provider_config=config)
        return _copied(old, self.new, self._names("app"))

    def _names(self, *key: str) -> set[str]:
        return self.left_out.get(key, set())

    def _provider(self, old: ServiceProviderConfig) -> ServiceProviderConfig:
        new = self.new.service_provider_config
        # A limit has no meaning if its feature is not supported.
        off = {
            limit
            for limit, feature in _LIMITS.items()
            if not (getattr(old, feature) and getattr(new, feature))
        }
        return _copied(old, new, self._names("provider") | off)

    def _type(self, old: ResourceType) -> ResourceType:
        new = self.types.get(old.name)
        if new is not None:
            old = _copied(old, new, self._names("type", old.name))
            required = {item.schema.id.lower(): item for item in new.extensions}
            extensions = tuple(
                _copied(item, required[urn], self._names("extension", old.name, urn))
                if (urn := item.schema.id.lower()) in required
                else item
                for item in old.extensions
            )
            old = replace(old, extensions=extensions)
        return _map_schemas_of_type(old, self._schema)

    def _schema(self, old: Schema) -> Schema:
        key = ("schema", old.id.lower())
        new = self.schemas.get(old.id.lower())
        if new is None:
            return old
        attributes = self._attributes(old.attributes, new.attributes, key)
        return _copied(replace(old, attributes=attributes), new, self._names(*key))

    def _attributes(
        self, old: tuple[Attribute, ...], new: tuple[Attribute, ...], owner: tuple[str, ...]
    ) -> tuple[Attribute, ...]:
        others = {attribute.name.lower(): attribute for attribute in new}
        return tuple(
            self._attribute(attribute, others[key], (*owner, key))
            if (key := attribute.name.lower()) in others
            else attribute
            for attribute in old
        )

    def _attribute(self, old: Attribute, new: Attribute, key: tuple[str, ...]) -> Attribute:
        subs = self._attributes(old.sub_attributes, new.sub_attributes, key)
        old = _copied(replace(old, sub_attributes=subs), new, self._names(*key))
        # RFC 7643 section 7: referenceTypes only applies to references, and its order has no
        # meaning.
        references = old.type is AttributeType.REFERENCE and new.type is AttributeType.REFERENCE
        if not references or set(old.reference_types) == set(new.reference_types):
            old = replace(old, reference_types=new.reference_types)
        return old


def _copied(old: _Part, new: _Part, names: Collection[str]) -> _Part:
    """The old part with some fields of the new one."""
    return replace(old, **{name: getattr(new, name) for name in names}) if names else old

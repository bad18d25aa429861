"""Views of a large document after its walk. They read their members again when a rule needs them.

The rules for a service provider need the views of all files. With their members, the views of a
large list would take fifteen times the memory of its text.
"""

from scimgen.rules.nodes import (
    Attribute,
    Resource,
    ResourceType,
    Schema,
    SchemaExtension,
    ServiceProvider,
    View,
)
from scimgen.source import Member, Object, pointer_step
from scimgen.source.deferred import DeferredObject

_KEPT = ("id", "name", "schema", "endpoint")


class _Released(View):
    """A view without stored members, except the strings that identify it."""

    kept: dict[str, str]

    def take(self, view: View, node: DeferredObject) -> None:
        """Take the place of a view."""
        self.document, self.node, self.pointer, self.parent = (
            view.document,
            node,
            view.pointer,
            view.parent,
        )
        self.kept = {name: view.string(name) for name in _KEPT}

    def string(self, name: str) -> str:
        """The string value of a member, or ""."""
        found = self.kept.get(name)
        return super().string(name) if found is None else found

    @property
    def members(self) -> dict[str, Member]:  # type: ignore[override]
        """The members by case-folded name."""
        return {member.key.lower(): member for member in self.node.members}


class ReleasedSchema(_Released, Schema):
    """A Schema without stored members and attributes."""

    def __init__(self, view: Schema, node: DeferredObject) -> None:
        self.take(view, node)
        self.id = view.id
        self.referred = view.reference_types

    @property
    def reference_types(self) -> frozenset[str]:
        """The strings in `referenceTypes`, as they were before the release."""
        return self.referred

    @property
    def attributes(self) -> list[Attribute]:  # type: ignore[override]
        """The attributes with their sub-attributes."""
        return _attributes(self)


def _attributes(owner: Schema | Attribute) -> list[Attribute]:
    found = []
    pointer = pointer_step(owner.pointer, owner.members[owner.attributes_key.lower()].key)
    for index, item in enumerate(owner.items(owner.attributes_key)):
        if isinstance(item, Object):
            attribute = Attribute(owner.document, item, f"{pointer}/{index}", owner)
            if attribute.value(attribute.attributes_key) is not None:
                attribute.attributes = _attributes(attribute)
            found.append(attribute)
    return found


class ReleasedResourceType(_Released, ResourceType):
    """A ResourceType without stored members and extensions."""

    def __init__(self, view: ResourceType, node: DeferredObject) -> None:
        self.take(view, node)

    @property
    def extensions(self) -> list[SchemaExtension]:  # type: ignore[override]
        """The schema extensions."""
        pointer = pointer_step(self.pointer, "schemaExtensions")
        return [
            SchemaExtension(self.document, item, f"{pointer}/{index}", self)
            for index, item in enumerate(self.items("schemaExtensions"))
            if isinstance(item, Object)
        ]


class ReleasedResource(_Released, Resource):
    """A resource without stored members."""

    def __init__(self, view: Resource, node: DeferredObject) -> None:
        self.take(view, node)


def release(provider: ServiceProvider, node: Object, deferred: DeferredObject) -> None:
    """Replace the view of a node, if it is the last one, by a view that reads its members again."""
    if provider.schemas and provider.schemas[-1].node is node:
        schema = provider.schemas[-1]
        provider.schemas[-1] = ReleasedSchema(schema, deferred)
        _dissolve(schema)
    if provider.resource_types and provider.resource_types[-1].node is node:
        resource_type = provider.resource_types[-1]
        provider.resource_types[-1] = ReleasedResourceType(resource_type, deferred)
        resource_type.extensions.clear()
    if provider.resources and provider.resources[-1].node is node:
        provider.resources[-1] = ReleasedResource(provider.resources[-1], deferred)


def _dissolve(owner: Schema | Attribute) -> None:
    """Remove the references from a view to its attributes, so that all are freed at once."""
    for attribute in owner.attributes:
        _dissolve(attribute)
    owner.attributes.clear()

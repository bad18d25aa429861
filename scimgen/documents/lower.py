"""Lower an app to its discovery documents, each with a source map: its values and their places.

The rules for documents run on the result, and report what they find at the places of the
description.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from scimgen.documents.write import (
    Json,
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)
from scimgen.model import App, Attribute
from scimgen.place import Place, Places


class Part(Protocol):
    """A part of the model that is in a discovery document."""

    @property
    def place(self) -> Place | None:
        """The place of the part. None if it is not in the description."""

    @property
    def places(self) -> Places:
        """The places of its members, by their pointers in the part."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A document of an app with its source map.

    Args:
        name: The name of the document, such as `Schemas`.
        content: The document.
        parts: The parts of the model in the document, by their JSON pointers.
    """

    name: str
    content: Json
    parts: Mapping[str, Part]

    def place(self, pointer: str) -> Place | None:
        """The place in the description of the value at a JSON pointer of the document.

        The place of a value that the description does not contain is that of the part around it.

        Returns:
            The place, or None if the value is that of an RFC.
        """
        at = pointer
        while at and at not in self.parts:
            at = at.rpartition("/")[0]
        part = self.parts.get(at)
        if part is None:
            return None
        member = pointer[len(at) :]
        while member and member not in part.places:
            member = member.rpartition("/")[0]
        return part.places[member] if member else part.place


def lower(app: App) -> Iterator[Lowered]:
    """Lower an app to its discovery documents, and to a list of the values of each type."""
    yield Lowered("ServiceProviderConfig", service_provider_config_to_json(app), {"": app})
    yield _resource_types(app)
    yield _schemas(app)
    for type_ in app.resource_types:
        if type_.values:
            values = {f"/Resources/{index}": value for index, value in enumerate(type_.values)}
            content = list_response(dict(value.resource) for value in type_.values)
            yield Lowered(f"values/{type_.name}", content, values)


def _resource_types(app: App) -> Lowered:
    parts: dict[str, Part] = {}
    for index, type_ in enumerate(app.resource_types):
        pointer = f"/Resources/{index}"
        parts[pointer] = type_
        for position, extension in enumerate(type_.extensions):
            parts[f"{pointer}/schemaExtensions/{position}"] = extension.schema
    content = list_response(map(resource_type_to_json, app.resource_types))
    return Lowered("ResourceTypes", content, parts)


def _schemas(app: App) -> Lowered:
    schemas = list(app.schemas())
    parts: dict[str, Part] = {}
    for index, schema in enumerate(schemas):
        pointer = f"/Resources/{index}"
        parts[pointer] = schema
        parts |= _attributes(f"{pointer}/attributes", schema.attributes)
    return Lowered("Schemas", list_response(map(schema_to_json, schemas)), parts)


def _attributes(pointer: str, attributes: tuple[Attribute, ...]) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for index, attribute in enumerate(attributes):
        at = f"{pointer}/{index}"
        parts[at] = attribute
        parts |= _attributes(f"{at}/subAttributes", attribute.sub_attributes)
    return parts

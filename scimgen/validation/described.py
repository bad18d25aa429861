"""Check the discovery documents of a description with the rules for documents.

The findings have the positions of the description. So the rules of clients apply to descriptions as
well as to hand-written documents.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from scimgen.diagnostics import Diagnostic
from scimgen.documents import (
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)
from scimgen.model import App, Attribute, Schema
from scimgen.place import Place
from scimgen.rules.check import check
from scimgen.source import Document, Object, pointer_step, read_text, walk

_STEPS = re.compile(r"/(?:Resources|attributes|subAttributes|schemaExtensions)/([0-9]+)")


def check_described(
    app: App, clients: Iterable[str], description: Document
) -> Iterator[Diagnostic]:
    """Check the discovery documents of an app, and report findings at the places of its
    description.

    A finding about a schema of the RFCs has no place in a description. It is left out.

    Args:
        app: The app.
        clients: The client profiles whose rules apply besides those of the app.
        description: The description, in which the JSON pointers of the findings are looked up.
    """
    pointers = _pointers(description)
    schemas = list(app.schemas())
    types = _read("ResourceTypes", list_response(map(resource_type_to_json, app.resource_types)))
    served = _read("Schemas", list_response(map(schema_to_json, schemas)))
    config = _read("ServiceProviderConfig", service_provider_config_to_json(app))
    asked = tuple(dict.fromkeys((*app.clients, *clients)))
    for finding in check((config, types, served), asked).findings:
        spot = finding.spot
        if spot.document is served:
            place = _of_schema(schemas, spot.pointer)
        elif spot.document is types:
            place = _of_type(app, spot.pointer)
        else:
            place = app.place
        if place is not None:
            pointer = pointers.get((place.file, place.line, place.column), "")
            yield Diagnostic(
                finding.rule.id,
                finding.severity,
                finding.message,
                place,
                pointer,
                finding.fix,
                finding.rule.source,
            )


def _pointers(description: Document) -> dict[tuple[str, int, int], str]:
    """The JSON pointers of a description by the places of its keys and values."""
    found: dict[tuple[str, int, int], str] = {}
    for pointer, node in walk(description.root) if description.root else ():
        place = description.place(node)
        found[place.file, place.line, place.column] = pointer
        for member in node.members if isinstance(node, Object) else ():
            key = description.place(member)
            found[key.file, key.line, key.column] = pointer_step(pointer, member.key)
    return found


def _read(name: str, document: dict[str, Any]) -> Document:
    return read_text(name, json.dumps(document).encode("utf-8"), "json")


def _of_schema(schemas: list[Schema], pointer: str) -> Place | None:
    """The place in the description of a schema or attribute, by its pointer in /Schemas."""
    steps = [int(step) for step in _STEPS.findall(pointer)]
    if not steps or steps[0] >= len(schemas):
        return None
    schema = schemas[steps[0]]
    place, attributes = schema.place, schema.attributes
    for step in steps[1:]:
        attribute: Attribute = attributes[step]
        place, attributes = attribute.place, attribute.sub_attributes
    return place


def _of_type(app: App, pointer: str) -> Place | None:
    """The place in the description of a resource type, by its pointer in /ResourceTypes."""
    steps = [int(step) for step in _STEPS.findall(pointer)]
    return app.resource_types[steps[0]].place if steps else None

"""The discovery documents, and the values that the server starts with."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from scimgen.documents import (
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)
from scimgen.emit.files import EmittedFile, Ownership, Reuse, Target, json_bytes
from scimgen.model import App


def emit_documents(app: App, target: Target, reuse: Reuse) -> Iterator[EmittedFile]:
    """`documents/`, SCIM documents and nothing else; and `values/`, a list of resources for each
    type that has any.
    """
    for name, document in discovery(app).items():
        yield _file(f"{app.package}/documents/{name}.json", document)
    for resource_type in app.resource_types:
        if resource_type.values:
            values = [dict(value.resource) for value in resource_type.values]
            yield _file(f"{app.package}/values/{value_file(resource_type.name)}", values)


def emit_golden(app: App, target: Target, reuse: Reuse) -> Iterator[EmittedFile]:
    """What the server's own tests compare its answers to: its owner's, so that a change stays red
    until accepted.
    """
    for name, document in discovery(app).items():
        yield EmittedFile(
            f"tests/golden/{name}.json", json_bytes(document), Ownership.YOURS, "server"
        )


def discovery(app: App) -> dict[str, dict[str, Any]]:
    """The discovery documents (RFC 7644 section 4) by name; locations are relative to the base
    URL.
    """
    return {
        "ResourceTypes": list_response(map(resource_type_to_json, app.resource_types)),
        "Schemas": list_response(map(schema_to_json, app.schemas())),
        "ServiceProviderConfig": service_provider_config_to_json(app),
    }


def value_file(name: str) -> str:
    """The file that holds a resource type's values: its name, percent-encoded where a path could
    misread it.

    >>> value_file("Permission Set"), value_file("../x")
    ('Permission Set.json', '..%2Fx.json')
    """
    return f"{quote(name, safe=' ')}.json"


def _file(path: str, document: object) -> EmittedFile:
    return EmittedFile(path, json_bytes(document), Ownership.EMITTED, "documents")

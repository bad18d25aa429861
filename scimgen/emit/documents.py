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
from scimgen.emit.files import EmittedFile, Ownership, ProjectTarget, Reuse, json_bytes
from scimgen.model import App


def emit_documents(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit the SCIM documents in `documents/`, and the values in `values/`.

    A resource type without values has no file in `values/`.
    """
    for name, document in discovery(app).items():
        yield _file(f"{app.package}/documents/{name}.json", document)
    for resource_type in app.resource_types:
        if resource_type.values:
            values = [dict(value.resource) for value in resource_type.values]
            yield _file(f"{app.package}/values/{value_file(resource_type.name)}", values)


def emit_golden(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit the documents that the tests of the app compare the responses with.

    They belong to the owner, so that a test fails until the owner accepts a change.
    """
    for name, document in discovery(app).items():
        yield EmittedFile(
            f"tests/golden/{name}.json", json_bytes(document), Ownership.YOURS, "server"
        )


def discovery(app: App) -> dict[str, dict[str, Any]]:
    """The discovery documents (RFC 7644 section 4) by name.

    Locations are relative to the base URL.
    """
    return {
        "ResourceTypes": list_response(map(resource_type_to_json, app.resource_types)),
        "Schemas": list_response(map(schema_to_json, app.schemas())),
        "ServiceProviderConfig": service_provider_config_to_json(app),
    }


def value_file(name: str) -> str:
    """The name of the file with the values of a resource type.

    Characters that have a meaning in paths are percent-encoded.

    >>> value_file("Permission Set"), value_file("../x")
    ('Permission Set.json', '..%2Fx.json')
    """
    return f"{quote(name, safe=' ')}.json"


def _file(path: str, document: object) -> EmittedFile:
    return EmittedFile(path, json_bytes(document), Ownership.EMITTED, "documents")

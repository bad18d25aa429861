"""What the tests of import share: an app's documents as files are read, and an import of them."""

import json
from typing import Any

from scimgen.description import load
from scimgen.documents import (
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)
from scimgen.importing import Imported, describe
from scimgen.model import App
from scimgen.source import Document, read_text


def document(content: Any, name: str = "a.json") -> Document:
    """JSON as it is read from a file."""
    return read_text(name, json.dumps(content).encode(), "json")


def served(app: App) -> list[Document]:
    """The three discovery documents of an app."""
    return [
        document(list_response(map(resource_type_to_json, app.resource_types)), "ResourceTypes.json"),
        document(list_response(map(schema_to_json, app.schemas())), "Schemas.json"),
        document(service_provider_config_to_json(app), "ServiceProviderConfig.json"),
    ]


def described(text: str) -> App:
    """A page as an app."""
    app, findings = load(read_text("crm.scim.yaml", text.encode(), "yaml"))
    assert app, [(str(finding.place), finding.message) for finding in findings]
    return app


def imported(*contents: Any, **options: Any) -> Imported:
    """An import of JSON documents."""
    return describe([document(content, f"{index}.json") for index, content in enumerate(contents)], **options)


def plain_documents(app: App) -> list[Any]:
    """What an app serves, by content: the order of resource types and schemas has no meaning."""
    types = sorted(map(resource_type_to_json, app.resource_types), key=lambda type_: str(type_["name"]))
    schemas = sorted(map(schema_to_json, app.schemas()), key=lambda schema: str(schema["id"]).lower())
    return [types, schemas, service_provider_config_to_json(app)]

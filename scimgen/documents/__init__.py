"""Convert discovery documents to the model, and the model to discovery documents."""

from scimgen.documents.known import known_schema, known_schemas
from scimgen.documents.lower import Lowered, lower
from scimgen.documents.read import attribute_from_json, schema_from_json
from scimgen.documents.write import (
    attribute_to_json,
    list_response,
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
)

__all__ = [
    "Lowered",
    "attribute_from_json",
    "attribute_to_json",
    "known_schema",
    "known_schemas",
    "list_response",
    "lower",
    "resource_type_to_json",
    "schema_from_json",
    "schema_to_json",
    "service_provider_config_to_json",
]

"""Write the model as discovery documents, with every characteristic.

`meta.location` is relative to the base URL. The server adds its base URL when it serves the
document (RFC 7643 section 3.1).
"""

from collections.abc import Iterable
from typing import Any

from scimgen.documents import urns
from scimgen.model import App, Attribute, AttributeType, Authentication, Kind, ResourceType, Schema
from scimgen.model.characteristics import IN_DOCUMENTS

Json = dict[str, Any]


def attribute_to_json(attribute: Attribute) -> Json:
    """Write one attribute definition (RFC 7643 section 7), in the order of the RFC."""
    document: Json = {"name": attribute.name, "type": str(attribute.type)}
    if attribute.type is AttributeType.COMPLEX:
        document["subAttributes"] = [attribute_to_json(sub) for sub in attribute.sub_attributes]
    for entry in IN_DOCUMENTS:
        value = entry.of(attribute)
        if value or entry.is_always_written:
            document[entry.name] = entry.to_json(value)
    return document


def schema_to_json(schema: Schema) -> Json:
    """Write one Schema document (RFC 7643 section 7)."""
    document: Json = {"schemas": [urns.SCHEMA], "id": schema.id}
    if schema.name:
        document["name"] = schema.name
    if schema.description:
        document["description"] = schema.description
    document["attributes"] = [attribute_to_json(attribute) for attribute in schema.attributes]
    document["meta"] = {"resourceType": "Schema", "location": f"/Schemas/{schema.id}"}
    return document


def resource_type_to_json(resource_type: ResourceType) -> Json:
    """Write one ResourceType document (RFC 7643 section 6).

    Its id is its name, as in Okta's guide.
    """
    document: Json = {
        "schemas": [urns.RESOURCE_TYPE],
        "id": resource_type.name,
        "name": resource_type.name,
        "endpoint": resource_type.endpoint,
        "description": resource_type.description or resource_type.name,
        "schema": resource_type.schema.id,
    }
    if resource_type.extensions:
        document["schemaExtensions"] = [
            {"schema": extension.schema.id, "required": extension.required}
            for extension in resource_type.extensions
        ]
    location = f"/ResourceTypes/{_segment(resource_type.name)}"
    document["meta"] = {"resourceType": "ResourceType", "location": location}
    return document


def _segment(name: str) -> str:
    """Encode a name as one segment of a path (RFC 3986 section 3.3)."""
    from urllib.parse import quote

    return quote(name, safe="")


_SCHEMES: dict[str, Json] = {
    Authentication.BEARER: {
        "type": "oauthbearertoken",
        "name": "OAuth Bearer Token",
        "description": "Authentication with a bearer token in the Authorization header",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
    },
    Authentication.BASIC: {
        "type": "httpbasic",
        "name": "HTTP Basic",
        "description": "Authentication with a user name and a password",
        "specUri": "https://www.rfc-editor.org/info/rfc7617",
    },
}


def service_provider_config_to_json(app: App) -> Json:
    """Write the ServiceProviderConfig document (RFC 7643 section 5, RFC 9865 section 4)."""
    config = app.service_provider_config
    document: Json = {"schemas": [urns.SERVICE_PROVIDER_CONFIG]}
    if config.documentation_uri:
        document["documentationUri"] = config.documentation_uri
    document |= {
        "patch": {"supported": config.patch},
        "bulk": {
            "supported": config.bulk,
            "maxOperations": config.bulk_max_operations,
            "maxPayloadSize": config.bulk_max_payload_size,
        },
        "filter": {"supported": config.filter, "maxResults": config.filter_max_results},
        "changePassword": {"supported": config.change_password},
        "sort": {"supported": config.sort},
        "etag": {"supported": config.etag},
        "authenticationSchemes": [dict(_SCHEMES[scheme]) for scheme in app.authentication],
        "pagination": {"cursor": config.cursor, "index": True, "defaultPaginationMethod": "index"},
    }
    document["authenticationSchemes"][0]["primary"] = True
    if app.dialect == "ietf":
        document["RolesAndEntitlements"] = _roles_and_entitlements(app)
    document["meta"] = {
        "resourceType": "ServiceProviderConfig",
        "location": "/ServiceProviderConfig",
    }
    return document


def _roles_and_entitlements(app: App) -> Json:
    """The member of draft-ietf-scim-roles-entitlements in the ServiceProviderConfig."""
    kinds = {resource_type.kind for resource_type in app.resource_types}
    grants = {"primarySupported": True, "typeSupported": True}
    return {
        "roles": {"supported": Kind.ROLE in kinds, "multipleRolesSupported": True, **grants},
        "entitlements": {
            "supported": Kind.ENTITLEMENT in kinds,
            "multipleEntitlementsSupported": True,
            **grants,
        },
    }


def list_response(resources: Iterable[Json]) -> Json:
    """Write a ListResponse with all resources.

    Discovery ignores pagination (RFC 7644 sections 3.4.2 and 4).
    """
    found = list(resources)
    return {
        "schemas": [urns.LIST_RESPONSE],
        "totalResults": len(found),
        "startIndex": 1,
        "itemsPerPage": len(found),
        "Resources": found,
    }

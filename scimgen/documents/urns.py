"""The URNs that the RFCs, Okta and the draft define."""

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SERVICE_PROVIDER_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
OKTA_ROLE = "urn:okta:scim:schemas:core:1.0:Role"
OKTA_ENTITLEMENT = "urn:okta:scim:schemas:core:1.0:Entitlement"
DRAFT_ROLE = "urn:ietf:params:scim:schemas:core:2.0:Role"
DRAFT_ENTITLEMENT = "urn:ietf:params:scim:schemas:core:2.0:Entitlement"

SCHEMAS = (
    *(USER, GROUP, ENTERPRISE_USER, SERVICE_PROVIDER_CONFIG, RESOURCE_TYPE, SCHEMA),
    *(OKTA_ROLE, OKTA_ENTITLEMENT, DRAFT_ROLE, DRAFT_ENTITLEMENT),
)
"""The schemas whose attributes are known."""

DEVICES = (
    "urn:ietf:params:scim:schemas:core:2.0:Device",
    "urn:ietf:params:scim:schemas:core:2.0:EndpointApp",
    *(
        f"urn:ietf:params:scim:schemas:extension:{name}:2.0:Device"
        for name in (
            *("ble", "pairingNull", "pairingJustWorks", "pairingPassKey", "pairingOOB"),
            *("ethernet-mab", "fido-device-onboard", "dpp", "zigbee", "endpointAppsExt"),
        )
    ),
)
"""The schemas of RFC 9944, which are in the IANA registry."""

MESSAGES = tuple(
    f"urn:ietf:params:scim:api:messages:2.0:{name}"
    for name in ("ListResponse", "SearchRequest", "PatchOp", "BulkRequest", "BulkResponse", "Error")
)
"""The messages of RFC 7644."""

ALL = (*SCHEMAS, *DEVICES, *MESSAGES)
"""Every known URN."""

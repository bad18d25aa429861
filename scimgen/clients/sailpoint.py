"""SailPoint, with the SCIM 2.0 connector of Identity Security Cloud."""

from scimgen.clients.profile import ClientProfile, Effect

_AGAIN = "Discover the account schema of the source again"
_CHANGES = {
    "schema-removed": Effect(f"{_AGAIN}: the attributes of the schema have no source"),
    "type-removed": Effect("Aggregation of its accounts or entitlements fails with 404"),
    "endpoint-changed": Effect(
        "404 until the source reads /ResourceTypes again: test the connection of the source"
    ),
    "schema-urn-changed": Effect(f"{_AGAIN}, and map the attributes with the new URN"),
}

PROFILE = ClientProfile(
    id="sailpoint",
    title="SailPoint",
    short="SailPoint",
    rules=("sailpoint",),
    changes=_CHANGES,
    source="SailPoint: SCIM 2.0 connector",
)

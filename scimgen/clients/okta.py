"""Okta, with Okta Identity Governance."""

from scimgen.clients.profile import ClientProfile, Effect

_CHANGES = {
    "app-renamed": Effect("Nothing, as long as the URNs stay", affects=False),
    "dialect-changed": Effect(
        "With the draft's dialect the Governance tab stays empty: Okta only reads its own two"
        " schemas"
    ),
    "authentication-removed": Effect(
        "401 on the next call: the credentials of the integration must be entered again for another"
        " scheme"
    ),
    "feature-removed": Effect("If it is PATCH or filters, provisioning fails"),
    "attribute-added": Effect("It can be mapped after the schema is imported again", affects=False),
    "required-attribute-added": Effect("Creating and updating fails with 400 until it is mapped"),
    "attribute-removed": Effect(
        "The mapped attribute becomes empty, and values that Okta sends for it are ignored"
    ),
    "read-only-attribute-removed": Effect("The mapped attribute becomes empty"),
    "required-of-clients": Effect("Creating and updating fails with 400 until it is mapped"),
    "attribute-renamed": Effect("The mapping of the old name becomes empty: map the new one"),
    "type-widened": Effect(
        "Okta keeps the type of the mapping: import the schema again", affects=False
    ),
    "type-changed": Effect(
        "The type of a mapped attribute cannot change: remove it from the profile, import the"
        " schema, map it again"
    ),
    "became-multi-valued": Effect(
        "The mapped attribute must be removed and imported again as a list"
    ),
    "became-single-valued": Effect(
        "The mapped attribute must be removed and imported again as a single value"
    ),
    "became-required": Effect("Creating and updating fails with 400 if it is not mapped or empty"),
    "values-closed": Effect(
        "400 with the list of valid values, for every user with another mapped value"
    ),
    "closed-values-removed": Effect("400 for every user with a removed value"),
    "became-case-exact": Effect(
        "A filter in another spelling finds nothing: Okta tries to create a user that already"
        " exists"
    ),
    "became-write-only": Effect("An import removes it from Okta's profiles"),
    "mutability-narrowed": Effect(
        "Updates of it have no effect or fail with mutability: remove it from the mapping"
    ),
    "returned-less": Effect(
        "Okta never requests single attributes: an import removes it from its profiles"
    ),
    "uniqueness-tightened": Effect(
        "409 with uniqueness for every user with a duplicate mapped value"
    ),
    "schema-removed": Effect(
        "An import of the schema removes its attributes from the profile and the mappings"
    ),
    "type-added": Effect(
        "It appears in the Governance tab after the next discovery, within fifteen minutes"
    ),
    "type-removed": Effect(
        "The entitlement type disappears from the Governance tab; bundles, campaigns and policies"
        " that use it fail"
    ),
    "type-renamed": Effect(
        "Okta sees a new entitlement type and a removed one: assignments do not move to the new one"
    ),
    "endpoint-changed": Effect(
        "404 until Okta reads /ResourceTypes again; until then, imported values are not linked"
    ),
    "base-schema-changed": Effect(
        "Okta recognises roles and entitlements by the URN of their schema: it loses the type, or"
        " sees another one"
    ),
    "schema-urn-changed": Effect(
        "Attributes mapped in the profile editor have the old URN and become empty: map them again"
    ),
    "extension-added": Effect(
        "Its attributes can be mapped after the schema is imported again", affects=False
    ),
    "required-extension-added": Effect(
        "Creating and updating fails until its attributes are mapped"
    ),
    "extension-removed": Effect(
        "Its mapped attributes become empty, and an import removes their values from Okta's"
        " profiles"
    ),
    "extension-required": Effect("Creating and updating fails until its attributes are mapped"),
    "values-source-changed": Effect(),
    "holder-limit-lowered": Effect(
        "Assignments beyond the limit fail; the task shows the reason from the server"
    ),
    "holder-limit-source-changed": Effect(
        "Assignments beyond the limit fail; the task shows the reason from the server"
    ),
    "holder-limit-counts-all": Effect(
        "Assignments fail while deactivated users, which Okta does not delete, use up the limit"
    ),
    "holder-limit-counts-active": Effect(
        "Reactivating a user fails when the limit is reached; the task shows the reason from the"
        " server"
    ),
    "value-added": Effect("It can be assigned after the next import of entitlements"),
    "value-removed": Effect(
        "The value disappears from the type; assignments, bundles and reviews with it fail"
    ),
    "value-renamed": Effect(
        "Okta sees another value: all users lose the old one, and no user has the new one"
    ),
    "value-changed": Effect(
        "A new displayName or description is visible after the next import", affects=False
    ),
}

PROFILE = ClientProfile(
    id="okta",
    title="Okta",
    short="Okta",
    article="an",
    rules=("okta", "okta_resources"),
    changes=_CHANGES,
    dialects=("okta",),
    # They "are known by Okta and aren't required from /Schemas".
    known_schemas=(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:okta:scim:schemas:core:1.0:Entitlement",
        "urn:okta:scim:schemas:core:1.0:Role",
    ),
    sampled_schemas="urn:okta:scim:schemas:core:1.0:",
    refuses_underscore=True,
    source="Okta: Build a SCIM 2.0 server with entitlements",
)

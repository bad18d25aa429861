"""Microsoft Entra."""

from scimgen.clients.profile import ClientProfile, Effect

_CHANGES = {
    "dialect-changed": Effect(),
    "authentication-removed": Effect(
        "The provisioning job goes into quarantine until it has other credentials"
    ),
    "feature-removed": Effect(
        "If it is PATCH or filters, the provisioning job goes into quarantine"
    ),
    "required-attribute-added": Effect("Creating fails with 400 until it is mapped"),
    "attribute-removed": Effect(
        "Values that its mapping writes are ignored, or refused if the server is strict"
    ),
    "required-of-clients": Effect("Creating fails with 400 until it is mapped"),
    "attribute-renamed": Effect("The mapping contains the old name: enter the new one"),
    "name-spelling-changed": Effect(),
    "type-changed": Effect("Values of the old type get 400; the mapping needs another expression"),
    "became-multi-valued": Effect(),
    "became-single-valued": Effect(),
    "became-required": Effect("Creating fails with 400 if it is not mapped or empty"),
    "values-closed": Effect(),
    "closed-values-removed": Effect(),
    "became-case-exact": Effect(),
    "became-write-only": Effect(),
    "mutability-narrowed": Effect(
        "A PATCH of it fails with mutability, and so does the whole update of the user"
    ),
    "returned-less": Effect(),
    "uniqueness-tightened": Effect(),
    "schema-removed": Effect("The attributes of the schema can no longer be found"),
    "type-removed": Effect("404 for every call to its endpoint, and the job goes into quarantine"),
    "type-renamed": Effect(),
    "endpoint-changed": Effect(
        "404 for every call to the old path: the mappings must be set up again"
    ),
    "base-schema-changed": Effect(),
    "schema-urn-changed": Effect(
        "Mappings have the old URN and find nothing: enter the attributes under the new one"
    ),
    "urn-spelling-changed": Effect(),
    "required-extension-added": Effect("Creating fails until its attributes are mapped"),
    "extension-removed": Effect("Values that its mappings write are ignored"),
    "extension-required": Effect("Creating fails until its attributes are mapped"),
    "values-locked": Effect(),
}

PROFILE = ClientProfile(
    id="entra",
    title="Microsoft Entra",
    short="Entra",
    article="an",
    rules=("entra",),
    changes=_CHANGES,
    source="Microsoft Entra: Use SCIM to provision users and groups",
)

"""Changes of resource types, their schemas and extensions."""

from typing import Any

from scimgen.compare.change import Affected, Severity, kind
from scimgen.compare.parts import Part
from scimgen.model import Managed

_EVERYBODY = (Affected.STORED, Affected.WRITERS, Affected.READERS, Affected.OKTA, Affected.ENTRA)
_CLIENTS = (Affected.WRITERS, Affected.READERS, Affected.OKTA, Affected.ENTRA)


@kind("type-added", "type", Severity.SAFE, (Affected.OKTA,), says="{at} is a new resource type",
      okta="It appears in the Governance tab after the next discovery, at the latest in fifteen minutes")  # fmt: skip
def type_added(old: None, new: Part | None) -> bool:
    """There is a new resource type; clients that do not know it never ask for it."""
    return old is None


@kind(
    "type-removed",
    "type",
    Severity.BREAKING,
    _EVERYBODY,
    says="the resource type {at} is gone",
    do="Keep the type until no client and no user holds any of it; then remove it and allow the break with its reason",
    stored="Its resources stay in the database and are served no more; users keep grants of it that name nothing: "
    "revoke them before you remove the type",
    okta="The entitlement type disappears from the Governance tab; bundles, campaigns and policies that use it fail",
    entra="404 for every call to its endpoint, and the job goes into quarantine",
)
def type_removed(old: Part | None, new: None) -> bool:
    """A resource type is gone, with its endpoint and its values."""
    return new is None


@kind(
    "type-renamed",
    "type.rename",
    Severity.BREAKING,
    _EVERYBODY,
    says="the resource type {old} is called {new} now",
    do="Keep the name, and show people another one by displayName and description",
    stored="Stored resources and grants hold the old name in type and meta.resourceType: rewrite them",
    okta="To Okta this is a new entitlement type and an old one that is gone: assignments do not move along",
)
def type_renamed(old: str, new: str) -> bool:
    """A resource type has another name, as the description tells.

    The name is what `meta.resourceType` and an entitlement's `type` hold (RFC 7643 sections 3.1 and 6).
    """
    return True


@kind(
    "endpoint-changed",
    "type.endpoint",
    Severity.BREAKING,
    _CLIENTS,
    says="{at} is at {new}, was at {old}",
    do="Keep it with endpoint: and the old path, or answer the old path as well until every client has moved",
    stored="Every meta.location and $ref that a client keeps names the old path",
    okta="404 until Okta reads /ResourceTypes again; values that were imported lose their link until then",
    entra="404 for every call to the old path: the target's mappings have to be set up anew",
)
def endpoint_changed(old: str, new: str) -> bool:
    """Resources are at another path; stored locations and clients name the old one (RFC 7643 section 3.1)."""
    return True


@kind(
    "base-schema-changed",
    "type.schema",
    Severity.BREAKING,
    _EVERYBODY,
    says="{at} has the schema {new}, had {old}",
    do="Bring it as a new resource type beside the old one, and move the clients",
    stored="Stored resources name the old URN in schemas: rewrite them",
    okta="Okta knows roles and entitlements by the URN of their schema: it loses the type, or takes it for another",
)
def base_schema_changed(old: tuple[str, str], new: tuple[str, str]) -> bool:
    """A resource type has another schema, so its resources are something else to clients (RFC 7643 section 6)."""
    return True


@kind(
    "schema-urn-changed",
    "schema.rename",
    Severity.BREAKING,
    _EVERYBODY,
    says="{at}: the schema is {new}, was {old}",
    do="Meant where the attributes break anyway: then tell every client the new URN before you release. Otherwise keep "
    "the old one with schema: or version:",
    stored="Stored resources hold the attributes under the old URN: move them to the new one, and mend schemas",
    okta="Attributes mapped in the profile editor name the old URN and turn empty: map them anew",
    entra="Mappings name the old URN and find nothing: the attributes have to be entered under the new one",
)
def schema_urn_changed(old: str, new: str) -> bool:
    """A schema has another URN; clients find its attributes by that alone (RFC 7643 section 3.3)."""
    return True


@kind("urn-spelling-changed", "schema.id", Severity.ATTENTION, (Affected.READERS, Affected.ENTRA),
      says="the URN is spelled {new}, was {old}",
      do="Keep the old spelling: clients that compare exactly take them for two",
      stored="Nothing: URNs compare without regard to case")  # fmt: skip
def urn_spelling_changed(old: str, new: str) -> bool:
    """A URN differs in case alone, which must not matter and sometimes does (RFC 7644 section 3.10)."""
    return True


@kind("extension-added", "extension", Severity.SAFE, says="{at} has the extension {new}",
      okta="Its attributes can be mapped once the schema was imported anew")  # fmt: skip
def extension_added(old: None, new: Part | None) -> bool:
    """A resource type has one more extension, which need not be sent (RFC 7643 section 6)."""
    return old is None and new is not None and not new.fields["required"]


@kind(
    "required-extension-added",
    "extension",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.OKTA, Affected.ENTRA),
    says="{at} has the extension {new}, which is required",
    do="Bring it with required: false, and require it once every client sends it",
    stored="Stored resources have none of it: give them its required attributes before you release",
    okta="Creating and updating fails until its attributes are mapped",
    entra="Creating fails until its attributes are mapped",
)
def required_extension_added(old: None, new: Part | None) -> bool:
    """A resource type has one more extension, without which nothing can be written (RFC 7643 section 6)."""
    return old is None


@kind(
    "extension-removed",
    "extension",
    Severity.BREAKING,
    _EVERYBODY,
    says="{at} has lost the extension {old}",
    do="Keep it, with attributes that are readOnly or no longer filled, until no client reads it",
    stored="Its attributes stay in the database and are served no more: export what is still needed",
    okta="Its mapped attributes turn empty, and an import removes their values from Okta's profiles",
    entra="What its mappings write is ignored",
)
def extension_removed(old: Part | None, new: None) -> bool:
    """A resource type has lost an extension and all of its attributes."""
    return new is None


@kind(
    "extension-required",
    "extension.required",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.OKTA, Affected.ENTRA),
    says="{at}: the extension {schema} is required now",
    do="Require it once every client sends it",
    stored="Give stored resources without it its required attributes",
    okta="Creating and updating fails until its attributes are mapped",
    entra="Creating fails until its attributes are mapped",
)
def extension_required(old: bool, new: bool) -> bool:
    """Nothing can be written any more without an extension that was optional (RFC 7643 section 6)."""
    return new


@kind(
    "extension-optional", "extension.required", Severity.SAFE, says="{at}: the extension {schema} is no longer required"
)
def extension_optional(old: bool, new: bool) -> bool:
    """An extension need no longer be sent."""
    return not new


@kind(
    "values-locked",
    "type.managed",
    Severity.BREAKING,
    (Affected.WRITERS, Affected.ENTRA),
    says="the values of {at} are the description's now: clients cannot write them",
    do="Ask who creates or changes values through SCIM, and take over what they wrote into the description",
    stored="Values that are not in the description are retired; one that a user holds stays until it is released",
)
def values_locked(old: Managed, new: Managed) -> bool:
    """The endpoint is read-only now (`managed: description`): writing answers 403 or 405."""
    return new is Managed.DESCRIPTION


@kind(
    "values-unlocked",
    "type.managed",
    Severity.ATTENTION,
    (Affected.STORED,),
    says="the values of {at} belong to {new} now, not to the description",
    do="From now on an edit of the description's values reaches new databases alone",
)
def values_unlocked(old: Managed, new: Managed) -> bool:
    """The description was the truth about the values and is no longer."""
    return old is Managed.DESCRIPTION


@kind("values-source-changed", "type.managed", Severity.ATTENTION, (Affected.STORED, Affected.OKTA),
      says="the values of {at} come from {new}, before from {old}",
      do="Compare the ids of both sources first: a grant whose value is not there any more names nothing")  # fmt: skip
def values_source_changed(old: Managed, new: Managed) -> bool:
    """The values come from elsewhere."""
    return True


@kind(
    "holder-limit-lowered",
    "type.limit",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.OKTA),
    says="the limit of users for one value of {at} is {new}, before {old}",
    do="Count the holders first: scimgen's server refuses the next grant beyond the limit, and revokes nothing",
    okta="Assignments beyond the limit fail, with the server's reason in the task",
)
def holder_limit_lowered(old: int | None, new: int | None) -> bool:
    """Fewer users than before may hold one value."""
    return new is not None and (old is None or new < old)


@kind(
    "holder-limit-raised",
    "type.limit",
    Severity.SAFE,
    says="the limit of users for one value of {at} is {new}, before {old}",
)
def holder_limit_raised(old: Any, new: Any) -> bool:
    """More users than before may hold one value."""
    return True

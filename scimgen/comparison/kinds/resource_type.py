"""Changes of resource types, their schemas and extensions."""

from typing import Any

from scimgen.comparison.change import Affected, Severity, kind
from scimgen.comparison.parts import Part
from scimgen.model import Managed

_EVERYBODY = (Affected.STORED, Affected.WRITERS, Affected.READERS)
_CLIENTS = (Affected.WRITERS, Affected.READERS)


@kind("schema-added", "type", Severity.SAFE, text="the schema {at} is listed now")
def schema_added(old: Part | None, new: Part | None) -> bool:
    """There is a new schema. Only schemas are compared, because one side has no resource types."""
    return old is None and new is not None and not new.fields["endpoint"]


@kind(
    "schema-removed",
    "type",
    Severity.BREAKING,
    _CLIENTS,
    text="the schema {at} is no longer listed",
    do="List the schema until no client reads it; then remove it",
)
def schema_removed(old: Part | None, new: Part | None) -> bool:
    """A schema was removed. Only schemas are compared, because one side has no resource types."""
    return new is None and old is not None and not old.fields["endpoint"]


@kind("type-added", "type", Severity.SAFE, text="{at} is a new resource type")
def type_added(old: None, new: Part | None) -> bool:
    """There is a new resource type. Clients that do not know it never request it."""
    return old is None


@kind(
    "type-removed",
    "type",
    Severity.BREAKING,
    _EVERYBODY,
    text="the resource type {at} was removed",
    do=(
        "Keep the type until no client and no user has values of it; then remove it and allow the"
        " break with a reason"
    ),
    stored=(
        "Its resources stay in the database and are no longer returned; users keep grants without a"
        " value: revoke them before you remove the type"
    ),
)
def type_removed(old: Part | None, new: None) -> bool:
    """A resource type was removed, with its endpoint and its values."""
    return new is None


@kind(
    "type-renamed",
    "type.rename",
    Severity.BREAKING,
    _EVERYBODY,
    text="the resource type {old} was renamed to {new}",
    do="Keep the name, and change displayName and description for people",
    stored=(
        "Stored resources and grants contain the old name in type and meta.resourceType: rewrite"
        " them"
    ),
)
def type_renamed(old: str, new: str) -> bool:
    """A resource type has another name, as declared in the description.

    `meta.resourceType` and the `type` of an entitlement contain the name (RFC 7643 sections 3.1 and
    6).
    """
    return True


@kind(
    "endpoint-changed",
    "type.endpoint",
    Severity.BREAKING,
    _CLIENTS,
    text="{at} is at {new}, was at {old}",
    do="Keep the old path with endpoint:, or serve both paths until every client uses the new one",
    stored="Every meta.location and $ref that a client stores contains the old path",
)
def endpoint_changed(old: str, new: str) -> bool:
    """Resources have another path.

    Stored locations and clients use the old one (RFC 7643 section 3.1).
    """
    return True


@kind(
    "base-schema-changed",
    "type.schema",
    Severity.BREAKING,
    _EVERYBODY,
    text="{at} has the schema {new}, had {old}",
    do="Add a new resource type, and move the clients to it",
    stored="Stored resources contain the old URN in schemas: rewrite them",
)
def base_schema_changed(old: tuple[str, str], new: tuple[str, str]) -> bool:
    """A resource type has another schema, so clients see other resources (RFC 7643 section 6)."""
    return True


@kind(
    "schema-urn-changed",
    "schema.rename",
    Severity.BREAKING,
    _EVERYBODY,
    text="{at}: the schema is {new}, was {old}",
    do=(
        "Only change it together with other breaking changes, and configure the new URN in every"
        " client before you release. Otherwise keep the old one with schema: or version:"
    ),
    stored=(
        "Stored resources have the attributes under the old URN: move them to the new one, and"
        " update schemas"
    ),
)
def schema_urn_changed(old: str, new: str) -> bool:
    """A schema has another URN.

    Clients find its attributes only by the URN (RFC 7643 section 3.3).
    """
    return True


@kind(
    "urn-spelling-changed",
    "schema.id",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="the URN is spelled {new}, was {old}",
    do="Keep the old spelling: clients that compare exactly see two URNs",
    stored="Nothing to do: URNs are compared without regard to case",
)
def urn_spelling_changed(old: str, new: str) -> bool:
    """A URN differs only in case.

    It must not matter (RFC 7644 section 3.10), but sometimes does.
    """
    return True


@kind("extension-added", "extension", Severity.SAFE, text="{at} has the extension {new}")
def extension_added(old: None, new: Part | None) -> bool:
    """A resource type has one more extension, which is optional (RFC 7643 section 6)."""
    return old is None and new is not None and not new.fields["required"]


@kind(
    "required-extension-added",
    "extension",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} has the extension {new}, which is required",
    do="Add it with required: false, and require it when every client sends it",
    stored="Stored resources do not have it: add its required attributes before you release",
)
def required_extension_added(old: None, new: Part | None) -> bool:
    """A resource type has one more required extension.

    Writing without it fails (RFC 7643 section 6).
    """
    return old is None


@kind(
    "extension-removed",
    "extension",
    Severity.BREAKING,
    _EVERYBODY,
    text="{at} no longer has the extension {old}",
    do="Keep it with readOnly or empty attributes until no client reads it",
    stored=(
        "Its attributes stay in the database and are no longer returned: export what is still"
        " needed"
    ),
)
def extension_removed(old: Part | None, new: None) -> bool:
    """A resource type no longer has an extension with its attributes."""
    return new is None


@kind(
    "extension-required",
    "extension.required",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at}: the extension {schema} is required now",
    do="Require it when every client sends it",
    stored="Give stored resources without it its required attributes",
)
def extension_required(old: bool, new: bool) -> bool:
    """An optional extension is required. Writing without it fails (RFC 7643 section 6)."""
    return new


@kind(
    "extension-optional",
    "extension.required",
    Severity.SAFE,
    text="{at}: the extension {schema} is no longer required",
)
def extension_optional(old: bool, new: bool) -> bool:
    """A required extension is optional."""
    return not new


@kind(
    "values-locked",
    "type.managed",
    Severity.BREAKING,
    (Affected.WRITERS,),
    text="the values of {at} belong to the description now: clients cannot write them",
    do="Find out which clients create or change values, and add their values to the description",
    stored=(
        "Values that are not in the description are retired; a granted value stays until its last"
        " grant is revoked"
    ),
)
def values_locked(old: Managed, new: Managed) -> bool:
    """The endpoint is read-only now (`managed: description`). Writing fails with 403 or 405."""
    return new is Managed.DESCRIPTION


@kind(
    "values-unlocked",
    "type.managed",
    Severity.ATTENTION,
    (Affected.STORED,),
    text="the values of {at} belong to {new} now, not to the description",
    do="A change of values in the description now only applies to new databases",
)
def values_unlocked(old: Managed, new: Managed) -> bool:
    """The description no longer manages the values."""
    return old is Managed.DESCRIPTION


@kind(
    "values-source-changed",
    "type.managed",
    Severity.ATTENTION,
    (Affected.STORED,),
    text="the values of {at} come from {new}, was {old}",
    do="Compare the ids of both sources first: a grant is invalid if its value no longer exists",
)
def values_source_changed(old: Managed, new: Managed) -> bool:
    """The values come from another source."""
    return True


@kind(
    "holder-limit-lowered",
    "type.limit",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="the limit of users for one value of {at} is {new}, was {old}",
    do=(
        "Count the grants first: the server refuses new grants beyond the limit, and revokes"
        " nothing"
    ),
)
def holder_limit_lowered(old: int | None, new: int | None) -> bool:
    """Fewer users than before may have the same value."""
    return new is not None and (old is None or new < old)


@kind(
    "holder-limit-raised",
    "type.limit",
    Severity.SAFE,
    text="the limit of users for one value of {at} is {new}, was {old}",
)
def holder_limit_raised(old: Any, new: Any) -> bool:
    """More users than before may have the same value."""
    return True


@kind(
    "holder-limit-source-changed",
    "type.limit_from",
    Severity.ATTENTION,
    (Affected.STORED, Affected.WRITERS),
    text="the attribute with the limit of users for each value of {at} is {new}, was {old}",
    do=(
        "Compare the numbers of the values with their grants first: the server refuses new grants"
        " beyond the limit, and revokes nothing"
    ),
)
def holder_limit_source_changed(old: Any, new: Any) -> bool:
    """The limit of each value comes from another attribute, or no longer from one."""
    return True


@kind(
    "holder-limit-counts-all",
    "type.limit_active",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="deactivated users count for the limit of {at}",
    do="Revoke the grants of deactivated users first: they use up the limit for others",
)
def holder_limit_counts_all(old: bool, new: bool) -> bool:
    """The limit counted active users only, and counts all users now."""
    return not new


@kind(
    "holder-limit-counts-active",
    "type.limit_active",
    Severity.ATTENTION,
    (Affected.WRITERS,),
    text="only active users count for the limit of {at}",
    do="Expect 409 for users who are reactivated when the limit is reached",
)
def holder_limit_counts_active(old: bool, new: bool) -> bool:
    """The limit counted all users, and counts active users only now."""
    return True

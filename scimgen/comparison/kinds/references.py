"""Changes of the resource types that a reference may refer to (RFC 7643 section 7)."""

from scimgen.comparison.change import Affected, Severity, kind

_BOTH = ("attribute.reference_types", "attribute.reference_types of readOnly")


@kind(
    "reference-types-no-longer-stated",
    _BOTH,
    Severity.SAFE,
    text="{at} no longer has referenceTypes, was {old}",
)
def reference_types_no_longer_stated(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """The schema no longer names the types of a reference, which is no restriction (RFC 7643
    section 7).
    """
    return not new


@kind(
    "read-only-reference-types",
    "attribute.reference_types of readOnly",
    Severity.SAFE,
    text="{at} refers to {new}, was {old}, and only the server sets it",
)
def read_only_reference_types(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """The server refers to fewer types in an attribute that clients do not write (RFC 7643 section
    7).
    """
    return not old or bool(set(old) - set(new))


@kind(
    "reference-types-stated",
    "attribute.reference_types",
    Severity.ATTENTION,
    (Affected.WRITERS,),
    text="{at} only refers to {new} now; the schema named no types before",
    do="Check that no client writes references to other types",
)
def reference_types_stated(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """The schema names the types of a reference now. It did not restrict them before (RFC 7643
    section 7).
    """
    return not old


@kind(
    "reference-types-narrowed",
    "attribute.reference_types",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} refers to {new}, was {old}",
    do="Keep the type until nothing refers to it",
    stored="Remove or change stored references to the removed type",
)
def reference_types_narrowed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References to a resource type are no longer allowed (RFC 7643 section 7)."""
    return bool(set(old) - set(new))


@kind(
    "reference-types-widened",
    _BOTH,
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} refers to {new}, was {old}",
    do="Change readers that follow it, so that they support the new type",
)
def reference_types_widened(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References to one more resource type are allowed, or the order has changed (RFC 7643 section
    7).
    """
    return True

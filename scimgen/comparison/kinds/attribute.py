"""Attributes that were added, removed or renamed."""

from scimgen.comparison.change import Affected, Severity, kind
from scimgen.comparison.parts import Part

_EVERYBODY = (Affected.STORED, Affected.WRITERS, Affected.READERS)


@kind("attribute-added", "attribute", Severity.SAFE, text="{at} is a new attribute")
def attribute_added(old: None, new: Part | None) -> bool:
    """There is a new attribute that no client must write. Readers ignore unknown attributes."""
    return old is None and new is not None and (new.read_only or not new.fields["required"])


@kind(
    "required-attribute-added",
    "attribute",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} is a new attribute and required",
    do="Add it with required: false, and require it when every client sends it",
    stored="Stored resources have no value for it: give them one before you release",
)
def required_attribute_added(old: None, new: Part | None) -> bool:
    """There is a new required attribute. Writing without it fails (RFC 7643 section 7)."""
    return old is None


@kind(
    "read-only-attribute-removed",
    "attribute",
    Severity.BREAKING,
    (Affected.STORED, Affected.READERS),
    text="the readOnly attribute {at} was removed",
    do="Keep it until no client reads it; announce the removal in its description",
    stored="Stored values of it are no longer returned: export what is still needed",
)
def read_only_attribute_removed(old: Part | None, new: None) -> bool:
    """An attribute that the server sets was removed. Clients that read it get nothing."""
    return new is None and old is not None and old.read_only


@kind(
    "attribute-removed",
    "attribute",
    Severity.BREAKING,
    _EVERYBODY,
    text="the attribute {at} was removed",
    do="Keep it until no client reads or writes it; announce the removal in its description",
    stored="Stored values of it are no longer returned: export or move them before you release",
)
def attribute_removed(old: Part | None, new: None) -> bool:
    """An attribute was removed.

    Clients that read it get nothing, and values that they write are lost.
    """
    return new is None


@kind(
    "attribute-renamed",
    "attribute.rename",
    Severity.BREAKING,
    _EVERYBODY,
    text="the attribute {at} was renamed to {new}",
    do="Keep the name, or serve both names for a while: the old one readOnly",
    stored="Stored values have the old name: move them to the new one",
)
def attribute_renamed(old: str, new: str) -> bool:
    """An attribute has another name, as declared in the description."""
    return True


@kind(
    "name-spelling-changed",
    "attribute.name",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} is spelled {new}, was {old}",
    do="Keep the old spelling: most clients look up JSON members by their exact name",
    stored="Nothing to do: names are compared without regard to case",
)
def name_spelling_changed(old: str, new: str) -> bool:
    """A name differs only in case. It must not matter (RFC 7643 section 2.1), but often does."""
    return True

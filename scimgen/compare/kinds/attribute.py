"""Attributes that came, went or are called by another name."""

from scimgen.compare.change import Affected, Severity, kind
from scimgen.compare.parts import Part

_EVERYBODY = (Affected.STORED, Affected.WRITERS, Affected.READERS, Affected.OKTA, Affected.ENTRA)


@kind("attribute-added", "attribute", Severity.SAFE, says="{at} is a new attribute",
      okta="It can be mapped once the schema was imported anew")  # fmt: skip
def attribute_added(old: None, new: Part | None) -> bool:
    """There is a new attribute, which need not be sent; unknown attributes are to be ignored by readers."""
    return old is None and new is not None and not new.fields["required"]


@kind(
    "required-attribute-added",
    "attribute",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.OKTA, Affected.ENTRA),
    says="{at} is a new attribute and required",
    do="Bring it with required: false, and require it once every client sends it",
    stored="Stored resources have no value for it: give them one before you release",
    okta="Creating and updating fails with 400 until it is mapped",
    entra="Creating fails with 400 until it is mapped",
)
def required_attribute_added(old: None, new: Part | None) -> bool:
    """There is a new attribute without which nothing can be written (RFC 7643 section 7)."""
    return old is None


@kind(
    "attribute-removed",
    "attribute",
    Severity.BREAKING,
    _EVERYBODY,
    says="the attribute {at} is gone",
    do="Keep it until no client reads or writes it; say in its description that it is going",
    stored="Stored values of it are served no more: export or move them before you release",
    okta="The mapped attribute turns empty, and what Okta sends for it is ignored",
    entra="What its mapping writes is ignored, or refused where the server is strict",
)
def attribute_removed(old: Part | None, new: None) -> bool:
    """An attribute is gone: clients that read it get nothing, and what they write is lost."""
    return new is None


@kind(
    "attribute-renamed",
    "attribute.rename",
    Severity.BREAKING,
    _EVERYBODY,
    says="the attribute {at} is called {new} now",
    do="Keep the name, or serve both names for a while: the old one readOnly",
    stored="Stored values stand under the old name: move them to the new one",
    okta="The mapping of the old name turns empty: map the new one",
    entra="The mapping names the old attribute: enter the new one",
)
def attribute_renamed(old: str, new: str) -> bool:
    """An attribute has another name, as the description tells."""
    return True


@kind("name-spelling-changed", "attribute.name", Severity.ATTENTION, (Affected.READERS, Affected.ENTRA),
      says="{at} is spelled {new}, was {old}",
      do="Keep the old spelling: most clients look a JSON member up by its exact name",
      stored="Nothing: names compare without regard to case")  # fmt: skip
def name_spelling_changed(old: str, new: str) -> bool:
    """A name differs in case alone, which must not matter and often does (RFC 7643 section 2.1)."""
    return True

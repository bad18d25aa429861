"""Changes of an attribute's type, of its number of values, and of the values that are valid (RFC
7643 section 7).
"""

from scimgen.comparison.change import Affected, Severity, kind
from scimgen.model import AttributeType

# The types whose values are strings in JSON.
_TEXTUAL = (AttributeType.DATE_TIME, AttributeType.BINARY, AttributeType.REFERENCE)
Values = tuple[tuple[str, ...], bool]


@kind(
    "type-widened",
    "attribute.type",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} is of type {new}, was {old}",
    do="Change readers that parse the old form strictly first",
    stored="Nothing to do: every stored value is valid for the new type",
)
def type_widened(old: AttributeType, new: AttributeType) -> bool:
    """Every value of the old type is valid for the new type: an integer as a decimal, a URI or date
    as text.
    """
    return (old, new) == (AttributeType.INTEGER, AttributeType.DECIMAL) or (
        old in _TEXTUAL and new is AttributeType.STRING
    )


@kind(
    "type-changed",
    "attribute.type",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS),
    text="{at} is of type {new}, was {old}",
    do="Add a new attribute of the new type, and remove the old one later",
    stored="Convert every stored value; decide what to do with those that cannot be converted",
)
def type_changed(old: AttributeType, new: AttributeType) -> bool:
    """Values of the old type are not valid for the new one (RFC 7643 section 2.3)."""
    return True


@kind(
    "became-multi-valued",
    "attribute.multi_valued",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS),
    text="{at} is multi-valued now",
    do="Add a new attribute for the list; clients that expect one value fail with a list",
    stored="Convert every stored value to a list with one value",
)
def became_multi_valued(old: bool, new: bool) -> bool:
    """The attribute is a list instead of one value (RFC 7643 section 2.4)."""
    return new


@kind(
    "became-single-valued",
    "attribute.multi_valued",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS),
    text="{at} is single-valued now",
    do="Add a new attribute for the single value",
    stored="Choose one value of every stored list; the others are lost",
)
def became_single_valued(old: bool, new: bool) -> bool:
    """The attribute is one value instead of a list (RFC 7643 section 2.4)."""
    return not new


@kind(
    "read-only-required",
    "attribute.required of readOnly",
    Severity.SAFE,
    text="{at} is required now, and only the server sets it",
)
def read_only_required(old: bool, new: bool) -> bool:
    """The server always sets the value of a readOnly attribute. Clients do not send it (RFC 7643
    section 7).
    """
    return new


@kind(
    "became-required",
    "attribute.required",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} is required now",
    do="Require it when every client sends it and every stored resource has it",
    stored="Give stored resources without it a value before you release",
)
def became_required(old: bool, new: bool) -> bool:
    """Clients must send an attribute that they could leave out (RFC 7643 section 7)."""
    return new


@kind(
    "became-optional",
    ("attribute.required", "attribute.required of readOnly"),
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} is no longer required",
    do="Change readers that rely on it, so that they work without it",
)
def became_optional(old: bool, new: bool) -> bool:
    """Writers may omit an attribute that readers could rely on."""
    return not new


@kind(
    "values-closed",
    "attribute.values",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} only accepts {new} now",
    do="Check the stored values first: any text was allowed before",
    stored="Change stored values that are not in the list",
)
def values_closed(old: Values, new: Values) -> bool:
    """Canonical values were suggestions and are the only valid values now (`closed: true`)."""
    return new[1] and not old[1]


@kind(
    "values-opened",
    "attribute.values",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} accepts any text now",
    do="Change readers that only know the listed values, so that they accept others",
)
def values_opened(old: Values, new: Values) -> bool:
    """Canonical values were the only valid values and are suggestions now (RFC 7643 section 7)."""
    return old[1] and not new[1]


@kind(
    "closed-values-removed",
    "attribute.values",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} only accepts {new}, was {old}",
    do="Keep the value until no resource has it and no client sends it",
    stored="Change stored values that are no longer valid",
)
def closed_values_removed(old: Values, new: Values) -> bool:
    """One of the only valid values was removed.

    It is refused, and stored values are no longer valid.
    """
    return new[1] and bool(set(old[0]) - set(new[0]))


@kind(
    "closed-values-added",
    "attribute.values",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} accepts {new}, was {old}",
    do="Change readers that only know the old values first",
)
def closed_values_added(old: Values, new: Values) -> bool:
    """There is one more valid value. Readers may get a value that they did not expect."""
    return new[1] and bool(set(new[0]) - set(old[0]))


@kind(
    "canonical-values-removed",
    "attribute.values",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} suggests {new}, was {old}",
    do="Inform users who choose from the list; stored values stay valid",
    stored="Nothing to do: canonical values are suggestions",
)
def canonical_values_removed(old: Values, new: Values) -> bool:
    """A suggested value was removed. It can still be written (RFC 7643 section 7)."""
    return bool(set(old[0]) - set(new[0]))


@kind(
    "canonical-values-added",
    "attribute.values",
    Severity.SAFE,
    text="{at} suggests {new}, was {old}",
)
def canonical_values_added(old: Values, new: Values) -> bool:
    """There is one more suggested value, or their order has changed (RFC 7643 section 7)."""
    return True

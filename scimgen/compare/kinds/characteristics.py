"""Changes of an attribute's characteristics (RFC 7643 section 7)."""

from typing import Any

from scimgen.compare.change import Affected, Severity, kind
from scimgen.model import AttributeType, Mutability, Returned, Uniqueness

_STORED, _WRITERS, _READERS = Affected.STORED, Affected.WRITERS, Affected.READERS
_OKTA, _ENTRA = Affected.OKTA, Affected.ENTRA
_EVERYBODY = (_STORED, _WRITERS, _READERS, _OKTA, _ENTRA)
# The types whose values are strings in JSON.
_TEXTUAL = (AttributeType.DATE_TIME, AttributeType.BINARY, AttributeType.REFERENCE)
_RETURNED = (Returned.NEVER, Returned.REQUEST, Returned.DEFAULT, Returned.ALWAYS)
_UNIQUE = tuple(Uniqueness)
_WRITABLE = {
    Mutability.READ_ONLY: 0,
    Mutability.IMMUTABLE: 1,
    Mutability.WRITE_ONLY: 2,
    Mutability.READ_WRITE: 2,
}
Values = tuple[tuple[str, ...], bool]


@kind("type-widened", "attribute.type", Severity.ATTENTION, (_READERS,),
      text="{at} is of type {new}, was {old}",
      do="Change readers that parse the old form strictly first",
      stored="Nothing to do: every stored value is valid for the new type",
      okta="Okta keeps the type of the mapping: import the schema again")  # fmt: skip
def type_widened(old: AttributeType, new: AttributeType) -> bool:
    """Every value of the old type is valid for the new type: an integer as a decimal, a URI or date as text."""
    return (old, new) == (AttributeType.INTEGER, AttributeType.DECIMAL) or (
        old in _TEXTUAL and new is AttributeType.STRING
    )


@kind("type-changed", "attribute.type", Severity.BREAKING, _EVERYBODY,
      text="{at} is of type {new}, was {old}",
      do="Add a new attribute of the new type, and remove the old one later",
      stored="Convert every stored value; decide what to do with those that cannot be converted",
      okta="The type of a mapped attribute cannot change: remove it from the profile, import the schema, map it again",
      entra="Values of the old type get 400; the mapping needs another expression")  # fmt: skip
def type_changed(old: AttributeType, new: AttributeType) -> bool:
    """Values of the old type are not valid for the new one (RFC 7643 section 2.3)."""
    return True


@kind("became-multi-valued", "attribute.multi_valued", Severity.BREAKING, _EVERYBODY,
      text="{at} is multi-valued now",
      do="Add a new attribute for the list; clients that expect one value fail with a list",
      stored="Convert every stored value to a list with one value",
      okta="The mapped attribute must be removed and imported again as a list")  # fmt: skip
def became_multi_valued(old: bool, new: bool) -> bool:
    """The attribute is a list instead of one value (RFC 7643 section 2.4)."""
    return new


@kind("became-single-valued", "attribute.multi_valued", Severity.BREAKING, _EVERYBODY,
      text="{at} is single-valued now",
      do="Add a new attribute for the single value",
      stored="Choose one value of every stored list; the others are lost",
      okta="The mapped attribute must be removed and imported again as a single value")  # fmt: skip
def became_single_valued(old: bool, new: bool) -> bool:
    """The attribute is one value instead of a list (RFC 7643 section 2.4)."""
    return not new


@kind("became-required", "attribute.required", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      text="{at} is required now",
      do="Require it when every client sends it and every stored resource has it",
      stored="Give stored resources without it a value before you release",
      okta="Creating and updating fails with 400 if it is not mapped or empty",
      entra="Creating fails with 400 if it is not mapped or empty")  # fmt: skip
def became_required(old: bool, new: bool) -> bool:
    """Clients must send an attribute that they could leave out (RFC 7643 section 7)."""
    return new


@kind("became-optional", "attribute.required", Severity.ATTENTION, (_READERS,),
      text="{at} is no longer required",
      do="Change readers that rely on it, so that they work without it")  # fmt: skip
def became_optional(old: bool, new: bool) -> bool:
    """Writers may omit an attribute that readers could rely on."""
    return not new


@kind("values-closed", "attribute.values", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      text="{at} only accepts {new} now",
      do="Check the stored values first: any text was allowed before",
      stored="Change stored values that are not in the list",
      okta="400 with the list of valid values, for every user with another mapped value")  # fmt: skip
def values_closed(old: Values, new: Values) -> bool:
    """Canonical values were suggestions and are the only valid values now (`closed: true`)."""
    return new[1] and not old[1]


@kind("values-opened", "attribute.values", Severity.ATTENTION, (_READERS,),
      text="{at} accepts any text now",
      do="Change readers that only know the listed values, so that they accept others")  # fmt: skip
def values_opened(old: Values, new: Values) -> bool:
    """Canonical values were the only valid values and are suggestions now (RFC 7643 section 7)."""
    return old[1] and not new[1]


@kind("closed-values-removed", "attribute.values", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      text="{at} only accepts {new}, was {old}",
      do="Keep the value until no resource has it and no client sends it",
      stored="Change stored values that are no longer valid",
      okta="400 for every user with a removed value")  # fmt: skip
def closed_values_removed(old: Values, new: Values) -> bool:
    """One of the only valid values was removed. It is refused, and stored values are no longer valid."""
    return new[1] and bool(set(old[0]) - set(new[0]))


@kind("closed-values-added", "attribute.values", Severity.ATTENTION, (_READERS,),
      text="{at} accepts {new}, was {old}",
      do="Change readers that only know the old values first")  # fmt: skip
def closed_values_added(old: Values, new: Values) -> bool:
    """There is one more valid value. Readers may get a value that they did not expect."""
    return new[1] and bool(set(new[0]) - set(old[0]))


@kind("canonical-values-removed", "attribute.values", Severity.ATTENTION, (_READERS,),
      text="{at} suggests {new}, was {old}",
      do="Inform users who choose from the list; stored values stay valid",
      stored="Nothing to do: canonical values are suggestions")  # fmt: skip
def canonical_values_removed(old: Values, new: Values) -> bool:
    """A suggested value was removed. It can still be written (RFC 7643 section 7)."""
    return bool(set(old[0]) - set(new[0]))


@kind("canonical-values-added", "attribute.values", Severity.SAFE, text="{at} suggests {new}, was {old}")
def canonical_values_added(old: Values, new: Values) -> bool:
    """There is one more suggested value, or their order has changed (RFC 7643 section 7)."""
    return True


@kind("became-case-exact", "attribute.case_exact", Severity.BREAKING, (_WRITERS, _READERS, _OKTA, _ENTRA),
      text="{at} is case sensitive now",
      do="First write every value in one spelling, and check the filters that clients send",
      stored="Nothing is lost, but values that were equal are different now",
      okta="A filter in another spelling finds nothing: Okta tries to create a user that already exists")  # fmt: skip
def became_case_exact(old: bool, new: bool) -> bool:
    """Filters and uniqueness distinguish values that were equal before (RFC 7643 section 2.2)."""
    return new


@kind("became-case-insensitive", "attribute.case_exact", Severity.ATTENTION, (_STORED, _READERS),
      text="{at} is case insensitive now",
      do="If it is unique, look for stored values that differ only in case",
      stored="Change unique values that differ only in case before you release")  # fmt: skip
def became_case_insensitive(old: bool, new: bool) -> bool:
    """Filters and uniqueness no longer distinguish values that differ only in case (RFC 7643 section 2.2)."""
    return not new


@kind("case-exact-without-effect", "attribute.case_exact without effect", Severity.SAFE,
      text="caseExact of {at} is {new}, was {old}, which does not change the comparison of its values")  # fmt: skip
def case_exact_without_effect(old: bool, new: bool) -> bool:
    """A binary or reference is case exact in any schema, and numbers, booleans, dates and complex values have no case.

    RFC 7643 sections 2.3.2 to 2.3.8.
    """
    return True


@kind("became-write-only", "attribute.mutability", Severity.BREAKING, (_READERS, _OKTA, _ENTRA),
      text="{at} can no longer be read",
      do="Change readers, so that they work without it: no filter and no response contains it",
      okta="An import removes it from Okta's profiles")  # fmt: skip
def became_write_only(old: Mutability, new: Mutability) -> bool:
    """The value is stored but never returned (RFC 7643 section 7)."""
    return new is Mutability.WRITE_ONLY


@kind("mutability-narrowed", "attribute.mutability", Severity.BREAKING, (_WRITERS, _OKTA, _ENTRA),
      text="{at} is {new}, was {old}",
      do="Find out which clients write it: the value is ignored now, or refused if it is already set",
      okta="Updates of it have no effect or fail with mutability: remove it from the mapping",
      entra="A PATCH of it fails with mutability, and so does the whole update of the user")  # fmt: skip
def mutability_narrowed(old: Mutability, new: Mutability) -> bool:
    """Clients can no longer write or change the value (RFC 7643 section 7)."""
    return _WRITABLE[new] < _WRITABLE[old]


@kind("became-readable", "attribute.mutability", Severity.ATTENTION, (_STORED, _READERS),
      text="{at} can be read now: it is {new}, was {old}",
      do="Make sure that stored values are not secret, or hide them with returned: never",
      stored="Every stored value can be read now")  # fmt: skip
def became_readable(old: Mutability, new: Mutability) -> bool:
    """The value is returned, which it never was before (RFC 7643 section 7)."""
    return old is Mutability.WRITE_ONLY


@kind("mutability-widened", "attribute.mutability", Severity.SAFE, text="{at} is {new}, was {old}")
def mutability_widened(old: Mutability, new: Mutability) -> bool:
    """Clients can write the value, which they could not before (RFC 7643 section 7)."""
    return True


@kind("returned-less", "attribute.returned", Severity.BREAKING, (_READERS, _OKTA, _ENTRA),
      text="{at} is returned {new}, was {old}",
      do="Change readers, so that they request it with attributes= or work without it",
      okta="Okta never requests single attributes: an import removes it from its profiles")  # fmt: skip
def returned_less(old: Returned, new: Returned) -> bool:
    """A GET without parameters no longer returns the value, or no request does (RFC 7643 section 7)."""
    return _RETURNED.index(new) < _RETURNED.index(old) and new is not Returned.DEFAULT


@kind("returned-by-default", "attribute.returned", Severity.ATTENTION, (_READERS,),
      text="{at} is returned {new}, was {old}",
      do="Readers that send attributes= or excludedAttributes= may no longer get it")  # fmt: skip
def returned_by_default(old: Returned, new: Returned) -> bool:
    """The value was always returned. Now a request can exclude it (RFC 7643 section 7)."""
    return old is Returned.ALWAYS


@kind("returned-revealed", "attribute.returned", Severity.ATTENTION, (_STORED, _READERS),
      text="{at} is returned {new}, was {old}",
      do="Make sure that stored values are not secret",
      stored="Every stored value can be read now")  # fmt: skip
def returned_revealed(old: Returned, new: Returned) -> bool:
    """The value is returned, which it never was before (RFC 7643 section 7)."""
    return old is Returned.NEVER


@kind("returned-more", "attribute.returned", Severity.SAFE, text="{at} is returned {new}, was {old}")
def returned_more(old: Returned, new: Returned) -> bool:
    """The value is returned more often than before (RFC 7643 section 7)."""
    return True


@kind("uniqueness-tightened", "attribute.uniqueness", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      text="{at} has the uniqueness {new}, had {old}",
      do="Look for duplicate values first",
      stored="Change duplicate stored values before you release",
      okta="409 with uniqueness for every user with a duplicate mapped value")  # fmt: skip
def uniqueness_tightened(old: Uniqueness, new: Uniqueness) -> bool:
    """Values that another resource already has are refused (RFC 7643 section 7)."""
    return _UNIQUE.index(new) > _UNIQUE.index(old)


@kind("uniqueness-loosened", "attribute.uniqueness", Severity.ATTENTION, (_READERS,),
      text="{at} has the uniqueness {new}, had {old}",
      do="Readers that search a resource by it may find several")  # fmt: skip
def uniqueness_loosened(old: Uniqueness, new: Uniqueness) -> bool:
    """Several resources may have a value that was unique before (RFC 7643 section 7)."""
    return True


@kind("reference-types-narrowed", "attribute.reference_types", Severity.BREAKING, (_STORED, _WRITERS),
      text="{at} refers to {new}, was {old}",
      do="Keep the type until nothing refers to it",
      stored="Remove or change stored references to the removed type")  # fmt: skip
def reference_types_narrowed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References to a resource type are no longer allowed (RFC 7643 section 7)."""
    return bool(set(old) - set(new))


@kind("reference-types-widened", "attribute.reference_types", Severity.ATTENTION, (_READERS,),
      text="{at} refers to {new}, was {old}",
      do="Change readers that follow it, so that they support the new type")  # fmt: skip
def reference_types_widened(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References to one more resource type are allowed, or the order has changed (RFC 7643 section 7)."""
    return True


@kind("index-removed", "attribute.indexed", Severity.ATTENTION, (_READERS,),
      text="{at} no longer has an index",
      do="Filters on it read every resource: make sure that no client needs fast filters on it")  # fmt: skip
def index_removed(old: bool, new: bool) -> bool:
    """Filters on the attribute become slow."""
    return not new


@kind("index-added", "attribute.indexed", Severity.SAFE, text="{at} has an index now",
      stored="The index is built at the next start, which takes a while for many resources")  # fmt: skip
def index_added(old: Any, new: Any) -> bool:
    """Filters on the attribute become fast."""
    return True

"""Changes of an attribute's characteristics (RFC 7643 section 7)."""

from typing import Any

from scimgen.compare.change import Affected, Severity, kind
from scimgen.model import AttributeType, Mutability, Returned, Uniqueness

_STORED, _WRITERS, _READERS = Affected.STORED, Affected.WRITERS, Affected.READERS
_OKTA, _ENTRA = Affected.OKTA, Affected.ENTRA
_EVERYBODY = (_STORED, _WRITERS, _READERS, _OKTA, _ENTRA)
# What the wire writes as a string of characters anyway.
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
      says="{at} is of type {new}, was {old}",
      do="Readers that parse the old form strictly must be changed first",
      stored="Nothing: every stored value is one of the new type",
      okta="Okta keeps the type that it mapped: import the schema anew")  # fmt: skip
def type_widened(old: AttributeType, new: AttributeType) -> bool:
    """Every value of the old type is one of the new type: an integer as a decimal, a URI or date as text."""
    return (old, new) == (AttributeType.INTEGER, AttributeType.DECIMAL) or (
        old in _TEXTUAL and new is AttributeType.STRING
    )


@kind("type-changed", "attribute.type", Severity.BREAKING, _EVERYBODY,
      says="{at} is of type {new}, was {old}",
      do="Bring a new attribute of the new type beside the old one, and remove the old one later",
      stored="Convert every stored value; decide what becomes of those that cannot be converted",
      okta="A mapped attribute never changes its type: remove it from the profile, import the schema, map it again",
      entra="Values of the old type get 400; the mapping needs another expression")  # fmt: skip
def type_changed(old: AttributeType, new: AttributeType) -> bool:
    """Values of the old type are none of the new one (RFC 7643 section 2.3)."""
    return True


@kind("became-multi-valued", "attribute.multi_valued", Severity.BREAKING, _EVERYBODY,
      says="{at} holds many values now",
      do="Bring a new attribute for the list; a list where a client expects one value breaks it",
      stored="Put every stored value into a list of one",
      okta="The mapped attribute must be removed and imported anew as a list")  # fmt: skip
def became_multi_valued(old: bool, new: bool) -> bool:
    """A list stands where one value stood (RFC 7643 section 2.4)."""
    return new


@kind("became-single-valued", "attribute.multi_valued", Severity.BREAKING, _EVERYBODY,
      says="{at} holds one value now",
      do="Bring a new attribute for the one value",
      stored="Of every stored list one value must be chosen; the others are lost",
      okta="The mapped attribute must be removed and imported anew as a single value")  # fmt: skip
def became_single_valued(old: bool, new: bool) -> bool:
    """One value stands where a list stood (RFC 7643 section 2.4)."""
    return not new


@kind("became-required", "attribute.required", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      says="{at} is required now",
      do="Require it once every client sends it and every stored resource has it",
      stored="Give stored resources without it a value before you release",
      okta="Creating and updating fails with 400 where it is not mapped or empty",
      entra="Creating fails with 400 where it is not mapped or empty")  # fmt: skip
def became_required(old: bool, new: bool) -> bool:
    """Clients must send an attribute that they could leave out (RFC 7643 section 7)."""
    return new


@kind("became-optional", "attribute.required", Severity.ATTENTION, (_READERS,),
      says="{at} is no longer required",
      do="Readers that count on it must learn to do without")  # fmt: skip
def became_optional(old: bool, new: bool) -> bool:
    """Writers may leave out an attribute that readers could count on."""
    return not new


@kind("values-closed", "attribute.values", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      says="{at} takes only {new} now",
      do="Look at what is stored first: any text was allowed so far",
      stored="Bring stored values that are none of these to one of them",
      okta="400 with the list of what is allowed for every user whose mapped value is another")  # fmt: skip
def values_closed(old: Values, new: Values) -> bool:
    """Canonical values were suggestions and are the only values now (`closed: true`)."""
    return new[1] and not old[1]


@kind("values-opened", "attribute.values", Severity.ATTENTION, (_READERS,),
      says="{at} takes any text now",
      do="Readers that know the listed values alone must learn to meet others")  # fmt: skip
def values_opened(old: Values, new: Values) -> bool:
    """Canonical values were the only values and are suggestions now (RFC 7643 section 7)."""
    return old[1] and not new[1]


@kind("closed-values-removed", "attribute.values", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      says="{at} takes only {new}, before {old}",
      do="Keep the value until nobody holds or sends it",
      stored="Bring stored values that are gone to one that is left",
      okta="400 for every user whose mapped value is gone")  # fmt: skip
def closed_values_removed(old: Values, new: Values) -> bool:
    """One of the only values is gone: it is refused, and stored ones are no longer sound."""
    return new[1] and bool(set(old[0]) - set(new[0]))


@kind("closed-values-added", "attribute.values", Severity.ATTENTION, (_READERS,),
      says="{at} takes {new}, before {old}",
      do="Readers that know the old values alone must learn the new one first")  # fmt: skip
def closed_values_added(old: Values, new: Values) -> bool:
    """There is one more of the only values: readers meet what they could rule out."""
    return new[1] and bool(set(new[0]) - set(old[0]))


@kind("canonical-values-removed", "attribute.values", Severity.ATTENTION, (_READERS,),
      says="{at} suggests {new}, before {old}",
      do="Tell those who chose by the list; stored values stay sound",
      stored="Nothing must be done: canonical values are suggestions")  # fmt: skip
def canonical_values_removed(old: Values, new: Values) -> bool:
    """A suggested value is gone; it can still be written (RFC 7643 section 7)."""
    return bool(set(old[0]) - set(new[0]))


@kind("canonical-values-added", "attribute.values", Severity.SAFE, says="{at} suggests {new}, before {old}")
def canonical_values_added(old: Values, new: Values) -> bool:
    """There is one more suggested value, or they stand in another order (RFC 7643 section 7)."""
    return True


@kind("became-case-exact", "attribute.case_exact", Severity.BREAKING, (_WRITERS, _READERS, _OKTA, _ENTRA),
      says="{at} is compared with regard to case now",
      do="Write every value in one spelling first, and check the filters that clients send",
      stored="Nothing is lost, but values that counted as one are two now",
      okta="A filter in another spelling finds nothing: Okta creates what is there already")  # fmt: skip
def became_case_exact(old: bool, new: bool) -> bool:
    """Filters and uniqueness tell apart what was one value (RFC 7643 section 2.2)."""
    return new


@kind("became-case-insensitive", "attribute.case_exact", Severity.ATTENTION, (_STORED, _READERS),
      says="{at} is compared without regard to case now",
      do="Where it is unique, look for stored values that differ in case alone",
      stored="Of unique values that differ in case alone one must change before you release")  # fmt: skip
def became_case_insensitive(old: bool, new: bool) -> bool:
    """Filters and uniqueness take for one value what was two (RFC 7643 section 2.2)."""
    return not new


@kind("became-write-only", "attribute.mutability", Severity.BREAKING, (_READERS, _OKTA, _ENTRA),
      says="{at} can no longer be read",
      do="Readers must do without it: no filter and no answer shows it",
      okta="An import empties it in Okta's profiles")  # fmt: skip
def became_write_only(old: Mutability, new: Mutability) -> bool:
    """The value is kept but never shown again (RFC 7643 section 7)."""
    return new is Mutability.WRITE_ONLY


@kind("mutability-narrowed", "attribute.mutability", Severity.BREAKING, (_WRITERS, _OKTA, _ENTRA),
      says="{at} is {new}, was {old}",
      do="Ask who writes it: from now on it is ignored, or refused once it is set",
      okta="Updates of it have no effect or fail with mutability: take it out of the mapping",
      entra="A PATCH of it fails with mutability, and the user's whole update with it")  # fmt: skip
def mutability_narrowed(old: Mutability, new: Mutability) -> bool:
    """Clients can no longer write, or no longer change, what they could (RFC 7643 section 7)."""
    return _WRITABLE[new] < _WRITABLE[old]


@kind("became-readable", "attribute.mutability", Severity.ATTENTION, (_STORED, _READERS),
      says="{at} can be read now: it is {new}, was {old}",
      do="Make sure that what is stored is no secret; keep it hidden with returned: never",
      stored="Every stored value can be read from now on")  # fmt: skip
def became_readable(old: Mutability, new: Mutability) -> bool:
    """What was never shown is shown (RFC 7643 section 7)."""
    return old is Mutability.WRITE_ONLY


@kind("mutability-widened", "attribute.mutability", Severity.SAFE, says="{at} is {new}, was {old}")
def mutability_widened(old: Mutability, new: Mutability) -> bool:
    """Clients can write what they could not (RFC 7643 section 7)."""
    return True


@kind("returned-less", "attribute.returned", Severity.BREAKING, (_READERS, _OKTA, _ENTRA),
      says="{at} is returned {new}, was {old}",
      do="Readers must ask for it with attributes=, or do without",
      okta="Okta never asks for single attributes: an import empties it in its profiles")  # fmt: skip
def returned_less(old: Returned, new: Returned) -> bool:
    """A plain GET no longer shows it, or nothing does (RFC 7643 section 7)."""
    return _RETURNED.index(new) < _RETURNED.index(old) and new is not Returned.DEFAULT


@kind("returned-by-default", "attribute.returned", Severity.ATTENTION, (_READERS,),
      says="{at} is returned {new}, was {old}",
      do="Readers that send attributes= or excludedAttributes= may no longer get it")  # fmt: skip
def returned_by_default(old: Returned, new: Returned) -> bool:
    """It was always there and can be left out by the request now (RFC 7643 section 7)."""
    return old is Returned.ALWAYS


@kind("returned-revealed", "attribute.returned", Severity.ATTENTION, (_STORED, _READERS),
      says="{at} is returned {new}, was {old}",
      do="Make sure that what is stored is no secret",
      stored="Every stored value can be read from now on")  # fmt: skip
def returned_revealed(old: Returned, new: Returned) -> bool:
    """What was never shown is shown (RFC 7643 section 7)."""
    return old is Returned.NEVER


@kind("returned-more", "attribute.returned", Severity.SAFE, says="{at} is returned {new}, was {old}")
def returned_more(old: Returned, new: Returned) -> bool:
    """It is there more often than before (RFC 7643 section 7)."""
    return True


@kind("uniqueness-tightened", "attribute.uniqueness", Severity.BREAKING, (_STORED, _WRITERS, _OKTA, _ENTRA),
      says="{at} has the uniqueness {new}, had {old}",
      do="Look for values that stand twice first",
      stored="Of stored values that stand twice all but one must change before you release",
      okta="409 with uniqueness for every user whose mapped value another one has")  # fmt: skip
def uniqueness_tightened(old: Uniqueness, new: Uniqueness) -> bool:
    """Values that several resources share are refused (RFC 7643 section 7)."""
    return _UNIQUE.index(new) > _UNIQUE.index(old)


@kind("uniqueness-loosened", "attribute.uniqueness", Severity.ATTENTION, (_READERS,),
      says="{at} has the uniqueness {new}, had {old}",
      do="Readers that find a resource by it may find several")  # fmt: skip
def uniqueness_loosened(old: Uniqueness, new: Uniqueness) -> bool:
    """Several resources may share a value that told them apart (RFC 7643 section 7)."""
    return True


@kind("reference-types-narrowed", "attribute.reference_types", Severity.BREAKING, (_STORED, _WRITERS),
      says="{at} refers to {new}, before to {old}",
      do="Keep the type until nothing refers to it",
      stored="Stored references to what is no longer named must be removed or led elsewhere")  # fmt: skip
def reference_types_narrowed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References to a resource type that was allowed are not any more (RFC 7643 section 7)."""
    return bool(set(old) - set(new))


@kind("reference-types-widened", "attribute.reference_types", Severity.ATTENTION, (_READERS,),
      says="{at} refers to {new}, before to {old}",
      do="Readers that follow it must learn to meet the new type")  # fmt: skip
def reference_types_widened(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """References may lead to one more resource type, or the types stand in another order (RFC 7643 section 7)."""
    return True


@kind("index-removed", "attribute.indexed", Severity.ATTENTION, (_READERS,),
      says="{at} has no index any more",
      do="Filters on it read every resource: make sure that nobody needs them fast")  # fmt: skip
def index_removed(old: bool, new: bool) -> bool:
    """Filters on the attribute become slow."""
    return not new


@kind("index-added", "attribute.indexed", Severity.SAFE, says="{at} has an index now",
      stored="The index is filled at the next start, which takes a while for many resources")  # fmt: skip
def index_added(old: Any, new: Any) -> bool:
    """Filters on the attribute become fast."""
    return True

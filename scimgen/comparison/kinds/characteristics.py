"""Changes of who may write and read an attribute, and how it is compared (RFC 7643 section 7)."""

from typing import Any

from scimgen.comparison.change import Affected, Severity, kind
from scimgen.model import Mutability, Returned, Uniqueness

_RETURNED = (Returned.NEVER, Returned.REQUEST, Returned.DEFAULT, Returned.ALWAYS)
_UNIQUE = tuple(Uniqueness)
_WRITABLE = {
    Mutability.READ_ONLY: 0,
    Mutability.IMMUTABLE: 1,
    Mutability.WRITE_ONLY: 2,
    Mutability.READ_WRITE: 2,
}


@kind(
    "became-case-exact",
    "attribute.case_exact",
    Severity.BREAKING,
    (Affected.WRITERS, Affected.READERS),
    text="{at} is case sensitive now",
    do="First write every value in one spelling, and check the filters that clients send",
    stored="Nothing is lost, but values that were equal are different now",
)
def became_case_exact(old: bool, new: bool) -> bool:
    """Filters and uniqueness distinguish values that were equal before (RFC 7643 section 2.2)."""
    return new


@kind(
    "became-case-insensitive",
    "attribute.case_exact",
    Severity.ATTENTION,
    (Affected.STORED, Affected.READERS),
    text="{at} is case insensitive now",
    do="If it is unique, look for stored values that differ only in case",
    stored="Change unique values that differ only in case before you release",
)
def became_case_insensitive(old: bool, new: bool) -> bool:
    """Filters and uniqueness no longer distinguish values that differ only in case (RFC 7643
    section 2.2).
    """
    return not new


@kind(
    "case-exact-without-effect",
    "attribute.case_exact without effect",
    Severity.SAFE,
    text=(
        "caseExact of {at} is {new}, was {old}, which does not change the comparison of its values"
    ),
)
def case_exact_without_effect(old: bool, new: bool) -> bool:
    """A binary or reference is case exact in any schema, and numbers, booleans, dates and complex
    values have no case.

    RFC 7643 sections 2.3.2 to 2.3.8.
    """
    return True


@kind(
    "mutability-without-effect",
    "attribute.mutability of readOnly",
    Severity.SAFE,
    text="{at} is {new}, was {old}, in an attribute that is readOnly",
)
def mutability_without_effect(old: Mutability, new: Mutability) -> bool:
    """A sub-attribute of a readOnly attribute has another mutability.

    Clients can write neither (RFC 7643 section 7).
    """
    return True


@kind(
    "required-of-clients",
    "attribute.mutability of required",
    Severity.BREAKING,
    (Affected.WRITERS,),
    text="{at} is {new}, was {old}, and required: clients must send it now",
    do="Let the server set it if a client leaves it out, and publish it with required: false",
)
def required_of_clients(old: Mutability, new: Mutability) -> bool:
    """The server set a required value, and clients set it now.

    Writing without it fails (RFC 7643 section 7).
    """
    return True


@kind(
    "became-write-only",
    "attribute.mutability",
    Severity.BREAKING,
    (Affected.READERS,),
    text="{at} can no longer be read",
    do="Change readers, so that they work without it: no filter and no response contains it",
)
def became_write_only(old: Mutability, new: Mutability) -> bool:
    """The value is stored but never returned (RFC 7643 section 7)."""
    return new is Mutability.WRITE_ONLY


@kind(
    "mutability-narrowed",
    "attribute.mutability",
    Severity.BREAKING,
    (Affected.WRITERS,),
    text="{at} is {new}, was {old}",
    do="Find out which clients write it: the value is ignored now, or refused if it is already set",
)
def mutability_narrowed(old: Mutability, new: Mutability) -> bool:
    """Clients can no longer write or change the value (RFC 7643 section 7)."""
    return _WRITABLE[new] < _WRITABLE[old]


@kind(
    "became-readable",
    "attribute.mutability",
    Severity.ATTENTION,
    (Affected.STORED, Affected.READERS),
    text="{at} can be read now: it is {new}, was {old}",
    do="Make sure that stored values are not secret, or hide them with returned: never",
    stored="Every stored value can be read now",
)
def became_readable(old: Mutability, new: Mutability) -> bool:
    """The value is returned, which it never was before (RFC 7643 section 7)."""
    return old is Mutability.WRITE_ONLY


@kind("mutability-widened", "attribute.mutability", Severity.SAFE, text="{at} is {new}, was {old}")
def mutability_widened(old: Mutability, new: Mutability) -> bool:
    """Clients can write the value, which they could not before (RFC 7643 section 7)."""
    return True


@kind(
    "returned-less",
    "attribute.returned",
    Severity.BREAKING,
    (Affected.READERS,),
    text="{at} is returned {new}, was {old}",
    do="Change readers, so that they request it with attributes= or work without it",
)
def returned_less(old: Returned, new: Returned) -> bool:
    """A GET without parameters no longer returns the value, or no request does (RFC 7643 section
    7).
    """
    return _RETURNED.index(new) < _RETURNED.index(old) and new is not Returned.DEFAULT


@kind(
    "returned-by-default",
    "attribute.returned",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} is returned {new}, was {old}",
    do="Readers that send attributes= or excludedAttributes= may no longer get it",
)
def returned_by_default(old: Returned, new: Returned) -> bool:
    """The value was always returned. Now a request can exclude it (RFC 7643 section 7)."""
    return old is Returned.ALWAYS


@kind(
    "returned-revealed",
    "attribute.returned",
    Severity.ATTENTION,
    (Affected.STORED, Affected.READERS),
    text="{at} is returned {new}, was {old}",
    do="Make sure that stored values are not secret",
    stored="Every stored value can be read now",
)
def returned_revealed(old: Returned, new: Returned) -> bool:
    """The value is returned, which it never was before (RFC 7643 section 7)."""
    return old is Returned.NEVER


@kind(
    "returned-more", "attribute.returned", Severity.SAFE, text="{at} is returned {new}, was {old}"
)
def returned_more(old: Returned, new: Returned) -> bool:
    """The value is returned more often than before (RFC 7643 section 7)."""
    return True


@kind(
    "read-only-unique",
    "attribute.uniqueness of readOnly",
    Severity.ATTENTION,
    (Affected.STORED,),
    text="{at} has the uniqueness {new}, had {old}, and only the server sets it",
    do="Look for duplicate values first",
    stored="Change duplicate stored values before you release",
)
def read_only_unique(old: Uniqueness, new: Uniqueness) -> bool:
    """The server no longer sets a value that another resource has. Clients do not write it (RFC
    7643 section 7).
    """
    return _UNIQUE.index(new) > _UNIQUE.index(old)


@kind(
    "uniqueness-tightened",
    "attribute.uniqueness",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS),
    text="{at} has the uniqueness {new}, had {old}",
    do="Look for duplicate values first",
    stored="Change duplicate stored values before you release",
)
def uniqueness_tightened(old: Uniqueness, new: Uniqueness) -> bool:
    """Values that another resource already has are refused (RFC 7643 section 7)."""
    return _UNIQUE.index(new) > _UNIQUE.index(old)


@kind(
    "uniqueness-loosened",
    ("attribute.uniqueness", "attribute.uniqueness of readOnly"),
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} has the uniqueness {new}, had {old}",
    do="Readers that search a resource by it may find several",
)
def uniqueness_loosened(old: Uniqueness, new: Uniqueness) -> bool:
    """Several resources may have a value that was unique before (RFC 7643 section 7)."""
    return True


@kind(
    "index-removed",
    "attribute.indexed",
    Severity.ATTENTION,
    (Affected.READERS,),
    text="{at} no longer has an index",
    do="Filters on it read every resource: make sure that no client needs fast filters on it",
)
def index_removed(old: bool, new: bool) -> bool:
    """Filters on the attribute become slow."""
    return not new


@kind(
    "index-added",
    "attribute.indexed",
    Severity.SAFE,
    text="{at} has an index now",
    stored="The index is built at the next start, which takes a while for many resources",
)
def index_added(old: Any, new: Any) -> bool:
    """Filters on the attribute become fast."""
    return True

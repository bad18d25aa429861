"""An attribute and its characteristics (RFC 7643 sections 2.2 to 2.4 and 7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from scimgen.place import Place, Places


class AttributeType(StrEnum):
    """The data types of RFC 7643 section 2.3."""

    STRING = "string"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE_TIME = "dateTime"
    BINARY = "binary"
    REFERENCE = "reference"
    COMPLEX = "complex"


class Mutability(StrEnum):
    """When a value may be written (RFC 7643 section 7)."""

    READ_ONLY = "readOnly"
    READ_WRITE = "readWrite"
    IMMUTABLE = "immutable"
    WRITE_ONLY = "writeOnly"


class Returned(StrEnum):
    """When a value is returned (RFC 7643 section 7)."""

    ALWAYS = "always"
    NEVER = "never"
    DEFAULT = "default"
    REQUEST = "request"


class Uniqueness(StrEnum):
    """The scope in which a value is unique (RFC 7643 section 7)."""

    NONE = "none"
    SERVER = "server"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of a schema. The defaults are those of RFC 7643 section 2.2.

    Args:
        name: The name in SCIM messages, such as `displayName`.
        canonical_values: Suggested values, or the only valid values if `closed` is true.
        indexed: Whether the generated server has an index for fast filters on the attribute.
        place: The position of the declaration. None for an attribute of the schemas of the RFCs.
        places: The positions of the values of its characteristics, by their names in documents.
    """

    name: str
    type: AttributeType = AttributeType.STRING
    multi_valued: bool = False
    description: str = ""
    required: bool = False
    canonical_values: tuple[str, ...] = ()
    closed: bool = False
    case_exact: bool = False
    mutability: Mutability = Mutability.READ_WRITE
    returned: Returned = Returned.DEFAULT
    uniqueness: Uniqueness = Uniqueness.NONE
    reference_types: tuple[str, ...] = ()
    sub_attributes: tuple["Attribute", ...] = ()
    indexed: bool = False
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    def walk(self) -> Iterator["Attribute"]:
        """Iterate over the attribute and its sub-attributes, in order."""
        yield self
        for attribute in self.sub_attributes:
            yield from attribute.walk()

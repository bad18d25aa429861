"""The characteristics of an attribute (RFC 7643 sections 2.2 and 7): the one table of them.

All packages read this table: the reader of descriptions, the rules, the reader and the writer of
documents, emission, import and comparison. Tests check the JSON Schema of the language and the
runtime's `Scim` against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Any

from scimgen.model.attribute import Attribute, AttributeType, Mutability, Returned, Uniqueness

ALL_TYPES = frozenset(AttributeType)
_REFERENCE, _COMPLEX = frozenset((AttributeType.REFERENCE,)), frozenset((AttributeType.COMPLEX,))
_WITH_CASE = frozenset((AttributeType.STRING, AttributeType.REFERENCE, AttributeType.BINARY))
_UNIQUE = frozenset(
    (
        AttributeType.STRING,
        AttributeType.INTEGER,
        AttributeType.DECIMAL,
        AttributeType.REFERENCE,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """One characteristic of an attribute.

    Args:
        name: The name in discovery documents. "" if only the language has it.
        key: The key in the description language.
        field: The field of `Attribute`, which also has the default.
        kind: The Python type of its value: bool, str, tuple (a list of text), or an enum with the
            allowed values.
        label: The name for people, in pages of `scimgen docs`.
        clause: The clause of the RFC. "" if only the language has it.
        types: The attribute types for which it has a meaning.
        has_default: Whether RFC 7643 section 2.2 defines its default.
        fixed: The values that the RFC defines for a type, such as true for caseExact of a binary.
        implied: The values that the language implies for a type.
        marker: The position in the marker `Scim(…)` of emitted models. 0 if the marker does not
            have it.
        has_column: Whether the tables of `scimgen docs` have a column for it.
    """

    name: str
    key: str
    field: str
    kind: type
    label: str
    clause: str = "RFC 7643 section 7"
    types: frozenset[AttributeType] = ALL_TYPES
    has_default: bool = False
    fixed: Mapping[AttributeType, Any] = dataclass_field(default_factory=dict)
    implied: Mapping[AttributeType, Any] = dataclass_field(default_factory=dict)
    marker: int = 0
    has_column: bool = False

    @property
    def default(self) -> Any:
        """The value of an attribute that does not define it."""
        return Attribute.__dataclass_fields__[self.field].default

    @property
    def allowed(self) -> tuple[str, ...]:
        """The allowed values. Empty if there is no fixed set of them."""
        return tuple(map(str, self.kind)) if issubclass(self.kind, StrEnum) else ()

    @property
    def is_always_written(self) -> bool:
        """Whether documents have it for every attribute. Texts and lists are left out if empty."""
        return bool(self.name) and self.kind not in (str, tuple)

    def applies_to(self, type_: str) -> bool:
        """Whether it has a meaning for a type.

        >>> CASE_EXACT.applies_to("integer"), CASE_EXACT.applies_to("string")
        (False, True)
        """
        return self.types is ALL_TYPES or type_ in self.types

    def default_in_language(self, type_: AttributeType, mutability: Mutability) -> Any:
        """The value of an attribute whose description does not have the key."""
        if self is RETURNED and mutability is Mutability.WRITE_ONLY:
            return Returned.NEVER  # RFC 7643 section 7: a writeOnly value is not returned
        if type_ in self.implied:
            return self.implied[type_]
        return self.fixed.get(type_, self.default)

    def from_json(self, value: Any) -> Any:
        """The value in the model.

        >>> RETURNED.from_json("always"), REFERENCE_TYPES.from_json(["User"])
        (<Returned.ALWAYS: 'always'>, ('User',))
        """
        return self.kind(value)

    def to_json(self, value: Any) -> Any:
        """The JSON value of a value in the model.

        >>> RETURNED.to_json(Returned.ALWAYS), REFERENCE_TYPES.to_json(("User",))
        ('always', ['User'])
        """
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, StrEnum) else value

    def of(self, attribute: Attribute) -> Any:
        """The value of an attribute."""
        return getattr(attribute, self.field)


_DEFINED = "RFC 7643 sections 2.2 and 7"

DESCRIPTION = Characteristic(
    name="description", key="description", field="description", kind=str, label="description"
)
REQUIRED = Characteristic(
    name="required",
    key="required",
    field="required",
    kind=bool,
    label="required",
    clause=_DEFINED,
    has_default=True,
    marker=1,
    has_column=True,
)
MULTI_VALUED = Characteristic(
    name="multiValued", key="multiValued", field="multi_valued", kind=bool, label="list"
)
CANONICAL_VALUES = Characteristic(
    name="canonicalValues",
    key="canonicalValues",
    field="canonical_values",
    kind=tuple,
    label="canonical values",
    clause="RFC 7643 sections 2.3.1 and 7",
    types=frozenset((AttributeType.STRING,)),
)
CLOSED = Characteristic(name="", key="closed", field="closed", kind=bool, label="closed", clause="")
CASE_EXACT = Characteristic(
    name="caseExact",
    key="caseExact",
    field="case_exact",
    kind=bool,
    label="case exact",
    clause=_DEFINED,
    types=_WITH_CASE,
    has_default=True,
    fixed={AttributeType.REFERENCE: True, AttributeType.BINARY: True},
    marker=5,
)
MUTABILITY = Characteristic(
    name="mutability",
    key="mutability",
    field="mutability",
    kind=Mutability,
    label="mutability",
    clause=_DEFINED,
    has_default=True,
    marker=2,
    has_column=True,
)
RETURNED = Characteristic(
    name="returned",
    key="returned",
    field="returned",
    kind=Returned,
    label="returned",
    clause=_DEFINED,
    has_default=True,
    marker=3,
    has_column=True,
)
UNIQUENESS = Characteristic(
    name="uniqueness",
    key="uniqueness",
    field="uniqueness",
    kind=Uniqueness,
    label="uniqueness",
    clause=_DEFINED,
    types=_UNIQUE,
    has_default=True,
    marker=4,
    has_column=True,
)
REFERENCE_TYPES = Characteristic(
    name="referenceTypes",
    key="referenceTypes",
    field="reference_types",
    kind=tuple,
    label="reference types",
    types=_REFERENCE,
    implied={AttributeType.REFERENCE: ("uri",)},
    marker=6,
)
INDEXED = Characteristic(
    name="",
    key="indexed",
    field="indexed",
    kind=bool,
    label="indexed",
    clause="",
    types=ALL_TYPES - _COMPLEX,
    marker=7,
)

CHARACTERISTICS = (
    DESCRIPTION,
    REQUIRED,
    MULTI_VALUED,
    CANONICAL_VALUES,
    CLOSED,
    CASE_EXACT,
    MUTABILITY,
    RETURNED,
    UNIQUENESS,
    REFERENCE_TYPES,
    INDEXED,
)
"""All characteristics, in the order of the language."""

IN_DOCUMENTS = (
    MULTI_VALUED,
    *(entry for entry in CHARACTERISTICS if entry.name and entry is not MULTI_VALUED),
)
"""Those of discovery documents, in the order of RFC 7643 section 7."""

IN_LANGUAGE_ONLY = tuple(entry for entry in CHARACTERISTICS if not entry.name)
"""Those that no document has: they only change the generated server."""

IN_MARKER = tuple(
    sorted((entry for entry in CHARACTERISTICS if entry.marker), key=lambda entry: entry.marker)
)
"""Those of the marker `Scim(…)` of emitted models, in its order."""

MEMBERS = ("name", "type", "subAttributes", *(entry.name for entry in IN_DOCUMENTS))
"""The members of an attribute definition (RFC 7643 section 7)."""

DEFAULTS: Mapping[str, Any] = {
    "type": str(AttributeType.STRING),
    **{entry.name: entry.to_json(entry.default) for entry in CHARACTERISTICS if entry.has_default},
}
"""The defaults that RFC 7643 section 2.2 defines, by member. The list of canonical values is left
out: without it, all values are allowed.
"""


def with_kind(kind: type) -> tuple[str, ...]:
    """The members of an attribute definition whose value has a Python type, such as bool.

    >>> with_kind(tuple)
    ('canonicalValues', 'referenceTypes')
    """
    return tuple(entry.name for entry in IN_DOCUMENTS if entry.kind is kind)


def allowed_values() -> dict[str, tuple[str, ...]]:
    """The allowed values of each member of an attribute definition that has a fixed set of them.

    >>> allowed_values()["uniqueness"]
    ('none', 'server', 'global')
    """
    return {entry.name: entry.allowed for entry in IN_DOCUMENTS if entry.allowed}

"""What every model stands on: base classes, the marker of characteristics, the types of RFC 7643 section 2.3."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal as _Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, TypeGuard

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

AttributeType: TypeAlias = Literal[
    "string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"
]


@dataclass(frozen=True, slots=True)
class Scim:
    """The characteristics of an attribute (RFC 7643 section 2.2); what is left out has the RFC's default.

    The protocol reads these markers once, at import: there is no second table of attributes. What the annotation says
    already stands there alone: `list[…]` is multi-valued, a bare `Literal[…]` is a closed set of values.
    """

    type: AttributeType = "string"
    required: bool = False
    mutability: Literal["readOnly", "readWrite", "immutable", "writeOnly"] = "readWrite"
    returned: Literal["always", "never", "default", "request"] = "default"
    uniqueness: Literal["none", "server", "global"] = "none"
    case_exact: bool = False
    reference_types: tuple[str, ...] = ()
    indexed: bool = False


def _number(value: _Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _decode(value: object) -> bytes:
    """Base64 (RFC 4648 section 4) to bytes; padding may be left out (RFC 7643 section 2.3.6), garbage may not stand."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise ValueError("a binary value is a base64 string")
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64: RFC 4648 section 4") from error


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


DateTime: TypeAlias = AwareDatetime
"""A point in time, always with its zone (RFC 7643 section 2.3.5)."""

Decimal: TypeAlias = Annotated[_Decimal, PlainSerializer(_number, when_used="json")]
"""A real number, a JSON number on the wire (RFC 7643 section 2.3.3)."""

Binary: TypeAlias = Annotated[
    bytes,
    PlainValidator(_decode),
    PlainSerializer(_encode, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Bytes, base64 on the wire (RFC 7643 section 2.3.6)."""

Reference: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\S*$")]
"""A URI, absolute or relative (RFC 7643 section 2.3.7); kept as it was sent."""


def _is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _fold(key: str) -> str:
    return key.lower()


class ScimModel(BaseModel):
    """Attribute names are case-insensitive (RFC 7643 section 2.1); Python names and SCIM names are both read."""

    model_config = ConfigDict(
        populate_by_name=True,
        serialize_by_alias=True,
        validate_assignment=True,
        protected_namespaces=(),
    )

    @classmethod
    @cache
    def _names(cls) -> dict[str, str]:
        """Folded attribute name to the name as the schema writes it."""
        return {
            _fold(field.alias or name): field.alias or name
            for name, field in cls.model_fields.items()
        }

    @model_validator(mode="before")
    @classmethod
    def _any_case(cls, data: Any) -> Any:
        if not _is_object(data):
            return data
        names = cls._names()
        return {
            names.get(_fold(key), key) if isinstance(key, str) else key: value
            for key, value in data.items()
        }


class Complex(ScimModel):
    """A complex attribute (RFC 7643 section 2.3.8)."""


class Extension(ScimModel):
    """A schema extension: a resource carries it under the extension's URN (RFC 7643 section 3.3)."""

    SCHEMA: ClassVar[str]


class Meta(Complex):
    """The resource's metadata (RFC 7643 section 3.1): the service provider's alone to write."""

    resource_type: Annotated[
        str | None,
        Field(alias="resourceType"),
        Scim("string", mutability="readOnly", case_exact=True),
    ] = None
    created: Annotated[datetime | None, Scim("dateTime", mutability="readOnly")] = None
    last_modified: Annotated[
        datetime | None,
        Field(alias="lastModified"),
        Scim("dateTime", mutability="readOnly", indexed=True),
    ] = None
    location: Annotated[str | None, Scim("reference", mutability="readOnly", case_exact=True)] = (
        None
    )
    version: Annotated[str | None, Scim("string", mutability="readOnly", case_exact=True)] = None


class Resource(ScimModel):
    """What every resource has (RFC 7643 section 3.1)."""

    SCHEMA: ClassVar[str]

    schemas: Annotated[
        list[str], Scim("reference", required=True, returned="always", case_exact=True)
    ] = Field(default_factory=list)
    id: Annotated[
        str | None,
        Scim(
            "string", mutability="readOnly", returned="always", uniqueness="server", case_exact=True
        ),
    ] = None
    external_id: Annotated[
        str | None, Field(alias="externalId"), Scim("string", case_exact=True, indexed=True)
    ] = None
    meta: Annotated[Meta | None, Scim("complex", mutability="readOnly")] = None

    @model_validator(mode="after")
    def _list_schemas(self) -> Self:
        """`schemas` that nobody gave names the schema and the extensions that have a value (RFC 7643 section 3)."""
        if "schemas" not in self.model_fields_set:
            extensions = [
                value.SCHEMA for value in vars(self).values() if isinstance(value, Extension)
            ]
            vars(self)["schemas"] = [
                self.SCHEMA,
                *extensions,
            ]  # not by assignment, which would validate again
        return self

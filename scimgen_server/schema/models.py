"""The base of all models: classes, characteristics and data types (RFC 7643 section 2.3)."""

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
    """The characteristics of an attribute (RFC 7643 section 2.2), with the RFC's defaults.

    A field of a model has them in its annotation, which is the only place. Two more follow from the
    annotated type: `list[…]` is multi-valued, and a bare `Literal[…]` is a closed set of values.
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
    """Decode base64 (RFC 4648 section 4), with or without padding (RFC 7643 section 2.3.6)."""
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
"""A point in time with its time zone (RFC 7643 section 2.3.5)."""

Decimal: TypeAlias = Annotated[_Decimal, PlainSerializer(_number, when_used="json")]
"""A real number; a number in JSON (RFC 7643 section 2.3.3)."""

Binary: TypeAlias = Annotated[
    bytes,
    PlainValidator(_decode),
    PlainSerializer(_encode, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Bytes; a base64 string in JSON (RFC 7643 section 2.3.6)."""

Reference: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\S*$")]
"""A URI, absolute or relative (RFC 7643 section 2.3.7), without normalization."""


def _is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


class ScimModel(BaseModel):
    """The base class of all models.

    Input can have SCIM names in any case (RFC 7643 section 2.1), or Python names.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        serialize_by_alias=True,
        validate_assignment=True,
        protected_namespaces=(),
    )

    @classmethod
    @cache
    def _names(cls) -> dict[str, str]:
        """The SCIM names of the fields, by their names in lower case."""
        names = [field.alias or name for name, field in cls.model_fields.items()]
        return {name.lower(): name for name in names}

    @model_validator(mode="before")
    @classmethod
    def _any_case(cls, data: Any) -> Any:
        if not _is_object(data):
            return data
        names = cls._names()
        document: dict[Any, Any] = {}
        for key, value in data.items():
            name = names.get(key.lower(), key) if isinstance(key, str) else key
            document[name] = value
        return document


class Complex(ScimModel):
    """A complex attribute (RFC 7643 section 2.3.8)."""


class Extension(ScimModel):
    """A schema extension. Its member of the resource has the URN as name (RFC 7643 section 3.3)."""

    SCHEMA: ClassVar[str]


class Meta(Complex):
    """The metadata of a resource (RFC 7643 section 3.1). Only the service provider writes it."""

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
    """The base class of resources, with the attributes of every resource (RFC 7643 section 3.1)."""

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
        """Set `schemas` to the schema and the present extensions, if the input has none.

        RFC 7643 section 3: `schemas` lists the URNs of all schemas that the resource uses.
        """
        if "schemas" not in self.model_fields_set:
            extensions = [one for one in vars(self).values() if isinstance(one, Extension)]
            # Not assigned to self.schemas, which would validate the model again.
            vars(self)["schemas"] = [self.SCHEMA, *(one.SCHEMA for one in extensions)]
        return self

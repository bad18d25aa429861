"""Values as clients write them, made canonical by their attribute: right names, right types, nothing unassigned.

Clients are taken at their word where it has one meaning (`"True"`, a number where text is due, a manager as a bare
string) and told what to mend where it has not.
"""

import binascii
import json
import math
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..messages.documents import Document, dump, is_array, is_object
from ..messages.errors import ScimError, bad_request, invalid_value
from .attributes import Attribute

MAX_INTEGER = 2**63
_SHOWN = 60


class Reader:
    """Reads the values of one request; remembers what it did not know, to log it, and what is returned once written.

    Args:
        strict: whether an unknown attribute is refused instead of ignored.
        trusted: whether the service provider itself writes, who may set what is readOnly to clients.
    """

    def __init__(self, *, strict: bool = False, trusted: bool = False) -> None:
        self.strict = strict
        self.trusted = trusted
        self.ignored: list[str] = []
        self.written: set[Attribute] = set()

    def read(self, attribute: Attribute, value: Any, *, single: bool = False) -> Any:
        """The canonical value, or None for one that is unassigned: null, `""`, `[]` and `{}` (RFC 7643 section 2.5).

        Args:
            single: whether one value of a multi-valued attribute is read, or in PATCH may stand for a list of one.
        """
        if value is None or value == "":
            return None
        if attribute.scim.returned == "request":
            self.written.add(attribute)
        if not attribute.multi_valued:
            return self._one(attribute, value)
        if not is_array(value):
            if not single:
                raise _wrong(attribute, value, "a list")
            value = [value]
        read = [self._one(attribute, item) for item in value if item is not None and item != ""]
        items = [one for one in read if one is not None]
        if len(items) > 1:
            items = list({dump(one): one for one in items}.values())  # each value once
            _check_primary(attribute, items)
        return items or None

    def members(self, attributes: Mapping[str, Attribute], value: Document, where: str) -> Document:
        """The known members of an object under their right names, readOnly ones left out (RFC 7644 section 3.3)."""
        document: Document = {}
        seen: set[Attribute] = set()
        for name, item in value.items():
            attribute = attributes.get(name.lower())
            if attribute is None:
                self.unknown(f"{where}{name}")
                continue
            if attribute in seen:
                raise bad_request("invalidSyntax", f"{attribute} is given twice.")
            seen.add(attribute)
            if attribute.read_only and not self.trusted:
                continue
            canonical = self.read(attribute, item)
            if canonical is not None:
                document[attribute.name] = canonical
        return document

    def unknown(self, name: str) -> None:
        """An attribute that no schema of the resource type defines."""
        if self.strict:
            raise bad_request(
                "invalidSyntax", f"There is no attribute {name[:_SHOWN]!r}; SCIM_STRICT refuses it."
            )
        self.ignored.append(name[:_SHOWN])

    def _one(self, attribute: Attribute, value: Any) -> Any:
        if attribute.type == "complex":
            return self._complex(attribute, value)
        canonical = _SCALARS[attribute.type](attribute, value)
        return _closed(attribute, canonical) if attribute.closed else canonical

    def _complex(self, attribute: Attribute, value: Any) -> Document | None:
        if isinstance(value, str) and not attribute.extension and attribute.sub_attribute("value"):
            value = {"value": value}  # Entra sets a manager so
        if not is_object(value):
            raise _wrong(attribute, value, "a JSON object")
        return self.members(attribute.sub_attributes, value, attribute.prefix) or None


def is_primary(item: object) -> bool:
    return is_object(item) and item.get("primary") is True


def _check_primary(attribute: Attribute, items: list[Any]) -> None:
    if sum(map(is_primary, items)) > 1:
        raise invalid_value(f"Only one of the {attribute} may be primary (RFC 7643 section 2.4).")


def _closed(attribute: Attribute, value: Any) -> Any:
    for allowed in attribute.closed:
        if value == allowed or (not attribute.case_exact and value.lower() == allowed.lower()):
            return allowed
    raise invalid_value(
        f"{attribute} must be one of {', '.join(attribute.closed)}; {_show(value)} is not."
    )


def _string(attribute: Attribute, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(
        value, bool
    ):  # Okta's own sample user has such
        return str(_number(attribute, value))
    raise _wrong(attribute, value, "a string")


def _boolean(attribute: Attribute, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in (
        "true",
        "false",
    ):  # Entra writes "True" and "False"
        return value.lower() == "true"
    raise _wrong(attribute, value, "true or false")


def _number(attribute: Attribute, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(attribute, value, "a number")
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) >= 10**308:
        raise invalid_value(f"{attribute} is too large a number.")
    return value


def _integer(attribute: Attribute, value: Any) -> int:
    number = _number(attribute, value)
    if number != int(number):
        raise _wrong(attribute, value, "a whole number")
    if not -MAX_INTEGER <= number < MAX_INTEGER:
        raise invalid_value(f"{attribute} must fit into 64 bits.")
    return int(number)


def _date_time(attribute: Attribute, value: Any) -> str:
    try:
        if isinstance(value, str) and "T" in value.upper() and parse_date_time(value).tzinfo:
            return value
    except (ValueError, OverflowError):
        pass
    raise _wrong(attribute, value, "a dateTime with its zone, such as 2026-01-31T09:30:00Z")


def parse_date_time(value: str) -> datetime:
    """A point in time (RFC 7643 section 2.3.5); ValueError where it is none."""
    return datetime.fromisoformat(value.upper())


def _binary(attribute: Attribute, value: Any) -> str:
    try:
        if isinstance(value, str):
            decode_binary(value)
            return value
    except (binascii.Error, ValueError):
        pass
    raise _wrong(attribute, value, "base64 (RFC 4648 section 4)")


def decode_binary(value: str) -> bytes:
    """Padding may be left out (RFC 7643 section 2.3.6)."""
    return b64decode(value + "=" * (-len(value) % 4), validate=True)


def _reference(attribute: Attribute, value: Any) -> str:
    if isinstance(value, str) and not any(character.isspace() for character in value):
        return value
    raise _wrong(attribute, value, "a URI without blanks")


_SCALARS = {
    "string": _string,
    "boolean": _boolean,
    "decimal": _number,
    "integer": _integer,
    "dateTime": _date_time,
    "binary": _binary,
    "reference": _reference,
}


def _wrong(attribute: Attribute, value: Any, wanted: str) -> ScimError:
    return invalid_value(f"{attribute} must be {wanted}, not {_show(value)}.")


def _show(value: Any) -> str:
    if is_object(value):
        return "an object"
    if is_array(value):
        return "a list"
    text = (
        json.dumps(value)
        if not isinstance(value, int) or abs(value) < MAX_INTEGER
        else "so large a number"
    )
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"

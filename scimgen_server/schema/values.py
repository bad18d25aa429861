"""Reads values that clients send, and converts them to the canonical form of their attribute.

The canonical form has the names and types of the schema and no unassigned values. Input with one
possible meaning is converted: `"True"` for a boolean, a number for a string, a bare string for a
manager. Other input is refused with a message that names the attribute and the expected type.
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
"""Characters of a client's input that a message repeats."""
_SHOWN_NAME = 200
"""Characters of an attribute's name that a message repeats. It can begin with a URN."""


class Reader:
    """Reads the values of one request.

    Args:
        strict: whether an unknown attribute is refused instead of ignored.
        trusted: whether the service provider itself writes, which may set readOnly attributes.

    Attributes:
        ignored: the names of the unknown attributes, for the log.
        written: the attributes with `returned: request` that were read. The response contains them.
        secrets: the attributes that are never returned and that the request sets or removes. Such a
            request gets a new version even if it changes nothing, so that no value can be guessed.
    """

    def __init__(self, *, strict: bool = False, trusted: bool = False) -> None:
        self.strict = strict
        self.trusted = trusted
        self.ignored: list[str] = []
        self.written: set[Attribute] = set()
        self.secrets: set[Attribute] = set()

    def read(self, attribute: Attribute, value: Any, *, single: bool = False) -> Any:
        """Return the canonical value of an attribute.

        Args:
            attribute: the attribute, or a sub-attribute.
            value: the value as sent.
            single: whether a multi-valued attribute may have a single value instead of a list.

        Returns:
            None for an unassigned value: null, `""`, `[]` and `{}` (RFC 7643 section 2.5).

        Raises:
            ScimError: 400 invalidValue, or invalidSyntax for a name that occurs twice.
        """
        if value is None or value == "":
            return None
        if attribute.scim.returned == "request":
            self.written.add(attribute)
        if attribute.secret:
            self.secrets.add(attribute)
        if not attribute.multi_valued:
            return self._one(attribute, value)
        if not is_array(value):
            if not single:
                raise _wrong(attribute, value, "a list")
            value = [value]
        read = [self._one(attribute, item) for item in value if item is not None and item != ""]
        items = [one for one in read if one is not None]
        if len(items) > 1:
            # Remove repeated values.
            items = list({dump(one): one for one in items}.values())
            _check_primary(attribute, items)
        return items or None

    def members(self, attributes: Mapping[str, Attribute], value: Document, where: str) -> Document:
        """Read the members of an object, without readOnly attributes (RFC 7644 section 3.3).

        Args:
            attributes: by their names in lower case.
            value: the object as sent.
            where: the path of the object, for the names in `ignored`.

        Returns:
            The values by the names of the schema.
        """
        document: Document = {}
        seen: set[Attribute] = set()
        for name, item in value.items():
            attribute = attributes.get(name.lower())
            if attribute is None:
                self.unknown(f"{where}{name}")
                continue
            if attribute in seen:
                raise bad_request("invalidSyntax", f"{attribute} occurs twice.")
            seen.add(attribute)
            if attribute.read_only and not self.trusted:
                continue
            canonical = self.read(attribute, item)
            if canonical is not None:
                document[attribute.name] = canonical
        return document

    def unknown(self, name: str) -> None:
        """Record, or with `strict` refuse, an attribute that no schema of the type defines."""
        if self.strict:
            raise bad_request(
                "invalidSyntax",
                f"There is no attribute {name[:_SHOWN_NAME]!r}; remove it, or unset SCIM_STRICT.",
            )
        self.ignored.append(name[:_SHOWN_NAME])

    def _one(self, attribute: Attribute, value: Any) -> Any:
        if attribute.type == "complex":
            return self._complex(attribute, value)
        canonical = _SCALARS[attribute.type](attribute, value)
        return _closed(attribute, canonical) if attribute.closed else canonical

    def _complex(self, attribute: Attribute, value: Any) -> Document | None:
        # Entra sends the manager's id as a bare string.
        if isinstance(value, str) and not attribute.extension and attribute.sub_attribute("value"):
            value = {"value": value}
        if not is_object(value):
            raise _wrong(attribute, value, "a JSON object")
        return self.members(attribute.sub_attributes, value, attribute.prefix) or None


def is_primary(item: object) -> bool:
    """Return whether a value of a multi-valued attribute is the primary one."""
    return is_object(item) and item.get("primary") is True


def _check_primary(attribute: Attribute, items: list[Any]) -> None:
    if sum(map(is_primary, items)) > 1:
        raise invalid_value(f"Only one value of {attribute} may be primary (RFC 7643 section 2.4).")


def _closed(attribute: Attribute, value: Any) -> Any:
    """Return the allowed value that equals a value, or refuse it."""
    for allowed in attribute.closed:
        if value == allowed or (not attribute.case_exact and value.lower() == allowed.lower()):
            return allowed
    shown = _show(attribute, value)
    raise invalid_value(
        f"{attribute} must be one of {', '.join(attribute.closed)}; {shown} is not."
    )


def _string(attribute: Attribute, value: Any) -> str:
    if isinstance(value, str):
        return value
    # The sample user in Okta's documentation has numbers for strings.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(_number(attribute, value))
    raise _wrong(attribute, value, "a string")


def _boolean(attribute: Attribute, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    # Entra sends "True" and "False".
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _wrong(attribute, value, "true or false")


def _number(attribute: Attribute, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(attribute, value, "a number")
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) >= 10**308:
        raise invalid_value(f"{attribute} is a number that is too large.")
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
    raise _wrong(attribute, value, "a dateTime with a time zone, such as 2026-01-31T09:30:00Z")


def parse_date_time(value: str) -> datetime:
    """Read a point in time (RFC 7643 section 2.3.5).

    Raises:
        ValueError: it is not one.
    """
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
    """Decode base64, with or without padding (RFC 7643 section 2.3.6).

    Raises:
        ValueError: it is not base64.
    """
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


def _wrong(attribute: Attribute, value: Any, expected: str) -> ScimError:
    return invalid_value(f"{attribute} must be {expected}, not {_show(attribute, value)}.")


def _show(attribute: Attribute, value: Any) -> str:
    if attribute.has_secrets:
        # Clients and proxies write errors to their logs.
        return "the given value"
    if is_object(value):
        return "an object"
    if is_array(value):
        return "a list"
    # Python refuses to convert very large integers to text.
    if isinstance(value, int) and abs(value) >= MAX_INTEGER:
        return "a number of that size"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"

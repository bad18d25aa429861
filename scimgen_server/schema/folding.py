"""Folding: turns values into text that compares correctly byte by byte.

Equality, order and prefixes of folded values are those that filters need. Values are folded in
Python, because databases differ: SQLite folds only ASCII, PostgreSQL folds by locale, and the usual
texts of numbers and points in time do not sort correctly.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..messages.documents import Document, is_array, is_object
from .attributes import Attribute
from .values import decode_binary, parse_date_time

_NINES = str.maketrans("0123456789", "9876543210")
_BIAS = 50000
"""Added to an exponent, so that the result is positive and has five digits."""


def fold(attribute: Attribute, value: Any) -> str:
    """Fold a simple value by the type and caseExact of its attribute (RFC 7644 section 3.4.2.2)."""
    match attribute.type:
        case "string":
            return str(value) if attribute.case_exact else str(value).casefold()
        case "boolean":
            return "true" if value else "false"
        case "integer" | "decimal":
            return fold_number(Decimal(str(value)))
        case "dateTime":
            return fold_date_time(parse_date_time(value))
        case "binary":
            return decode_binary(value).hex()
        case _:
            return str(value)


def fold_date_time(moment: datetime) -> str:
    """Fold a point in time: in UTC, with microseconds, of fixed width.

    >>> fold_date_time(datetime.fromisoformat("2026-01-31T09:30:00+01:00"))
    '2026-01-31T08:30:00.000000Z'
    """
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        # In the first or last hours of the calendar there is no UTC time: the zone is dropped.
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def fold_number(number: Decimal) -> str:
    """Fold a number: sign, exponent and digits, so that the texts sort like the numbers.

    >>> sorted([fold_number(Decimal(n)) for n in (7, -12, "0.5", 100, 0, -3)])
    ['04999887~', '0499996~', '1', '2499995', '2500007', '2500021']
    """
    if number == 0:
        return "1"
    _, digits, _ = number.normalize().as_tuple()
    exponent = f"{number.adjusted() + _BIAS:05d}"
    magnitude = exponent + "".join(map(str, digits)).rstrip("0")
    if number > 0:
        return "2" + magnitude
    # Complemented digits reverse the order, and "~" sorts a shorter number after a longer one.
    return "0" + magnitude.translate(_NINES) + "~"


def fold_document(attributes: Mapping[str, Attribute], document: Document) -> Document:
    """Fold all values and names of a document, for filters that no index can answer.

    Unknown attributes and those that are never returned are left out. So are values without any
    other part: a filter would show that a secret is set.
    """
    folded: Document = {}
    for name, value in document.items():
        attribute = attributes.get(name.lower())
        if attribute is None or attribute.secret:
            continue
        if is_array(value):
            items = [_fold_one(attribute, item) for item in value]
            part: Any = [item for item in items if item != {}]
        else:
            part = _fold_one(attribute, value)
        if part not in ({}, []):
            folded[name.lower()] = part
    return folded


def _fold_one(attribute: Attribute, value: Any) -> Any:
    if is_object(value):
        return fold_document(attribute.sub_attributes, value)
    try:
        return fold(attribute, value)
    except (ValueError, ArithmeticError):
        # The value was stored when the attribute had another type.
        return str(value).casefold()


def folded_values(attribute: Attribute, folded: Document) -> list[str]:
    """Return the values of an attribute in a folded document, from every element of every list."""
    found: list[Any] = [folded]
    for name in attribute.folded_path:
        parts = [one[name] for one in found if is_object(one) and name in one]
        found = list(_items(parts)) if any(map(is_array, parts)) else parts
    return [one for one in found if isinstance(one, str)]


def _items(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        if is_array(part):
            yield from part
        else:
            yield part

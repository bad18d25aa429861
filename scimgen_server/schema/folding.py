"""Values as they compare: folded to text once, in Python, so that every database compares the same bytes.

SQLite folds ASCII alone and PostgreSQL by locale; numbers and points in time sort wrongly as they are written. What is
folded here compares rightly byte by byte: for equality, for order and for prefixes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..messages.documents import Document, is_array, is_object
from .attributes import Attribute
from .values import decode_binary, parse_date_time

_NINES = str.maketrans("0123456789", "9876543210")
_BIAS = 50000


def fold(attribute: Attribute, value: Any) -> str:
    """One simple value as it compares (RFC 7644 section 3.4.2.2, by type and caseExact)."""
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
    """In UTC, to the microsecond, of fixed width.

    >>> fold_date_time(datetime.fromisoformat("2026-01-31T09:30:00+01:00"))
    '2026-01-31T08:30:00.000000Z'
    """
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the first or last hours of the calendar
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def fold_number(number: Decimal) -> str:
    """Sign, exponent, digits: text that sorts like the numbers.

    >>> sorted([fold_number(Decimal(n)) for n in (7, -12, "0.5", 100, 0, -3)])
    ['04999887~', '0499996~', '1', '2499995', '2500007', '2500021']
    """
    if number == 0:
        return "1"
    _, digits, _ = number.normalize().as_tuple()
    magnitude = f"{number.adjusted() + _BIAS:05d}{''.join(map(str, digits)).rstrip('0')}"
    return "2" + magnitude if number > 0 else "0" + magnitude.translate(_NINES) + "~"


def fold_document(attributes: Mapping[str, Attribute], document: Document) -> Document:
    """The whole document folded, names and all: what filters without an index of their own look at."""
    folded: Document = {}
    for name, value in document.items():
        attribute = attributes.get(name.lower())
        if attribute is None or attribute.secret:
            continue
        if is_array(value):
            folded[name.lower()] = [_fold_one(attribute, item) for item in value]
        else:
            folded[name.lower()] = _fold_one(attribute, value)
    return folded


def _fold_one(attribute: Attribute, value: Any) -> Any:
    if is_object(value):
        return fold_document(attribute.sub_attributes, value)
    try:
        return fold(attribute, value)
    except (
        ValueError,
        ArithmeticError,
    ):  # stored when the description gave the attribute another type
        return str(value).casefold()


def folded_values(attribute: Attribute, folded: Document) -> list[str]:
    """The values that a folded document has at the attribute's path, through every list on the way."""
    found: list[Any] = [folded]
    for name in attribute.folded_path:
        found = [one[name] for one in found if is_object(one) and name in one]
        if any(map(is_array, found)):
            found = [item for one in found for item in (one if is_array(one) else (one,))]
    return [one for one in found if isinstance(one, str)]

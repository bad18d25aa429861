"""List and search requests (RFC 7644 sections 3.4.2 and 3.4.3), and the ListResponse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Document, is_array
from .errors import bad_request, invalid_value

LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
DEFAULT_COUNT = 100
_MAX_INTEGER = 2**62
_MAX_DIGITS = 20


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The parameters of a list, from a query string or from the body of `/.search`.

    Args:
        filter: the text of the filter (RFC 7644 section 3.4.2.2).
        sort_by: the attribute to sort by (RFC 7644 section 3.4.2.3).
        descending: whether the order is reversed.
        start_index: the number of the first match to return; the first match has 1.
        count: how many resources to return at most.
        cursor: the cursor of the page (RFC 9865); "" for the first page, None without cursors.
        attributes: the attributes to return.
        excluded: the attributes to leave out.
    """

    filter: str | None = None
    sort_by: str | None = None
    descending: bool = False
    start_index: int = 1
    count: int = DEFAULT_COUNT
    cursor: str | None = None
    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def from_query(parameters: Mapping[str, str], max_results: int) -> ListRequest:
    """Read the parameters of a GET. Their names can be in any case.

    Args:
        parameters: the decoded query string.
        max_results: the largest page that the server returns.

    Raises:
        ScimError: 400 for a parameter of the wrong type.
    """
    return _request({name.lower(): value for name, value in parameters.items()}, max_results)


def from_search(payload: Document, max_results: int) -> ListRequest:
    """Read the parameters of a POST to `/.search`, see `from_query`."""
    message = {name.lower(): value for name, value in payload.items()}
    schemas = message.get("schemas", [SEARCH_SCHEMA])
    if not is_array(schemas) or SEARCH_SCHEMA not in schemas:
        raise bad_request(
            "invalidSyntax", f"A search request must have {SEARCH_SCHEMA} in its schemas."
        )
    return _request(message, max_results)


def names(value: Any) -> tuple[str, ...]:
    """Read attribute names: a list of strings, or in a query string one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if parts is None:
        return ()
    if not is_array(parts) or not all(isinstance(part, str) for part in parts):
        raise invalid_value("attributes and excludedAttributes must be lists of attribute names.")
    stripped = (part.strip() for part in parts)
    return tuple(name for name in stripped if name)


def _request(message: Mapping[str, Any], max_results: int) -> ListRequest:
    order = (_text(message, "sortOrder") or "ascending").lower()
    if order not in ("ascending", "descending"):
        raise invalid_value("sortOrder must be ascending or descending.")
    count = _integer(message, "count", min(DEFAULT_COUNT, max_results))
    cursor = message.get("cursor")
    return ListRequest(
        filter=_text(message, "filter"),
        sort_by=_text(message, "sortBy"),
        descending=order == "descending",
        start_index=max(1, _integer(message, "startIndex", 1)),
        count=min(max(0, count), max_results),
        cursor=cursor if isinstance(cursor, str) else None,
        attributes=names(message.get("attributes")),
        excluded=names(message.get("excludedattributes")),
    )


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name.lower())
    if value is not None and not isinstance(value, str):
        raise invalid_value(f"{name} must be a string.")
    return value or None


def _integer(message: Mapping[str, Any], name: str, default: int) -> int:
    value = message.get(name.lower())
    if value is None or value == "":
        return default
    try:
        if isinstance(value, bool | float) or len(str(value)) > _MAX_DIGITS:
            raise ValueError
        return max(-_MAX_INTEGER, min(int(value), _MAX_INTEGER))
    except (ValueError, TypeError):
        raise invalid_value(f"{name} must be an integer.") from None


def list_response(
    resources: Sequence[bytes], total: int, start_index: int | None, next_cursor: str | None
) -> bytes:
    """Return a ListResponse that contains the bytes of its resources (RFC 7644 section 3.4.2).

    Args:
        resources: the JSON of each resource of the page.
        total: the number of all matches.
        start_index: left out if None.
        next_cursor: left out if None.
    """
    start = "" if start_index is None else f',"startIndex":{start_index}'
    cursor = "" if next_cursor is None else f',"nextCursor":"{next_cursor}"'
    head = (
        f'{{"schemas":["{LIST_SCHEMA}"],"totalResults":{total}{start}'
        f',"itemsPerPage":{len(resources)}{cursor},"Resources":['
    )
    return head.encode() + b",".join(resources) + b"]}"

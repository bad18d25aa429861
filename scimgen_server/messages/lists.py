"""Lists and searches (RFC 7644 sections 3.4.2 and 3.4.3): what may be asked, and the ListResponse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Document, is_array
from .errors import bad_request, invalid_value

LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
DEFAULT_COUNT = 100
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The parameters of a list, from a query string or from the body of `/.search`."""

    filter: str | None = None
    sort_by: str | None = None
    descending: bool = False
    start_index: int = 1
    count: int = DEFAULT_COUNT
    cursor: str | None = None
    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def from_query(parameters: Mapping[str, str], max_results: int) -> ListRequest:
    """The parameters of a GET; their names are read in any case."""
    return _request({name.lower(): value for name, value in parameters.items()}, max_results)


def from_search(payload: Document, max_results: int) -> ListRequest:
    """The parameters of a POST to `/.search`."""
    message = {name.lower(): value for name, value in payload.items()}
    schemas = message.get("schemas", [SEARCH_SCHEMA])
    if not is_array(schemas) or SEARCH_SCHEMA not in schemas:
        raise bad_request("invalidSyntax", f"A search names {SEARCH_SCHEMA} in its schemas.")
    return _request(message, max_results)


def names(value: Any) -> tuple[str, ...]:
    """Attribute names: a list, or in a query string one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if parts is None:
        return ()
    if not is_array(parts) or not all(isinstance(part, str) for part in parts):
        raise invalid_value("attributes and excludedAttributes are lists of attribute names.")
    return tuple(part.strip() for part in parts if part.strip())


def _request(message: Mapping[str, Any], max_results: int) -> ListRequest:
    order = _text(message, "sortorder") or "ascending"
    if order.lower() not in ("ascending", "descending"):
        raise invalid_value("sortOrder is ascending or descending.")
    return ListRequest(
        filter=_text(message, "filter"),
        sort_by=_text(message, "sortby"),
        descending=order.lower() == "descending",
        start_index=max(1, _integer(message, "startIndex", 1)),
        count=min(max(0, _integer(message, "count", min(DEFAULT_COUNT, max_results))), max_results),
        cursor=message["cursor"] if isinstance(message.get("cursor"), str) else None,
        attributes=names(message.get("attributes")),
        excluded=names(message.get("excludedattributes")),
    )


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid_value(f"{name} is a string.")
    return value or None


def _integer(message: Mapping[str, Any], name: str, default: int) -> int:
    value = message.get(name.lower())
    if value is None or value == "":
        return default
    try:
        if isinstance(value, bool | float) or len(str(value)) > 20:
            raise ValueError
        return max(-_LARGEST, min(int(value), _LARGEST))
    except (ValueError, TypeError):
        raise invalid_value(f"{name} is an integer.") from None


def list_response(
    resources: Sequence[bytes], total: int, start_index: int | None, next_cursor: str | None
) -> bytes:
    """A page: the bytes of its resources joined (RFC 7644 section 3.4.2)."""
    start = f',"startIndex":{start_index}' if start_index is not None else ""
    cursor = f',"nextCursor":"{next_cursor}"' if next_cursor is not None else ""
    head = (
        f'{{"schemas":["{LIST_SCHEMA}"],"totalResults":{total}{start},"itemsPerPage":{len(resources)}{cursor},'
        '"Resources":['
    )
    return head.encode() + b",".join(resources) + b"]}"

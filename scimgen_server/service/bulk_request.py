"""Reads bulk requests (RFC 7644 section 3.7), and the references `bulkId:…` in their operations."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..messages.documents import MAX_DEPTH, Document, is_array, is_object
from ..messages.errors import ScimError, bad_request

REQUEST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

match_reference = re.compile(r"bulkId:(\S+)").fullmatch
"""Matches a text that is one reference."""

REFERENCE_IN_PATH = re.compile(r"bulkId:([^/\s]+)")
REFERENCE_IN_FILTER = re.compile(r'"bulkId:([^"\s]+)"')


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """One operation as the client has sent it.

    Args:
        method: in upper case.
        path: relative to the base URL.
        bulk_id: the name of the operation; a POST needs one.
        version: the required version of the resource.
        data: the body.
        names: the bulkIds that the path and the data refer to.
    """

    method: str
    path: str
    bulk_id: str | None
    version: str | None
    data: Any
    names: frozenset[str]


def read_bulk(payload: Document, max_operations: int) -> tuple[list[BulkOperation], int]:
    """Read a bulk request.

    Args:
        payload: the body of the request.
        max_operations: how many operations are allowed.

    Returns:
        The operations, and the number of errors after which to stop.

    Raises:
        ScimError: 400 for a message that is not a BulkRequest, 413 for too many operations.
    """
    message = {name.lower(): value for name, value in payload.items()}
    schemas, operations = message.get("schemas"), message.get("operations")
    if not is_array(schemas) or REQUEST_SCHEMA not in schemas or not is_array(operations):
        raise bad_request(
            "invalidSyntax",
            f"A bulk request must have a list of Operations and the schema {REQUEST_SCHEMA}.",
        )
    # RFC 7644 section 3.7.4.
    if len(operations) > max_operations:
        raise ScimError(
            413, f"There are {len(operations)} Operations; maxOperations is {max_operations}."
        )
    limit = message.get("failonerrors")
    if limit is None:
        limit = len(operations) + 1
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise bad_request(
            "invalidValue", "failOnErrors must be 1 or more, the number of errors to stop after."
        )
    return [_read(operation) for operation in operations], limit


def _read(operation: Any) -> BulkOperation:
    if not is_object(operation):
        raise bad_request("invalidSyntax", "Each of the Operations must be an object.")
    members = {name.lower(): value for name, value in operation.items()}
    for name in ("method", "path"):
        if not isinstance(members.get(name), str):
            raise bad_request("invalidSyntax", f"Each of the Operations needs a {name}.")
    for name in ("bulkid", "version"):
        if not isinstance(members.get(name, ""), str | None):
            raise bad_request("invalidSyntax", f"{name} must be a string.")
    path, data = members["path"], members.get("data")
    names = {*REFERENCE_IN_PATH.findall(path), *_names(data)}
    return BulkOperation(
        members["method"].upper(),
        path,
        members.get("bulkid"),
        members.get("version"),
        data,
        frozenset(names),
    )


def _names(value: Any, depth: int = 0) -> set[str]:
    """Return the bulkIds that data refers to."""
    if depth > MAX_DEPTH:
        raise bad_request("invalidSyntax", f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        whole = match_reference(value)
        return {whole[1]} if whole else set(REFERENCE_IN_FILTER.findall(value))
    parts: Iterable[Any] = ()
    if is_object(value):
        parts = value.values()
    elif is_array(value):
        parts = value
    found: set[str] = set()
    for part in parts:
        found |= _names(part, depth + 1)
    return found


def without_references(value: Any, names: set[str]) -> Any:
    """Return data without the texts that refer to these bulkIds. From a list, remove the item."""
    if is_array(value):
        return [item for item in value if not _names(item) & names]
    if not is_object(value):
        return value
    kept: Document = {}
    for name, part in value.items():
        if not isinstance(part, str) or not _names(part) & names:
            kept[name] = without_references(part, names)
    return kept

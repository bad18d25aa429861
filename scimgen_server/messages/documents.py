"""JSON documents: reads untrusted request bodies, writes compact UTF-8."""

import json
from json.encoder import encode_basestring_ascii
from typing import Any, NoReturn, TypeAlias, TypeGuard

from pydantic_core import from_json, to_json

from .errors import ScimError, bad_request

Document: TypeAlias = dict[str, Any]
"""A JSON object."""

MAX_BODY = 1024 * 1024
"""Bytes of a request's body."""

MAX_DEPTH = 64
"""Levels of objects and arrays inside each other."""


def is_object(value: object) -> TypeGuard[Document]:
    """Return whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a JSON value is an array."""
    return isinstance(value, list)


def dump(value: object) -> bytes:
    """Return a value as compact JSON."""
    return to_json(value)


def quoted(text: str) -> str:
    """Return a text as a JSON string, in ASCII."""
    return encode_basestring_ascii(text)


def load(body: bytes) -> Document:
    """Read the JSON object of a request.

    Raises:
        ScimError: 400 invalidSyntax or invalidValue, with the fault in its detail.
    """
    try:
        document = _decoder.decode(body.decode())
    except RecursionError:
        raise bad_request("invalidSyntax", "The body is nested too deeply.") from None
    except ValueError as error:
        raise bad_request("invalidSyntax", f"The body is not JSON: {error}.") from None
    if not is_object(document):
        raise bad_request("invalidSyntax", "The body must be a JSON object.")
    # check_text is slow. It is needed in two cases only: NUL and lone surrogates can come only from
    # an escape, and a document can be too deep only if it has many brackets. The decoder's own
    # limit is not enough, because not every Python version has one.
    brackets = body.count(b"{") + body.count(b"[")
    if b"\\u" in body or brackets > MAX_DEPTH:
        check_text(document)
    return document


def load_stored(body: bytes | str) -> Document:
    """Read a JSON object that this server has written, without checks."""
    document: Document = from_json(body)
    return document


def copied(document: Document) -> Document:
    """Return a deep copy of a document that this server has made, faster than `deepcopy`."""
    return load_stored(dump(document))


def check_text(value: object, depth: int = 0) -> None:
    """Check the depth of a JSON value, and its strings and member names with `is_text`.

    Raises:
        ScimError: 400 invalidSyntax for the depth, invalidValue for a string.
    """
    if depth > MAX_DEPTH:
        raise bad_request("invalidSyntax", f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if not is_text(value):
            raise bad_request(
                "invalidValue", "A string may hold neither NUL characters nor lone surrogates."
            )
    elif is_object(value):
        for key, item in value.items():
            check_text(key, depth)
            check_text(item, depth + 1)
    elif is_array(value):
        for item in value:
            check_text(item, depth + 1)


def is_text(value: str) -> bool:
    """Return whether a string has neither NUL characters nor lone surrogates.

    PostgreSQL cannot store NUL, and UTF-8 cannot encode a lone surrogate.
    """
    if "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value)


def too_large(limit: int) -> ScimError:
    """Return the error 413 for a body of more bytes than the limit."""
    return ScimError(413, f"The body is larger than {limit} bytes.")


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's decoder accepts although JSON lacks them."""
    raise ValueError(f"{name} is not a JSON number")


def _object_of(pairs: list[tuple[str, Any]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("an object has two members of the same name")
    return document


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_object_of)

"""Slips in lists, their numbers and `schemas`."""

from tests.slips.slip import Slip

_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

LISTS = (
    Slip("list-total-mismatch", '"totalResults": 3', '"totalResults": 30', True),
    Slip("list-number-type", '"totalResults": 3', '"totalResults": "3"', True),
    Slip("list-total-missing", '"totalResults": 3,\n', "\n", True),
    Slip("list-items-per-page", '"itemsPerPage": 3', '"itemsPerPage": 100', True),
    Slip("list-start-index", '"startIndex": 1', '"startIndex": 0', True),
    Slip("list-schemas-uri", f'"{_LIST}"', f'"{_SCHEMA}"', True),
    Slip("schemas-wrong-uri", f'"{_SCHEMA}"', '"urn:ietf:params:scim:schemas:core:2.0:User"', True),
    Slip("schemas-case", f'"{_SCHEMA}"', f'"{_SCHEMA.lower()}"', True),
    Slip("reference-types-case", '"external"', '"External"', True),
    Slip("key-typo", '"Resources": ', '"Resource": ', True),
)

"""Finds values that should be unique but belong to several resources."""

from collections.abc import Collection

from ..ports.reindexing import Duplicate
from .clauses import placeholders
from .connection import Connection

_HOLDERS_LISTED = 3
"""How many of the resources with the same value are returned."""


async def find_duplicates(
    connection: Connection, tenant: str, types: Collection[str], attribute: str, limit: int
) -> list[Duplicate]:
    """Return the first values of an indexed attribute that more than one resource has.

    Args:
        types: the names of the resource types in which the attribute must be unique.
        attribute: the attribute's `key`.
        limit: how many values to return at most.
    """
    source = (
        "attribute_values v"
        f" WHERE v.tenant = ? AND v.type IN ({placeholders(types)}) AND v.attribute = ?"
    )
    found = await connection.rows(
        f"SELECT v.value, count(*) FROM {source}"
        " GROUP BY v.value HAVING count(*) > 1 ORDER BY v.value LIMIT ?",
        (tenant, *types, attribute, limit),
    )
    duplicates: list[Duplicate] = []
    for value, count in found:
        holders = await connection.rows(
            "SELECT r.type, r.id FROM resources r WHERE r.tenant = ? AND r.key IN"
            f" (SELECT v.key FROM {source} AND v.value = ?) ORDER BY r.key LIMIT ?",
            (tenant, tenant, *types, attribute, value, _HOLDERS_LISTED),
        )
        named = [(type_name, resource_id) for type_name, resource_id in holders]
        duplicates.append(Duplicate(value, named, count))
    return duplicates

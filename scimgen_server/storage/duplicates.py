"""Values that several resources have although they should be unique."""

from collections.abc import Collection

from ..ports.reindexing import Duplicate
from .connection import Connection
from .dialect import marks

_NAMED = 3


async def find_duplicates(
    connection: Connection, tenant: str, types: Collection[str], attribute: str, limit: int
) -> list[Duplicate]:
    """The first values of an indexed attribute that more than one resource has."""
    source = (
        f"attribute_values v WHERE v.tenant = ? AND v.type IN ({marks(types)}) AND v.attribute = ?"
    )
    found = await connection.rows(
        f"SELECT v.value, count(*) FROM {source} GROUP BY v.value HAVING count(*) > 1 ORDER BY v.value LIMIT ?",
        (tenant, *types, attribute, limit),
    )
    listed: list[Duplicate] = []
    for value, count in found:
        holders = await connection.rows(
            "SELECT r.type, r.id FROM resources r WHERE r.tenant = ? AND r.key IN"
            f" (SELECT v.key FROM {source} AND v.value = ?) ORDER BY r.key LIMIT ?",
            (tenant, tenant, *types, attribute, value, _NAMED),
        )
        listed.append(Duplicate(value, [(row[0], row[1]) for row in holders], count))
    return listed

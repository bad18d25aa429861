"""The rows that one user is in the generated server's tables, written with nothing of SCIM around
them.
"""

import json
import sqlite3
from typing import Any

TENANT = "default"
NOW = "2026-01-31T09:30:00.000000Z"


def write_rows(connection: sqlite3.Connection, user: dict[str, Any], body: bytes) -> None:
    """The resource, its index, its unique name, its grant, the total, the audit trail: see
    `storage/tables.py`.
    """
    name, display = user["userName"], user["displayName"]
    insert = (
        "INSERT INTO resources (tenant, type, id, version, created, modified, display, body,"
        " folded) VALUES (?, 'User', ?, 1, ?, ?, ?, ?, ?) RETURNING key"
    )
    folded = body.decode().lower()
    key = connection.execute(
        insert, (TENANT, user["id"], NOW, NOW, display, body, folded)
    ).fetchone()[0]
    value = user["entitlements"][0]["value"]
    find = "SELECT key FROM resources WHERE tenant = ? AND id = ?"
    target = connection.execute(find, (TENANT, value)).fetchone()[0]
    values = {
        "username": name,
        "externalid": user["externalId"],
        "displayname": display.lower(),
        "emails.value": user["emails"][0]["value"],
        "active": "true" if user["active"] else "false",
    }
    rows = [(TENANT, attribute, folded, key) for attribute, folded in values.items()]
    connection.executemany("INSERT INTO attribute_values VALUES (?, 'User', ?, ?, ?)", rows)
    connection.execute(
        "INSERT INTO unique_values VALUES (?, 'User', 'username', ?, ?)", (TENANT, name, key)
    )
    connection.execute(
        "INSERT INTO links VALUES (?, 'entitlements', ?, ?, 0)", (TENANT, key, target)
    )
    connection.execute(
        "UPDATE totals SET total = total + 1 WHERE tenant = ? AND type = 'User'", (TENANT,)
    )
    detail = json.dumps({"attributes": list(user), "added": {"entitlements": [value]}})
    connection.execute(
        "INSERT INTO audit (tenant, time, actor, request, action, type, id, detail)"
        " VALUES (?, ?, 'SCIM_TOKEN', '', 'created', 'User', ?, ?)",
        (TENANT, NOW, user["id"], detail),
    )

"""`import` inserts many resources at once: the tables are the same as after single inserts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.server.commands import CommandLine, rows
from tests.server.test_import import USER

USERS = [
    {
        "id": f"u{number}" if number % 3 else "",
        "userName": f"User{number}",
        "externalId": f"ext{number}",
        "active": number % 4 != 0,
        "emails": [{"value": f"user{number}@example.com", "type": "work"}, {"value": f"{number}@home.example"}],
        "entitlements": [{"value": "lic-pro", "primary": number % 2 == 0}] if number % 5 else [],
        "roles": [{"value": "admin"}, {"value": "agent"}] if number % 7 == 0 else [],
        USER: {"region": "emea", "secret": "s3cret"},
    }
    for number in range(700)
]
"""More than one batch, and more than the keys that are reserved at once."""

TABLES = {
    "resources": "SELECT type, id, version, display, reference, body, whole, folded FROM resources",
    "attribute_values": "SELECT id, v.type, attribute, value FROM attribute_values v JOIN resources r USING (key)",
    "unique_values": "SELECT id, scope, attribute, value FROM unique_values v JOIN resources r USING (key)",
    "links": "SELECT l.link, s.id, t.id, l.is_primary FROM links l"
    " JOIN resources s ON s.key = l.source JOIN resources t ON t.key = l.target",
    "totals": "SELECT t.type, r.id, CAST(sum(total) AS BIGINT), CAST(sum(deleted) AS BIGINT) FROM totals t"
    " LEFT JOIN resources r ON t.type IN ('roles/' || r.key, 'entitlements/' || r.key) GROUP BY t.type, r.id",
    "audit": "SELECT actor, action, type, id, detail FROM audit",
}


def content(database: str) -> dict[str, list[Sequence[Any]]]:
    """The rows of the tables without keys."""
    return {name: sorted(map(tuple, rows(database, statement)), key=repr) for name, statement in TABLES.items()}


def test_a_bulk_insert_equals_single_inserts(commands: CommandLine, database: str, tmp_path: Path) -> None:
    """Row by row, in every table. Keys follow the order of the file, and later resources come after them."""
    text = "\n".join(json.dumps({name: value for name, value in user.items() if value != ""}) for user in USERS)
    one_by_one = f"sqlite:///{tmp_path}/one-by-one.db"
    commands.run(database, "import", "--format", "jsonl", "-", text=text)
    commands.run(one_by_one, "import", "--existing", "skip", "--format", "jsonl", "-", text=text)
    assert _without_new_ids(content(database)) == _without_new_ids(content(one_by_one))
    names = [json.loads(row[0])["userName"] for row in rows(database, _IN_ORDER)]
    assert names == [user["userName"] for user in USERS]
    commands.run(
        database,
        "import",
        "--format",
        "jsonl",
        "-",
        text='{"userName": "last", "entitlements": [{"value": "lic-pro"}]}',
    )
    assert json.loads(rows(database, _IN_ORDER)[-1][0])["userName"] == "last"


_IN_ORDER = "SELECT body FROM resources WHERE type = 'User' ORDER BY key"


def _without_new_ids(tables: dict[str, list[Sequence[Any]]]) -> dict[str, list[str]]:
    """Mask the ids that the server has chosen."""
    chosen = {row[1] for row in tables["resources"] if row[0] == "User" and not row[1].startswith("u")}
    found: dict[str, list[str]] = {}
    for name, lines in tables.items():
        texts = [repr(line) for line in lines]
        found[name] = sorted(_masked(text, chosen) for text in texts)
    return found


def _masked(text: str, chosen: set[str]) -> str:
    return next((text.replace(one, "-") for one in chosen if one in text), text)


def test_a_refused_row_affects_no_other_row(commands: CommandLine, database: str) -> None:
    """A userName and an id twice in a batch and of an earlier batch, and more holders than the limit of a type."""
    first = [{"id": "a", "userName": "ada"}, {"id": "b", "userName": "bob"}]
    commands.run(database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, first)))
    second: list[dict[str, Any]] = [
        {"id": "c", "userName": "carl", "entitlements": [{"value": "seat-a"}]},
        {"id": "d", "userName": "CARL"},
        {"id": "c", "userName": "another"},
        {"id": "e", "userName": "ADA"},
        {"id": "b", "userName": "third"},
        {"id": "f", "userName": "f", "entitlements": [{"value": "seat-a"}]},
        {"id": "g", "userName": "g", "entitlements": [{"value": "seat-a"}]},
    ]
    output, errors = commands.run(
        database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, second)), code=1
    )
    assert errors.startswith("2 were created, 5 rejected")
    assert [line.split(":")[1] for line in output.splitlines()] == ["2", "3", "4", "5", "7"]
    assert [row[0] for row in rows(database, "SELECT id FROM resources WHERE type = 'User' ORDER BY key")] == [*"abcf"]
    assert [tuple(row) for row in rows(database, "SELECT sum(total) FROM totals WHERE type = 'User'")] == [(4,)]

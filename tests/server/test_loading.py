"""What `import` lays down at once lies in the tables as what it lays down one by one."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from templates.server.tests.databases import DATABASES, database_url

from .commands import Project, emitted, rows
from .test_import import HERE, USER

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
"""More than fit into one batch, and than keys are drawn at once."""

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


@pytest.fixture(scope="module")
def app(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app, as commands of its own."""
    return emitted((HERE / "every.scim.yaml").read_text(), tmp_path_factory.mktemp("app") / "project")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return database_url(request, request.param, tmp_path)


def lying(url: str) -> dict[str, list[Sequence[Any]]]:
    """What the tables hold, whatever the keys."""
    return {name: sorted(map(tuple, rows(url, statement)), key=repr) for name, statement in TABLES.items()}


def test_at_once_is_as_one_by_one(app: Project, url: str, tmp_path: Path) -> None:
    """Row by row, in every table; in the order of the file, and those that come later after them."""
    text = "\n".join(json.dumps({name: value for name, value in user.items() if value != ""}) for user in USERS)
    one_by_one = f"sqlite:///{tmp_path}/one-by-one.db"
    app.run(url, "import", "--format", "jsonl", "-", text=text)
    app.run(one_by_one, "import", "--existing", "skip", "--format", "jsonl", "-", text=text)
    assert _without_new_ids(lying(url)) == _without_new_ids(lying(one_by_one))
    names = [json.loads(row[0])["userName"] for row in rows(url, _IN_ORDER)]
    assert names == [user["userName"] for user in USERS]
    app.run(
        url, "import", "--format", "jsonl", "-", text='{"userName": "last", "entitlements": [{"value": "lic-pro"}]}'
    )
    assert json.loads(rows(url, _IN_ORDER)[-1][0])["userName"] == "last"


_IN_ORDER = "SELECT body FROM resources WHERE type = 'User' ORDER BY key"


def _without_new_ids(tables: dict[str, list[Sequence[Any]]]) -> dict[str, list[str]]:
    """Ids that the server has chosen differ from one run to the next."""
    chosen = {row[1] for row in tables["resources"] if row[0] == "User" and not row[1].startswith("u")}
    found: dict[str, list[str]] = {}
    for name, lines in tables.items():
        texts = [repr(line) for line in lines]
        found[name] = sorted(_masked(text, chosen) for text in texts)
    return found


def _masked(text: str, chosen: set[str]) -> str:
    return next((text.replace(one, "-") for one in chosen if one in text), text)


def test_one_that_is_refused_harms_no_other(app: Project, url: str) -> None:
    """A name twice in one batch, an id twice, one of an earlier batch, more holders than a type may have."""
    first = [{"id": "a", "userName": "ada"}, {"id": "b", "userName": "bob"}]
    app.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, first)))
    second: list[dict[str, Any]] = [
        {"id": "c", "userName": "carl", "entitlements": [{"value": "seat-a"}]},
        {"id": "d", "userName": "CARL"},
        {"id": "c", "userName": "another"},
        {"id": "e", "userName": "ADA"},
        {"id": "b", "userName": "third"},
        {"id": "f", "userName": "f", "entitlements": [{"value": "seat-a"}]},
        {"id": "g", "userName": "g", "entitlements": [{"value": "seat-a"}]},
    ]
    told, errors = app.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, second)), code=1)
    assert errors.startswith("2 were created, 5 refused")
    assert [line.split(":")[1] for line in told.splitlines()] == ["2", "3", "4", "5", "7"]
    assert [row[0] for row in rows(url, "SELECT id FROM resources WHERE type = 'User' ORDER BY key")] == [*"abcf"]
    assert [tuple(row) for row in rows(url, "SELECT sum(total) FROM totals WHERE type = 'User'")] == [(4,)]

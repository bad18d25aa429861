"""An error of a statement or a constraint is 500 with a reference, never "try again"; `meta[…]` finds what it names."""

import json
from typing import Any

import httpx
import pytest

from scimgen_server.testing.server import TOKEN
from tests.server.commands import change
from tests.server.servers import bearer, check_error, serving
from tests.server.steps import CRM, PATCH, Json, found, new_user

REFUSED = "refused-by-a-constraint"
SECRET = "a-secret-in-the-same-row"


@pytest.fixture
def broken(database: str) -> str:
    """A database with a constraint that the server does not know."""
    with serving(tokens=(TOKEN,), database_url=database):
        pass
    if database.startswith("sqlite"):
        for event in ("INSERT", "UPDATE"):
            change(
                database,
                f"CREATE TRIGGER refuse_{event} BEFORE {event} ON resources WHEN NEW.display = '{REFUSED}'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END",
            )
    else:
        change(database, f"ALTER TABLE resources ADD CONSTRAINT refuse CHECK (display <> '{REFUSED}')")
    return database


def failures(text: str) -> list[dict[str, Any]]:
    """The lines of a log for unexpected errors."""
    return [one for one in map(json.loads, text.splitlines()) if one["event"] == "failure"]


def test_a_constraint_is_500_with_a_reference(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """POST, PUT, PATCH and Bulk. The log has the reference, and no value of the row."""
    with (
        serving(tokens=(TOKEN,), database_url=broken) as url,
        httpx.Client(base_url=f"{url}/scim/v2", headers=bearer(TOKEN), timeout=30) as client,
    ):
        body: Json = {"userName": "ada", "displayName": REFUSED, CRM: {"secret": SECRET}}
        user = new_user(client, **{CRM: {"secret": SECRET}})
        path = f"/Users/{user['id']}"
        patch = {"schemas": [PATCH], "Operations": [{"op": "add", "value": {"displayName": REFUSED}}]}
        bulk = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"method": "POST", "path": "/Users", "bulkId": "1", "data": body}],
        }
        capsys.readouterr()
        answers = [
            client.post("/Users", json=body),
            client.put(path, json=body),
            client.patch(path, json=patch),
        ]
        details = [check_error(one, 500) for one in answers]
        (operation,) = client.post("/Bulk", json=bulk).json()["Operations"]
        assert operation["status"] == "500"
        details.append(operation["response"]["detail"])
        assert client.get(path).json()["meta"]["version"] == user["meta"]["version"]
        assert client.post("/Users", json={"userName": "eve"}).status_code == 201
    written = capsys.readouterr().err
    references = [one["request_id"] for one in failures(written)]
    assert len(references) == 4
    for detail, reference in zip(details, references, strict=True):
        assert reference in detail
        assert "try again" not in detail
    assert SECRET not in written
    assert REFUSED not in written


def test_a_wrong_statement_is_500_with_a_reference(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Here a search whose table is gone, and a request for a token."""
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    with (
        serving(tokens=(TOKEN,), database_url=database) as url,
        httpx.Client(base_url=url, headers=bearer(TOKEN), timeout=30) as client,
    ):
        for table in ("attribute_values", "tokens"):
            change(database, f"ALTER TABLE {table} RENAME TO gone_{table}")
        try:
            capsys.readouterr()
            details = [check_error(client.get("/scim/v2/Users", params={"filter": 'userName eq "ada"'}), 500)]
            refused = httpx.post(f"{url}/oauth/token", data=form)
            assert (refused.status_code, refused.json()["error"]) == (500, "server_error")
            details.append(refused.json()["error_description"])
        finally:
            for table in ("attribute_values", "tokens"):
                change(database, f"ALTER TABLE gone_{table} RENAME TO {table}")
    references = [one["request_id"] for one in failures(capsys.readouterr().err)]
    for reference, detail in zip(references, details, strict=True):
        assert reference in detail


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ('meta[resourceType eq "User"]', True),
        ('meta[resourceType eq "Group"]', False),
        ('meta[created gt "2020-01-01T00:00:00Z" and lastModified ge "2020-01-01T00:00:00Z"]', True),
        ('meta[created lt "2020-01-01T00:00:00Z"]', False),
        ('meta[not (created lt "2020-01-01T00:00:00Z")]', True),
        ('meta[version eq "W/\\"1\\""]', True),
        ('meta[version eq "W/\\"2\\""]', False),
        ('meta[location ew "/ID"]', True),
        ("meta[location pr]", True),
        ("not (meta[location pr])", False),
        ("meta pr", True),
    ],
)
def test_a_value_path_of_meta_finds_what_it_names(server: httpx.Client, condition: str, matches: bool) -> None:
    """As `meta.created` does."""
    user = new_user(server)
    text = f'id eq "{user["id"]}" and {condition.replace("ID", user["id"])}'
    assert (found(server, text) == [user["id"]]) is matches

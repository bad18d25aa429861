"""Deleting a licence revokes it from its holders: each gets one event, with the version that it has then."""

import asyncio
from typing import Any

import httpx

from scimgen_server import ScimApp
from scimgen_server.messages.context import RequestContext
from scimgen_server.messages.documents import load_stored
from scimgen_server.ports.resources import Transaction
from tests.server.inside import connection_of, play, service_of
from tests.server.steps import ENTITLEMENT, LICENSE, PATCH, Json


async def new_license(client: httpx.AsyncClient) -> str:
    """The id of a created licence."""
    body = {"schemas": [ENTITLEMENT, LICENSE], "displayName": "Trial", "type": "License", LICENSE: {"tier": "free"}}
    return str((await client.post("/Licenses", json=body)).json()["id"])


async def new_holder(client: httpx.AsyncClient, *values: str) -> Json:
    """A created user with entitlements."""
    body = {"userName": "ada", "entitlements": [{"value": one} for one in values]}
    return dict((await client.post("/Users", json=body)).json())


async def events(app: ScimApp) -> list[tuple[str, str]]:
    """Names of the events in the outbox, and the version of the user in them."""
    rows = await connection_of(app).rows("SELECT event FROM outbox ORDER BY position")
    found: list[Any] = [load_stored(row[0].encode()) for row in rows]
    return [(one["event"], one["user"]["meta"]["version"]) for one in found]


def record_events(app: ScimApp) -> None:
    """Write events to the outbox, although nobody receives them."""
    service_of(app).operations.recorder.consumers = {"hooks": {"user_changed", "granted", "revoked"}}


def test_the_event_has_the_version_of_the_holder(database: str) -> None:
    """It is the one that a GET returns then."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        licence = await new_license(client)
        user = await new_holder(client, licence)
        record_events(app)
        assert (await client.delete(f"/Licenses/{licence}")).status_code == 204
        read = (await client.get(f"/Users/{user['id']}")).json()
        assert read["meta"]["version"] == 'W/"2"'
        assert await events(app) == [("user_changed", 'W/"2"'), ("revoked", 'W/"2"')]
        rows = await connection_of(app).rows("SELECT event FROM outbox ORDER BY position")
        assert load_stored(rows[0][0].encode())["user"] == read

    play(database, scenario)


async def delete_during(client: httpx.AsyncClient, app: ScimApp, licence: str, user: str, operation: Json) -> None:
    """Delete a licence while a PATCH of a user, which came first, is not yet committed."""
    service = service_of(app)
    body = {"schemas": [PATCH], "Operations": [operation]}
    changed = asyncio.Event()

    async def job(tx: Transaction) -> None:
        context = RequestContext("default", "http://h/scim/v2")
        await service.operations.patch(tx, context, service.trees["User"], user, body)
        changed.set()
        await asyncio.sleep(0.3)

    change = asyncio.create_task(service.store.write(job))
    waiting = asyncio.create_task(changed.wait())
    await asyncio.wait((change, waiting), return_when=asyncio.FIRST_COMPLETED)
    response = await client.delete(f"/Licenses/{licence}")
    await change
    assert response.status_code == 204


def test_a_grant_that_comes_just_before_is_revoked_with_an_event(postgresql_database: str) -> None:
    """The transaction that grants was open when the licence was deleted."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        licence = await new_license(client)
        user = await new_holder(client)
        record_events(app)
        operation = {"op": "add", "path": "entitlements", "value": [{"value": licence}]}
        await delete_during(client, app, licence, user["id"], operation)
        assert "entitlements" not in (await client.get(f"/Users/{user['id']}")).json()
        assert await events(app) == [
            ("user_changed", 'W/"2"'),
            ("granted", 'W/"2"'),
            ("user_changed", 'W/"3"'),
            ("revoked", 'W/"3"'),
        ]

    play(postgresql_database, scenario)


def test_a_grant_that_was_just_revoked_is_not_revoked_again(postgresql_database: str) -> None:
    """The transaction that revokes was open when the licence was deleted."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        licence = await new_license(client)
        user = await new_holder(client, licence)
        record_events(app)
        operation = {"op": "remove", "path": f'entitlements[value eq "{licence}"]'}
        await delete_during(client, app, licence, user["id"], operation)
        assert (await client.get(f"/Users/{user['id']}")).json()["meta"]["version"] == 'W/"2"'
        assert await events(app) == [("user_changed", 'W/"2"'), ("revoked", 'W/"2"')]

    play(postgresql_database, scenario)


def test_the_event_of_a_revocation_has_what_was_changed_just_before(postgresql_database: str) -> None:
    """Another transaction changes the title of the holder."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        licence = await new_license(client)
        user = await new_holder(client, licence)
        record_events(app)
        operation = {"op": "replace", "path": "title", "value": "new"}
        await delete_during(client, app, licence, user["id"], operation)
        assert await events(app) == [("user_changed", 'W/"2"'), ("user_changed", 'W/"3"'), ("revoked", 'W/"3"')]
        rows = await connection_of(app).rows("SELECT event FROM outbox ORDER BY position")
        assert load_stored(rows[-1][0].encode())["user"]["title"] == "new"

    play(postgresql_database, scenario)

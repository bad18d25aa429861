"""Limits of grants: a number for each value, and limits that count active users only."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from scimgen.serving import application_of
from scimgen_server import Application, ScimApp, ScimError, Settings, Store, make_store
from scimgen_server.testing.server import TOKEN, running
from tests.server.apps import load_app
from tests.server.inside import play

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
DESCRIPTION = """
scimgen: 1
app: crm
vendor: acme
roles: {limit: 1, limitCounts: active, values: [{id: owner, displayName: Owner}]}
entitlements:
  License:
    attributes: {seats: integer}
    limit: {from: seats}
    values:
      - {id: lic-two, displayName: Two, seats: 2}
      - {id: lic-none, displayName: None, seats: 0}
      - {id: lic-any, displayName: Any}
  Desk:
    attributes: {seats: integer}
    limit: {from: Seats}
    limitCounts: active
    values:
      - {id: desk, displayName: Desk by the window, seats: 2}
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The app of the description."""
    path = tmp_path_factory.mktemp("limits") / "crm.scim.yaml"
    path.write_text(DESCRIPTION)
    return application_of(load_app(path))


def user(name: str, *values: str, active: bool = True) -> dict[str, Any]:
    """A user with entitlements as a client sends it."""
    return {"userName": name, "active": active, "entitlements": [{"value": one} for one in values]}


def changes(*operations: dict[str, Any]) -> dict[str, Any]:
    """A PATCH message."""
    return {"schemas": [PATCH], "Operations": operations}


def set_active(active: bool) -> dict[str, Any]:
    """The operation with which Okta deactivates and reactivates a user."""
    return {"op": "replace", "value": {"active": active}}


def grant(value: str) -> dict[str, Any]:
    """The operation that grants an entitlement."""
    return {"op": "add", "path": "entitlements", "value": [{"value": value}]}


def revoke(value: str) -> dict[str, Any]:
    """The operation that revokes it."""
    return {"op": "remove", "path": f'entitlements[value eq "{value}"]'}


async def create(client: httpx.AsyncClient, name: str, *values: str, active: bool = True) -> str:
    """Create a user, and return its location."""
    response = await client.post("/Users", json=user(name, *values, active=active))
    assert response.status_code == 201, response.text
    return str(response.json()["meta"]["location"])


async def status(client: httpx.AsyncClient, location: str, *operations: dict[str, Any]) -> int:
    """Change a user, and return the status of the response."""
    return (await client.patch(location, json=changes(*operations))).status_code


def test_each_value_has_its_own_limit(new_store: Callable[[], Store], limited: Application) -> None:
    """From its attribute, which can change. A value without it has no limit."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        for name in ("ada", "bob"):
            await create(client, name, "lic-two", "lic-any")
        refused = await client.post("/Users", json=user("eve", "lic-two"))
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
        assert "'lic-two' has 2 holders, which is its limit" in refused.json()["detail"]
        assert (await client.post("/Users", json=user("eve", "lic-none"))).status_code == 400
        eve = await create(client, "eve", "lic-any")
        licence = (await client.get("/Licenses/lic-two")).json()
        extension = next(name for name in licence if name.endswith(":License"))
        await client.put("/Licenses/lic-two", json=licence | {extension: {"seats": 3}})
        assert await status(client, eve, grant("lic-two")) == 200
        await client.put("/Licenses/lic-two", json=licence | {extension: {"seats": 1}})
        assert await status(client, eve, {"op": "replace", "value": {"title": "Dr"}}) == 200
        assert await status(client, eve, revoke("lic-two")) == 200
        assert await status(client, eve, grant("lic-two")) == 400

    play(new_store(), scenario, application=limited)


def test_a_deactivated_user_frees_a_seat(new_store: Callable[[], Store], limited: Application) -> None:
    """It keeps the grant. Its reactivation is refused when the seats are gone, with the value and what to do."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        ada, bob = await create(client, "ada", "desk"), await create(client, "bob", "desk")
        eve = await create(client, "eve")
        assert await status(client, eve, grant("desk")) == 400
        assert await status(client, ada, set_active(False)) == 200
        assert await status(client, eve, grant("desk")) == 200
        refused = await client.patch(ada, json=changes(set_active(True)))
        assert refused.status_code == 409
        assert refused.json()["detail"] == (
            "The user cannot be reactivated: the limit of the Desk 'Desk by the window' is 2 active users, and it is"
            " reached. Remove it from this or another user, deactivate a user who holds it, or raise the limit. Then"
            " try again."
        )
        shown = (await client.get(ada)).json()
        assert (shown["active"], shown["entitlements"][0]["value"]) == (False, "desk")
        assert (await client.put(ada, json=user("ada", "desk"))).status_code == 409
        with pytest.raises(ScimError, match="cannot be reactivated"):
            await app.directory().users.reactivate(shown["id"])
        assert await status(client, bob, set_active(False)) == 200
        assert await status(client, ada, set_active(True)) == 200
        assert await status(client, bob, revoke("desk"), set_active(True)) == 200
        assert await status(client, bob, grant("desk")) == 400

    play(new_store(), scenario, application=limited)


def test_an_inactive_user_needs_no_seat(new_store: Callable[[], Store], limited: Application) -> None:
    """Also of a role. A grant and a reactivation in one request need one."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        owner = {"roles": [{"value": "owner"}]}
        assert (await client.post("/Users", json=user("ada") | owner)).status_code == 201
        assert (await client.post("/Users", json=user("bob") | owner)).status_code == 400
        late = await client.post("/Users", json=user("late", active=False) | owner)
        assert late.status_code == 201
        assert await status(client, late.json()["meta"]["location"], set_active(True)) == 409
        for name in ("carl", "dora"):
            await create(client, name, "desk")
        inactive = await create(client, "eve", "desk", active=False)
        other = await create(client, "finn", active=False)
        assert await status(client, inactive, set_active(True)) == 409
        assert await status(client, other, grant("desk"), set_active(True)) == 400
        assert await status(client, other, grant("desk")) == 200

    play(new_store(), scenario, application=limited)


def test_the_last_seat_is_given_once_under_concurrency(database: str, limited: Application) -> None:
    """Sixteen clients: one seat of a value, and one seat of active users, by grants and by reactivations."""
    settings = Settings(tokens=(TOKEN,), rate=0, weak_secrets=True)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        running(ScimApp(limited, settings=settings, store=make_store(database))) as url,
        httpx.Client(base_url=url, headers=headers, timeout=30) as client,
        ThreadPoolExecutor(16) as pool,
    ):

        def new(number: int) -> str:
            held = ["desk"] if number % 2 else []
            made = client.post("/Users", json=user(f"user{number}", *held, active=not held))
            assert made.status_code == 201, made.text
            return str(made.json()["meta"]["location"])

        def send(location: str, operation: dict[str, Any]) -> int:
            return client.patch(location, json=changes(operation)).status_code

        client.post("/Users", json=user("first", "lic-two", "desk")).raise_for_status()
        users = [new(number) for number in range(16)]
        operations = [set_active(True) if number % 2 else grant("desk") for number in range(16)]
        answers = list(pool.map(send, users, operations))
        assert answers.count(200) == 1
        assert sorted(set(answers)) in ([200, 400, 409], [200, 400], [200, 409])
        answers = list(pool.map(lambda location: send(location, grant("lic-two")), users))
        assert sorted(answers) == [200] + [400] * 15
        for condition in ('entitlements.value eq "desk" and active eq true', 'entitlements.value eq "lic-two"'):
            found = client.get("/Users", params={"filter": condition}).json()
            assert found["totalResults"] == 2, condition

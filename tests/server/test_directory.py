"""The in-process API: an app changes its own users and grants, with the checks of the protocol."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scimgen_server import Directory, ScimApp, ScimError, Store
from tests.server.apps import every_application
from tests.server.inside import play

User: Any = every_application().user_type.model


def test_the_app_changes_users_and_grants(new_store: Callable[[], Store]) -> None:
    """Users are objects of the app's model. Clients see the changes."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        scim = app.directory()
        user = await scim.users.create(User(user_name="Ada", active=True))
        assert (await scim.users.named("ADA")).id == user.id
        await scim.grants.grant(user.id, "lic-pro")
        await scim.grants.grant(user.id, "admin")
        assert {(one.value, one.type) for one in await scim.grants.held(user.id)} == {
            ("lic-pro", "License"),
            ("admin", "Role"),
        }
        await scim.grants.revoke(user.id, "admin")
        await scim.grants.revoke(user.id, "admin")
        await scim.users.deactivate(user.id)
        shown = (await client.get(f"/Users/{user.id}")).json()
        assert (shown["active"], [one["value"] for one in shown["entitlements"]]) == (False, ["lic-pro"])
        assert "roles" not in shown
        assert (await scim.users.reactivate(user.id)).active is True
        await scim.users.delete(user.id)
        assert await scim.users.get(user.id) is None

    play(new_store(), scenario)


def test_several_changes_in_one_transaction_are_all_or_nothing(new_store: Callable[[], Store]) -> None:
    """The second one fails, and the first one is rolled back."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        user = await app.directory().users.create(User(user_name="ada", active=True))

        async def job(scim: Directory) -> None:
            await scim.users.deactivate(user.id)
            assert (await scim.users.get(user.id)).active is False
            await scim.grants.grant(user.id, "no such value")

        with pytest.raises(ScimError, match="no such value"):
            await app.directory().together(job)
        assert (await client.get(f"/Users/{user.id}")).json()["active"] is True

    play(new_store(), scenario)


def test_the_app_gets_the_same_errors_as_a_client(new_store: Callable[[], Store]) -> None:
    """Uniqueness and unknown users. A name that looks like a filter matches nobody."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        scim = app.directory()
        await scim.users.create(User(user_name="ada"))
        with pytest.raises(ScimError) as taken:
            await scim.users.create(User(user_name="ADA"))
        assert (taken.value.status, taken.value.scim_type) == (409, "uniqueness")
        with pytest.raises(ScimError) as missing:
            await scim.users.deactivate("nobody")
        assert missing.value.status == 404
        assert await scim.users.named('x" or userName pr or userName eq "') is None

    play(new_store(), scenario)

"""The app's own way to its users: the checks of the protocol, in one transaction."""

import importlib
from typing import Any

import httpx
import pytest

from tests.server.inside import play


def test_the_app_changes_users_and_grants(crm: Any, database: str) -> None:
    """As its own model; clients see what it did."""
    models = importlib.import_module("crm.models")

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        scim = app.directory()
        user = await scim.users.create(models.User(user_name="Ada", active=True))
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

    play(database, scenario)


def test_several_things_together_are_all_or_nothing(crm: Any, database: str) -> None:
    """The second fails: the first has not happened."""
    models = importlib.import_module("crm.models")
    error = importlib.import_module("crm.scim.errors").ScimError

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        user = await app.directory().users.create(models.User(user_name="ada", active=True))

        async def job(scim: Any) -> None:
            await scim.users.deactivate(user.id)
            assert (await scim.users.get(user.id)).active is False
            await scim.grants.grant(user.id, "no such value")

        with pytest.raises(error, match="no such value"):
            await app.directory().together(job)
        assert (await client.get(f"/Users/{user.id}")).json()["active"] is True

    play(database, scenario)


def test_what_a_client_would_be_refused_the_app_is_too(crm: Any, database: str) -> None:
    """Uniqueness, unknown users; a name that looks like a filter finds nobody."""
    models = importlib.import_module("crm.models")
    error = importlib.import_module("crm.scim.errors").ScimError

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        scim = app.directory()
        await scim.users.create(models.User(user_name="ada"))
        with pytest.raises(error) as taken:
            await scim.users.create(models.User(user_name="ADA"))
        assert (taken.value.status, taken.value.scim_type) == (409, "uniqueness")
        with pytest.raises(error) as missing:
            await scim.users.deactivate("nobody")
        assert missing.value.status == 404
        assert await scim.users.named('x" or userName pr or userName eq "') is None

    play(database, scenario)

"""Groups, memberships, and resources of other types reach hooks and the webhook as events."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scimgen_server import Hooks, ScimApp, ScimError, Store, current_event
from scimgen_server.application import Application
from scimgen_server.events import delivery
from scimgen_server.service.recorder import ChangeRecorder
from tests.server.apps import every_application
from tests.server.inside import play, service_of, until

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"
Group: Any = next(one.model for one in every_application().resource_types if one.kind == "group")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for events often."""
    monkeypatch.setattr(delivery, "_POLL_SECONDS", 0.02)


class Listener:
    """Hooks for groups and other resources that keep what they receive."""

    def __init__(self) -> None:
        self.hooks = Hooks()
        self.events: list[tuple[Any, ...]] = []
        for name in ("created", "changed", "deleted"):
            getattr(self.hooks, f"on_group_{name}")(self._group(name))
            getattr(self.hooks, f"on_resource_{name}")(self._resource(name))
        self.hooks.on_group_renamed(self._group("renamed"))
        self.hooks.on_members_added(self._members("added"))
        self.hooks.on_members_removed(self._members("removed"))

    def _group(self, name: str) -> Any:
        async def hook(group: Any, *before: str) -> None:
            assert group.members is None
            self.events.append((group.display_name, name, *before))

        return hook

    def _members(self, name: str) -> Any:
        async def hook(group: Any, members: list[Any]) -> None:
            shown = sorted(f"{one.type} {one.display}" for one in members)
            reason = current_event.get().reason
            self.events.append((group.display_name, name, *shown, *([reason] if reason else [])))

        return hook

    def _resource(self, name: str) -> Any:
        async def hook(resource: Any) -> None:
            self.events.append((resource.meta.resource_type, name, resource.display_name))

        return hook

    def of(self, group: str) -> list[tuple[Any, ...]]:
        """The events of the group with a name, without the name."""
        return [one[1:] for one in self.events if one[0] == group]


async def create(client: httpx.AsyncClient, endpoint: str, **attributes: Any) -> str:
    """Create a resource, and return its id."""
    response = await client.post(endpoint, json=attributes)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def patch(client: httpx.AsyncClient, path: str, *operations: dict[str, Any]) -> None:
    """Change a resource."""
    response = await client.patch(path, json={"schemas": [PATCH], "Operations": operations})
    assert response.status_code in (200, 204), response.text


def member_values(*ids: str) -> list[dict[str, str]]:
    """Members as a client sends them."""
    return [{"value": one} for one in ids]


async def drained(app: ScimApp) -> None:
    """Wait until all events are delivered."""
    for _ in range(500):
        if (await service_of(app).store.outbox.backlog()).waiting == 0:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("events still wait")


def test_each_change_of_a_group_has_one_event(new_store: Callable[[], Store]) -> None:
    """In order. A PUT and a PATCH of members have events for the difference only."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        ada, bob = [await create(client, "/Users", userName=name) for name in ("ada", "bob")]
        group = f"/Groups/{await create(client, '/Groups', displayName='Sales', members=member_values(ada))}"
        add = {"op": "add", "path": "members", "value": member_values(ada, bob)}
        await patch(client, group, add)
        await patch(client, group, add)  # no change
        await patch(client, group, {"op": "replace", "value": {"externalId": "x"}})
        sales = {"displayName": "Sales EMEA", "externalId": "x"}
        await client.put(group, json=sales | {"members": member_values(bob)})
        await patch(client, group, {"op": "remove", "path": f'members[value eq "{bob}"]'})
        assert (await client.delete(group)).status_code == 204
        await drained(app)

    play(new_store(), scenario, hooks=listener.hooks)
    assert listener.events == [
        ("Sales", "created"),
        ("Sales", "added", "User ada"),
        ("Sales", "added", "User bob"),
        ("Sales", "changed"),
        ("Sales EMEA", "changed"),
        ("Sales EMEA", "renamed", "Sales"),
        ("Sales EMEA", "removed", "User ada", "removed"),
        ("Sales EMEA", "removed", "User bob", "removed"),
        ("Sales EMEA", "deleted"),
    ]


def test_deleted_users_and_groups_leave_their_groups(new_store: Callable[[], Store]) -> None:
    """With the reason. An event has the direct members only, with their types."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        ada, bob = [await create(client, "/Users", userName=name) for name in ("ada", "bob")]
        inner = await create(client, "/Groups", displayName="Inner", members=member_values(ada, bob))
        await create(client, "/Groups", displayName="Outer", members=member_values(ada, inner))
        await client.delete(f"/Users/{ada}")
        await client.delete(f"/Groups/{inner}")
        await drained(app)

    play(new_store(), scenario, hooks=listener.hooks)
    assert listener.of("Inner") == [
        ("created",),
        ("added", "User ada", "User bob"),
        ("removed", "User ada", "member_deleted"),
        ("removed", "User bob", "group_deleted"),
        ("deleted",),
    ]
    assert listener.of("Outer") == [
        ("created",),
        ("added", "Group Inner", "User ada"),
        ("removed", "User ada", "member_deleted"),
        ("removed", "Group Inner", "member_deleted"),
    ]


def test_resources_of_other_types_have_events(new_store: Callable[[], Store]) -> None:
    """Values of roles and entitlements that clients manage are such resources."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        licence = f"/Licenses/{await create(client, '/Licenses', displayName='Gold', **{LICENSE: {'tier': 'pro'}})}"
        await patch(client, licence, {"op": "replace", "value": {"displayName": "Platinum"}})
        await client.delete(licence)
        await create(client, "/Roles", displayName="Auditor")
        await until(lambda: len(listener.events) == 4)

    play(new_store(), scenario, hooks=listener.hooks)
    assert sorted(listener.events) == [
        ("License", "changed", "Platinum"),
        ("License", "created", "Gold"),
        ("License", "deleted", "Platinum"),
        ("Role", "created", "Auditor"),
    ]


def test_events_list_up_to_500_members(sqlite_database: str) -> None:
    """So 1,200 new members are three events, none of which has the other members of the group."""
    pages: list[dict[str, Any]] = []

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        ids = [await create(client, "/Users", userName=f"user{number}") for number in range(1200)]
        service_of(app).operations.recorder.consumers = {"webhook": {"members_added", "members_removed"}}
        group = await create(client, "/Groups", displayName="All", members=member_values(*ids))
        await client.delete(f"/Groups/{group}")
        connection = service_of(app).store.connection  # type: ignore[attr-defined]
        rows = await connection.rows("SELECT event FROM outbox ORDER BY position")
        pages.extend(json.loads(row[0]) for row in rows)

    play(sqlite_database, scenario)
    assert [(one["event"], len(one["members"])) for one in pages] == [
        ("members_added", 500),
        ("members_added", 500),
        ("members_added", 200),
        ("members_removed", 500),
        ("members_removed", 500),
        ("members_removed", 200),
    ]
    assert len({one["value"] for page in pages[:3] for one in page["members"]}) == 1200
    assert all("members" not in one["group"] for one in pages)


def test_events_that_nobody_wants_are_not_written(
    new_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither are their resources read and rendered."""
    hooks = Hooks()
    rendered: list[str] = []
    original = ChangeRecorder._shown

    async def shown(self: ChangeRecorder, *arguments: Any) -> Any:
        rendered.append("resource")
        return await original(self, *arguments)

    @hooks.on_user_deleted
    async def forget(user: Any) -> None:
        pass

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        monkeypatch.setattr(ChangeRecorder, "_shown", shown)
        ada = await create(client, "/Users", userName="ada")
        group = await create(client, "/Groups", displayName="Sales", members=member_values(ada))
        await client.delete(f"/Groups/{group}")
        assert not rendered
        await client.delete(f"/Users/{ada}")
        assert len(rendered) == 1
        await drained(app)

    play(new_store(), scenario, hooks=hooks)


def test_the_app_reads_and_changes_groups(new_store: Callable[[], Store]) -> None:
    """Through its directory, without calls of the app's hooks."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        groups = app.directory().groups
        ada, bob = [await create(client, "/Users", userName=name) for name in ("ada", "bob")]
        sales = await groups.create(Group(display_name="Sales"))
        await groups.add_members(sales.id, [ada, bob])
        await groups.remove_members(sales.id, [])
        assert {(one.type, one.display) for one in await groups.members(sales.id)} == {("User", "ada"), ("User", "bob")}
        await groups.remove_members(sales.id, [bob, "nobody"])
        assert [one.value for one in await groups.members(sales.id)] == [ada]
        assert (await groups.rename(sales.id, "Sales EMEA")).display_name == "Sales EMEA"
        (found,) = await groups.named("sales emea")
        assert (found.id, found.members) == (sales.id, None)
        assert await groups.named("Sales") == []
        with pytest.raises(ScimError, match="nobody"):
            await groups.add_members(sales.id, ["nobody"])
        with pytest.raises(ScimError) as missing:
            await groups.members("nobody")
        assert missing.value.status == 404
        await groups.delete(sales.id)
        assert await groups.get(sales.id) is None
        await create(client, "/Groups", displayName="Support")
        await until(lambda: bool(listener.events))

    play(new_store(), scenario, hooks=listener.hooks)
    assert listener.events == [("Support", "created")]


def test_an_app_without_groups_has_none(sqlite_database: str) -> None:
    """The error names the cause."""
    every = every_application()
    types = tuple(one for one in every.resource_types if one.kind != "group")
    application = Application(
        name=every.name, package=every.package, resource_types=types, document=every.document, values=every.values
    )

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        with pytest.raises(LookupError, match="has no groups"):
            _ = app.directory().groups

    play(sqlite_database, scenario, application=application)

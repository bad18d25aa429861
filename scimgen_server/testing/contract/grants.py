"""Roles and entitlements: who holds them, how many hold them, how they are shown and found."""

from ...ports.resources import Linked, LinkUpdate, Store, Stored
from ..models import LICENSE, ROLE, record, user
from .scenarios import (
    LATER,
    LOCATION,
    TENANT,
    StoreTests,
    current,
    delete,
    find,
    insert,
    link,
    names,
    with_store,
)

_ADMIN = record(ROLE, "admin", displayName="Administrator")
_AUDITOR = record(ROLE, "auditor", displayName="Auditor")
_PRO = record(LICENSE, "lic-1", value="pro", display="Professional", type="plan")


async def _update(store: Store, source: Stored, update: LinkUpdate) -> None:
    await store.write(lambda tx: tx.link(TENANT, source.key, update))


class GrantTests(StoreTests):
    """The links `roles` and `entitlements`."""

    @with_store
    async def test_grants_show_the_value_and_the_type(self, store: Store) -> None:
        """A role by its id; the draft's entitlement by its `value`, with its own `type`."""
        ada, admin, pro = await insert(store, user("ada"), _ADMIN, _PRO)
        await link(store, ada, "roles", admin)
        await link(store, ada, "entitlements", pro)
        found = await store.links(TENANT, [ada.key], ["roles", "entitlements"])
        assert sorted(found[ada.key]) == [
            Linked("entitlements", pro.key, "pro", "License", pro.id, "Professional", label="plan"),
            Linked("roles", admin.key, admin.id, "Role", admin.id, "Administrator"),
        ]
        only = await store.links(TENANT, [ada.key], ["roles"])
        assert [one.link for one in only[ada.key]] == ["roles"]

    @with_store
    async def test_primary_moves(self, store: Store) -> None:
        """A link that exists takes the new `primary`; it does not become a second link."""
        ada, admin, auditor = await insert(store, user("ada"), _ADMIN, _AUDITOR)
        first = LinkUpdate("roles", {admin.key: True, auditor.key: False})
        second = LinkUpdate("roles", {admin.key: False, auditor.key: True})
        for update, primary in ((first, admin), (second, auditor)):
            await _update(store, ada, update)
            links = (await store.links(TENANT, [ada.key], ["roles"]))[ada.key]
            assert len(links) == 2
            assert [one.id for one in links if one.primary] == [primary.id]
            name = f'roles[primary eq true and value eq "{primary.id}"]'
            assert names(await find(store, name)) == ["ada"]
        assert await store.counts(TENANT, "roles", [admin.key]) == {admin.key: 1}

    @with_store
    async def test_holders_are_counted_and_listed(self, store: Store) -> None:
        """By link; a resource that nobody holds has 0. What is held is not checked."""
        ada, alan, pro, free = await insert(store, *map(user, ("ada", "alan", "pro", "free")))
        held = [pro.key, free.key]
        assert await store.counts(TENANT, "entitlements", held) == dict.fromkeys(held, 0)
        await link(store, alan, "entitlements", pro)
        await link(store, ada, "entitlements", pro, free)
        await link(store, alan, "roles", free)
        assert await store.counts(TENANT, "entitlements", held) == {pro.key: 2, free.key: 1}
        assert await store.counts(TENANT, "roles", held) == {pro.key: 0, free.key: 1}
        assert await store.counts("other", "roles", held) == dict.fromkeys(held, 0)
        assert await store.holders(TENANT, "entitlements", pro.key) == [ada, alan]
        assert await store.holders(TENANT, "roles", pro.key) == []
        assert await store.holders("other", "entitlements", pro.key) == []

    @with_store
    async def test_counts_follow_every_change(self, store: Store) -> None:
        """Removed links, deleted holders and deleted values. In a transaction as after it."""
        ada, alan, pro = await insert(store, *map(user, ("ada", "alan", "pro")))
        for holder in (ada, alan):
            await link(store, holder, "entitlements", pro)
        unlink = LinkUpdate("entitlements", removed=[pro.key, alan.key])
        await _update(store, ada, unlink)
        assert await store.counts(TENANT, "entitlements", [pro.key]) == {pro.key: 1}
        assert await store.holders(TENANT, "entitlements", pro.key) == [alan]
        await delete(store, alan, user("alan"))
        assert await store.counts(TENANT, "entitlements", [pro.key]) == {pro.key: 0}
        await link(store, ada, "entitlements", pro)
        await delete(store, pro, user("pro"))
        assert await store.links(TENANT, [ada.key], ["entitlements"]) == {}
        assert (await current(store, ada)).version == 2

    @with_store
    async def test_active_users_are_counted(self, store: Store) -> None:
        """The total of `active eq …` is right after inserts, updates and deletes."""
        records = [user("a", active=True), user("b", active=True), user("c", active=False)]
        a, b, _ = await insert(store, *records)

        async def totals() -> tuple[int, int]:
            pages = [await find(store, f"active eq {one}", count=1) for one in ("true", "false")]
            return pages[0].total, pages[1].total

        assert await totals() == (2, 1)
        off = user(a.id, "a", active=False)
        await store.write(lambda tx: tx.update(TENANT, a, records[0], off, LATER))
        assert await totals() == (1, 2)
        await delete(store, b, records[1])
        assert await totals() == (0, 2)
        await delete(store, a, off)
        assert await totals() == (0, 1)

    @with_store
    async def test_filters_follow_grants(self, store: Store) -> None:
        """By value, id, display, type, $ref and primary of what is granted."""
        ada, alan, _, admin, auditor, pro = await insert(
            store, user("ada"), user("alan"), user("grace"), _ADMIN, _AUDITOR, _PRO
        )
        await link(store, ada, "roles", admin)
        await link(store, alan, "roles", admin, auditor)
        await link(store, ada, "entitlements", pro)
        primary = LinkUpdate("roles", {auditor.key: True})
        await _update(store, alan, primary)
        for text, expected in (
            (f'roles[value eq "{admin.id}"]', "ada alan"),
            (f'roles.value eq "{auditor.id}"', "alan"),
            (f'roles eq "{auditor.id}"', "alan"),
            (f'roles.value ne "{auditor.id}"', "ada grace"),
            ('roles.display co "AUD"', "alan"),
            ('roles.display sw "admin"', "ada alan"),
            (f'roles[value eq "{admin.id}" and display eq "Auditor"]', ""),
            (f'roles.value eq "{admin.id}" and roles.display eq "Auditor"', "alan"),
            (f'roles[not (value eq "{admin.id}")]', "alan"),
            ('roles.type eq "Role"', "ada alan"),
            ("roles.primary eq true", "alan"),
            ("roles[primary eq false]", "ada alan"),
            (f'roles.$ref eq "{LOCATION}/Roles/{auditor.id}"', "alan"),
            ('entitlements.value eq "pro"', "ada"),
            ('entitlements[value eq "PRO"]', ""),
            (f'entitlements.value eq "{pro.id}"', "ada"),
            ('entitlements.type eq "PLAN"', "ada"),
            ('entitlements.type eq "License"', ""),
            ('entitlements[type eq "plan" and value sw "pr"]', "ada"),
            ("entitlements pr", "ada"),
            ("not (roles pr)", "grace"),
            ('roles[value eq "nothing"]', ""),
            ("roles pr and entitlements pr", "ada"),
        ):
            page = await find(store, text)
            assert (names(page), page.total) == (expected.split(), len(expected.split())), text

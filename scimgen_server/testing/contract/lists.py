"""Pages of lists."""

from typing import Any

from ...ports.resources import Store
from ..models import ROLE, record, user
from .scenarios import StoreTests, delete, find, insert, insert_users, link, with_store

_PAGES: list[dict[str, Any]] = [{}, {"start": 3}, {"count": 0}, {"after": 0}]


class ListTests(StoreTests):
    """`start`, `count` and `after`."""

    @with_store
    async def test_an_empty_store(self, store: Store) -> None:
        """Nothing is found, whatever is asked."""
        for text in (None, 'userName eq "x"', "active eq true", "not (userName pr)"):
            for options in _PAGES:
                page = await find(store, text, **options)
                assert (page.total, page.items) == (0, []), (text, options)

    @with_store
    async def test_pages_have_the_order_of_creation(self, store: Store) -> None:
        """By position and by key, with and without a filter; beyond the end there is nothing."""
        users = await insert_users(store, *(f"user{number}" for number in range(10)))
        assert [one.key for one in users] == sorted(one.key for one in users)
        for text in (None, 'userName sw "user"', "displayName eq null"):
            page = await find(store, text, start=4, count=3)
            assert (page.total, page.items) == (10, users[4:7]), text
            page = await find(store, text, after=users[6].key, count=2)
            assert (page.total, page.items) == (10, users[7:9]), text
            page = await find(store, text, after=users[9].key, count=2)
            assert (page.total, page.items) == (10, []), text
            page = await find(store, text, start=10, count=3)
            assert (page.total, page.items) == (10, []), text
            page = await find(store, text, start=8, count=100)
            assert (page.total, page.items) == (10, users[8:]), text
            page = await find(store, text, count=0)
            assert (page.total, page.items) == (10, []), text

    @with_store
    async def test_any_page_can_be_read_at_any_time(self, store: Store) -> None:
        """Forward, backward and beyond the end; also after earlier resources were deleted."""
        users = await insert_users(store, *(f"user{number}" for number in range(12)))
        for position in (None, 3, 0):
            if position is not None:
                stored = users.pop(position)
                name = f"user{3 if position == 3 else 0}"
                await delete(store, stored, user(stored.id, name))
            for start in (7, 2, 9, 4, 4, 0, 5, 11, 6, 20, 1):
                page = await find(store, None, start=start, count=3)
                assert (page.total, page.items) == (len(users), users[start : start + 3])

    @with_store
    async def test_new_resources_come_last(self, store: Store) -> None:
        """A client that pages by key sees each resource once while others are written."""
        users = await insert_users(store, "a", "b", "c")
        page = await find(store, None, count=2)
        assert page.items == users[:2]
        await delete(store, users[0], user("a"))
        users += await insert_users(store, "d")
        page = await find(store, None, after=users[1].key, count=10)
        assert (page.total, page.items) == (3, users[2:])

    @with_store
    async def test_pages_of_the_holders_of_a_role(self, store: Store) -> None:
        """The total counts all holders."""
        (role,) = await insert(store, record(ROLE, "admin", displayName="Admin"))
        users = await insert_users(store, *(f"user{number}" for number in range(6)))
        for one in (users[4], users[1], users[2], users[5]):
            await link(store, one, "roles", role)
        holders = [users[1], users[2], users[4], users[5]]
        for text in (f'roles.value eq "{role.id}"', f'roles[value eq "{role.id}"]', "roles pr"):
            page = await find(store, text, start=1, count=2)
            assert (page.total, page.items) == (4, holders[1:3]), text
            page = await find(store, text, after=holders[1].key, count=5)
            assert (page.total, page.items) == (4, holders[2:]), text

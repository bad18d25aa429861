"""The order of lists (RFC 7644 section 3.4.2.3)."""

from ...ports.resources import LinkUpdate, Query, Store
from ...schema.attributes import Attribute, Tree
from ..models import GROUP, ROLE, TREES, USER, group, record, user
from .scenarios import (
    LATER,
    LOCATION,
    TENANT,
    StoreTests,
    find,
    insert,
    link,
    names,
    with_store,
)

_USERS = (
    user("1", "b", logins=10, tags=["x", "a"], emails=[{"value": "m@x"}], code="b"),
    user("2", "A", logins=9, displayName="z", active=True, code="B"),
    user(
        "3",
        "c",
        logins=-5,
        hired="2024-01-01T00:00:00+02:00",
        emails=[{"value": "z@x"}, {"value": "a@x", "primary": True}],
        name={"familyName": "Zeta"},
        tags=["b"],
    ),
    user("4", "D", displayName="Y", active=False, hired="2023-12-31T23:00:00Z"),
)

_ASCENDING = {
    "userName": "A b c D",
    "displayName": "D A b c",
    "logins": "c A b D",
    "hired": "c D b A",
    "active": "D A b c",
    "tags": "c b A D",
    "emails": "c b A D",
    "emails.value": "c b A D",
    "emails.type": "b A c D",
    "name.familyName": "c b A D",
    "code": "A b c D",
    "meta.created": "b A c D",
    "badge": "b A c D",
}
_DESCENDING = {
    "userName": "D c b A",
    "displayName": "b c A D",
    "logins": "D b A c",
    "tags": "A D b c",
    "emails": "A D b c",
    "name.familyName": "b A D c",
    "meta.created": "b A c D",
}


class SortTests(StoreTests):
    """`sortBy` and `sortOrder`."""

    @with_store
    async def test_ascending(self, store: Store) -> None:
        """Without a value last, in the order of creation; of several values the primary one."""
        await insert(store, *_USERS)
        await _check(store, _ASCENDING, descending=False)

    @with_store
    async def test_descending(self, store: Store) -> None:
        """Without a value first; equal values in the order of creation."""
        await insert(store, *_USERS)
        await _check(store, _DESCENDING, descending=True)

    @with_store
    async def test_by_the_last_change(self, store: Store) -> None:
        """An update moves a resource."""
        first, *_ = await insert(store, *_USERS)
        after = user(first.id, "b")
        await store.write(lambda tx: tx.update(TENANT, first, _USERS[0], after, LATER))
        await _check(store, {"meta.lastModified": "A c D b"}, descending=False)
        await _check(store, {"meta.lastModified": "b A c D"}, descending=True)

    @with_store
    async def test_by_a_link(self, store: Store) -> None:
        """By the least of the names that the link shows."""
        a, b, c, _ = await insert(store, *(user(name) for name in "abcd"))
        roles = await insert(
            store, *(record(ROLE, name, displayName=name.upper()) for name in ("x", "y", "z"))
        )
        team, other = await insert(store, group("team"), group("other"))
        await link(store, a, "roles", roles[2])
        await link(store, b, "roles", roles[1], roles[2])
        primary = LinkUpdate("roles", {roles[0].key: False, roles[2].key: True})
        await store.write(lambda tx: tx.link(TENANT, c.key, primary))
        await link(store, team, "members", a)
        await link(store, other, "members", c, team)
        await _check(store, {"roles": "c b a d", "groups": "c a b d"}, descending=False)
        await _check(store, {"roles": "d a b c", "groups": "b d a c"}, descending=True)

    @with_store
    async def test_pages_of_a_sorted_list(self, store: Store) -> None:
        """With and without a filter; pages join without gaps where values are missing."""
        await insert(store, *_USERS)
        for text, expected in ((None, "D A b c"), ("logins pr", "A b c")):
            for descending in (False, True):
                whole = expected.split() if not descending else None
                sort = {"User": _attribute("displayName")}
                found: list[str] = []
                for start in range(0, 5, 2):
                    page = await find(
                        store, text, sort_by=sort, descending=descending, start=start, count=2
                    )
                    assert page.total == len(expected.split())
                    found += names(page)
                assert sorted(found) == sorted(expected.split())
                assert whole is None or found == whole

    @with_store
    async def test_over_several_types(self, store: Store) -> None:
        """Each type is sorted by its own attribute of the name."""
        await insert(
            store, user("u1", displayName="b"), group("c"), user("u2"), group("A"), user("u3")
        )
        for name, descending, expected in (
            ("displayName", False, "A u1 c u2 u3"),
            ("displayName", True, "u2 u3 c u1 A"),
            ("meta.resourceType", False, "c A u1 u2 u3"),
            ("meta.resourceType", True, "u1 u2 u3 c A"),
        ):
            query = Query(
                [(USER, None), (GROUP, None)],
                trees=TREES,
                location=LOCATION,
                sort_by={tree.name: _attribute(name, tree) for tree in (USER, GROUP)},
                descending=descending,
            )
            page = await store.search(TENANT, query)
            assert (" ".join(names(page)), page.total) == (expected, 5), name


def _attribute(name: str, tree: Tree = USER) -> Attribute:
    attribute = tree.find(name)
    assert attribute is not None
    return attribute


async def _check(store: Store, orders: dict[str, str], *, descending: bool) -> None:
    """Check the order by each attribute. All wrong orders are reported together."""
    wrong: dict[str, str] = {}
    for name, expected in orders.items():
        sort = {"User": _attribute(name)}
        found = " ".join(names(await find(store, None, sort_by=sort, descending=descending)))
        if found != expected:
            wrong[name] = f"{found!r}, expected {expected!r}"
    assert not wrong

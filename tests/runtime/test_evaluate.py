"""The evaluation of filters and sort keys in Python agrees with the SQL that SQLite runs."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from scimgen_server.filters.parser import parse_filter
from scimgen_server.messages.errors import ScimError
from scimgen_server.ports.resources import LinkUpdate, Query, Store, Stored, Transaction
from scimgen_server.schema.attributes import Attribute, Link
from scimgen_server.schema.records import Record
from scimgen_server.storage.stores import make_store
from scimgen_server.testing import MemoryStore
from scimgen_server.testing.models import GROUP, LICENSE, ROLE, TREES, USER, Work, group, record, user

LOCATION = "https://example.com/scim/v2"
NOW = "2026-01-31T09:30:00.000000Z"

WORDS = ["a", "A", "ab", "B", "é", "É", "%", "_", '"', "\\", "work", "User", "direct"]
DATES = ["2024-01-31T09:30:00+01:00", "2024-01-31T08:30:00Z", "2025-06-01T00:00:00.5Z"]

texts = st.sampled_from(WORDS)
numbers = st.sampled_from([-2, 0, 1, 9, 10, 100])
booleans = st.booleans()
emails = st.fixed_dictionaries({}, optional={"value": texts, "type": texts, "primary": booleans}).filter(bool)
works = st.fixed_dictionaries(
    {}, optional={"department": texts, "sites": st.lists(texts, min_size=1, max_size=2)}
).filter(bool)
documents = st.fixed_dictionaries(
    {},
    optional={
        "displayName": texts,
        "externalId": texts,
        "name": st.fixed_dictionaries({}, optional={"givenName": texts, "familyName": texts}).filter(bool),
        "active": booleans,
        "emails": st.lists(emails, min_size=1, max_size=3),
        "tags": st.lists(texts, min_size=1, max_size=2),
        "code": texts,
        "logins": numbers,
        "score": st.sampled_from([-1.5, 0, 1.5, 10]),
        "hired": st.sampled_from(DATES),
        "photo": st.sampled_from(["a", "A", "é"]),
        "certificate": st.just("c2NpbQ=="),
        "pin": texts,
        "work": works,
    },
)


@dataclass(frozen=True)
class World:
    """Some resources and their links, by positions.

    Args:
        users: the documents of the users.
        members: the members of each of three groups: users first, then groups.
        grants: for each user the roles and licenses, each with whether it is the primary one.
    """

    users: list[dict[str, Any]]
    members: list[set[int]]
    grants: list[dict[int, bool]]


worlds = st.builds(
    World,
    users=st.lists(documents, min_size=4, max_size=4),
    members=st.lists(st.sets(st.integers(0, 6), max_size=3), min_size=3, max_size=3),
    grants=st.lists(st.dictionaries(st.integers(0, 3), booleans, max_size=3), min_size=4, max_size=4),
)

ATTRIBUTES = [one for one in USER.walk() if not one.secret]
NAMES = [str(one) for one in ATTRIBUTES]
MULTI_VALUED = [one for one in ATTRIBUTES if one.sub_attributes or one.multi_valued]
IDS = ["u1", "u2", "g1", "g2", "r1", "r2", "l1", "lic", "pro", "Pro"]


@st.composite
def comparisons(draw: st.DrawFn, names: list[str]) -> str:
    """One comparison. Not every one is valid."""
    name = draw(st.sampled_from(names))
    operator = draw(st.sampled_from(["pr", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]))
    if operator == "pr":
        return f"{name} pr"
    literals = [f'"{one}"' for one in [*WORDS[:8], *WORDS[10:], *DATES, *IDS, "c2NpbQ==", 'W/\\"1\\"', ""]]
    literals += ["true", "false", "null", "-2", "0", "9", "10", "1.5", f'"{LOCATION}/Users/u1"', f'"{USER.urn}"']
    return f"{name} {operator} {draw(st.sampled_from(literals))}"


def combined(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Filters of `and`, `or` and `not`."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not ({})".format, inner),
        ),
        max_leaves=3,
    )


def value_path(attribute: Attribute) -> st.SearchStrategy[str]:
    """`attribute[filter]`."""
    names = [one.name for one in attribute.sub_attributes.values() if not one.secret] or ["value"]
    return combined(comparisons(names)).map(lambda inner: f"{attribute}[{inner}]")


filters = combined(st.one_of(comparisons(NAMES), st.sampled_from(MULTI_VALUED).flatmap(value_path)))


class Stores:
    """A memory store and a SQLite store, with a tenant for each world."""

    def __init__(self, folder: Path) -> None:
        self.memory = MemoryStore()
        self.sql: Store = make_store(f"sqlite:///{folder}/scim.db")
        self.tenants = 0

    async def open(self) -> None:
        """Open both."""
        for store in (self.memory, self.sql):
            await store.open()

    async def write(self, world: World) -> str:
        """Write a world into both. Returns its tenant."""
        self.tenants += 1
        tenant = f"tenant{self.tenants}"
        for store in (self.memory, self.sql):
            await store.write(lambda tx: _write(tx, tenant, world))
        return tenant

    async def find(self, tenant: str, query: Query) -> tuple[list[str], list[str]]:
        """The ids that both find."""
        pages = [await store.search(tenant, query) for store in (self.memory, self.sql)]
        return tuple([one.id for one in page.items] for page in pages)  # type: ignore[return-value]


async def _write(tx: Transaction, tenant: str, world: World) -> None:
    async def insert(one: Record) -> Stored:
        return await tx.insert(tenant, one, NOW)

    async def link(source: Stored, name: Link, targets: dict[int, bool]) -> None:
        await tx.link(tenant, source.key, LinkUpdate(name, targets))

    users = [await insert(user(f"u{at}", **document)) for at, document in enumerate(world.users)]
    groups = [await insert(group(f"g{at}")) for at in range(3)]
    roles = [await insert(record(ROLE, f"r{at}", displayName=WORDS[at])) for at in (1, 2)]
    licenses = [
        await insert(record(LICENSE, "l1", value="pro", display="a", type="work")),
        await insert(record(LICENSE, "lic", value="Pro")),
    ]
    people = [*users, *groups]
    for holder, members in zip(groups, world.members, strict=True):
        targets = {people[at].key: False for at in members if people[at] is not holder}
        await link(holder, "members", targets)
    for holder, grants in zip(users, world.grants, strict=True):
        for name, values in (("roles", roles), ("entitlements", licenses)):
            first = 0 if name == "roles" else 2
            granted = {values[at - first].key: primary for at, primary in grants.items() if at - first in (0, 1)}
            await link(holder, name, granted)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Runs coroutines in one event loop, to which the stores belong."""
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def stores(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Both stores, open."""
    found = Stores(tmp_path_factory.mktemp("sqlite"))
    runner.run(found.open())
    yield found
    runner.run(found.sql.close())


SETTINGS = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)


@SETTINGS
@given(world=worlds, texts=st.lists(filters, min_size=20, max_size=20))
def test_filters_find_the_same(runner: asyncio.Runner, stores: Stores, world: World, texts: list[str]) -> None:
    """Random filters on random resources."""

    async def check() -> int:
        tenant = await stores.write(world)
        checked = 0
        for text in texts:
            try:
                node = parse_filter(text, USER)
            except ScimError:  # types and operators do not fit
                continue
            checked += 1
            query = Query([(USER, node)], trees=TREES, location=LOCATION)
            memory, sql = await stores.find(tenant, query)
            assert memory == sql, text
        return checked

    assume(runner.run(check()))


@SETTINGS
@given(world=worlds, descending=booleans)
def test_lists_are_sorted_the_same(runner: asyncio.Runner, stores: Stores, world: World, descending: bool) -> None:
    """By every attribute, on random resources."""

    async def check() -> None:
        tenant = await stores.write(world)
        for attribute in ATTRIBUTES:
            if attribute.name == Work.SCHEMA or attribute.name == "name":
                continue  # an object has no order: databases write it differently
            query = Query(
                [(USER, None)],
                trees=TREES,
                location=LOCATION,
                sort_by={"User": attribute},
                descending=descending,
            )
            memory, sql = await stores.find(tenant, query)
            assert memory == sql, str(attribute)

    runner.run(check())


@SETTINGS
@given(world=worlds)
def test_links_are_read_the_same(runner: asyncio.Runner, stores: Stores, world: World) -> None:
    """All links of all resources, in the same order, one by one and together."""

    async def check() -> None:
        tenant = await stores.write(world)
        found: list[dict[str, list[tuple[Any, ...]]]] = []
        for store in (stores.memory, stores.sql):
            shown: dict[str, list[tuple[Any, ...]]] = {}
            pages = [await store.search(tenant, Query([(tree, None)])) for tree in (USER, GROUP)]
            ids = {one.key: one.id for page in pages for one in page.items}
            together = await store.links(tenant, [*ids], ["groups", "members", "roles", "entitlements"])
            for key, name in ids.items():
                alone = await store.links(tenant, [key], ["groups", "members", "roles", "entitlements"])
                for label, links in ((name, together.get(key, [])), (f"{name} alone", alone.get(key, []))):
                    shown[label] = [one._replace(key=0) for one in links]
            found.append(shown)
        assert found[0] == found[1]

    runner.run(check())

"""Members of groups, and the groups that a resource is in."""

from ...ports.resources import Linked, LinkUpdate, Store, Target
from ..models import GROUP, LICENSE, group, record, user
from .scenarios import (
    LATER,
    TENANT,
    StoreTests,
    current,
    delete,
    find,
    insert,
    insert_users,
    link,
    names,
    with_store,
)


class GroupTests(StoreTests):
    """The link `members`, from both sides."""

    @with_store
    async def test_members_and_groups_are_the_same_links(self, store: Store) -> None:
        """A group shows its members, a member its groups, nested ones too."""
        ada, inner, outer = await insert(store, user("ada"), group("inner"), group("outer"))
        await link(store, inner, "members", ada)
        await link(store, outer, "members", inner)
        found = await store.links(TENANT, [ada.key, inner.key, outer.key], ["members", "groups"])
        assert {key: _shown(links) for key, links in found.items()} == {
            ada.key: {("groups", inner.id, True), ("groups", outer.id, False)},
            inner.key: {("members", ada.id, True), ("groups", outer.id, True)},
            outer.key: {("members", inner.id, True)},
        }
        alone = await store.links(TENANT, [ada.key], ["groups"])
        assert _shown(alone[ada.key]) == _shown(found[ada.key])
        assert await store.links("other", [ada.key], ["groups"]) == {}
        assert await store.links(TENANT, [ada.key, outer.key], ["roles"]) == {}

    @with_store
    async def test_a_link_shows_its_target(self, store: Store) -> None:
        """Key, value, type, id and display are those of the target as it is now."""
        before = user("ada", displayName="Ada")
        ada, team = await insert(store, before, group("team"))
        await link(store, team, "members", ada)
        renamed = user(ada.id, "ada", displayName="Countess")
        await store.write(lambda tx: tx.update(TENANT, ada, before, renamed, LATER))
        ((member,),) = (await store.links(TENANT, [team.key], ["members"])).values()
        assert member == Linked("members", ada.key, ada.id, "User", ada.id, "Countess")
        ((shown,),) = (await store.links(TENANT, [ada.key], ["groups"])).values()
        assert shown == Linked("groups", team.key, team.id, "Group", team.id, "team")

    @with_store
    async def test_a_group_is_shown_once(self, store: Store) -> None:
        """A direct group that is also reached through another group is direct."""
        ada, inner, outer = await insert(store, user("ada"), group("inner"), group("outer"))
        await link(store, inner, "members", ada)
        await link(store, outer, "members", ada, inner)
        (links,) = (await store.links(TENANT, [ada.key], ["groups"])).values()
        assert [(one.id, one.direct) for one in links] == [(inner.id, True), (outer.id, True)]

    @with_store
    async def test_a_circle_of_groups_ends(self, store: Store) -> None:
        """Every group is in the other; no group is shown in itself."""
        ada, one, two = await insert(store, user("ada"), group("one"), group("two"))
        await link(store, one, "members", two, ada)
        await link(store, two, "members", one)
        found = await store.links(TENANT, [ada.key, one.key], ["groups"])
        assert _shown(found[ada.key]) == {("groups", one.id, True), ("groups", two.id, False)}
        assert _shown(found[one.key]) == {("groups", two.id, True)}
        for text in ('groups.display eq "one"', 'groups.display eq "two"'):
            assert names(await find(store, text)) == ["ada"], text

    @with_store
    async def test_members_are_found_by_value(self, store: Store) -> None:
        """Without those of other groups, and without unknown values."""
        ada, alan, team, other = await insert(
            store, user("ada"), user("alan"), group("team"), group("other")
        )
        await link(store, team, "members", ada, other)
        await link(store, other, "members", alan)
        values = [ada.id, alan.id, other.id, "nothing"]
        found = await store.members(TENANT, team.key, values)
        assert {(one.id, one.type) for one in found} == {(ada.id, "User"), (other.id, "Group")}
        assert await store.members(TENANT, team.key, []) == []
        assert await store.members("other", team.key, values) == []

    @with_store
    async def test_a_deleted_member_leaves_its_groups(self, store: Store) -> None:
        """The groups are touched, and so is nothing else."""
        ada, team, outer, other = await insert(
            store, user("ada"), group("team"), group("outer"), group("other")
        )
        await link(store, team, "members", ada)
        await link(store, outer, "members", team)
        await delete(store, ada, user("ada"))
        assert await store.links(TENANT, [team.key], ["members"]) == {}
        touched = team._replace(version=2, modified=LATER)
        assert [await current(store, one) for one in (team, outer, other)] == [
            touched,
            outer,
            other,
        ]

    @with_store
    async def test_a_deleted_group_leaves_its_members(self, store: Store) -> None:
        """The members are not touched, and what contained the group is."""
        ada, team, outer = await insert(store, user("ada"), group("team"), group("outer"))
        await link(store, team, "members", ada)
        await link(store, outer, "members", team)
        await delete(store, team, group("team"))
        assert await store.links(TENANT, [ada.key, outer.key], ["groups", "members"]) == {}
        assert await current(store, ada) == ada
        assert (await current(store, outer)).version == 2

    @with_store
    async def test_a_link_update_adds_and_removes(self, store: Store) -> None:
        """A key that is not linked is ignored, and a link that exists stays one link."""
        ada, alan, grace, team = await insert(
            store, user("ada"), user("alan"), user("grace"), group("team")
        )
        await link(store, team, "members", ada, alan)
        update = LinkUpdate(
            "members", added={alan.key: False, grace.key: False}, removed=[ada.key, team.key]
        )
        await store.write(lambda tx: tx.link(TENANT, team.key, update))
        (links,) = (await store.links(TENANT, [team.key], ["members"])).values()
        assert [one.id for one in links] == [alan.id, grace.id]
        assert await current(store, team) == team
        assert names(await find(store, "groups pr")) == ["alan", "grace"]

    @with_store
    async def test_filters_follow_members_and_groups(self, store: Store) -> None:
        """From the group to its members, and from a user to the groups, nested ones too."""
        ada, alan, _, inner, outer, _ = await insert(
            store,
            user("ada", displayName="Countess"),
            *(user(name) for name in ("alan", "grace")),
            *(group(name) for name in ("inner", "outer", "empty")),
        )
        await link(store, inner, "members", ada)
        await link(store, outer, "members", inner, alan)
        for text, expected in (
            (f'members.value eq "{ada.id}"', ["inner"]),
            (f'members[value eq "{inner.id}"]', ["outer"]),
            ('members.display sw "count"', ["inner"]),
            ('members[type eq "User" and display eq "alan"]', ["outer"]),
            ('members.type eq "Group"', ["outer"]),
            ("not (members pr)", ["empty"]),
        ):
            assert names(await find(store, text, GROUP)) == expected, text
        for text, expected in (
            (f'groups.value eq "{inner.id}"', ["ada"]),
            (f'groups.value eq "{outer.id}"', ["ada", "alan"]),
            (f'groups[value eq "{outer.id}" and type eq "direct"]', ["alan"]),
            (f'groups[value eq "{outer.id}" and type eq "indirect"]', ["ada"]),
            ('groups.display co "UT"', ["ada", "alan"]),
            (f'groups.$ref ew "/Groups/{inner.id}"', ["ada"]),
            ("not (groups pr)", ["grace"]),
            (f'groups.value ne "{inner.id}"', ["alan", "grace"]),
        ):
            assert names(await find(store, text)) == expected, text

    @with_store
    async def test_targets_are_found_by_id_and_by_reference(self, store: Store) -> None:
        """A resource of the IETF draft's dialect is found by both; a value can mean several."""
        ada, pro = await insert(
            store,
            user("ada", displayName="Countess"),
            record(LICENSE, "lic-1", value="pro", display="Professional", type="plan"),
        )
        (other,) = await insert(store, record(LICENSE, "pro", value="lic-2"))
        found = await store.targets(TENANT, [ada.id, pro.id, "pro", "nothing"])
        assert set(found) == {ada.id, pro.id, "pro"}
        assert found[ada.id] == [Target(ada.key, "User", ada.id, "Countess", ada.id)]
        assert found[pro.id] == [Target(pro.key, "License", pro.id, "Professional", "pro", "plan")]
        meant = {one.key for one in found["pro"]}
        assert meant == ({pro.key, other.key} if other.id == "pro" else {pro.key})
        assert await store.targets(TENANT, []) == {}

    @with_store
    async def test_a_change_of_the_reference_is_followed(self, store: Store) -> None:
        """The old one means nothing any more."""
        before = record(LICENSE, "lic-1", value="pro")
        (pro,) = await insert(store, before)
        after = record(LICENSE, pro.id, value="team")
        await store.write(lambda tx: tx.update(TENANT, pro, before, after, LATER))
        assert set(await store.targets(TENANT, ["pro", "team"])) == {"team"}

    @with_store
    async def test_many_resources_with_many_links(self, store: Store) -> None:
        """The links of a page are read together, for keys far apart too."""
        users = await insert_users(store, *(f"user{number}" for number in range(30)))
        teams = await insert(store, *(group(f"team{number}") for number in range(3)))
        for number, team in enumerate(teams):
            await link(store, team, "members", *users[number::3])
        wanted = [users[0], users[13], users[29]]
        found = await store.links(TENANT, [one.key for one in wanted], ["groups"])
        assert [[linked.display for linked in found[one.key]] for one in wanted] == [
            ["team0"],
            ["team1"],
            ["team2"],
        ]
        members = await store.links(TENANT, [team.key for team in teams], ["members"])
        assert [len(members[team.key]) for team in teams] == [10, 10, 10]


def _shown(links: list[Linked]) -> set[tuple[str, str, bool]]:
    shown: set[tuple[str, str, bool]] = {(one.link, one.id, one.direct) for one in links}
    assert len(shown) == len(links)
    return shown

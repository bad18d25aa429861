"""Limits of grants: how many users may hold a role or an entitlement."""

from collections.abc import Mapping, Sequence

from ..filters.parser import parse_filter
from ..messages.documents import dump, is_object, load_stored
from ..messages.errors import ScimError, invalid_value
from ..ports.resources import Linked, Query, Stored, Target, Transaction
from ..schema.attributes import Attribute, Link, Tree

GRANT_LINKS: tuple[Link, ...] = ("roles", "entitlements")


class GrantLimits:
    """Checks the limits of all role and entitlement types.

    Args:
        trees: the attributes of all resource types, by their names.
    """

    def __init__(self, trees: Mapping[str, Tree]) -> None:
        self._trees = trees
        types = [tree.resource_type for tree in trees.values()]
        self.counts_active = any(one.limit_active for one in types)
        """Whether a limit counts active users only, so that a reactivation can exceed it."""

    async def check_granted(
        self,
        tx: Transaction,
        tenant: str,
        attribute: Attribute,
        granted: Sequence[Target],
        *,
        active: bool,
    ) -> None:
        """Check that new links of a user do not exceed a limit.

        Args:
            tx: the transaction, before it links them.
            tenant: the tenant.
            attribute: the link attribute.
            granted: what is linked.
            active: whether the user is active after the write.

        Raises:
            ScimError: 400.
        """
        if attribute.link not in GRANT_LINKS:
            return
        # Sorted, because counting locks: two transactions lock in the same order.
        for target in sorted(granted, key=lambda one: one.key):
            if not active and self._trees[target.type].resource_type.limit_active:
                continue
            reached = await self._reached(tx, tenant, attribute.link, target)
            if reached is not None:
                raise invalid_value(
                    f"{attribute}: {target.id!r} has {reached} holders, which is its limit."
                )

    async def check_reactivated(
        self, tx: Transaction, tenant: str, linked: Sequence[Linked]
    ) -> None:
        """Check that a user who becomes active again does not exceed a limit of active users.

        Args:
            tx: the transaction, in which the user is not active yet.
            tenant: the tenant.
            linked: the roles and entitlements that the user keeps.

        Raises:
            ScimError: 409.
        """
        for one in sorted(linked, key=lambda one: one.key):
            tree = self._trees.get(one.type)
            if tree is None or not tree.resource_type.limit_active:
                continue
            reached = await self._reached(tx, tenant, one.link, one)
            if reached is not None:
                raise ScimError(
                    409,
                    f"The user cannot be reactivated: the limit of the {one.type}"
                    f" {one.display or one.id!r} is {reached} active users, and it is reached."
                    " Remove it from this or another user, deactivate a user who holds it, or raise"
                    " the limit. Then try again.",
                )

    async def _reached(
        self, tx: Transaction, tenant: str, link: Link, target: Linked | Target
    ) -> int | None:
        """Return the limit of a role or entitlement if it is reached, else None."""
        tree = self._trees[target.type]
        resource_type = tree.resource_type
        if resource_type.dialect == "ietf" or resource_type.limit_from:
            # The resource stays unchanged until the transaction ends.
            limit = _limit_of(tree, await tx.get(tenant, target.type, target.id))
        else:
            limit = resource_type.limit
        if limit is None:
            return None
        held = (await tx.counts(tenant, link, [target.key]))[target.key]
        if held >= limit and resource_type.limit_active:
            held -= await self._inactive(tx, tenant, link, target)
        return limit if held >= limit else None

    async def _inactive(
        self, tx: Transaction, tenant: str, link: Link, target: Linked | Target
    ) -> int:
        """Return how many users hold a role or entitlement and are not active."""
        total = 0
        for tree in self._trees.values():
            attribute = tree.by_link.get(link)
            if attribute is None or tree.resource_type.kind != "user":
                continue
            value = dump(target.value).decode()
            condition = parse_filter(f"{attribute.name}.value eq {value} and active eq false", tree)
            trees = [*self._trees.values()]
            total += (await tx.search(tenant, Query([(tree, condition)], trees, count=1))).total
        return total


def _limit_of(tree: Tree, stored: Stored | None) -> int | None:
    """Return the limit of one role or entitlement; None for any number of holders.

    In the dialect of the IETF draft, it is the attribute `totalAssignmentsPermitted` or the limit
    of the type, the lower of both. Otherwise it is the attribute that the type names.
    """
    if stored is None:
        return tree.resource_type.limit
    document = load_stored(stored.whole or stored.body)
    path = tree.resource_type.limit_from
    if path is None:
        limits = (tree.resource_type.limit, document.get("totalAssignmentsPermitted"))
        return min((one for one in limits if isinstance(one, int) and one > 0), default=None)
    attribute = tree.find(path)
    found: object = document
    for name in attribute.path if attribute else ():
        found = found.get(name) if is_object(found) else None
    return max(found, 0) if isinstance(found, int) else None

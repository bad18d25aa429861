"""Writes resources with their links to the store, within a transaction of the caller."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..events.changes import Change, Grant
from ..messages.documents import MAX_BODY, Document, is_array, load_stored
from ..messages.errors import ScimError, conflict, invalid_value
from ..patch.operations import Operation, named_values
from ..ports.resources import Linked, LinkUpdate, Stored, Taken, Transaction
from ..schema.attributes import Attribute, Link, Tree
from ..schema.folding import fold_date_time
from ..schema.records import Record, RecordBuilder
from ..schema.resources import carry_over, check_immutable, complete, is_stored
from .limits import GRANT_LINKS
from .references import LinkChange, References

MAX_RESOURCE = MAX_BODY
"""Bytes of a resource without its links. PATCH could make it larger than any one body."""


class Writer:
    """Inserts, changes and removes resources, and makes all checks that need the store.

    Args:
        trees: the attributes of all resource types, by their names.
        references: checks the links.
        now: the clock.
    """

    def __init__(
        self, trees: Mapping[str, Tree], references: References, now: Callable[[], datetime]
    ) -> None:
        self.builders = {name: RecordBuilder(tree) for name, tree in trees.items()}
        self.references = references
        self._now = now

    async def insert(
        self, tx: Transaction, tenant: str, tree: Tree, resource_id: str, document: Document
    ) -> Change:
        """Store a new resource with its links.

        Raises:
            ScimError: 400 for a missing attribute or a wrong link, 409 for a unique value of
                another resource.
        """
        document = dict(document)
        items = _take_links(tree, document)
        document = complete(tree, document)
        changes = await self._link_changes(tx, tenant, items, {}, active=_is_active(document))
        builder = self.builders[tree.name]
        record = builder.record(resource_id, document, known=True)
        builder.check(record)
        _check_size(tree, record, 0)
        try:
            stored = await tx.insert(tenant, record, self.time())
        except Taken as taken:
            raise self._conflict(tree, taken) from None
        await self._link(tx, tenant, stored.key, changes)
        change = _change(tree, stored, None, document, changes)
        # These are all links, because a new resource is not in a group yet.
        linked: list[Linked] = []
        for one in changes:
            linked += one.linked()
        change.linked = sorted(linked, key=lambda one: one.key)
        return change

    async def change(
        self,
        tx: Transaction,
        tenant: str,
        tree: Tree,
        stored: Stored,
        old: Document,
        new: Document,
        held: dict[Link, list[Linked]],
        secrets: Collection[Attribute] = (),
    ) -> Change:
        """Store the new content of a resource. If nothing has changed, nothing is written.

        Args:
            tx: the transaction.
            tenant: the tenant.
            tree: the attributes of the resource type.
            stored: the resource as it is.
            old: its document.
            new: the new document with its links.
            held: the present links that may change, see `held`. Other links are not changed.
            secrets: the secrets that the client has set or removed. The resource then gets a new
                version in any case.

        Raises:
            ScimError: 400 for a missing or immutable attribute or a wrong link, 409 for a unique
                value of another resource.
        """
        new = dict(new)
        items = _take_links(tree, new)
        builder = self.builders[tree.name]
        given = complete(tree, new)
        new = carry_over(builder.attributes, old, given)
        check_immutable(tree.children(), old, new)
        active = _is_active(new)
        links = await self._link_changes(tx, tenant, items, held, active=active)
        if active and not _is_active(old):
            await self._check_reactivated(tx, tenant, tree, stored, links)
        if any(stored.key in change.added for change in links):
            raise invalid_value(f"The {tree.name} cannot be a member of itself.")
        set_secrets = _roots(tree, secrets)
        if new == old and not any(links) and not set_secrets:
            return _change(tree, stored, old, new, ())
        now = self.time()
        before = builder.lookups(old)
        after: Record | None = None
        if new != old:
            # Without hidden attributes, and with nothing carried over, all members are known.
            known = new is given and stored.whole is None
            after = builder.record(stored.id, new, known=known)
            builder.check(after, before)
            _check_size(tree, after, len(stored.whole or stored.body))
        try:
            stored = await tx.update(tenant, stored, before, after, now)
        except Taken as taken:
            raise self._conflict(tree, taken) from None
        await self._link(tx, tenant, stored.key, links)
        change = _change(tree, stored, old, new, links)
        change.secrets = set_secrets
        return change

    async def _link_changes(
        self,
        tx: Transaction,
        tenant: str,
        items: Mapping[Attribute, Sequence[Any]],
        held: Mapping[Link, Sequence[Linked]],
        *,
        active: bool,
    ) -> list[LinkChange]:
        """Compare the values of the link attributes with the present links."""
        changes: list[LinkChange] = []
        for attribute, values in items.items():
            before = held.get(attribute.link or "groups", [])
            changes.append(
                await self.references.changes(tx, tenant, attribute, before, values, active=active)
            )
        return changes

    async def _check_reactivated(
        self,
        tx: Transaction,
        tenant: str,
        tree: Tree,
        stored: Stored,
        changes: Sequence[LinkChange],
    ) -> None:
        """Check the limits of what a user keeps who becomes active again."""
        limits = self.references.limits
        if tree.resource_type.kind != "user" or not limits.counts_active:
            return
        gone: set[int] = set()
        for change in changes:
            gone.update(change.removed)
        links = await tx.links(tenant, [stored.key], GRANT_LINKS)
        kept = [one for one in links.get(stored.key, ()) if one.key not in gone]
        await limits.check_reactivated(tx, tenant, kept)

    async def _link(
        self, tx: Transaction, tenant: str, key: int, changes: Sequence[LinkChange]
    ) -> None:
        for change in changes:
            link = change.attribute.link
            if link and (change.removed or change.added):
                await tx.link(tenant, key, LinkUpdate(link, change.added, change.removed))

    async def held(
        self,
        tx: Transaction,
        tenant: str,
        tree: Tree,
        stored: Stored,
        operations: list[Operation] | None,
    ) -> dict[Link, list[Linked]]:
        """Read the links that a write can change.

        Args:
            tx: the transaction.
            tenant: the tenant.
            tree: the attributes of the resource type.
            stored: the resource.
            operations: the operations of a PATCH, to read only the members that they name. None for
                other writes.
        """
        held: dict[Link, list[Linked]] = {}
        for attribute in tree.links:
            if attribute.link and not attribute.read_only:
                held[attribute.link] = []
        if "members" in held and operations is not None:
            named = named_values(tree, tree.by_link["members"], operations)
            if named is not None:
                return {"members": self._known(await tx.members(tenant, stored.key, named))}
        if held:
            links = await tx.links(tenant, [stored.key], held.keys())
            for one in self._known(links.get(stored.key, ())):
                held[one.link].append(one)
        return held

    def _known(self, linked: Iterable[Linked]) -> list[Linked]:
        return [one for one in linked if self.references.knows(one)]

    async def remove(self, tx: Transaction, tenant: str, tree: Tree, stored: Stored) -> Change:
        """Delete a resource and all links from and to it."""
        now = self.time()
        change = Change(tree, stored, now, document_of(stored), None)
        # The record of a deleted group does not list its members.
        held: dict[Link, list[Linked]] = {}
        if tree.resource_type.kind != "group":
            held.update(await self.held(tx, tenant, tree, stored, None))
        for link, linked in held.items():
            grants = [Grant(one.value, one.type, one.display) for one in linked]
            change.removed[tree.by_link[link].name] = grants
        before = self.builders[tree.name].lookups(document_of(stored))
        await tx.delete(tenant, stored, before, now)
        return change

    def _conflict(self, tree: Tree, taken: Taken) -> ScimError:
        names = {attribute.key: str(attribute) for attribute in self.builders[tree.name].unique}
        return conflict(names.get(taken.attribute, taken.attribute), taken.value)

    def time(self) -> str:
        """Return the present time in the format of `meta.created` and `meta.lastModified`."""
        return fold_date_time(self._now())


def _change(
    tree: Tree, stored: Stored, old: Document | None, new: Document, links: Sequence[LinkChange]
) -> Change:
    change = Change(tree, stored, stored.modified, old, new)
    change.added = {one.attribute.name: one.granted for one in links if one.granted}
    change.removed = {one.attribute.name: one.revoked for one in links if one.revoked}
    return change


def _roots(tree: Tree, attributes: Collection[Attribute]) -> frozenset[str]:
    """Return the names of the stored attributes or extensions that contain attributes."""
    return frozenset(one.path[0] for one in attributes if is_stored(tree, one))


def _is_active(document: Document) -> bool:
    return document.get("active") is not False


def document_of(stored: Stored) -> Document:
    """Return a stored resource without its links and `meta`."""
    return load_stored(stored.whole or stored.body)


def _take_links(tree: Tree, document: Document) -> dict[Attribute, list[Any]]:
    """Remove the link attributes from a document, and return the values that clients may write."""
    taken: dict[Attribute, list[Any]] = {}
    for attribute in tree.links:
        items = document.pop(attribute.name, None)
        if not attribute.read_only:
            taken[attribute] = items if is_array(items) else []
    return taken


def _check_size(tree: Tree, record: Record, before: int) -> None:
    """Check the size of a resource. One that is too large already can become smaller.

    Args:
        tree: the attributes of the resource type.
        record: the new content.
        before: the size of the present content, in bytes.

    Raises:
        ScimError: 413.
    """
    size = len(record.whole or record.body)
    if size > MAX_RESOURCE and size > before:
        message = (
            f"The {tree.name} would have {size} bytes; at most {MAX_RESOURCE} are stored."
            " Remove values of its attributes."
        )
        raise ScimError(413, message)

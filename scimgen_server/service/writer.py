"""Writes below the protocol: resources and their links laid down together, within one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..events.changes import Change, Grant
from ..messages.documents import Document, is_array, load_stored
from ..messages.errors import ScimError, conflict, invalid_value
from ..patch.operations import Operation, named_values
from ..ports.resources import Linked, LinkUpdate, Stored, Taken, Transaction
from ..schema.attributes import Attribute, Link, Tree
from ..schema.folding import fold_date_time
from ..schema.records import RecordBuilder
from ..schema.resources import carry_over, check_immutable, complete
from .references import LinkChange, References


class Writer:
    """Lays resources down; every check that needs the store's state is made here."""

    def __init__(
        self, trees: Mapping[str, Tree], references: References, now: Callable[[], datetime]
    ) -> None:
        self.builders = {name: RecordBuilder(tree) for name, tree in trees.items()}
        self.references = references
        self._now = now

    async def insert(
        self, tx: Transaction, tenant: str, tree: Tree, resource_id: str, document: Document
    ) -> Change:
        """Lay down a new resource with its links."""
        document = dict(document)
        wanted = _take_links(tree, document)
        document = complete(tree, document)
        with_links = [
            await self.references.changes(tx, tenant, attribute, [], items)
            for attribute, items in wanted.items()
        ]
        builder = self.builders[tree.name]
        record = builder.record(resource_id, document, known=True)
        builder.check(record)
        try:
            stored = await tx.insert(tenant, record, self.time())
        except Taken as taken:
            raise self._conflict(tree, taken) from None
        await self._link(tx, tenant, stored.key, with_links)
        change = _change(tree, stored, None, document, with_links)
        linked = [one for links in with_links for one in links.linked()]  # it is in no group yet
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
    ) -> Change:
        """Lay down what has changed; where nothing has, nothing is written and the version stays."""
        new = dict(new)
        wanted = _take_links(tree, new)
        builder = self.builders[tree.name]
        given = complete(tree, new)
        new = carry_over(builder.attributes, old, given)
        check_immutable(tree.children(), old, new)
        links = [
            await self.references.changes(
                tx, tenant, attribute, held.get(attribute.link or "groups", []), items
            )
            for attribute, items in wanted.items()
        ]
        if any(stored.key in change.added for change in links):
            raise invalid_value(f"The {tree.name} cannot be a member of itself.")
        if new == old and not any(links):
            return _change(tree, stored, old, new, ())
        now = self.time()
        if new == old:
            before = builder.lookups(old)
            stored = await tx.update(tenant, stored, before, None, now)
        else:
            known = (
                new is given and stored.whole is None
            )  # nothing was hidden, so nothing unknown is in it
            before, after = builder.lookups(old), builder.record(stored.id, new, known=known)
            builder.check(after, before)
            try:
                stored = await tx.update(tenant, stored, before, after, now)
            except Taken as taken:
                raise self._conflict(tree, taken) from None
        await self._link(tx, tenant, stored.key, links)
        return _change(tree, stored, old, new, links)

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
        """The links that a write may change; of a group's members only those that a PATCH names."""
        held: dict[Link, list[Linked]] = {
            one.link: [] for one in tree.links if one.link and not one.read_only
        }
        if "members" in held and operations is not None:
            named = named_values(tree, tree.by_link["members"], operations)
            if named is not None:
                return {"members": self._known(await tx.members(tenant, stored.key, named))}
        if held:
            for one in self._known(
                (await tx.links(tenant, [stored.key], held.keys())).get(stored.key, ())
            ):
                held[one.link].append(one)
        return held

    def _known(self, linked: Iterable[Linked]) -> list[Linked]:
        return [one for one in linked if self.references.knows(one)]

    async def remove(self, tx: Transaction, tenant: str, tree: Tree, stored: Stored) -> Change:
        """Remove a resource and every link to and from it."""
        now = self.time()
        change = Change(tree, stored, now, document_of(stored), None)
        held = (
            {}
            if tree.resource_type.kind == "group"
            else await self.held(tx, tenant, tree, stored, None)
        )
        for link, linked in held.items():
            change.removed[tree.by_link[link].name] = [
                Grant(one.value, one.type, one.display) for one in linked
            ]
        before = self.builders[tree.name].lookups(document_of(stored))
        await tx.delete(tenant, stored, before, now)
        return change

    def _conflict(self, tree: Tree, taken: Taken) -> ScimError:
        names = {attribute.key: str(attribute) for attribute in self.builders[tree.name].unique}
        return conflict(names.get(taken.attribute, taken.attribute), taken.value)

    def time(self) -> str:
        """Now, as `meta.created` and `meta.lastModified` write it."""
        return fold_date_time(self._now())


def _change(
    tree: Tree, stored: Stored, old: Document | None, new: Document, links: Sequence[LinkChange]
) -> Change:
    change = Change(tree, stored, stored.modified, old, new)
    change.added = {one.attribute.name: one.granted for one in links if one.granted}
    change.removed = {one.attribute.name: one.revoked for one in links if one.revoked}
    return change


def document_of(stored: Stored) -> Document:
    """All of a resource but its links and `meta`."""
    return load_stored(stored.whole or stored.body)


def _take_links(tree: Tree, document: Document) -> dict[Attribute, list[Any]]:
    """Take the links that clients write out of a document: they are laid down as rows."""
    taken: dict[Attribute, list[Any]] = {}
    for attribute in tree.links:
        items = document.pop(attribute.name, None)
        if not attribute.read_only:
            taken[attribute] = items if is_array(items) else []
    return taken

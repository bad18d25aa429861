"""The directory: an interface for the app to its users, their grants, and groups.

    scim = scim_app.directory()
    await scim.users.deactivate(user_id)

    # Both in one transaction:
    async def leave(scim: Directory) -> None:
        await scim.grants.revoke(user_id, "lic-pro")
        await scim.users.deactivate(user_id)

    await scim.together(leave)

Changes are checked like those of clients, and raise the same ScimError. They are sent to the
webhook and recorded in the audit trail with the app as the actor. They do not call the app's hooks.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from ..events.changes import Grant, Member
from ..filters.parser import parse_filter
from ..messages.context import RequestContext
from ..messages.documents import Document, dump, load_stored
from ..messages.errors import invalid_value, not_found
from ..patch.operations import SCHEMA
from ..ports.resources import Query, Stored, Transaction
from ..schema.attributes import Tree
from ..schema.models import Resource
from ..schema.projection import Projection
from .service import Service

T = TypeVar("T")


class Directory:
    """The users, grants and groups of one tenant.

    Args:
        service: the service.
        context: the context of all calls, with the tenant.
        tx: the transaction of all calls; None for a separate transaction for each call.
    """

    def __init__(
        self, service: Service, context: RequestContext, tx: Transaction | None = None
    ) -> None:
        self.service = service
        self.context = context
        self._tx = tx
        self.users = Users(self)
        self.grants = Grants(self)

    @property
    def groups(self) -> "Groups":
        """The groups.

        Raises:
            LookupError: the description has no groups.
        """
        return Groups(self)

    async def together(self, job: Callable[["Directory"], Awaitable[T]]) -> T:
        """Run several calls in one transaction.

        Args:
            job: gets a directory, and must await nothing but its methods: the transaction can
                block other writes until it ends.
        """
        return await self.service.write(lambda tx: job(Directory(self.service, self.context, tx)))

    async def edit(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in the transaction of the directory, or in a separate one if it has none."""
        if self._tx is None:
            return await self.service.write(job)
        return await job(self._tx)


class _Resources:
    """The resources of one type. Arguments and results are of the app's model of the type."""

    def __init__(self, directory: Directory, tree: Tree, excluded: Collection[str] = ()) -> None:
        self._directory = directory
        self._operations = directory.service.operations
        self._tree = tree
        self._projection = Projection(tree, excluded=excluded)

    async def get(self, resource_id: str) -> Any:
        """Return the resource with an id, or None."""
        return await self._directory.edit(lambda tx: self._get(tx, resource_id))

    async def create(self, resource: Resource) -> Any:
        """Create a resource, and return it with its id."""
        given = self._operations.read(self._tree, _document(resource))

        async def job(tx: Transaction) -> Any:
            answer = await self._operations.create(tx, self._directory.context, self._tree, given)
            return await self._get(tx, answer.id)

        return await self._directory.edit(job)

    async def change(self, resource_id: str, attributes: Mapping[str, Any]) -> Any:
        """Set attributes by their SCIM names. None removes the value."""
        return await self.patch(resource_id, [{"op": "replace", "value": dict(attributes)}])

    async def delete(self, resource_id: str) -> None:
        """Delete a resource with all its grants and memberships."""
        await self._directory.edit(
            lambda tx: self._operations.delete(tx, self._directory.context, self._tree, resource_id)
        )

    async def patch(self, resource_id: str, operations: list[Document]) -> Any:
        """Apply the operations of a PATCH (RFC 7644 section 3.5.2), and return the resource."""
        payload = {"schemas": [SCHEMA], "Operations": operations}

        async def job(tx: Transaction) -> Any:
            context = self._directory.context
            await self._operations.patch(tx, context, self._tree, resource_id, payload)
            return await self._get(tx, resource_id)

        return await self._directory.edit(job)

    async def _get(self, tx: Transaction, resource_id: str) -> Any:
        stored = await tx.get(self._directory.context.tenant, self._tree.name, resource_id)
        return None if stored is None else await self._shown(tx, stored)

    async def _matching(self, tx: Transaction, name: str, text: str, count: int) -> list[Any]:
        """Return the first resources whose attribute has a text as its value."""
        node = parse_filter(f"{name} eq {dump(text).decode()}", self._tree)
        query = Query([(self._tree, node)], count=count)
        page = await tx.search(self._directory.context.tenant, query)
        return [await self._shown(tx, one) for one in page.items]

    async def _shown(self, tx: Transaction, stored: Stored) -> Any:
        context = self._directory.context
        shown = await self._directory.service.renderer.one(
            tx, context.tenant, stored, self._projection, context.base
        )
        return self._tree.resource_type.model.model_validate(load_stored(shown))


class Users(_Resources):
    """The users of a directory."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory, _user_tree(directory))

    async def named(self, user_name: str) -> Any:
        """Return the user with a userName, or None."""
        found = await self._directory.edit(
            lambda tx: self._matching(tx, "userName", user_name, count=1)
        )
        return found[0] if found else None

    async def deactivate(self, user_id: str) -> Any:
        """Set `active` of a user to false, so that the user cannot sign in."""
        return await self.change(user_id, {"active": False})

    async def reactivate(self, user_id: str) -> Any:
        """Set `active` of a user to true."""
        return await self.change(user_id, {"active": True})


class Groups(_Resources):
    """The groups of a directory. They are returned without their members, see `members`."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory, _group_tree(directory), excluded=["members"])

    async def named(self, display_name: str) -> list[Any]:
        """Return the groups with a displayName, at most 100. Names of groups are not unique."""
        return await self._directory.edit(
            lambda tx: self._matching(tx, "displayName", display_name, count=100)
        )

    async def rename(self, group_id: str, display_name: str) -> Any:
        """Set the `displayName` of a group."""
        return await self.change(group_id, {"displayName": display_name})

    async def members(self, group_id: str) -> list[Member]:
        """Return all direct members of a group: users, and groups in it.

        Raises:
            ScimError: 404 if there is no such group.
        """

        async def job(tx: Transaction) -> list[Member]:
            tenant = self._directory.context.tenant
            stored = await tx.get(tenant, self._tree.name, group_id)
            if stored is None:
                raise not_found(self._tree.name, group_id)
            links = await tx.links(tenant, [stored.key], ["members"])
            return [Member(one.value, one.type, one.display) for one in links.get(stored.key, ())]

        return await self._directory.edit(job)

    async def add_members(self, group_id: str, ids: Iterable[str]) -> Any:
        """Add users or groups to a group. Those that are in it already stay."""
        values = [{"value": one} for one in ids]
        return await self.patch(group_id, [{"op": "add", "path": "members", "value": values}])

    async def remove_members(self, group_id: str, ids: Iterable[str]) -> Any:
        """Remove users or groups from a group. Those that are not in it are ignored."""
        values = [{"value": one} for one in ids]
        return await self.patch(group_id, [{"op": "remove", "path": "members", "value": values}])


class Grants:
    """The roles and entitlements of the users of a directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def grant(self, user_id: str, value: str) -> None:
        """Grant a role or entitlement by its id."""

        async def job(tx: Transaction) -> None:
            operation = {
                "op": "add",
                "path": await self._attribute(tx, value),
                "value": [{"value": value}],
            }
            await self._users(tx).patch(user_id, [operation])

        await self._directory.edit(job)

    async def revoke(self, user_id: str, value: str) -> None:
        """Revoke a role or entitlement by its id. A user who does not hold it is not changed."""

        async def job(tx: Transaction) -> None:
            path = f"{await self._attribute(tx, value)}[value eq {dump(value).decode()}]"
            if any(held.value == value for held in await self._held(tx, user_id)):
                await self._users(tx).patch(user_id, [{"op": "remove", "path": path}])

        await self._directory.edit(job)

    async def held(self, user_id: str) -> list[Grant]:
        """Return the roles and entitlements of a user."""
        return await self._directory.edit(lambda tx: self._held(tx, user_id))

    async def _held(self, tx: Transaction, user_id: str) -> list[Grant]:
        tenant = self._directory.context.tenant
        tree = _user_tree(self._directory)
        stored = await tx.get(tenant, tree.name, user_id)
        if stored is None:
            raise not_found(tree.name, user_id)
        linked = await tx.links(tenant, [stored.key], ["roles", "entitlements"])
        return [Grant(one.value, one.type, one.display) for one in linked.get(stored.key, [])]

    async def _attribute(self, tx: Transaction, value: str) -> str:
        """Return the attribute of a user that contains a value, by the kind of the value."""
        trees = self._directory.service.trees
        targets = await tx.targets(self._directory.context.tenant, [value])
        for target in targets.get(value, []):
            tree = trees.get(target.type)
            kind = tree.resource_type.kind if tree else None
            if kind == "role":
                return "roles"
            if kind == "entitlement":
                return "entitlements"
        raise invalid_value(f"There is no role and no entitlement {value!r}.")

    def _users(self, tx: Transaction) -> Users:
        return Directory(self._directory.service, self._directory.context, tx).users


def _user_tree(directory: Directory) -> Tree:
    trees = directory.service.trees.values()
    return next(one for one in trees if one.resource_type.kind == "user")


def _group_tree(directory: Directory) -> Tree:
    for tree in directory.service.trees.values():
        if tree.resource_type.kind == "group":
            return tree
    raise LookupError("the description has no groups")


def _document(resource: Resource) -> Document:
    document: Document = resource.model_dump(mode="json", by_alias=True, exclude_none=True)
    return document

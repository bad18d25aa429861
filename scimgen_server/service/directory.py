"""The directory: an interface for the app to its users and their grants.

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

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from ..events.changes import Grant
from ..filters.parser import parse_filter
from ..messages.context import RequestContext
from ..messages.documents import Document, dump, load_stored
from ..messages.errors import invalid_value, not_found
from ..patch.operations import SCHEMA
from ..ports.resources import Query, Transaction
from ..schema.attributes import Tree
from ..schema.models import Resource
from ..schema.projection import Projection
from .service import Service

T = TypeVar("T")


class Directory:
    """The users and grants of one tenant.

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


class Users:
    """The users of a directory. Arguments and results are the app's model of users."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._operations = directory.service.operations
        self._tree = _user_tree(directory)

    async def get(self, user_id: str) -> Any:
        """Return a user, or None."""
        return await self._directory.edit(lambda tx: self._get(tx, user_id))

    async def named(self, user_name: str) -> Any:
        """Return the user with a userName, or None."""

        async def job(tx: Transaction) -> Any:
            node = parse_filter(f"userName eq {dump(user_name).decode()}", self._tree)
            page = await tx.search(
                self._directory.context.tenant, Query([(self._tree, node)], count=1)
            )
            return await self._get(tx, page.items[0].id) if page.items else None

        return await self._directory.edit(job)

    async def create(self, user: Resource) -> Any:
        """Create a user, and return it with its id."""
        given = self._operations.read(self._tree, _document(user))

        async def job(tx: Transaction) -> Any:
            answer = await self._operations.create(tx, self._directory.context, self._tree, given)
            return await self._get(tx, answer.id)

        return await self._directory.edit(job)

    async def change(self, user_id: str, attributes: Mapping[str, Any]) -> Any:
        """Set attributes by their SCIM names. None removes the value."""
        return await self.patch(user_id, [{"op": "replace", "value": dict(attributes)}])

    async def deactivate(self, user_id: str) -> Any:
        """Set `active` of a user to false, so that the user cannot sign in."""
        return await self.change(user_id, {"active": False})

    async def reactivate(self, user_id: str) -> Any:
        """Set `active` of a user to true."""
        return await self.change(user_id, {"active": True})

    async def delete(self, user_id: str) -> None:
        """Delete a user with all its grants and memberships."""
        await self._directory.edit(
            lambda tx: self._operations.delete(tx, self._directory.context, self._tree, user_id)
        )

    async def patch(self, user_id: str, operations: list[Document]) -> Any:
        """Apply the operations of a PATCH (RFC 7644 section 3.5.2), and return the user."""
        payload = {"schemas": [SCHEMA], "Operations": operations}

        async def job(tx: Transaction) -> Any:
            await self._operations.patch(tx, self._directory.context, self._tree, user_id, payload)
            return await self._get(tx, user_id)

        return await self._directory.edit(job)

    async def _get(self, tx: Transaction, user_id: str) -> Any:
        context = self._directory.context
        stored = await tx.get(context.tenant, self._tree.name, user_id)
        if stored is None:
            return None
        shown = await self._directory.service.renderer.one(
            tx, context.tenant, stored, Projection(self._tree), context.base
        )
        return self._tree.resource_type.model.model_validate(load_stored(shown))


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


def _document(user: Resource) -> Document:
    document: Document = user.model_dump(mode="json", by_alias=True, exclude_none=True)
    return document

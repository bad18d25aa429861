"""The app's own way to its users and grants: the checks that clients get, the same transactions.

    scim = scim_app.directory()
    await scim.users.deactivate(user_id)

    async def leave(scim: Directory) -> None:  # in one transaction: all of it or nothing
        await scim.grants.revoke(user_id, "lic-pro")
        await scim.users.deactivate(user_id)

    await scim.together(leave)

The app's own hooks are not told of what the app itself has done; a webhook is, and the audit trail names the app. What
a client would be refused is refused here too, with ScimError.
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
from ..schema.models import Resource
from ..schema.projection import Projection
from .service import Service

T = TypeVar("T")


class Directory:
    """One tenant's users and grants.

    Args:
        tx: the transaction that everything is done in; without it each call has one of its own.
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
        """Do several things in one transaction; the job may wait for nothing but the directory that it is given."""
        return await self.service.write(lambda tx: job(Directory(self.service, self.context, tx)))

    async def edit(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in the directory's transaction, or in one of its own."""
        return await (self.service.write(job) if self._tx is None else job(self._tx))


class Users:
    """The users of a directory; they come and go as the app's own model, `models.User`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._operations = directory.service.operations
        self._tree = next(
            one for one in directory.service.trees.values() if one.resource_type.kind == "user"
        )

    async def get(self, user_id: str) -> Any:
        """A user, or None."""
        return await self._directory.edit(lambda tx: self._get(tx, user_id))

    async def named(self, user_name: str) -> Any:
        """The user of that name, or None."""

        async def job(tx: Transaction) -> Any:
            node = parse_filter(f"userName eq {dump(user_name).decode()}", self._tree)
            page = await tx.search(
                self._directory.context.tenant, Query([(self._tree, node)], count=1)
            )
            return await self._get(tx, page.items[0].id) if page.items else None

        return await self._directory.edit(job)

    async def create(self, user: Resource) -> Any:
        """Create a user; as it then is, with its id."""
        given = self._operations.read(self._tree, _document(user))

        async def job(tx: Transaction) -> Any:
            answer = await self._operations.create(tx, self._directory.context, self._tree, given)
            return await self._get(tx, answer.id)

        return await self._directory.edit(job)

    async def change(self, user_id: str, attributes: Mapping[str, Any]) -> Any:
        """Set attributes by their SCIM names; None clears one."""
        return await self.patch(user_id, [{"op": "replace", "value": dict(attributes)}])

    async def deactivate(self, user_id: str) -> Any:
        """A user who may not sign in any more."""
        return await self.change(user_id, {"active": False})

    async def reactivate(self, user_id: str) -> Any:
        """A user who may again."""
        return await self.change(user_id, {"active": True})

    async def delete(self, user_id: str) -> None:
        """Remove a user, and every grant and membership of theirs."""
        await self._directory.edit(
            lambda tx: self._operations.delete(tx, self._directory.context, self._tree, user_id)
        )

    async def patch(self, user_id: str, operations: list[Document]) -> Any:
        """The operations of a PATCH (RFC 7644 section 3.5.2)."""
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
    """What the users of a directory hold."""

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
        """Take a role or entitlement away; nothing happens to a user who does not hold it."""

        async def job(tx: Transaction) -> None:
            path = f"{await self._attribute(tx, value)}[value eq {dump(value).decode()}]"
            if any(held.value == value for held in await self._held(tx, user_id)):
                await self._users(tx).patch(user_id, [{"op": "remove", "path": path}])

        await self._directory.edit(job)

    async def held(self, user_id: str) -> list[Grant]:
        """All that a user holds."""
        return await self._directory.edit(lambda tx: self._held(tx, user_id))

    async def _held(self, tx: Transaction, user_id: str) -> list[Grant]:
        tree = next(
            one
            for one in self._directory.service.trees.values()
            if one.resource_type.kind == "user"
        )
        stored = await tx.get(self._directory.context.tenant, tree.name, user_id)
        if stored is None:
            raise not_found(tree.name, user_id)
        linked = await tx.links(
            self._directory.context.tenant, [stored.key], ["roles", "entitlements"]
        )
        return [Grant(one.value, one.type, one.display) for one in linked.get(stored.key, [])]

    async def _attribute(self, tx: Transaction, value: str) -> str:
        """The attribute that grants a value: what the value is decides it."""
        trees = self._directory.service.trees
        for target in (await tx.targets(self._directory.context.tenant, [value])).get(value, []):
            match trees[target.type].resource_type.kind if target.type in trees else None:
                case "role":
                    return "roles"
                case "entitlement":
                    return "entitlements"
                case _:
                    continue
        raise invalid_value(f"There is no role and no entitlement {value!r}.")

    def _users(self, tx: Transaction) -> Users:
        return Directory(self._directory.service, self._directory.context, tx).users


def _document(user: Resource) -> Document:
    document: Document = user.model_dump(mode="json", by_alias=True, exclude_none=True)
    return document

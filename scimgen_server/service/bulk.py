"""Bulk requests (RFC 7644 section 3.7): several operations in one request.

Each operation has its own transaction and result. An operation can refer to a resource that another
operation creates with `bulkId:…`, in its path, its data and the filters of a PATCH. It then runs
after that operation.

If operations refer to each other in a circle, the first one creates its resource without the
references that cannot be resolved yet. A PUT sets them at the end.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from .. import logs
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import Document, dump, is_array, is_object, is_text
from ..messages.errors import ScimError, bad_request, invalid_value, not_found
from ..patch.operations import SCHEMA as PATCH_SCHEMA
from ..ports.resources import StatementError, StorageError
from ..schema.attributes import Tree
from .bulk_request import (
    REFERENCE_IN_FILTER,
    REFERENCE_IN_PATH,
    BulkOperation,
    match_reference,
    without_references,
)
from .service import Service, read_only

RESPONSE_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
_METHODS = ("POST", "PUT", "PATCH", "DELETE")


class Bulk:
    """Runs the operations of one bulk request.

    Args:
        service: runs each operation.
        context: the context of the bulk request.
        operations: in the order of the request.
    """

    def __init__(
        self, service: Service, context: RequestContext, operations: Sequence[BulkOperation]
    ) -> None:
        self.service = service
        self.context = context
        self.operations = operations
        self.ignored: list[str] = []
        self._trees = {tree.resource_type.endpoint: tree for tree in service.trees.values()}
        self._posts: dict[str, int] = {}
        for position, one in enumerate(operations):
            if one.method == "POST" and one.bulk_id:
                self._posts.setdefault(one.bulk_id, position)
        self._ids: dict[str, str] = {}
        self._done: dict[int, Document] = {}
        self._errors = 0

    async def run(self, fail_on_errors: int) -> bytes:
        """Run the operations.

        Args:
            fail_on_errors: how many operations may fail before the rest is left out.

        Returns:
            The BulkResponse, with the results in the order of the request.
        """
        incomplete: list[int] = []
        for position in self._order():
            if self._errors >= fail_on_errors:
                break
            if await self._attempt(position, self._run(position)):
                incomplete.append(position)
        for position in incomplete:
            await self._attempt(position, self._complete(position))
        results = [result for _, result in sorted(self._done.items())]
        return dump({"schemas": [RESPONSE_SCHEMA], "Operations": results})

    def _order(self) -> list[int]:
        """Return the order of execution: each operation after those that it refers to.

        Otherwise it is the order of the request. It is a depth-first search with its own stack,
        because a chain of references can be longer than Python's recursion limit. In a circle, the
        reference back to the first operation is ignored.
        """
        order: list[int] = []
        seen: set[int] = set()
        for first in range(len(self.operations)):
            stack = [(first, False)]
            while stack:
                position, is_ready = stack.pop()
                if is_ready:
                    order.append(position)
                elif position not in seen:
                    seen.add(position)
                    stack.append((position, True))
                    stack += [(one, False) for one in self._referenced(position)]
        return order

    def _referenced(self, position: int) -> list[int]:
        """Return the positions of the operations that one refers to, the last one first."""
        names = self.operations[position].names
        return sorted((self._posts[name] for name in names if name in self._posts), reverse=True)

    async def _attempt(self, position: int, work: Awaitable[bool]) -> bool:
        """Run one operation. Its error becomes its result and does not stop the others.

        Returns:
            True if references of the new resource are missing, see `_complete`.
        """
        try:
            return await work
        except ScimError as error:
            self._fail(position, error)
        except Exception as error:
            self._fail(position, self._unexpected(error, position))
        return False

    def _unexpected(self, error: Exception, position: int) -> ScimError:
        """Write an error to the log, and return what the client gets."""
        request_id = self.context.request_id
        if isinstance(error, StorageError) and not isinstance(error, StatementError):
            logs.write("storage", level="error", message=str(error), request_id=request_id)
            return ScimError(503, "The database does not respond; try again later.")
        logs.failure(error, bulk=position, request_id=request_id)
        detail = f"The server failed. Its log has details under the id {request_id}."
        return ScimError(500, detail)

    def _fail(self, position: int, fault: ScimError) -> None:
        self._errors += 1
        operation = self.operations[position]
        result = _echo(operation) | {"status": str(fault.status), "response": fault.document()}
        if operation.method != "POST":
            path = REFERENCE_IN_PATH.sub(
                lambda found: self._ids.get(found[1], found[0]), operation.path
            )
            result["location"] = f"{self.context.base}/{path.lstrip('/')}"
        self._done[position] = result

    async def _run(self, position: int) -> bool:
        operation = self.operations[position]
        tree, key = self._target(operation)
        context = replace(self.context, if_match=operation.version)
        match operation.method:
            case "POST":
                return await self._create(position, tree)
            case "PUT":
                answer = await self.service.replace(context, tree, key, self._data(operation))
            case "PATCH":
                answer = await self.service.patch(context, tree, key, self._data(operation))
            case _:
                await self.service.delete(context, tree, key)
                location = self.service.references.location(context.base, tree.name, key)
                self._done[position] = _echo(operation) | {"location": location, "status": "204"}
                return False
        self._answer(position, answer, "200" if answer.body else "204")
        return False

    async def _create(self, position: int, tree: Tree) -> bool:
        operation = self.operations[position]
        if not operation.bulk_id:
            raise bad_request(
                "invalidSyntax", "A POST in a bulk request needs a bulkId (RFC 7644 section 3.7)."
            )
        if self._posts[operation.bulk_id] != position:
            raise bad_request("invalidSyntax", f"The bulkId {operation.bulk_id!r} is given twice.")
        # References to operations that run later: they are part of a circle.
        known = [name for name in operation.names if name in self._posts]
        missing = {name for name in known if self._posts[name] not in self._done}
        data = without_references(operation.data, missing) if missing else operation.data
        answer = await self.service.create(
            self.context, tree, self._data(replace(operation, data=data))
        )
        self._ids[operation.bulk_id] = answer.id
        self._answer(position, answer, "201")
        return bool(missing)

    async def _complete(self, position: int) -> bool:
        """Set the missing references of a new resource. If that fails, delete the resource."""
        operation = self.operations[position]
        tree, _ = self._target(operation)
        key = self._ids[operation.bulk_id or ""]
        try:
            answer = await self.service.replace(self.context, tree, key, self._data(operation))
        except Exception:
            await self.service.delete(self.context, tree, key)
            raise
        self._answer(position, answer, "201")
        return False

    def _answer(self, position: int, answer: WriteResult, status: str) -> None:
        result = {"location": answer.location, "version": answer.version, "status": status}
        self._done[position] = _echo(self.operations[position]) | result
        self.ignored += answer.ignored

    def _target(self, operation: BulkOperation) -> tuple[Tree, str]:
        """Return the resource type of a path, and the id unless the method is POST.

        Raises:
            ScimError: 405 for another method, 404 for another path, 403 for a read-only type.
        """
        if operation.method not in _METHODS:
            raise ScimError(
                405,
                f"The method must be one of {', '.join(_METHODS)}, not {operation.method[:20]!r}.",
            )
        path = "/" + REFERENCE_IN_PATH.sub(
            lambda found: quote(self._id(found[1]), safe=""), operation.path
        ).lstrip("/")
        endpoint, key = (path, "") if operation.method == "POST" else path.rsplit("/", 1)
        tree = self._trees.get(endpoint)
        if tree is None or (not key and operation.method != "POST"):
            raise ScimError(
                404,
                f"{operation.method} {operation.path[:200]!r}: no resource type has this path.",
            )
        if tree.managed != "scim":
            raise read_only(tree)
        key = unquote(key)
        if not is_text(key):
            raise not_found(tree.name, key)
        return tree, key

    def _data(self, operation: BulkOperation) -> Document:
        """Return the body of an operation, with ids instead of bulkIds."""
        data = self._resolved(operation.data)
        # The example in RFC 7644 section 3.7 has a PATCH with the bare list of operations.
        if is_array(data) and operation.method == "PATCH":
            data = {"schemas": [PATCH_SCHEMA], "Operations": data}
        if not is_object(data):
            raise bad_request("invalidSyntax", f"A {operation.method} needs data, a JSON object.")
        return data

    def _id(self, name: str) -> str:
        """Return the id of the resource that was created with a bulkId.

        Raises:
            ScimError: 409 if it could not be created, 400 if there is no such bulkId.
        """
        if name in self._ids:
            return self._ids[name]
        # RFC 7644 section 3.7.1: 409 for a bulkId that cannot be resolved.
        if name in self._posts:
            raise ScimError(409, f"The resource with the bulkId {name!r} was not created.")
        raise invalid_value(f"No POST of this request has the bulkId {name!r}.")

    def _resolved(self, value: Any) -> Any:
        """Return data with ids instead of bulkIds."""
        if isinstance(value, str):
            whole = match_reference(value)
            if whole:
                return self._id(whole[1])
            return REFERENCE_IN_FILTER.sub(lambda found: f'"{self._id(found[1])}"', value)
        if is_object(value):
            return {name: self._resolved(part) for name, part in value.items()}
        if is_array(value):
            return [self._resolved(part) for part in value]
        return value


def _echo(operation: BulkOperation) -> Document:
    """Return the members of a result that repeat those of the operation."""
    echo: Document = {"method": operation.method}
    if operation.bulk_id:
        echo["bulkId"] = operation.bulk_id
    return echo

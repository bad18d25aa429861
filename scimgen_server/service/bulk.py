"""Bulk (RFC 7644 section 3.7): many operations in one request, each done as if it had come alone.

An operation may name what another one creates by `bulkId:…`, in its path, its data and the filters of its PATCH: it is
done after the one it names, wherever that stands. Where resources name each other in a circle, the first is created
without the names that nobody has yet, and gets them once the circle is closed.
"""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from .. import logs
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import MAX_DEPTH, Document, dump, is_array, is_object, is_text
from ..messages.errors import ScimError, bad_request, invalid_value, not_found
from ..patch.operations import SCHEMA as PATCH_SCHEMA
from ..ports.resources import StorageError
from ..schema.attributes import Tree
from .service import Service, read_only

REQUEST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
RESPONSE_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_VALUE = re.compile(r"bulkId:(\S+)").fullmatch
_IN_PATH = re.compile(r"bulkId:([^/\s]+)")
_IN_FILTER = re.compile(r'"bulkId:([^"\s]+)"')


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """One operation as it was sent; `names` are the bulkIds that it refers to."""

    method: str
    path: str
    bulk_id: str | None
    version: str | None
    data: Any
    names: frozenset[str]


def read_bulk(payload: Document, max_operations: int) -> tuple[list[BulkOperation], int]:
    """The operations, and after how many errors to stop."""
    message = {name.lower(): value for name, value in payload.items()}
    schemas, operations = message.get("schemas"), message.get("operations")
    if not is_array(schemas) or REQUEST_SCHEMA not in schemas or not is_array(operations):
        raise bad_request(
            "invalidSyntax",
            f"A bulk request has a list of Operations and the schema {REQUEST_SCHEMA}.",
        )
    if len(operations) > max_operations:  # RFC 7644 section 3.7.4
        raise ScimError(
            413, f"There are {len(operations)} Operations; maxOperations is {max_operations}."
        )
    limit = message.get("failonerrors")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise bad_request(
            "invalidValue", "failOnErrors is the number of errors to stop after, 1 or more."
        )
    return [_read(operation) for operation in operations], limit or len(operations) + 1


def _read(operation: Any) -> BulkOperation:
    if not is_object(operation):
        raise bad_request("invalidSyntax", "Each of the Operations is an object.")
    members = {name.lower(): value for name, value in operation.items()}
    for name in ("method", "path"):
        if not isinstance(members.get(name), str):
            raise bad_request("invalidSyntax", f"Each of the Operations needs a {name}.")
    for name in ("bulkid", "version"):
        if not isinstance(members.get(name, ""), str | None):
            raise bad_request("invalidSyntax", f"{name} must be a string.")
    path, data = members["path"], members.get("data")
    names = {*_IN_PATH.findall(path), *_names(data)}
    return BulkOperation(
        members["method"].upper(),
        path,
        members.get("bulkid"),
        members.get("version"),
        data,
        frozenset(names),
    )


def _names(value: Any, depth: int = 0) -> set[str]:
    """The bulkIds that data refers to."""
    if depth > MAX_DEPTH:
        raise bad_request("invalidSyntax", f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        whole = _VALUE(value)
        return {whole[1]} if whole else set(_IN_FILTER.findall(value))
    parts = value.values() if is_object(value) else value if is_array(value) else ()
    return {name for part in parts for name in _names(part, depth + 1)}


class Bulk:
    """One bulk request: its operations, in the order in which they were sent."""

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
        """Do the operations; the answers stand in the order in which the operations were sent."""
        circles: list[int] = []
        for position in self._order():
            if self._errors < fail_on_errors and await self._attempt(position, self._do(position)):
                circles.append(position)
        for position in circles:
            await self._attempt(position, self._close(position))
        results = [result for _, result in sorted(self._done.items())]
        return dump({"schemas": [RESPONSE_SCHEMA], "Operations": results})

    def _order(self) -> list[int]:
        """Every operation after those it names, else as they were sent; a circle is cut where it was entered."""
        order: list[int] = []
        seen: set[int] = set()
        for first in range(len(self.operations)):
            stack = [(first, False)]
            while stack:
                position, ready = stack.pop()
                if ready:
                    order.append(position)
                elif position not in seen:
                    seen.add(position)
                    stack.append((position, True))
                    named = [
                        self._posts[name]
                        for name in self.operations[position].names
                        if name in self._posts
                    ]
                    stack += [(one, False) for one in sorted(named, reverse=True)]
        return order

    async def _attempt(self, position: int, work: Awaitable[bool]) -> bool:
        """Do one operation; a fault is its own answer and no other's. True where something waits to be closed."""
        try:
            return await work
        except ScimError as error:
            fault = error
        except StorageError as error:
            logs.write("storage", level="error", message=str(error))
            fault = ScimError(503, "The database cannot be used just now; try again.")
        except Exception as error:
            logs.failure(error, bulk=position)
            fault = ScimError(500, "The server failed at this operation; its log says more.")
        self._errors += 1
        operation = self.operations[position]
        result = _echo(operation) | {"status": str(fault.status), "response": fault.document()}
        if operation.method != "POST":
            path = _IN_PATH.sub(lambda found: self._ids.get(found[1], found[0]), operation.path)
            result["location"] = f"{self.context.base}/{path.lstrip('/')}"
        self._done[position] = result
        return False

    async def _do(self, position: int) -> bool:
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
        # what stands later in the order although it is named here closes a circle
        waits = {
            name
            for name in operation.names
            if name in self._posts and self._posts[name] not in self._done
        }
        data = _without(operation.data, waits) if waits else operation.data
        answer = await self.service.create(
            self.context, tree, self._data(replace(operation, data=data))
        )
        self._ids[operation.bulk_id] = answer.id
        self._answer(position, answer, "201")
        return bool(waits)

    async def _close(self, position: int) -> bool:
        """Give a resource of a circle the names that were missing; without them it must not stay."""
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
        """The resource type, and for all but POST the id, that a path means."""
        if operation.method not in _METHODS:
            raise ScimError(
                405, f"A bulk request knows {', '.join(_METHODS)}, not {operation.method[:20]!r}."
            )
        path = "/" + _IN_PATH.sub(
            lambda found: quote(self._id(found[1]), safe=""), operation.path
        ).lstrip("/")
        endpoint, key = (path, "") if operation.method == "POST" else path.rsplit("/", 1)
        tree = self._trees.get(endpoint)
        if tree is None or (not key and operation.method != "POST"):
            raise ScimError(
                404,
                f"{operation.method} {operation.path[:200]!r}: no resource type has such a path.",
            )
        if tree.managed != "scim":
            raise read_only(tree)
        key = unquote(key)
        if not is_text(key):
            raise not_found(tree.name, key)
        return tree, key

    def _data(self, operation: BulkOperation) -> Document:
        data = self._resolved(operation.data)
        if is_array(data) and operation.method == "PATCH":  # as the RFC's own example writes it
            data = {"schemas": [PATCH_SCHEMA], "Operations": data}
        if not is_object(data):
            raise bad_request(
                "invalidSyntax", f"A {operation.method} needs its data, a JSON object."
            )
        return data

    def _id(self, name: str) -> str:
        """The id of what was created under a bulkId."""
        if name in self._ids:
            return self._ids[name]
        if name in self._posts:  # RFC 7644 section 3.7.1 names 409 for what cannot be resolved
            raise ScimError(
                409,
                f"What the bulkId {name!r} names was not created, so that nothing can refer to it.",
            )
        raise invalid_value(f"No POST of this request has the bulkId {name!r}.")

    def _resolved(self, value: Any) -> Any:
        """Data with ids in the place of bulkIds."""
        if isinstance(value, str):
            whole = _VALUE(value)
            return (
                self._id(whole[1])
                if whole
                else _IN_FILTER.sub(lambda found: f'"{self._id(found[1])}"', value)
            )
        if is_object(value):
            return {name: self._resolved(part) for name, part in value.items()}
        return [self._resolved(part) for part in value] if is_array(value) else value


def _echo(operation: BulkOperation) -> Document:
    return {"method": operation.method} | (
        {"bulkId": operation.bulk_id} if operation.bulk_id else {}
    )


def _without(value: Any, names: set[str]) -> Any:
    """Data without the values that name what is not there yet: of a list the whole item goes."""
    if is_object(value):
        kept = [
            (name, part)
            for name, part in value.items()
            if not isinstance(part, str) or not _names(part) & names
        ]
        return {name: _without(part, names) for name, part in kept}
    return [item for item in value if not _names(item) & names] if is_array(value) else value

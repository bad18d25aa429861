"""Imports many resources. Each is checked like a POST, and a fault of one does not affect others.

Imports are recorded in the audit trail. They do not write events for hooks and the webhook.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..events.changes import Change
from ..filters.parser import parse_filter
from ..messages.context import RequestContext
from ..messages.documents import Document, is_array, is_object
from ..messages.errors import ScimError, invalid_value
from ..ports.resources import Linked, Query, Stored, Taken, Transaction
from ..schema.attributes import Attribute, Link, Tree
from ..schema.keeping import keep_in_values
from ..schema.resources import read_resource
from ..schema.values import Reader
from .ids import new_id
from .recorder import audit_entry
from .service import Service, read_only
from .writer import document_of

Existing: TypeAlias = Literal["fail", "skip", "update"]
"""What to do with a resource that exists already, found by its `id` or `userName`."""

_ACTOR = "import"


@dataclass(slots=True)
class Candidate:
    """A resource that was read and checked, but is not stored yet.

    Args:
        line: the line of the file, for the report.
        id: the id in the file; "" if the server chooses one.
        document: the resource with its defaults.
        given: the names of the attributes in the file, in lower case; without defaults.
    """

    line: int
    id: str
    document: Document
    given: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """The result of importing some candidates.

    Args:
        created: how many were created.
        updated: how many resources were changed.
        skipped: how many resources existed and were not changed.
        faults: line and message of the candidates that were refused.
        later: the groups whose members do not exist yet.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    later: list[Candidate] = field(default_factory=list[Candidate])


class _RollBack(Exception):
    """Rolls the transaction of a rehearsal back."""


class Importer:
    """Imports resources of one type.

    Args:
        service: the service.
        tenant: the tenant that gets the resources.
        tree: the attributes of the resource type.
        existing: what to do with a resource that exists already.
        stop: whether to stop at the first fault.
        rehearse: whether to check everything and store nothing.
    """

    def __init__(
        self,
        service: Service,
        tenant: str,
        tree: Tree,
        existing: Existing,
        *,
        stop: bool,
        rehearse: bool,
    ) -> None:
        if tree.managed != "scim":
            raise read_only(tree)
        self.service = service
        self.tenant = tenant
        self.context = RequestContext(tenant, "", actor=_ACTOR)
        self.tree = tree
        self.existing = existing
        self.stop = stop
        self.rehearse = rehearse
        self.ignored: dict[str, int] = {}

    def read(self, line: int, payload: Document) -> Candidate:
        """Read and check a resource without the store.

        Args:
            line: the line of the file.
            payload: the resource as in the file.

        Raises:
            ScimError: the resource has a fault.
        """
        given = {name.lower(): name for name in payload}
        resource_id = payload.get(given.get("id", ""), "")
        if not isinstance(resource_id, str) or resource_id.lower().startswith("bulkid"):
            raise invalid_value(
                "id must be a string that does not begin with bulkId (RFC 7643 section 3.1)."
            )
        excluded = ("id", "meta")
        known = {name: value for name, value in payload.items() if name.lower() not in excluded}
        reader = Reader(strict=self.service.operations.strict, trusted=True)
        document = read_resource(self.tree, known, reader)
        for name in reader.ignored:
            self.ignored[name] = self.ignored.get(name, 0) + 1
        return Candidate(line, resource_id, document, frozenset(given))

    async def write(self, candidates: Sequence[Candidate], *, last: bool = False) -> Outcome:
        """Store some candidates in one transaction.

        Args:
            candidates: from `read`.
            last: whether a group whose members do not exist is a fault. Otherwise it is in
                `Outcome.later`.
        """
        if self.existing == "fail" and not self.rehearse:
            # On a fault of any candidate, store them one by one, to find which one has it.
            with suppress(ScimError, Taken):
                return await self._write_all(candidates)
        outcome = Outcome()

        async def job(tx: Transaction) -> None:
            nonlocal outcome
            # A store can run a job again after a conflict with another transaction.
            outcome = Outcome()
            changes = await self._write_each(tx, candidates, outcome, last=last)
            await tx.audit.append([audit_entry(self.context, change) for change in changes])
            if self.rehearse:
                raise _RollBack

        with suppress(_RollBack):
            await self.service.store.write(job)
        return outcome

    async def _write_each(
        self, tx: Transaction, candidates: Sequence[Candidate], outcome: Outcome, *, last: bool
    ) -> list[Change]:
        """Store candidates one by one, record the faults in the outcome, and return the changes."""
        changes: list[Change] = []
        for candidate in candidates:
            try:
                change = await self._write(tx, candidate, outcome)
            except ScimError as error:
                if not last and error.status == 400 and "members" in self.tree.by_link:
                    outcome.later.append(candidate)
                    continue
                outcome.faults.append((candidate.line, error.detail))
                if self.stop:
                    break
            else:
                if change:
                    changes.append(change)
        return changes

    async def _write_all(self, candidates: Sequence[Candidate]) -> Outcome:
        """Store all candidates at once, which fails if any of them has a fault."""

        async def load(tx: Transaction) -> list[Change]:
            writer, changes = self.service.writer, list[Change]()

            async def insert_all(loading: Transaction) -> None:
                for one in candidates:
                    inserted = await writer.insert(
                        loading, self.tenant, self.tree, one.id or new_id(), one.document
                    )
                    changes.append(inserted)

            await tx.bulk_insert(insert_all)
            await tx.audit.append([audit_entry(self.context, one) for one in changes])
            return changes

        return Outcome(created=len(await self.service.store.write(load)))

    async def _write(
        self, tx: Transaction, candidate: Candidate, outcome: Outcome
    ) -> Change | None:
        """Store one candidate, count it in the outcome, and return the change if there is one."""
        stored = await self._stored(tx, candidate) if self.existing != "fail" else None
        if stored is None:
            resource_id = candidate.id or new_id()
            inserted = await self.service.writer.insert(
                tx, self.tenant, self.tree, resource_id, candidate.document
            )
            outcome.created += 1
            return inserted
        changed = await self._update(tx, candidate, stored) if self.existing == "update" else None
        if not changed:
            outcome.skipped += 1
            return None
        outcome.updated += 1
        return changed

    async def _stored(self, tx: Transaction, candidate: Candidate) -> Stored | None:
        """Find the existing resource of a candidate by its `id`, or else by its `userName`."""
        if candidate.id:
            stored = await tx.get(self.tenant, self.tree.name, candidate.id)
            if stored:
                return stored
        name = candidate.document.get("userName")
        if not isinstance(name, str) or self.tree.resource_type.kind != "user":
            return None
        condition = parse_filter(f"userName eq {json.dumps(name)}", self.tree)
        trees = list(self.service.trees.values())
        page = await tx.search(self.tenant, Query([(self.tree, condition)], trees, count=1))
        if not page.items:
            return None
        # Read again with `get`, so that no other transaction changes it until this one ends.
        return await tx.get(self.tenant, self.tree.name, page.items[0].id)

    async def _update(self, tx: Transaction, candidate: Candidate, stored: Stored) -> Change:
        """Set the attributes that the file has, and keep the others."""
        writer, tree = self.service.writer, self.tree
        document = candidate.document
        given = {name: document[name] for name in document if name.lower() in candidate.given}
        held = await writer.held(tx, self.tenant, tree, stored, None)
        # Without an entry here, the links of an attribute that the file does not have are kept.
        replaced: dict[Link, list[Linked]] = {}
        for link, links in held.items():
            if tree.by_link[link].name in given:
                replaced[link] = links
        old = document_of(stored)
        new = _merged(tree.children_by_name, old, given)
        return await writer.change(tx, self.tenant, tree, stored, old, new, replaced)


def _merged(attributes: Mapping[str, Attribute], old: Document, given: Document) -> Document:
    """Return a document with the given members, and the others of the old one.

    Values keep the parts that an exported file does not have, see `keep_in_values`.
    """
    merged = dict(old)
    for name, value in given.items():
        before, attribute = old.get(name), attributes.get(name.lower())
        if attribute is None:
            merged[name] = value
        elif is_object(before) and is_object(value):
            merged[name] = _merged(attribute.sub_attributes, before, value)
        elif is_array(before) and is_array(value) and attribute.sub_attributes:
            merged[name] = keep_in_values(attribute, before, value)
        else:
            merged[name] = value
    return merged

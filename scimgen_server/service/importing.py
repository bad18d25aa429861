"""Resources from elsewhere, many at once: each is checked like a POST, and one that fails harms no other."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..events.changes import Change
from ..filters.parser import parse_filter
from ..messages.context import RequestContext
from ..messages.documents import Document, is_object
from ..messages.errors import ScimError, invalid_value
from ..ports.audit import AuditEntry
from ..ports.resources import Linked, Query, Stored, Taken, Transaction
from ..schema.attributes import Link, Tree
from ..schema.resources import read_resource
from ..schema.values import Reader
from .ids import new_id
from .recorder import audit_entry
from .service import Service, read_only
from .writer import document_of

Existing: TypeAlias = Literal["fail", "skip", "update"]
"""What becomes of a resource that is there already, by its `id` or `userName`."""

_ACTOR = "import"


@dataclass(slots=True)
class Candidate:
    """A resource on its way in.

    Args:
        line: where it came from, for the report.
        id: as it was given, empty where the server chooses one.
        given: the names of what the file says, in lower case: no default is among them.
    """

    line: int
    id: str
    document: Document
    given: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """What became of some candidates."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    later: list[Candidate] = field(default_factory=list[Candidate])


class _Undone(Exception):
    """A rehearsal, to be rolled back."""


class Importer:
    """Brings resources of one type into the store; the audit trail tells of them, hooks and the webhook do not.

    Args:
        existing: what becomes of one that is there already.
        stop: whether nothing that follows a fault is imported.
        rehearse: whether everything is checked, and nothing kept.
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
        """Check what can be checked of a resource by itself; ScimError says what is wrong with it."""
        given = {name.lower(): name for name in payload}
        resource_id = payload.get(given.get("id", ""), "")
        if not isinstance(resource_id, str) or resource_id.lower().startswith("bulkid"):
            raise invalid_value(
                "id must be a string that does not begin with bulkId (RFC 7643 section 3.1)."
            )
        known = {
            name: value for name, value in payload.items() if name.lower() not in ("id", "meta")
        }
        reader = Reader(strict=self.service.operations.strict, trusted=True)
        document = read_resource(self.tree, known, reader)
        for name in reader.ignored:
            self.ignored[name] = self.ignored.get(name, 0) + 1
        return Candidate(line, resource_id, document, frozenset(given))

    async def write(self, candidates: Sequence[Candidate], *, last: bool = False) -> Outcome:
        """Bring some in, in one transaction.

        Args:
            last: whether a group whose members are not there yet is a fault, rather than for later.
        """
        if self.existing == "fail" and not self.rehearse:
            with suppress(ScimError, Taken):  # one by one then, to know which
                return await self._write_all(candidates)
        outcome = Outcome()

        async def job(tx: Transaction) -> None:
            nonlocal outcome
            outcome = Outcome()  # a store may have to run a job anew
            entries: list[AuditEntry] = []  # of the whole batch: one insert
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
                        entries.append(audit_entry(self.context, change))
            await tx.audit.append(entries)
            if self.rehearse:
                raise _Undone

        with suppress(_Undone):
            await self.service.store.write(job)
        return outcome

    async def _write_all(self, candidates: Sequence[Candidate]) -> Outcome:
        """Bring all in at once, as long as nothing is wrong with any."""

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
        if candidate.id:
            stored = await tx.get(self.tenant, self.tree.name, candidate.id)
            if stored:
                return stored
        name = candidate.document.get("userName")
        if not isinstance(name, str) or self.tree.resource_type.kind != "user":
            return None
        condition = parse_filter(f"userName eq {json.dumps(name)}", self.tree)
        trees = list(self.service.trees.values())
        found = (
            await tx.search(self.tenant, Query([(self.tree, condition)], trees, count=1))
        ).items
        return (
            await tx.get(self.tenant, self.tree.name, found[0].id) if found else None
        )  # nobody else changes it now

    async def _update(self, tx: Transaction, candidate: Candidate, stored: Stored) -> Change:
        """What the file says is set, all else stays."""
        writer = self.service.writer
        given = {
            name: value
            for name, value in candidate.document.items()
            if name.lower() in candidate.given
        }
        held = await writer.held(tx, self.tenant, self.tree, stored, None)
        named: dict[Link, list[Linked]] = {}
        named.update(
            {link: links for link, links in held.items() if self.tree.by_link[link].name in given}
        )
        old = document_of(stored)
        return await writer.change(
            tx, self.tenant, self.tree, stored, old, _merged(old, given), named
        )


def _merged(old: Document, given: Document) -> Document:
    merged = dict(old)
    for name, value in given.items():
        before = old.get(name)
        merged[name] = _merged(before, value) if is_object(before) and is_object(value) else value
    return merged

"""How a resource is laid down: the bytes that clients read, what is hidden from them, and what filters look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from ..messages.documents import Document, dump, is_array, is_object
from ..messages.errors import invalid_value
from .attributes import Attribute, Tree
from .folding import fold_document, folded_values
from .resources import is_stored

RECORD_VERSION = "1"
"""Counts up when this module lays the same document down differently."""

LONGEST = 2000
"""How many bytes a value in an index may have when folded; an entry of PostgreSQL's holds 2,704, its keys included."""

COLUMNS = frozenset({"id", "meta", "schemas"})
"""What the store knows of every resource without an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """By what a resource is found.

    Args:
        indexed: attribute and folded value, for the index.
        unique: scope, attribute and folded value, of which there may be only one.
    """

    indexed: frozenset[tuple[str, str]] = frozenset()
    unique: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Record(Lookups):
    """A resource as it is laid down, links and `meta` apart.

    Args:
        body: JSON as a client reads it that asks for nothing special.
        whole: JSON with what is hidden from that client, None where nothing is.
        folded: JSON of all values as they compare, for filters that no index serves.
        display: what links to the resource show.
        reference: the `value` of links to it where that is not the id.
    """

    type: str
    id: str
    body: bytes
    whole: bytes | None
    folded: str
    display: str
    reference: str | None = None


class RecordBuilder:
    """How the resources of one type are laid down; made once for each tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.attributes = {attribute.name.lower(): attribute for attribute in tree.children()}
        stored = [attribute for attribute in tree.walk() if not _root(attribute).link]
        self.has_hidden = any(
            attribute.hidden and is_stored(tree, attribute) for attribute in stored
        )
        self.indexed = [one for one in stored if one.indexed and _root(one).name not in COLUMNS]
        self.unique = [
            one
            for one in stored
            if one.scim.uniqueness != "none" and _root(one).name not in COLUMNS and not one.secret
        ]
        self._looked_up = {
            _root(one).name.lower(): _root(one) for one in (*self.indexed, *self.unique)
        }

    def record(self, resource_id: str, document: Document, *, known: bool = False) -> Record:
        """The document, without its links, as the store keeps it.

        Args:
            known: whether the description is sure to have all that is in it.
        """
        document = {"schemas": document["schemas"], "id": resource_id} | document
        may_hide = self.has_hidden or not (known or _known(self.attributes, document))
        view = visible(self.attributes.values(), document) if may_hide else document
        folded = fold_document(self.attributes, document)
        display = self.display(document)
        folded["$display"] = display.casefold()
        draft = self.tree.resource_type.dialect == "ietf"
        reference = document.get("value") if draft else None
        if draft and isinstance(document.get("type"), str):
            folded["$type"] = document["type"]  # as links to it show it
        return Record(
            type=self.tree.name,
            id=resource_id,
            body=dump(view),
            whole=None if view == document else dump(document),
            folded=dump(folded).decode(),
            display=display,
            reference=str(reference) if reference else None,
            indexed=self._indexed(folded),
            unique=self._unique(folded),
        )

    def lookups(self, document: Document) -> Lookups:
        """By what a resource with this document is found: the same as its record says."""
        looked_up = {
            name: value for name, value in document.items() if name.lower() in self._looked_up
        }
        folded = fold_document(self._looked_up, looked_up)
        return Lookups(indexed=self._indexed(folded), unique=self._unique(folded))

    def _indexed(self, folded: Document) -> frozenset[tuple[str, str]]:
        return frozenset(
            [(one.key, value) for one in self.indexed for value in folded_values(one, folded)]
        )

    def _unique(self, folded: Document) -> frozenset[tuple[str, str, str]]:
        scopes = [(self._scope(one), one) for one in self.unique]
        return frozenset(
            [
                (scope, one.key, value)
                for scope, one in scopes
                for value in folded_values(one, folded)
            ]
        )

    def check(self, record: Record, before: Lookups | None = None) -> None:
        """Refuse new values that no index holds: on every database alike, before it is asked.

        Args:
            before: the resource as it was; what it had already is nobody's fault now.
        """
        old = _looked_up(before) if before else set[tuple[str, str]]()
        for key, value in _looked_up(record) - old:
            if len(value) * 4 > LONGEST and len(value.encode()) > LONGEST:
                name = next(str(one) for one in (*self.indexed, *self.unique) if one.key == key)
                raise invalid_value(
                    f"{name} is too long: a value that is looked up has at most {LONGEST} bytes."
                )

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever makes resources lie differently."""
        lines = [
            f"{one.key} {one.scim} {one.multi_valued} {one.indexed} {one.link}"
            for one in self.tree.walk()
        ]
        layout = (
            f"{RECORD_VERSION} ietf 2"
            if self.tree.resource_type.dialect == "ietf"
            else RECORD_VERSION
        )
        return sha256("\n".join([layout, *lines]).encode()).hexdigest()

    def _scope(self, attribute: Attribute) -> str:
        """`server` is unique within the endpoint, `global` within the tenant (RFC 7643 section 7)."""
        return self.tree.name if attribute.scim.uniqueness == "server" else ""

    def display(self, document: Document) -> str:
        """What links to this resource show."""
        for name in ("displayName", "display", "userName", "value"):
            if isinstance(document.get(name), str):
                return str(document[name])
        return ""


def _looked_up(lookups: Lookups) -> set[tuple[str, str]]:
    """Each attribute and value that an index is to hold."""
    return {*lookups.indexed, *((attribute, value) for _, attribute, value in lookups.unique)}


def visible(attributes: Any, document: Document) -> Document:
    """What a client reads that asks for nothing special: without what is returned never or on request."""
    view: Document = {}
    for attribute in attributes:
        value = document.get(attribute.name)
        if value is None or attribute.hidden:
            continue
        if attribute.sub_attributes and is_object(value):
            value = visible(attribute.sub_attributes.values(), value)
        elif attribute.sub_attributes and is_array(value):
            value = [
                item
                for item in (visible(attribute.sub_attributes.values(), item) for item in value)
                if item
            ]
        if value != {} and value != []:
            view[attribute.name] = value
    return view


def _known(attributes: Mapping[str, Attribute], document: Document) -> bool:
    """Whether the description still has all that a document holds, down to the parts of every value."""
    for name, value in document.items():
        attribute = attributes.get(name.lower())
        if attribute is None:
            return False
        if attribute.sub_attributes:
            for item in value if is_array(value) else (value,):
                if is_object(item) and not _known(attribute.sub_attributes, item):
                    return False
    return True


def _root(attribute: Attribute) -> Attribute:
    return _root(attribute.parent) if attribute.parent else attribute

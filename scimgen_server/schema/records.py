"""Records: the stored form of a resource.

A record has the JSON that clients read, the JSON with hidden attributes, and the folded values that
indexes and filters use.
"""

from collections.abc import Iterable, Mapping, Sequence
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
"""Increase it when this module makes a different record of the same document."""

LONGEST = 2000
"""Bytes of an indexed folded value. An index entry of PostgreSQL has 2,704 bytes, keys included."""

COLUMNS = frozenset({"id", "meta", "schemas"})
"""Attributes that a store keeps in its own columns, so that they need no index entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """The index values of a resource.

    Args:
        indexed: the key of an attribute, and a folded value.
        unique: the scope, the key of an attribute, and a folded value. Each such triple may exist
            once in a tenant. See `RecordBuilder._scope`.
    """

    indexed: frozenset[tuple[str, str]] = frozenset()
    unique: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Record(Lookups):
    """The stored form of a resource, without its links and `meta`.

    Args:
        type: the name of the resource type.
        id: the resource's id.
        body: the JSON that a client reads by default.
        whole: the JSON with hidden attributes; None if there are none.
        folded: the JSON of all folded values, for filters that no index can answer.
        display: the text that links to the resource show.
        reference: the `value` of links to the resource, if it is not the id.
    """

    type: str
    id: str
    body: bytes
    whole: bytes | None
    folded: str
    display: str
    reference: str | None = None


class RecordBuilder:
    """Builds the records of one resource type."""

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
        """Build the record of a resource.

        Args:
            resource_id: the resource's id.
            document: the resource without its links.
            known: whether all members of the document are attributes of the tree for certain. This
                saves a search for members of an earlier description.
        """
        document = {"schemas": document["schemas"], "id": resource_id} | document
        may_hide = self.has_hidden or not (known or _known(self.attributes, document))
        view = visible(self.attributes.values(), document) if may_hide else document
        folded = fold_document(self.attributes, document)
        display = self.display(document)
        folded["$display"] = display.casefold()
        # In the dialect of the IETF draft, a link has the `value` and `type` of the role or
        # entitlement, not its id and the name of its resource type.
        is_ietf = self.tree.resource_type.dialect == "ietf"
        reference = document.get("value") if is_ietf else None
        if is_ietf and isinstance(document.get("type"), str):
            folded["$type"] = document["type"]
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
        """Return the index values of a resource, the same as in its record."""
        looked_up = {
            name: value for name, value in document.items() if name.lower() in self._looked_up
        }
        folded = fold_document(self._looked_up, looked_up)
        return Lookups(indexed=self._indexed(folded), unique=self._unique(folded))

    def _indexed(self, folded: Document) -> frozenset[tuple[str, str]]:
        entries: set[tuple[str, str]] = set()
        for one in self.indexed:
            entries.update((one.key, value) for value in folded_values(one, folded))
        return frozenset(entries)

    def _unique(self, folded: Document) -> frozenset[tuple[str, str, str]]:
        entries: set[tuple[str, str, str]] = set()
        for one in self.unique:
            scope = self._scope(one)
            entries.update((scope, one.key, value) for value in folded_values(one, folded))
        return frozenset(entries)

    def check(self, record: Record, before: Lookups | None = None) -> None:
        """Refuse values that are too long for an index.

        The limit is the same for every store, so that the store does not decide what is valid.

        Args:
            record: the new content.
            before: the previous index values; values that were stored before are not refused.

        Raises:
            ScimError: 400 invalidValue.
        """
        old = _looked_up(before) if before else set[tuple[str, str]]()
        for key, value in _looked_up(record) - old:
            if len(value) * 4 > LONGEST and len(value.encode()) > LONGEST:
                name = next(str(one) for one in (*self.indexed, *self.unique) if one.key == key)
                raise invalid_value(
                    f"{name} is too long: an indexed value may have at most {LONGEST} bytes."
                )

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything in the tree that changes how resources are stored."""
        lines = [
            f"{one.key} {one.scim} {one.multi_valued} {one.indexed} {one.link}"
            for one in self.tree.walk()
        ]
        version = RECORD_VERSION
        if self.tree.resource_type.dialect == "ietf":
            version += " ietf 2"
        # The folded documents have no values whose parts are all secret.
        if any(one.has_secrets and not one.secret for one in self.tree.walk()):
            version += " secrets 2"
        return sha256("\n".join([version, *lines]).encode()).hexdigest()

    def _scope(self, attribute: Attribute) -> str:
        """Return the scope of uniqueness: a resource type, or "" for the tenant.

        RFC 7643 section 7: `server` is unique within the endpoint, `global` within the tenant.
        """
        return self.tree.name if attribute.scim.uniqueness == "server" else ""

    def display(self, document: Document) -> str:
        """Return the text that links to a resource show."""
        for name in ("displayName", "display", "userName", "value"):
            if isinstance(document.get(name), str):
                return str(document[name])
        return ""


def _looked_up(lookups: Lookups) -> set[tuple[str, str]]:
    """Return each indexed value with the key of its attribute."""
    return {*lookups.indexed, *((attribute, value) for _, attribute, value in lookups.unique)}


def visible(attributes: Iterable[Attribute], document: Document) -> Document:
    """Return a document without hidden attributes, see `Attribute.hidden`."""
    view: Document = {}
    for attribute in attributes:
        value = document.get(attribute.name)
        if value is None or attribute.hidden:
            continue
        if attribute.sub_attributes and is_object(value):
            value = visible(attribute.sub_attributes.values(), value)
        elif attribute.sub_attributes and is_array(value):
            parts = attribute.sub_attributes.values()
            items = [visible(parts, one) for one in value]
            value = [item for item in items if item]
        if value != {} and value != []:
            view[attribute.name] = value
    return view


def _known(attributes: Mapping[str, Attribute], document: Document) -> bool:
    """Return whether every member of a document and of its parts is an attribute."""
    for name, value in document.items():
        attribute = attributes.get(name.lower())
        if attribute is None:
            return False
        if not attribute.sub_attributes:
            continue
        items: Sequence[Any] = value if is_array(value) else (value,)
        for item in items:
            if is_object(item) and not _known(attribute.sub_attributes, item):
                return False
    return True


def _root(attribute: Attribute) -> Attribute:
    return _root(attribute.parent) if attribute.parent else attribute

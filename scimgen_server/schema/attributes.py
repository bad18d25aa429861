"""The attributes of a resource type as a tree, see `trees`: types and characteristics have no other table.

The tree is what all else walks: values are read by it, filters and paths are resolved against it, PUT and PATCH ask it
for mutability, the projection for `returned`, and the storage for what is indexed, unique or a link.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias

from .models import AttributeType, Scim
from .resource_type import Managed, ResourceType

Link: TypeAlias = Literal["members", "roles", "entitlements", "groups"]
"""The attributes whose values are other resources: kept as rows, so that both sides always agree."""

LINKED_KINDS: Mapping[Link, tuple[str, ...]] = {
    "members": ("user", "group"),
    "roles": ("role",),
    "entitlements": ("entitlement",),
    "groups": ("group",),
}
"""The kinds of resource types that each may name."""

_KEPT_NAMES = 512

INDEXED_ALWAYS = frozenset({"username", "externalid", "displayname", "emails.value", "active"})
"""What clients filter by, whatever the description says."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """An attribute with its characteristics (RFC 7643 sections 2.2 and 7); an extension is one more complex attribute.

    Args:
        name: as the schema writes it; for an extension its URN.
        parent: the complex attribute or the extension that it belongs to.
        closed: the only values allowed, if that is so.
        link: set where the values are other resources.
    """

    name: str
    scim: Scim
    parent: "Attribute | None" = None
    multi_valued: bool = False
    closed: tuple[str, ...] = ()
    default: Any = None
    link: Link | None = None
    extension: bool = False
    sub_attributes: Mapping[str, "Attribute"] = field(default_factory=dict[str, "Attribute"])

    @cached_property
    def type(self) -> AttributeType:
        """The data type (RFC 7643 section 2.3)."""
        return self.scim.type

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The names from the resource's root down to this attribute, itself included."""
        return (*self.parent.path, self.name) if self.parent else (self.name,)

    @cached_property
    def key(self) -> str:
        """The path as the index writes it."""
        return ".".join(self.path).lower()

    @cached_property
    def prefix(self) -> str:
        """What stands before the name of a sub-attribute."""
        return f"{self}{':' if self.extension else '.'}"

    @cached_property
    def folded_path(self) -> tuple[str, ...]:
        """The path as a folded document has it."""
        return tuple(name.lower() for name in self.path)

    @cached_property
    def demanding(self) -> "tuple[Attribute, ...]":
        """The sub-attributes that clients must give, and those with such inside."""
        return _demanding(self.sub_attributes.values())

    @cached_property
    def read_only(self) -> bool:
        """Whether the service provider alone writes it."""
        return self.scim.mutability == "readOnly" or bool(self.parent and self.parent.read_only)

    @cached_property
    def hidden(self) -> bool:
        """Whether a client that asks for nothing special does not see it."""
        return self.secret or self.scim.returned == "request"

    @cached_property
    def secret(self) -> bool:
        """Whether no client ever sees it (RFC 7643 section 7: a writeOnly value is not returned either)."""
        own = self.scim.returned == "never" or self.scim.mutability == "writeOnly"
        return own or bool(self.parent and self.parent.secret)

    @cached_property
    def case_exact(self) -> bool:
        """References and binary values always compare exactly (RFC 7643 sections 2.3.6 and 2.3.7)."""
        return self.scim.case_exact or self.type in ("reference", "binary")

    @cached_property
    def indexed(self) -> bool:
        """Whether the store keeps an index of its values."""
        wanted = self.scim.indexed or self.scim.uniqueness != "none" or self.key in INDEXED_ALWAYS
        return wanted and self.type != "complex" and not self.secret

    def sub_attribute(self, name: str) -> "Attribute | None":
        """The sub-attribute of that name, in any case (RFC 7643 section 2.1)."""
        return self.sub_attributes.get(name.lower())

    def __str__(self) -> str:
        """The name that a person can look up: `name.givenName`, `urn:…:User:department`."""
        if self.parent is None:
            return self.name
        return f"{self.parent.prefix}{self.name}"


@dataclass(frozen=True, eq=False)
class Tree:
    """The attributes of one resource type: the base schema's by folded name, the extensions by folded URN."""

    resource_type: ResourceType
    urn: str
    attributes: Mapping[str, Attribute]
    extensions: Mapping[str, Attribute]
    links: tuple[Attribute, ...]

    @property
    def name(self) -> str:
        return self.resource_type.name

    @cached_property
    def managed(self) -> Managed:
        """Who owns the resources: never clients where the schema is readOnly, as the draft's roles are."""
        own = [
            one
            for one in self.attributes.values()
            if one.name not in ("schemas", "id", "externalId", "meta")
        ]
        if self.resource_type.managed == "scim" and all(attribute.read_only for attribute in own):
            return "description"
        return self.resource_type.managed

    @cached_property
    def by_link(self) -> Mapping[Link, Attribute]:
        """The attribute that shows each kind of link."""
        return {attribute.link: attribute for attribute in self.links if attribute.link}

    @cached_property
    def counted(self) -> Attribute | None:
        """What tells how many hold a value, in the draft's dialect: it is counted for each answer, never stored."""
        granted = (
            self.resource_type.kind in ("role", "entitlement")
            and self.resource_type.dialect == "ietf"
        )
        return self.attributes.get("totalassignmentsused") if granted else None

    @cached_property
    def demanding(self) -> tuple[Attribute, ...]:
        """The attributes that clients must give, and those with such inside; the server knows the rest itself."""
        own = ("schemas", "id", "meta")
        return _demanding(attribute for attribute in self.children() if attribute.name not in own)

    @cached_property
    def defaults(self) -> tuple[Attribute, ...]:
        """The attributes that have a value even where a client gives none."""
        return tuple(
            one for one in self.attributes.values() if one.default is not None and not one.read_only
        )

    @cached_property
    def readable(self) -> Mapping[str, Attribute]:
        """What a client may write at the root of a resource, by folded name; `schemas` is read apart."""
        return {
            name: one
            for name, one in (*self.attributes.items(), *self.extensions.items())
            if name != "schemas"
        }

    def children(self) -> Iterator[Attribute]:
        """All that stands at the root of a resource: the schema's attributes, then the extensions."""
        yield from self.attributes.values()
        yield from self.extensions.values()

    def child(self, name: str) -> Attribute | None:
        """The attribute or extension that a member of the resource names, in any case."""
        folded = name.lower()
        return self.attributes.get(folded) or self.extensions.get(folded)

    def find(self, name: str) -> Attribute | None:
        """Resolve `attr`, `attr.sub`, `urn:attr.sub` or an extension's `urn` (RFC 7644 section 3.10), in any case.

        Entra leaves the URN of an extension's attribute out at times: it is found where only one can be meant.
        """
        return self._found(name.lower())

    @cached_property
    def _found(self) -> Callable[[str], "Attribute | None"]:
        """Requests name the same few attributes; the others, which anybody may send, must not pile up."""
        return lru_cache(maxsize=_KEPT_NAMES)(self._resolve)

    def _resolve(self, folded: str) -> "Attribute | None":
        if folded in self.extensions:
            return self.extensions[folded]
        for urn, attributes in self._namespaces():
            if folded.startswith(urn + ":"):
                return _find(attributes, folded[len(urn) + 1 :])
        found = [_find(attributes, folded) for _, attributes in self._namespaces()]
        return found[0] or (
            one[0] if len(one := [attribute for attribute in found if attribute]) == 1 else None
        )

    def walk(self) -> Iterator[Attribute]:
        """Every attribute, parents before their sub-attributes."""
        return _walk(self.children())

    def _namespaces(self) -> Iterator[tuple[str, Mapping[str, Attribute]]]:
        yield self.urn.lower(), self.attributes
        for urn, extension in self.extensions.items():
            yield urn, extension.sub_attributes


def _find(attributes: Mapping[str, Attribute], name: str) -> Attribute | None:
    name, dot, sub_name = name.partition(".")
    attribute = attributes.get(name)
    return attribute.sub_attribute(sub_name) if attribute and dot else attribute


def _demanding(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """A `$ref` is never demanded: no client sends the manager's, whatever RFC 7643 section 8.7.1 says."""
    return tuple(
        one
        for one in attributes
        if one.demanding or (one.scim.required and not one.read_only and one.name != "$ref")
    )


def _walk(attributes: Iterator[Attribute]) -> Iterator[Attribute]:
    for attribute in attributes:
        yield attribute
        yield from _walk(iter(attribute.sub_attributes.values()))

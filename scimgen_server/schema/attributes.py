"""The attributes of a resource type as a tree. `trees` builds it from the model.

The tree is the only table of types and characteristics at run time. Reading values, filters, paths,
PUT and PATCH, the projection and the store all use it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias

from .models import AttributeType, Scim
from .resource_type import Managed, ResourceType

Link: TypeAlias = Literal["members", "roles", "entitlements", "groups"]
"""The attributes whose values are other resources. A link is stored once, for both sides."""

LINKED_KINDS: Mapping[Link, tuple[str, ...]] = {
    "members": ("user", "group"),
    "roles": ("role",),
    "entitlements": ("entitlement",),
    "groups": ("group",),
}
"""The kinds of resource types that the values of each link attribute can be."""

_CACHED_NAMES = 512
_CACHED_LENGTH = 256
"""How many resolved names a tree caches, and their length in characters.

Clients can send any name, so the cache needs both limits.
"""

INDEXED_ALWAYS = frozenset({"username", "externalid", "displayname", "emails.value", "active"})
"""The keys of attributes that clients commonly filter by. They are indexed in every app."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """An attribute with its characteristics (RFC 7643 sections 2.2 and 7), or an extension.

    An extension is treated as a complex attribute whose name is its URN.

    Args:
        name: as the schema writes it; for an extension its URN.
        scim: the characteristics.
        parent: the complex attribute or extension that contains it; None at the root.
        multi_valued: whether there can be several values.
        closed: the only allowed values; empty if every value is allowed.
        default: the value of a new resource if the client sends none.
        link: the kind of link if the values are other resources.
        extension: whether this is an extension.
        sub_attributes: by their names in lower case.
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
        """The names from the root of the resource to this attribute."""
        return (*self.parent.path, self.name) if self.parent else (self.name,)

    @cached_property
    def key(self) -> str:
        """The path as one text in lower case: the attribute's name in an index."""
        return ".".join(self.path).lower()

    @cached_property
    def prefix(self) -> str:
        """The text before the name of a sub-attribute in a path: `name.`, `urn:…:User:`."""
        return f"{self}{':' if self.extension else '.'}"

    @cached_property
    def folded_path(self) -> tuple[str, ...]:
        """The path in a folded document: the names in lower case."""
        return tuple(name.lower() for name in self.path)

    @cached_property
    def required_parts(self) -> "tuple[Attribute, ...]":
        """The sub-attributes that a client must send, or that have such sub-attributes."""
        return _required(self.sub_attributes.values())

    @cached_property
    def read_only(self) -> bool:
        """Whether only the service provider may write the attribute, or one that contains it."""
        return self.scim.mutability == "readOnly" or bool(self.parent and self.parent.read_only)

    @cached_property
    def hidden(self) -> bool:
        """Whether a response leaves the attribute out by default."""
        return self.secret or self.scim.returned == "request"

    @cached_property
    def secret(self) -> bool:
        """Whether a response never contains the attribute.

        RFC 7643 section 7: `returned` is never; a writeOnly value is not returned either.
        """
        never = self.scim.returned == "never" or self.scim.mutability == "writeOnly"
        return never or bool(self.parent and self.parent.secret)

    @cached_property
    def has_secrets(self) -> bool:
        """Whether a value can have a part that responses never contain."""
        return self.secret or any(one.has_secrets for one in self.sub_attributes.values())

    @cached_property
    def unreadable(self) -> bool:
        """Whether responses never contain any part of a value."""
        parts = self.sub_attributes.values()
        return self.secret or (bool(parts) and all(one.unreadable for one in parts))

    @cached_property
    def case_exact(self) -> bool:
        """Whether comparisons distinguish upper and lower case.

        References and binary values always do (RFC 7643 sections 2.3.6 and 2.3.7).
        """
        return self.scim.case_exact or self.type in ("reference", "binary")

    @cached_property
    def indexed(self) -> bool:
        """Whether the store has an index of the values."""
        if self.type == "complex" or self.secret:
            return False
        is_unique = self.scim.uniqueness != "none"
        return is_unique or self.scim.indexed or self.key in INDEXED_ALWAYS

    def sub_attribute(self, name: str) -> "Attribute | None":
        """Find a sub-attribute by its name, in any case (RFC 7643 section 2.1)."""
        return self.sub_attributes.get(name.lower())

    def __str__(self) -> str:
        """The name for messages: `name.givenName`, `urn:…:User:department`."""
        if self.parent is None:
            return self.name
        return f"{self.parent.prefix}{self.name}"


@dataclass(frozen=True, eq=False)
class Tree:
    """The attributes of one resource type.

    Args:
        resource_type: the resource type.
        urn: the URN of its base schema.
        attributes: the attributes of the base schema, by their names in lower case.
        extensions: by their URNs in lower case.
        links: the attributes whose values are other resources.
    """

    resource_type: ResourceType
    urn: str
    attributes: Mapping[str, Attribute]
    extensions: Mapping[str, Attribute]
    links: tuple[Attribute, ...]

    @property
    def name(self) -> str:
        """The name of the resource type."""
        return self.resource_type.name

    @cached_property
    def managed(self) -> Managed:
        """Who manages the resources.

        Clients cannot if all attributes of the schema are readOnly, as those of roles are in
        draft-ietf-scim-roles-entitlements.
        """
        common = ("schemas", "id", "externalId", "meta")
        specific = [one for one in self.attributes.values() if one.name not in common]
        if self.resource_type.managed == "scim" and all(one.read_only for one in specific):
            return "description"
        return self.resource_type.managed

    @cached_property
    def by_link(self) -> Mapping[Link, Attribute]:
        """The attribute of each kind of link."""
        return {attribute.link: attribute for attribute in self.links if attribute.link}

    @cached_property
    def counted(self) -> Attribute | None:
        """The attribute with the number of holders of a value, in the dialect of the IETF draft.

        It is computed for each response and never stored.
        """
        if self.resource_type.kind not in ("role", "entitlement"):
            return None
        if self.resource_type.dialect != "ietf":
            return None
        return self.attributes.get("totalassignmentsused")

    @cached_property
    def required_parts(self) -> tuple[Attribute, ...]:
        """The attributes that a client must send, or that have such sub-attributes."""
        set_by_server = ("schemas", "id", "meta")
        return _required(one for one in self.children() if one.name not in set_by_server)

    @cached_property
    def defaults(self) -> tuple[Attribute, ...]:
        """The attributes that get a value if the client sends none."""
        with_default = [one for one in self.attributes.values() if one.default is not None]
        return tuple(one for one in with_default if not one.read_only)

    @cached_property
    def children_by_name(self) -> Mapping[str, Attribute]:
        """The children without `schemas`, by their names in lower case."""
        named = {**self.attributes, **self.extensions}
        named.pop("schemas", None)
        return named

    def children(self) -> Iterator[Attribute]:
        """Yield the members of a resource: the attributes of the schema, then the extensions."""
        yield from self.attributes.values()
        yield from self.extensions.values()

    def child(self, name: str) -> Attribute | None:
        """Find an attribute of the schema or an extension by its name, in any case."""
        folded = name.lower()
        return self.attributes.get(folded) or self.extensions.get(folded)

    def find(self, name: str) -> Attribute | None:
        """Find an attribute by its path, in any case (RFC 7644 section 3.10).

        Args:
            name: `attr`, `attr.sub`, `urn:attr.sub`, or the `urn` of an extension. Entra sometimes
                leaves out the URN of an extension's attribute. It is found if only one extension
                has an attribute of this name.
        """
        folded = name.lower()
        if len(folded) > _CACHED_LENGTH:
            return self._resolve(folded)
        return self._cached_resolve(folded)

    @cached_property
    def _cached_resolve(self) -> Callable[[str], "Attribute | None"]:
        return lru_cache(maxsize=_CACHED_NAMES)(self._resolve)

    def _resolve(self, folded: str) -> "Attribute | None":
        if folded in self.extensions:
            return self.extensions[folded]
        for urn, attributes in self._namespaces():
            if folded.startswith(urn + ":"):
                return _find(attributes, folded[len(urn) + 1 :])
        in_schema = _find(self.attributes, folded)
        if in_schema:
            return in_schema
        extensions = self.extensions.values()
        found = [_find(extension.sub_attributes, folded) for extension in extensions]
        known = [attribute for attribute in found if attribute]
        return known[0] if len(known) == 1 else None

    def walk(self) -> Iterator[Attribute]:
        """Yield every attribute, each before its sub-attributes."""
        return _walk(self.children())

    def _namespaces(self) -> Iterator[tuple[str, Mapping[str, Attribute]]]:
        """Yield the URN in lower case and the attributes of the schema and of each extension."""
        yield self.urn.lower(), self.attributes
        for urn, extension in self.extensions.items():
            yield urn, extension.sub_attributes


def _find(attributes: Mapping[str, Attribute], name: str) -> Attribute | None:
    name, dot, sub_name = name.partition(".")
    attribute = attributes.get(name)
    return attribute.sub_attribute(sub_name) if attribute and dot else attribute


def _required(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    return tuple(one for one in attributes if one.required_parts or _is_required(one))


def _is_required(attribute: Attribute) -> bool:
    # The `$ref` of `manager` is required in RFC 7643 section 8.7.1, but clients do not send it.
    return attribute.scim.required and not attribute.read_only and attribute.name != "$ref"


def _walk(attributes: Iterator[Attribute]) -> Iterator[Attribute]:
    for attribute in attributes:
        yield attribute
        yield from _walk(iter(attribute.sub_attributes.values()))

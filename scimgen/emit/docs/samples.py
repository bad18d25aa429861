"""Sample resources of a model: what a client can write, and what the server returns of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from scimgen.documents import urns
from scimgen.model import (
    App,
    Attribute,
    AttributeType,
    Kind,
    Managed,
    Mutability,
    ResourceType,
    Returned,
)

Json = dict[str, Any]

ID = "2819c223-7f76-453a-919d-413861904646"  # the id in RFC 7643 section 8.1
WHEN = "2026-01-31T09:30:00Z"
GRANTS = {Kind.ROLE: "roles", Kind.ENTITLEMENT: "entitlements"}
"""The attribute of a user with the values of a kind."""
_MOST_OPTIONAL = 6

# The names of the user in RFC 7643 section 8.2. Only attributes of the app's user schema are used.
_PERSON: Json = {
    "userName": "barbara.jensen@example.com",
    "name": {"givenName": "Barbara", "familyName": "Jensen"},
    "emails": [{"value": "barbara.jensen@example.com", "type": "work", "primary": True}],
    "active": True,
}
_SAMPLES: dict[AttributeType, Any] = {
    AttributeType.BOOLEAN: True,
    AttributeType.INTEGER: 1,
    AttributeType.DECIMAL: 1.5,
    AttributeType.DATE_TIME: WHEN,
    AttributeType.BINARY: "c2NpbQ==",
}


class Samples:
    """Resources that a client can create. Links start with `base_url`."""

    def __init__(self, app: App, base_url: str) -> None:
        self.app = app
        self.base_url = base_url

    def resource(self, type_: ResourceType) -> Json:
        """A resource with all required attributes and a few optional attributes of the app."""
        resource: Json = {"schemas": [type_.schema.id]}
        own = type_.kind is Kind.RESOURCE
        for attribute in self._chosen(type_.schema.attributes, optional=own):
            resource[attribute.name] = self._sample(attribute, type_)
        if type_.kind is Kind.USER:
            resource |= {name: part for name, part in _PERSON.items() if takes(type_, name, part)}
        elif takes(type_, "displayName", ""):
            resource["displayName"] = f"Example {type_.name}"
        elif type_.kind in GRANTS and takes(type_, "display", ""):
            resource["display"] = f"Example {type_.name}"
        for extension in type_.extensions:
            ours = extension.schema.id.lower() != urns.ENTERPRISE_USER.lower()
            chosen = self._chosen(extension.schema.attributes, optional=ours)
            if chosen:
                resource["schemas"].append(extension.schema.id)
                resource[extension.schema.id] = {
                    part.name: self._sample(part, type_) for part in chosen
                }
        return resource

    def _chosen(self, attributes: Iterable[Attribute], *, optional: bool) -> list[Attribute]:
        """The attributes that a client may write.

        All required ones, and a few simple ones that are returned.
        """
        writable = [
            attribute
            for attribute in attributes
            if attribute.mutability is not Mutability.READ_ONLY
        ]
        shown = [
            a
            for a in writable
            if not a.required and a.type is not AttributeType.COMPLEX and is_shown(a)
        ]
        few = {attribute.name for attribute in shown[:_MOST_OPTIONAL]} if optional else set()
        return [attribute for attribute in writable if attribute.required or attribute.name in few]

    def _sample(self, attribute: Attribute, type_: ResourceType) -> Any:
        if attribute.type is AttributeType.COMPLEX:
            subs = [
                sub
                for sub in attribute.sub_attributes
                if sub.mutability is not Mutability.READ_ONLY
            ]
            due = [sub for sub in subs if sub.required] or subs[:1]
            one: Any = {sub.name: self._sample(sub, type_) for sub in due}
        elif any(
            attribute.canonical_values
        ):  # a server reads "" as no value, because Entra clears an attribute with it
            one = next(filter(None, attribute.canonical_values))
        elif attribute.type is AttributeType.REFERENCE:
            one = self._reference(attribute)
        else:
            one = _SAMPLES.get(attribute.type, f"example {attribute.name}")
        return [one] if attribute.multi_valued else one

    def _reference(self, attribute: Attribute) -> str:
        """A link to a resource of one of the reference types, or an external URL."""
        for name in attribute.reference_types:
            type_ = next((type_ for type_ in self.app.resource_types if type_.name == name), None)
            if type_:
                id_ = type_.values[0].id if is_listed(type_) else ID
                return f"{self.base_url}{type_.endpoint}/{quote(id_, safe='')}"
        return "https://example.com/" if "uri" not in attribute.reference_types else "urn:example:1"


def takes_writes(type_: ResourceType) -> bool:
    """Whether clients can create resources of a type.

    Clients manage them, and the base schema is writable.

    Roles and entitlements of the draft are not writable, because all of their attributes are
    readOnly.
    """
    writable = (
        attribute.mutability is not Mutability.READ_ONLY for attribute in type_.schema.attributes
    )
    return type_.managed is Managed.SCIM and any(writable)


def is_listed(type_: ResourceType) -> bool:
    """Whether the server has the values of the description."""
    return bool(type_.values) and type_.managed is not Managed.CATALOG


def is_shown(attribute: Attribute) -> bool:
    hidden = (
        attribute.returned in (Returned.NEVER, Returned.REQUEST)
        or attribute.mutability is Mutability.WRITE_ONLY
    )
    return not hidden


def takes(type_: ResourceType, name: str, sample: Any) -> bool:
    """Whether a resource type has an attribute that accepts a sample value from a client."""
    attribute = type_.schema.attribute(name)
    if (
        attribute is None
        or attribute.mutability is Mutability.READ_ONLY
        or attribute.canonical_values
    ):
        return False
    many = isinstance(sample, list)
    inner = sample[0] if many else sample
    names = {
        sub.name for sub in attribute.sub_attributes if sub.mutability is not Mutability.READ_ONLY
    }
    fits = (
        set(inner) <= names
        if isinstance(inner, dict)
        else attribute.type is not AttributeType.COMPLEX
    )
    return fits and attribute.multi_valued is many and attribute.name == name


def returned(resource: Mapping[str, Any], attributes: Iterable[Attribute], written: bool) -> Json:
    """The attributes of a resource that are returned by default, which excludes secrets."""
    shown: Json = {}
    for attribute in attributes:
        asked = (
            written
            and attribute.returned is Returned.REQUEST
            and attribute.mutability is not Mutability.WRITE_ONLY
        )
        if attribute.name not in resource or not (asked or is_shown(attribute)):
            continue
        value = resource[attribute.name]
        if attribute.type is AttributeType.COMPLEX:
            listed = value if isinstance(value, list) else [value]
            items = [
                part
                for item in listed
                if (part := returned(item, attribute.sub_attributes, written))
            ]
            if not items:
                continue
            value = items if attribute.multi_valued else items[0]
        shown[attribute.name] = value
    return shown

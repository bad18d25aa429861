"""Examples of requests with the responses of the generated server, made from the model."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    Value,
)

Json = dict[str, Any]

ID = "2819c223-7f76-453a-919d-413861904646"  # the id in RFC 7643 section 8.1
_WHEN = "2026-01-31T09:30:00Z"
_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_MOST_OPTIONAL = 6
_GRANTS = {Kind.ROLE: "roles", Kind.ENTITLEMENT: "entitlements"}

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
    AttributeType.DATE_TIME: _WHEN,
    AttributeType.BINARY: "c2NpbQ==",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its response.

    Args:
        title: The purpose of the request.
        path: The path relative to the base URL, with the query.
        body: The body of the request. None for a GET.
        response: The body of the response.
    """

    title: str
    method: str
    path: str
    body: Json | None
    status: int
    response: Json


class Examples:
    """The examples of an app. Links start with `base_url`."""

    def __init__(self, app: App, base_url: str) -> None:
        self.app = app
        self.base_url = base_url
        self.users = next((type_ for type_ in app.resource_types if type_.kind is Kind.USER), None)

    def of(self, type_: ResourceType) -> tuple[Example, ...]:
        """The examples of one resource type.

        They read, grant and search a value, or create a resource.
        """
        if type_.kind in _GRANTS and _is_listed(type_):
            return tuple(self._of_value(type_, type_.values[0]))
        return (self._created(type_),) if takes_writes(type_) else ()

    def user(self) -> Json:
        """The user that the examples create, with one value of each kind."""
        assert self.users
        resource = self._new(self.users)
        for kind, member in _GRANTS.items():
            found = next(
                (
                    (t, t.values[0])
                    for t in self.app.resource_types
                    if t.kind is kind and _is_listed(t)
                ),
                None,
            )
            if found and self.users.schema.attribute(member):
                resource[member] = [self._grant(*found)]
        return resource

    def _created(self, type_: ResourceType) -> Example:
        body = self.user() if type_.kind is Kind.USER else self._new(type_)
        response = self._answer(type_, body, ID, written=True)
        return Example(f"Create a {type_.name}", "POST", type_.endpoint, body, 201, response)

    def _of_value(self, type_: ResourceType, value: Value) -> Iterable[Example]:
        resource = self._answer(type_, value.resource, value.id)
        if type_.schema.attribute(
            "totalAssignmentsUsed"
        ):  # only in the draft; the user of the examples has the value
            resource["totalAssignmentsUsed"] = 1
        path = f"{type_.endpoint}/{quote(value.id, safe='')}"
        yield Example("Read one value", "GET", path, None, 200, resource)
        member = _GRANTS[type_.kind]
        if self.users is None or self.users.schema.attribute(member) is None:
            return
        key = value.resource.get("value", value.id)
        grant = self._grant(type_, value)
        body = {
            "schemas": [_PATCH_OP],
            "Operations": [{"op": "replace", "path": member, "value": [grant]}],
        }
        after = self._answer(self.users, self.user(), ID) | {member: [grant]}
        asked = ""
        if not _always(self.users):  # then a response with only one attribute is short
            asked, after = (
                f"attributes={member}",
                {name: after[name] for name in ("schemas", "id", member)},
            )
        path = f"{self.users.endpoint}/{ID}" + (f"?{asked}" if asked else "")
        yield Example("Grant it to a user", "PATCH", path, body, 200, after)
        # Only blanks and quotes are encoded, so that the filter stays readable.
        filter_ = quote(f"{member}[value eq {json.dumps(key, ensure_ascii=False)}]", safe="[]")
        path = f"{self.users.endpoint}?filter={filter_}" + (f"&{asked}" if asked else "")
        yield Example("List the users who have it", "GET", path, None, 200, _list_response(after))

    def _grant(self, type_: ResourceType, value: Value) -> Json:
        key = value.resource.get("value", value.id)
        display = value.resource.get("displayName") or value.resource.get("display")
        kind = (
            value.resource.get("type") if "value" in value.resource else type_.name
        )  # values of the draft have one
        return {
            "value": key,
            **({"display": display} if display else {}),
            **({"type": kind} if kind else {}),
        }

    def _new(self, type_: ResourceType) -> Json:
        """A resource with all required attributes and a few optional attributes of the app."""
        resource: Json = {"schemas": [type_.schema.id]}
        own = type_.kind is Kind.RESOURCE
        for attribute in self._chosen(type_.schema.attributes, optional=own):
            resource[attribute.name] = self._sample(attribute, type_)
        if type_.kind is Kind.USER:
            resource |= {name: part for name, part in _PERSON.items() if _takes(type_, name, part)}
        elif _takes(type_, "displayName", ""):
            resource["displayName"] = f"Example {type_.name}"
        elif type_.kind in _GRANTS and _takes(type_, "display", ""):
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
        """The attributes to write: all required ones, and a few simple ones that are returned."""
        writable = [
            attribute
            for attribute in attributes
            if attribute.mutability is not Mutability.READ_ONLY
        ]
        shown = [
            a
            for a in writable
            if not a.required and a.type is not AttributeType.COMPLEX and _is_shown(a)
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
                id_ = type_.values[0].id if _is_listed(type_) else ID
                return f"{self.base_url}{type_.endpoint}/{quote(id_, safe='')}"
        return "https://example.com/" if "uri" not in attribute.reference_types else "urn:example:1"

    def _answer(
        self, type_: ResourceType, resource: Mapping[str, Any], id_: str, *, written: bool = False
    ) -> Json:
        """The response for a resource, without `returned: never` (RFC 7643 sections 3.1 and 7).

        Args:
            type_: The resource type.
            resource: The resource.
            id_: The id of the resource.
            written: Whether the request wrote the resource. Then attributes with `returned:
                request` are included.
        """
        answer: Json = {"schemas": resource["schemas"], "id": id_}
        for schema in type_.schemas:
            inside = schema is not type_.schema
            part = resource.get(schema.id) if inside else resource
            shown = returned(part, schema.attributes, written) if isinstance(part, Mapping) else {}
            if inside:
                answer |= {schema.id: shown} if shown else {}
            else:
                answer |= {name: value for name, value in shown.items() if name not in answer}
        if type_.kind is Kind.ENTITLEMENT and type_.schema.attribute("type"):
            answer.setdefault("type", type_.name)
        location = f"{self.base_url}{type_.endpoint}/{quote(id_, safe='')}"
        meta = {"resourceType": type_.name, "created": _WHEN, "lastModified": _WHEN}
        return answer | {"meta": meta | {"location": location, "version": 'W/"1"'}}


def _always(type_: ResourceType) -> bool:
    """Whether attributes other than the id are always returned (RFC 7643 section 7)."""
    attributes = (attribute for schema in type_.schemas for attribute in schema.attributes)
    return any(
        attribute.returned is Returned.ALWAYS and attribute.name != "id" for attribute in attributes
    )


def takes_writes(type_: ResourceType) -> bool:
    """Whether clients can create resources of a type.

    That is so if clients manage them, and the base schema is writable.

    Roles and entitlements of the draft are not writable, because all of their attributes are
    readOnly.
    """
    writable = (
        attribute.mutability is not Mutability.READ_ONLY for attribute in type_.schema.attributes
    )
    return type_.managed is Managed.SCIM and any(writable)


def _is_listed(type_: ResourceType) -> bool:
    """Whether the server has the values of the description."""
    return bool(type_.values) and type_.managed is not Managed.CATALOG


def _is_shown(attribute: Attribute) -> bool:
    hidden = (
        attribute.returned in (Returned.NEVER, Returned.REQUEST)
        or attribute.mutability is Mutability.WRITE_ONLY
    )
    return not hidden


def _takes(type_: ResourceType, name: str, sample: Any) -> bool:
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
        if attribute.name not in resource or not (asked or _is_shown(attribute)):
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


def _list_response(*resources: Json) -> Json:
    number = len(resources)
    counts = {"totalResults": number, "startIndex": 1, "itemsPerPage": number}
    return {"schemas": [urns.LIST_RESPONSE], **counts, "Resources": list(resources)}

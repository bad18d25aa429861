"""Examples of requests with the responses of the generated server, made from the model."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scimgen.documents import urns
from scimgen.emit.docs.samples import (
    GRANTS,
    ID,
    WHEN,
    Samples,
    is_listed,
    returned,
    takes_writes,
)
from scimgen.model import App, Kind, ResourceType, Returned, Value

Json = dict[str, Any]

_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


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
        self._samples = Samples(app, base_url)
        self.users = next((type_ for type_ in app.resource_types if type_.kind is Kind.USER), None)

    def of(self, type_: ResourceType) -> tuple[Example, ...]:
        """The examples of one resource type.

        They read, grant and search a value, or create a resource.
        """
        if type_.kind in GRANTS and is_listed(type_):
            return tuple(self._of_value(type_, type_.values[0]))
        return (self._created(type_),) if takes_writes(type_) else ()

    def user(self) -> Json:
        """The user that the examples create, with one value of each kind."""
        assert self.users
        resource = self._samples.resource(self.users)
        for kind, member in GRANTS.items():
            found = next(
                (
                    (t, t.values[0])
                    for t in self.app.resource_types
                    if t.kind is kind and is_listed(t)
                ),
                None,
            )
            if found and self.users.schema.attribute(member):
                resource[member] = [self._grant(*found)]
        return resource

    def _created(self, type_: ResourceType) -> Example:
        body = self.user() if type_.kind is Kind.USER else self._samples.resource(type_)
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
        member = GRANTS[type_.kind]
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
        meta = {"resourceType": type_.name, "created": WHEN, "lastModified": WHEN}
        return answer | {"meta": meta | {"location": location, "version": 'W/"1"'}}


def _always(type_: ResourceType) -> bool:
    """Whether attributes other than the id are always returned (RFC 7643 section 7)."""
    attributes = (attribute for schema in type_.schemas for attribute in schema.attributes)
    return any(
        attribute.returned is Returned.ALWAYS and attribute.name != "id" for attribute in attributes
    )


def _list_response(*resources: Json) -> Json:
    number = len(resources)
    counts = {"totalResults": number, "startIndex": 1, "itemsPerPage": number}
    return {"schemas": [urns.LIST_RESPONSE], **counts, "Resources": list(resources)}

"""The record of a request, and how its resource is written in HTTP: users, groups and licences of `every.scim.yaml`."""

import re
from dataclasses import dataclass

from tests.server.history_models import Content, Write
from tests.server.steps import ENTITLEMENT, LICENSE, Json

SEAT = "seat-a"
LIMIT = 2
"""How many may hold the seat, by `every.scim.yaml`."""

STATIC = ("lic-free", SEAT)
"""Entitlements that nobody deletes."""

MOST = {"Users": 14, "Groups": 3, "Licenses": 4}
"""How many resources of a type the clients have at the same time."""

LINKS = {"Users": "entitlements", "Groups": "members"}
NAME = {"Users": "userName", "Groups": "displayName", "Licenses": "displayName"}


NO_CHANGE = Write()


@dataclass(slots=True)
class Record:
    """One request and its answer.

    Args:
        deed: `create`, `read`, `write`, `delete`, `find`, `holders`, `count` or `walk`.
        type: the endpoint, without its slash.
        id: of the resource; "" if it is not known.
        start, end: in seconds.
        write: what a `write` or `delete` does, and the name that `find` looks for.
        made: what a `create` makes.
        status: 0 if there was no answer, or one that leaves it open.
        version, content: of the resource in the answer.
        found: the ids in a list.
        total: the number in a list.
        request: the id of the request in the audit trail.
        detail: why it was refused.
    """

    deed: str
    type: str
    id: str = ""
    start: float = 0
    end: float = 0
    write: Write = NO_CHANGE
    made: Content | None = None
    status: int = 0
    version: int | None = None
    content: Content | None = None
    found: tuple[str, ...] = ()
    total: int = 0
    request: str = ""
    detail: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was acknowledged."""
        return self.status in (200, 201, 204)

    @property
    def links(self) -> frozenset[str]:
        """The links that it wants the resource to have."""
        if self.made is not None:
            return self.made.links
        return (self.write.links or frozenset()) | self.write.add


def content_of(type_name: str, body: Json) -> Content:
    """A resource as it is read."""
    values = [one["value"] for one in body.get(LINKS.get(type_name, ""), [])]
    assert len(values) == len(set(values)), body
    version = int(body["meta"]["version"].strip('W/"'))
    return Content(version, body[NAME[type_name]], body.get("title", ""), frozenset(values))


def body_of(type_name: str, content: Content) -> Json:
    """The body of a POST or PUT."""
    body: Json = {NAME[type_name]: content.name}
    if type_name == "Licenses":
        return body | {"schemas": [ENTITLEMENT, LICENSE], "type": "License", LICENSE: {"tier": "free"}}
    if type_name == "Users":
        body["title"] = content.title
    return body | {LINKS[type_name]: [{"value": one} for one in sorted(content.links)]}


_MISSING = re.compile(r"with the value '([^']+)'")


def missing_target(record: Record) -> str | None:
    """The id of the resource that does not exist, for which a link was refused."""
    found = _MISSING.search(record.detail) if record.status == 400 else None
    return found[1] if found else None


def met_limit(record: Record) -> bool:
    """Whether a grant was refused because of its limit."""
    return record.status == 400 and "holders, which is its limit" in record.detail

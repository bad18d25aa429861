"""Report collisions of names, endpoints, URNs and ids, with both places."""

import re
from collections.abc import Iterable

from scimgen.description.report import Report
from scimgen.documents import known_schema, urns
from scimgen.model import Kind, ResourceType, Schema
from scimgen.place import Place

_PROTOCOL = ("/schemas", "/resourcetypes", "/serviceproviderconfig", "/bulk", "/.search")
"""The endpoints of RFC 7644 section 3.2, table 2."""

_SERVER = ("/me", "/healthz")
"""The endpoints that a generated server has in addition."""


def check_collisions(report: Report, resource_types: Iterable[ResourceType]) -> None:
    """Report faults that concern several parts of the description."""
    types = list(resource_types)
    # Types with the same name also have the same endpoint and URN. One finding is enough.
    named = _names(report, types)
    _endpoints(report, named)
    _urns(report, named)
    _ids(report, types)


def _twice(
    report: Report,
    rule: str,
    what: str,
    here: Place | None,
    other: Place | None,
    fix: str,
    source: str,
) -> None:
    where = f"line {other.line} has it too" if other else "scimgen's conventions have it already"
    report.error(
        rule, f"{what}: {where}", here or other or report.place(""), fix=fix, source=source
    )


def module_key(name: str) -> str:
    """The key to compare names of Python modules or classes: only letters and digits, case-folded.

    >>> module_key("Permission Set") == module_key("permission-set")
    True
    """
    return re.sub(r"[\W_]+", "", name).casefold()


def _names(report: Report, types: list[ResourceType]) -> list[ResourceType]:
    """Report duplicate names.

    Returns:
        The types without the second one of each pair.
    """
    seen: dict[str, ResourceType] = {}
    for type_ in types:
        first = seen.setdefault(module_key(type_.name), type_)
        if first is not type_:
            what = f"{type_.name} and {first.name} are the same name"
            if type_.name == first.name:
                what = f"the name {first.name} is taken"
            # Names that differ only in case are equal in SCIM. Others are equal only as modules.
            is_same = type_.name.lower() == first.name.lower()
            rule = "rt-name-duplicate" if is_same else "name-collision"
            fix, source = "rename one", "RFC 7643 section 6"
            _twice(report, rule, what, type_.place, first.place, fix, source)
    return list(seen.values())


def _endpoints(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, ResourceType] = {}
    for type_ in types:
        folded = type_.endpoint.lower()
        first = seen.setdefault(folded, type_)
        place = type_.places.get("/endpoint") or type_.place or report.place("")
        if first is not type_ and folded != "/":
            what = f"{type_.name} and {first.name} have the endpoint {type_.endpoint}"
            fix, source = "give one of them another: endpoint: /Things", "RFC 7644 section 3.2"
            _twice(report, "rt-endpoint-duplicate", what, place, first.place, fix, source)
        if folded in (*_PROTOCOL, *_SERVER):
            rule = "rt-endpoint-reserved" if folded in _PROTOCOL else "endpoint-reserved"
            message = f"{type_.endpoint} belongs to the protocol"
            if folded in _SERVER:
                message = f"{type_.endpoint} is an endpoint of every generated server"
            fix = "endpoint: another one"
            report.error(rule, message, place, fix=fix, source="RFC 7644 section 3.2")


def _urns(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, Schema] = {}
    for type_ in types:
        for schema in type_.schemas:
            folded = schema.id.lower()
            known = known_schema(schema.id)
            first = seen.setdefault(folded, schema)
            if known is not None and schema is not known and not _is_served_changed(type_, schema):
                message = f"the schema {schema.id} is already defined, and not by this app"
                fix = "a URN with your vendor name: urn:VENDOR:scim:schemas:…"
                report.error(
                    "urn-reserved",
                    message,
                    schema.place or "",
                    fix=fix,
                    source="RFC 7643 section 10.2.1",
                )
            elif first is not schema and known is None:
                what = f"{schema.id} names two schemas"
                fix, source = "schema: another URN", "RFC 7644 section 3.10"
                place = schema.places.get("/id") or schema.place
                _twice(report, "schema-id-duplicate", what, place, first.place, fix, source)


def _is_served_changed(type_: ResourceType, schema: Schema) -> bool:
    """Whether a schema is one of the RFCs, changed by `base` or `enterprise`."""
    if type_.kind is Kind.USER and schema.id == urns.ENTERPRISE_USER:
        return schema is type_.extensions[0].schema
    return type_.kind in (Kind.USER, Kind.GROUP) and schema is type_.schema


def _ids(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, Place | None] = {}
    for type_ in types:
        for value in type_.values:
            if value.id in seen:
                other = seen[value.id]
                where = (
                    str(other) if other and value.place and other.file != value.place.file else ""
                )
                where = where or (f"line {other.line}" if other else "another value")
                message = f"the id {value.id} is also used at {where}"
                fix = (
                    "give it another id: ids are unique across all resources, because a grant"
                    " contains only the id"
                )
                report.error(
                    "id-collision",
                    message,
                    value.place or "",
                    fix=fix,
                    source="RFC 7643 section 3.1",
                )
            seen.setdefault(value.id, value.place)

"""Names that become one once they are resource types, endpoints, URNs, ids or Python modules: refused, both places."""

import re
from collections.abc import Iterable

from scimgen.description.report import Report, did_you_mean
from scimgen.documents import known_schema, urns
from scimgen.model import AttributeType, Kind, ResourceType, Schema
from scimgen.place import Place

# RFC 7644 section 3.2, Table 2, and what the emitted server answers itself.
_RESERVED = ("/schemas", "/resourcetypes", "/serviceproviderconfig", "/bulk", "/.search", "/me", "/healthz")


def check_collisions(report: Report, resource_types: Iterable[ResourceType]) -> None:
    """Report what only the whole page shows."""
    types = list(resource_types)
    # Types of one name share all that is made of it: one finding says it.
    named = _names(report, types)
    _endpoints(report, named)
    _urns(report, named)
    _ids(report, types)
    _references(report, types)


def _twice(
    report: Report, rule: str, what: str, here: Place | None, other: Place | None, fix: str, source: str
) -> None:
    where = f"line {other.line} has it too" if other else "scimgen's conventions have it already"
    report.error(rule, f"{what}: {where}", here or other or report.place(""), fix=fix, source=source)


def module_key(name: str) -> str:
    """What a resource type's name comes down to as a Python module or class: letters and digits alone, folded.

    >>> module_key("Permission Set") == module_key("permission-set")
    True
    """
    return re.sub(r"[\W_]+", "", name).casefold()


def _names(report: Report, types: list[ResourceType]) -> list[ResourceType]:
    """Report names that are one; gives the types without the second of each."""
    seen: dict[str, ResourceType] = {}
    for type_ in types:
        first = seen.setdefault(module_key(type_.name), type_)
        if first is not type_:
            same = type_.name == first.name
            what = f"the name {first.name} is taken" if same else f"{type_.name} and {first.name} are one name"
            fix, source = "rename one", "RFC 7643 section 6"
            _twice(report, "name-collision", what, type_.place, first.place, fix, source)
    return list(seen.values())


def _endpoints(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, ResourceType] = {}
    for type_ in types:
        folded = type_.endpoint.lower()
        first = seen.setdefault(folded, type_)
        place = type_.place or report.place("")
        if first is not type_ and folded != "/":
            what = f"{type_.name} and {first.name} have the endpoint {type_.endpoint}"
            fix, source = "give one of them another: endpoint: /Things", "RFC 7644 section 3.2"
            _twice(report, "endpoint-collision", what, type_.place, first.place, fix, source)
        if folded in _RESERVED:
            message = f"{type_.endpoint} is the protocol's own"
            fix = "endpoint: another one"
            report.error("endpoint-reserved", message, place, fix=fix, source="RFC 7644 section 3.2")


def _urns(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, Schema] = {}
    for type_ in types:
        for schema in type_.schemas:
            folded = schema.id.lower()
            known = known_schema(schema.id)
            first = seen.setdefault(folded, schema)
            if known is not None and schema is not known and not _is_served_changed(type_, schema):
                message = f"{schema.id} is not yours to define"
                fix = "a URN of your own"
                report.error("urn-reserved", message, schema.place or "", fix=fix, source="RFC 7643 section 10.2.1")
            elif first is not schema and known is None:
                what = f"{schema.id} names two schemas"
                fix, source = "schema: another URN", "RFC 7644 section 3.10"
                _twice(report, "urn-collision", what, schema.place, first.place, fix, source)
            elif folded.startswith("urn:ietf:params:scim:schemas:core:") and known is None:
                message = "the core namespace is the IETF's own"
                fix = "a URN of your own: urn:VENDOR:scim:schemas:…"
                report.error("urn-reserved", message, schema.place or "", fix=fix, source="RFC 7643 section 10.3")


def _is_served_changed(type_: ResourceType, schema: Schema) -> bool:
    """Whether it is a core schema as `base` changes it, or the Enterprise extension as `enterprise` does."""
    if type_.kind is Kind.USER and schema.id == urns.ENTERPRISE_USER:
        return schema is type_.extensions[0].schema
    return type_.kind in (Kind.USER, Kind.GROUP) and schema is type_.schema


def _ids(report: Report, types: list[ResourceType]) -> None:
    seen: dict[str, Place | None] = {}
    for type_ in types:
        for value in type_.values:
            if value.id in seen:
                other = seen[value.id]
                where = str(other) if other and value.place and other.file != value.place.file else ""
                where = where or (f"line {other.line}" if other else "another value")
                message = f"the id {value.id} stands at {where} too"
                fix = "ids are unique across all resources, so that a grant can name one by it alone"
                report.error("id-collision", message, value.place or "", fix=fix, source="RFC 7643 section 3.1")
            seen.setdefault(value.id, value.place)


def _references(report: Report, types: list[ResourceType]) -> None:
    names = {type_.name for type_ in types} | {"external", "uri"}
    for type_ in types:
        for schema in type_.schemas:
            for attribute in schema.walk():
                if attribute.place is None or attribute.type is not AttributeType.REFERENCE:
                    continue
                for name in attribute.reference_types:
                    if name not in names:
                        message = f"{attribute.name} refers to {name}, which is no resource type here"
                        fix = did_you_mean(name, names) or f"one of {', '.join(sorted(names))}"
                        source = "RFC 7643 section 7"
                        report.error("reference-unknown", message, attribute.place, fix=fix, source=source)

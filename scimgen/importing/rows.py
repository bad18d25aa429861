"""Convert roles and entitlements of a server to the flat rows of a description."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scimgen.documents import known_schema
from scimgen.importing.page import Page
from scimgen.importing.read import Read
from scimgen.importing.read_attribute import text_of
from scimgen.model import Attribute, Returned
from scimgen.source import pointer_step

Json = dict[str, Any]
Resource = Mapping[str, Any]

_SERVERS_OWN = ("schemas", "meta")
_RENAMED = {"display": "displayName"}


def put_values(page: Page, values: Mapping[str, Sequence[Resource]], read: Read) -> list[str]:
    """Add the values of each resource type to the description.

    Returns:
        Sentences about what is left out.
    """
    lost: Counter[str] = Counter()
    unasked = []
    for name, resources in values.items():
        pointer = page.places.get(name)
        if pointer is None or not resources:
            continue
        attributes = list(_attributes(read, name))
        hidden = [
            attribute.name
            for attribute in attributes
            if attribute.returned in (Returned.REQUEST, Returned.NEVER)
        ]
        if hidden:
            unasked.append(
                f"{name}: the values have no {', '.join(hidden)}, because the server does not"
                " return it by default"
            )
        known = {
            "id",
            "externalid",
            "displayname",
            *(attribute.name.lower() for attribute in attributes),
        }
        for at, rows in _rows(pointer, name, resources, known, lost):
            _put(page, at, rows)
    gone = [
        f"{member} of {count} values is left out: their type has no such attribute"
        for member, count in lost.items()
    ]
    return gone + unasked


def _rows(
    pointer: str, name: str, resources: Sequence[Resource], known: set[str], lost: Counter[str]
) -> Iterator[tuple[str, list[Json]]]:
    """The rows by the pointer of their type.

    In the draft, one endpoint has the values of all types.
    """
    if pointer != "/entitlements":
        yield pointer, [_row(resource, name, known, lost) for resource in resources]
        return
    types: dict[str, list[Json]] = {}
    for resource in resources:
        type_ = text_of(resource.get("type")) or "Entitlement"
        types.setdefault(type_, []).append(_row(resource, type_, known, lost))
    for type_, rows in types.items():
        yield pointer_step(pointer, type_), rows


def _is_usual(key: str, value: Any, resource: Resource, type_: str) -> bool:
    """Whether a value has this member by convention."""
    usual = {"type": type_, "value": resource.get("id"), "supported": True}
    return key in usual and value == usual[key]


def _row(resource: Resource, type_: str, known: set[str], lost: Counter[str]) -> Json:
    """Convert one value.

    Attributes of extensions and the base schema are in one row, without conventional ones.
    """
    row: Json = {}
    for key, value in resource.items():
        if key.lower() in _SERVERS_OWN or value is None or value == []:
            continue
        if isinstance(value, dict) and ":" in key:
            row |= {inner: _clean(part) for inner, part in value.items() if part not in (None, [])}
        elif not _is_usual(key, value, resource, type_):
            row[_RENAMED.get(key, key)] = _clean(value)
    first = {key: row.pop(key) for key in ("id", "displayName", "description") if key in row}
    return first | {key: value for key, value in row.items() if _has(key, known, lost)}


def _has(key: str, known: set[str], lost: Counter[str]) -> bool:
    """Whether a type has an attribute. Unknown attributes are counted."""
    if key.lower() in known:
        return True
    lost[text_of(key)[:60]] += 1
    return False


def _attributes(read: Read, name: str) -> Iterator[Attribute]:
    """The attributes of a resource type, including those of its extensions."""
    type_ = next((found for found in read.types if found.name == name), None)
    for urn in (type_.schema, *(urn for urn, _ in type_.extensions)) if type_ else ():
        schema = known_schema(urn) or read.schema(urn)
        yield from schema.attributes if schema else ()


def _clean(value: Any) -> Any:
    """A value without unpaired surrogates and without nulls."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {text_of(key)[:200]: _clean(part) for key, part in value.items() if part is not None}
    return value


def _put(page: Page, pointer: str, rows: list[Json]) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    owner = page.content
    for step in steps:
        owner = owner.setdefault(step, {})
    if steps == ["roles"] and not owner:
        page.content["roles"] = rows
    else:
        owner["values"] = rows

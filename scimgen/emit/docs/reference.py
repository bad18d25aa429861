"""Compute the content of the pages once for both templates."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scimgen.documents import urns
from scimgen.emit.docs.diagram import references
from scimgen.emit.docs.examples import Example, Examples
from scimgen.emit.docs.names import anchor, short
from scimgen.emit.docs.page import (
    AttributeRow,
    Cell,
    Group,
    Reference,
    Shown,
    ShownValue,
    Table,
    Type,
)
from scimgen.emit.docs.prose import Prose, prose
from scimgen.emit.docs.release import ChangeNote, Release
from scimgen.emit.docs.samples import returned, takes_writes
from scimgen.emit.docs.setup import setups
from scimgen.emit.literals import one_line, visible
from scimgen.model import App, Attribute, Authentication, Kind, Managed, ResourceType, Schema, Value
from scimgen.model.characteristics import (
    CASE_EXACT,
    CHARACTERISTICS,
    MULTI_VALUED,
    Characteristic,
)

_MOST_TEXT = 300
_MOST_CELL = 120
_COLUMNS = tuple(entry for entry in CHARACTERISTICS if entry.has_column)
_GROUPS = (
    ("roles", "Roles", (Kind.ROLE,)),
    ("entitlements", "Entitlements", (Kind.ENTITLEMENT,)),
    ("people", "Users and groups", (Kind.USER, Kind.GROUP)),
    ("resources", "Other resources", (Kind.RESOURCE,)),
)


def reference(
    app: App, source: str, base_url: str, most_values: int, release: Release | None
) -> Reference:
    """Make the content of the pages of an app.

    Args:
        app: The model.
        source: The file name of the description.
        base_url: The SCIM base URL, or a placeholder.
        most_values: The greatest number of listed values per type.
        release: The changes since the last release, or None.
    """
    maker = _ReferenceMaker(app, base_url, most_values)
    groups = []
    for id_, title, kinds in _GROUPS:
        types = tuple(maker.type(type_) for type_ in app.resource_types if type_.kind in kinds)
        if types:
            groups.append(Group(id_, title, types))
    return Reference(
        title=one_line(app.title or app.name),
        description=one_line(app.description),
        source=one_line(source),
        base_url=base_url,
        placeholder="YOUR-HOST" in base_url,
        facts=tuple(_facts(app, base_url)),
        groups=tuple(groups),
        setups=setups(app, base_url),
        release=_one_line_release(release) if release else None,
    )


def _one_line_note(change: ChangeNote) -> ChangeNote:
    advice = tuple((one_line(audience), one_line(text)) for audience, text in change.advice)
    message, allowed = one_line(change.message), one_line(change.allowed)
    return ChangeNote(change.severity, message, advice, allowed)


def _one_line_release(release: Release) -> Release:
    """The changes with every text on one line, because names and reasons may contain any text."""
    changes = tuple(_one_line_note(change) for change in release.changes)
    return Release(
        one_line(release.since), changes, tuple(map(one_line, release.versions)), release.more
    )


def _facts(app: App, base_url: str) -> Iterator[tuple[str, Prose]]:
    """The facts at the top of the page, which administrators need first."""
    config = app.service_provider_config
    words: dict[str, str] = {
        Authentication.BEARER: "a bearer token",
        Authentication.BASIC: "a user name and a password",
    }
    ways = [words[way] for way in app.authentication]
    yield "Base URL", prose("`{url}`", url=base_url)
    yield "Credentials", prose("{ways}", ways=" or ".join(ways).capitalize())
    yield "Pages", prose("at most {n} resources in one response", n=config.filter_max_results)
    features = {
        "PATCH": config.patch,
        "Bulk": config.bulk,
        "filters": config.filter,
        "sorting": config.sort,
        "ETags": config.etag,
    }
    supported = ", ".join(name for name, has in features.items() if has)
    yield "Supported", prose("{names}", names=supported)
    if config.documentation_uri:
        yield "More", prose("`{uri}`", uri=config.documentation_uri)


class _ReferenceMaker:
    def __init__(self, app: App, base_url: str, most_values: int) -> None:
        self.app = app
        self.base_url = base_url
        self.most_values = most_values
        self.examples = Examples(app, base_url)
        self.references = references(app)

    def type(self, type_: ResourceType) -> Type:
        """Make the section of one resource type."""
        listed = () if type_.managed is Managed.CATALOG else type_.values
        return Type(
            name=one_line(type_.name),
            anchor=anchor(type_),
            endpoint=type_.endpoint,
            kind=str(type_.kind).capitalize(),
            description=_description(type_),
            number=len(listed),
            limit=_limit(type_),
            owner=_owner(type_),
            values=tuple(_value(value, type_) for value in listed[: self.most_values]),
            more_values=max(0, len(listed) - self.most_values),
            tables=tuple(_tables(type_)),
            examples=tuple(self._shown(example) for example in self.examples.of(type_)),
            references=tuple(
                (label, ", ".join(targets))
                for name, label, targets in self.references
                if name == type_.name
            ),
        )

    def _shown(self, example: Example) -> Shown:
        body = _json(example.body) if example.body is not None else ""
        url = self.base_url + example.path
        return Shown(
            one_line(example.title),
            example.method,
            visible(url),
            body,
            example.status,
            _json(example.response),
        )


def _limit(type_: ResourceType) -> str:
    """The sentence about the limit of users, empty for no limit."""
    users = "active users" if type_.limit_active else "users"
    if type_.limit_from:
        name = one_line(type_.limit_from.rpartition(":")[2])
        return f"the limit of {users} per value is in {name}"
    return f"at most {type_.limit} {users} per value" if type_.limit else ""


def _description(type_: ResourceType) -> str:
    """The description of a type, unless it is that of the RFC, such as "User Account"."""
    return (
        ""
        if type_.description in (type_.name, type_.schema.description)
        else short(type_.description, _MOST_TEXT)
    )


def _owner(type_: ResourceType) -> Prose:
    """A sentence about the owner of the values of a type.

    Empty if clients create them, which is the usual case.
    """
    if type_.kind not in (Kind.ROLE, Kind.ENTITLEMENT):
        return () if takes_writes(type_) else prose("Clients read these and cannot change them.")
    if type_.managed is Managed.CATALOG:
        return prose(
            "The values come from the app itself: `GET {endpoint}` lists them.",
            endpoint=type_.endpoint,
        )
    if not takes_writes(type_):
        return prose("These values are fixed by the app: clients read them and cannot change them.")
    if type_.values:
        return prose("The server starts with these values, and clients may change them.")
    return prose("The app starts without values, and clients create them.")


def _json(document: Mapping[str, Any]) -> str:
    return visible(json.dumps(document, ensure_ascii=False, indent=2))


def _value(value: Value, type_: ResourceType) -> ShownValue:
    resource = value.resource
    kind = one_line(str(resource.get("type", "")))
    attributes = (
        [("type", kind)] if kind not in ("", type_.name) else []
    )  # the types of the draft share an endpoint
    for extension in type_.extensions:
        part = resource.get(extension.schema.id)
        if isinstance(part, Mapping):
            shown = returned(part, extension.schema.attributes, written=False)
            attributes += [
                (one_line(name), short(_cell(item), _MOST_CELL)) for name, item in shown.items()
            ]
    name = str(resource.get("displayName") or resource.get("display") or value.id)
    description = str(resource.get("description") or "")
    return ShownValue(
        short(name, _MOST_CELL),
        one_line(value.id),
        short(description, _MOST_TEXT),
        tuple(attributes),
    )


def _cell(value: Any) -> str:
    """The value of an attribute as text for people.

    >>> _cell([True, "a"]), _cell({"name": "x", "value": 1})
    ('true, a', 'name x, value 1')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ("; " if any(isinstance(item, dict) for item in value) else ", ").join(
            map(_cell, value)
        )
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(item)}" for name, item in value.items())
    return str(value)


def _tables(type_: ResourceType) -> Iterator[Table]:
    """The attributes of each schema. Schemas of the app come first."""
    tables = [_table(type_.schema, type_.kind is Kind.RESOURCE, True)]
    tables += [_table(extension.schema, True, extension.required) for extension in type_.extensions]
    yield from sorted(tables, key=lambda table: not table.own)


def _table(schema: Schema, own: bool, required: bool) -> Table:
    own = own and schema.id.lower() != urns.ENTERPRISE_USER.lower()
    return Table(
        urn=one_line(schema.id),
        title=one_line(schema.name) or one_line(schema.id),
        description=short(schema.description, _MOST_TEXT),
        required=required,
        own=own,
        columns=tuple(entry.label for entry in _COLUMNS),
        rows=tuple(_rows(schema.attributes, "", 0)),
    )


def _rows(attributes: Iterable[Attribute], path: str, depth: int) -> Iterator[AttributeRow]:
    for attribute in attributes:
        name = f"{path}{one_line(attribute.name)}"
        yield AttributeRow(
            name=name,
            type=_type(attribute),
            cells=tuple(_characteristic(entry, attribute) for entry in _COLUMNS),
            values=tuple(short(value, _MOST_CELL) for value in attribute.canonical_values),
            closed=attribute.closed,
            description=short(attribute.description, _MOST_TEXT),
            depth=depth,
        )
        yield from _rows(attribute.sub_attributes, f"{name}.", depth + 1)


def _characteristic(entry: Characteristic, attribute: Attribute) -> Cell:
    value = entry.of(attribute)
    words = {True: "yes", False: "no"}
    text = words[value] if isinstance(value, bool) else str(value)
    return Cell(text, value == entry.default)


def _type(attribute: Attribute) -> str:
    """The type of an attribute in words.

    >>> _type(Attribute(name="a", multi_valued=True, case_exact=True))
    'list of string, case exact'
    """
    words = str(attribute.type)
    if attribute.reference_types:
        words += f" to {' or '.join(map(one_line, attribute.reference_types))}"
    if attribute.multi_valued:
        words = f"{MULTI_VALUED.label} of {words}"
    cased = attribute.case_exact and str(attribute.type) == "string"
    return f"{words}, {CASE_EXACT.label}" if cased else words

"""The steps to connect an app to a client, from `templates/docs/clients/`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scimgen.clients import PROFILES
from scimgen.data import folder
from scimgen.documents import urns
from scimgen.emit.docs.names import short
from scimgen.emit.docs.prose import Prose, prose
from scimgen.emit.literals import one_line
from scimgen.model import (
    App,
    AttributeType,
    Authentication,
    Kind,
    Managed,
    Mutability,
    ResourceType,
)

_MOST = 30
_MOST_TEXT = 120
# The data types of Entra's attribute list. There is no complex type.
_ENTRA_TYPES = {
    AttributeType.STRING: "String",
    AttributeType.BOOLEAN: "Boolean",
    AttributeType.INTEGER: "Integer",
    AttributeType.DECIMAL: "Decimal",
    AttributeType.DATE_TIME: "DateTime",
    AttributeType.REFERENCE: "Reference",
    AttributeType.BINARY: "Binary",
}


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step with its points."""

    text: Prose
    points: tuple[Prose, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """The steps of one client.

    Args:
        id: The id of the client, which is also the URL fragment.
        before: The requirements.
        table: The heading and rows of what the administrator sees at the end, or empty.
        after: Further notes.
    """

    id: str
    title: str
    before: tuple[Prose, ...]
    steps: tuple[SetupStep, ...]
    table_title: Prose = ()
    table: tuple[tuple[str, ...], ...] = ()
    after: tuple[Prose, ...] = ()


def setups(app: App, base_url: str) -> tuple[Setup, ...]:
    """The steps for each client of the description that has steps.

    Without clients, those of Okta.
    """
    by_id = {profile.id: profile for profile in PROFILES}
    names = [name for name in app.clients or ("okta",) if by_id[name].has_setup]
    return tuple(SetupMaker(app, base_url).make(name) for name in names)


@cache
def _read(name: str) -> Any:
    import yaml

    return yaml.safe_load(
        (folder("templates") / "docs" / "clients" / f"{name}.yaml").read_text("utf-8")
    )


class SetupMaker:
    """Fills in the steps for an app.

    Args:
        app: the app.
        base_url: the base URL of its server.
    """

    def __init__(self, app: App, base_url: str) -> None:
        self.app = app
        self.words = {"url": base_url, "title": app.title or app.name}
        self.lists: dict[str, list[dict[str, str]]] = {
            "attributes": list(_entra_attributes(app)),
            "roles": list(_roles(app)),
        }
        kinds = {type_.kind for type_ in app.resource_types}
        bearer, basic = (
            way in app.authentication for way in (Authentication.BEARER, Authentication.BASIC)
        )
        self.conditions = {
            "bearer": bearer,
            "basic": basic,
            "both": bearer and basic,
            "basic alone": basic and not bearer,
            "groups": Kind.GROUP in kinds,
            "roles": Kind.ROLE in kinds,
            "entitlements": Kind.ENTITLEMENT in kinds,
            "catalogue": bool(kinds & {Kind.ROLE, Kind.ENTITLEMENT}),
            "attributes": bool(self.lists["attributes"]),
        }

    def make(self, name: str) -> Setup:
        """Make the steps of one client."""
        content = _read(name)
        steps = tuple(
            SetupStep(text, tuple(self._lines(step.get("points", ()))))
            for step in content["steps"]
            for text in self._lines([step])
        )
        table = (
            tuple(_governance(self.app))
            if "table" in content and self.conditions["catalogue"]
            else ()
        )
        return Setup(
            id=name,
            title=content["title"],
            before=tuple(self._lines(content["before"])),
            steps=steps,
            table_title=prose(content.get("table", ""), **self.words),
            table=table,
            after=tuple(self._lines(content.get("after", ()))),
        )

    def _lines(self, entries: Iterable[str | Mapping[str, Any]]) -> Iterator[Prose]:
        """The sentences whose conditions are true.

        A sentence for a list is repeated for each item.
        """
        for entry in entries:
            line: Mapping[str, Any] = {"text": entry} if isinstance(entry, str) else entry
            if "when" in line and not self.conditions[line["when"]]:
                continue
            if "each" not in line:
                yield prose(line["text"], **self.words)
                continue
            items = self.lists[line["each"]]
            yield from (prose(line["text"], **item) for item in items[:_MOST])
            if len(items) > _MOST:
                yield prose("and {number} more, see the tables below", number=len(items) - _MOST)


def _governance(app: App) -> Iterator[tuple[str, ...]]:
    """The list in Okta's Governance tab: one row per type."""
    yield "Entitlement", "Values", "Attributes"
    for type_ in app.resource_types:
        if type_.kind in (Kind.ROLE, Kind.ENTITLEMENT):
            number = str(len(type_.values)) if _is_listed(type_) else "from the app"
            names = [
                attribute.name
                for extension in type_.extensions
                for attribute in extension.schema.attributes
            ]
            yield one_line(type_.name), number, short(", ".join(names), _MOST_TEXT) or "none"


def _is_listed(type_: ResourceType) -> bool:
    return bool(type_.values) and type_.managed is not Managed.CATALOG


def _entra_attributes(app: App) -> Iterator[dict[str, str]]:
    """The rows of Entra's attribute list: the simple, writable user attributes of the app."""
    for type_ in app.resource_types:
        for extension in type_.extensions if type_.kind is Kind.USER else ():
            urn = extension.schema.id
            for attribute in (
                extension.schema.attributes if urn.lower() != urns.ENTERPRISE_USER.lower() else ()
            ):
                if (
                    attribute.type in _ENTRA_TYPES
                    and attribute.mutability is not Mutability.READ_ONLY
                ):
                    many = ", multi-value" if attribute.multi_valued else ""
                    yield {
                        "name": f"{urn}:{attribute.name}",
                        "type": _ENTRA_TYPES[attribute.type] + many,
                    }


def _roles(app: App) -> Iterator[dict[str, str]]:
    for type_ in app.resource_types:
        for value in type_.values if type_.kind is Kind.ROLE and _is_listed(type_) else ():
            name = value.resource.get("displayName") or value.resource.get("display") or ""
            yield {"id": value.id, "name": short(str(name), _MOST_TEXT)}

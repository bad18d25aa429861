"""What the tests of compare share: a small app, ways to make another one of it, and two files to compare."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scimgen.cli.diff import run_diff
from scimgen.model import App, Attribute, Kind, ResourceType, Schema, SchemaExtension, Value

ENTITLEMENT = "urn:okta:scim:schemas:core:1.0:Entitlement"
LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"


def app(
    *attributes: Attribute,
    values: tuple[Value, ...] = (),
    required: bool = False,
    urn: str = LICENSE,
    base: str = ENTITLEMENT,
    more: tuple[ResourceType, ...] = (),
    extended: bool = True,
    type_: dict[str, Any] | None = None,
    **changes: Any,
) -> App:
    """An app with one entitlement type, License, that has an extension with these attributes."""
    own = Schema(id=urn, name="License", attributes=attributes)
    license_ = ResourceType(
        **{
            "name": "License",
            "endpoint": "/Licenses",
            "schema": Schema(
                id=base,
                name="Entitlement",
                attributes=(Attribute(name="label" if base != ENTITLEMENT else "displayName"),),
            ),
            "extensions": (SchemaExtension(schema=own, required=required),) if extended else (),
            "kind": Kind.ENTITLEMENT,
            "values": values,
            **(type_ or {}),
        }
    )
    return App(**{"name": "crm", "vendor": "acme", "resource_types": (license_, *more), **changes})


def value(id: str, **members: Any) -> Value:
    """A value of License; what is given goes into the extension."""
    extension = {LICENSE: members} if members else {}
    resource = {"schemas": [ENTITLEMENT, *extension], "id": id, "displayName": id.title(), "type": "License"}
    return Value(id=id, resource=resource | extension)


def provider(old: App, **changes: Any) -> App:
    """The app with another ServiceProviderConfig."""
    return replace(old, service_provider_config=replace(old.service_provider_config, **changes))


class Sides:
    """Two files, and the comparison of them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def diff(self, old: Any, new: Any) -> tuple[int, set[tuple[str, str, str]], str]:
        """Compare. The exit code, the changes as (severity, kind, path), and the notes."""
        for name, side in (("old", old), ("new", new)):
            (self.folder / f"{name}.json").write_text(json.dumps(side))
        return self.run(str(self.folder / "old.json"), str(self.folder / "new.json"))

    def run(self, old: str, new: str) -> tuple[int, set[tuple[str, str, str]], str]:
        code = run_diff(old, new, format="json")
        shown = self.capsys.readouterr()
        changes = json.loads(shown.out)["changes"] if shown.out else []
        return code, {(change["severity"], change["change"], change["path"]) for change in changes}, shown.err

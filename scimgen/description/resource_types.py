"""Read resource types: users, groups, roles, entitlements and custom ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scimgen.description import conventions
from scimgen.description.attributes import read_attributes
from scimgen.description.base import changed_schema
from scimgen.description.extensions import Extensions
from scimgen.description.limits import read_limit, refuse_in_draft
from scimgen.description.report import Page, Report
from scimgen.description.values import ValueReader
from scimgen.documents import known_schema, urns
from scimgen.model import Kind, Managed, ResourceType, Schema, SchemaExtension, Value
from scimgen.source import pointer_step

_TEXTS = {"name": "name", "description": "description"}
_KEYS = {"endpoint": "endpoint", "description": "description"}
"""The members of a discovery document by their keys in the language."""


def _known(urn: str) -> Schema:
    schema = known_schema(urn)
    assert schema, urn
    return schema


@dataclass(eq=False)
class ResourceTypes:
    """Reads all resource types of a description, in the order of /ResourceTypes."""

    report: Report
    page: Page
    app: str
    vendor: str
    dialect: str
    extensions: Extensions = field(init=False)

    def __post_init__(self) -> None:
        self.extensions = Extensions(self.report, self.page, self.app, self.vendor)

    def read(self) -> Iterator[ResourceType]:
        """Read users and groups first, then roles, entitlements and custom resource types."""
        yield self._core("user", "User", urns.USER, Kind.USER, self._enterprise())
        yield self._core("group", "Group", urns.GROUP, Kind.GROUP, [])
        if self.dialect == "ietf":
            yield from self._draft()
        else:
            yield from self._okta()
        for name, page in (self.page.get("resources") or {}).items():
            yield self._own(name, page or {}, pointer_step("/resources", name))

    def _enterprise(self) -> list[SchemaExtension]:
        """The Enterprise User extension (RFC 7643 section 4.3), unless it is switched off."""
        if "enterprise" in (self.page.get("group") or {}):
            message = "enterprise is a key of user: groups have no such extension"
            self.report.error(
                "description-unknown-key", message, "/group/enterprise", key=True, fix="remove it"
            )
        form = (self.page.get("user") or {}).get("enterprise", True)
        changes: Page = form if isinstance(form, dict) else {}
        schema = changed_schema(
            self.report, changes, "/user/enterprise", _known(urns.ENTERPRISE_USER)
        )
        return (
            [SchemaExtension(schema=schema, required=changes.get("required", False))]
            if form is not False
            else []
        )

    def _core(
        self, key: str, name: str, urn: str, kind: Kind, extensions: list[SchemaExtension]
    ) -> ResourceType:
        page = self.page.get(key) or {}
        changes = page.get("base") or {}
        if "required" in changes:
            message = "a resource always carries its core schema"
            at = f"/{key}/base/required"
            self.report.error("description-unknown-key", message, at, key=True, fix="remove it")
        schema = changed_schema(self.report, changes, f"/{key}/base", _known(urn))
        return ResourceType(
            name=name,
            endpoint=f"/{name}s",
            schema=schema,
            description=page.get("description") or _known(urn).description,
            extensions=(*extensions, *self.extensions.read(page, f"/{key}", name, schema)),
            kind=kind,
            place=self.report.place(f"/{key}", key=True) if key in self.page else None,
            places=self.report.places(f"/{key}", page, _KEYS),
        )

    def _okta(self) -> Iterator[ResourceType]:
        """Read the resource types of Okta's dialect: roles, and one for each entitlement type."""
        roles = self.page.get("roles")
        if roles is not None:
            page = roles if isinstance(roles, dict) else {"values": roles}
            yield self._catalogue("Role", page, "/roles", Kind.ROLE, _known(urns.OKTA_ROLE))
        for name, page in (self.page.get("entitlements") or {}).items():
            at = pointer_step("/entitlements", name)
            yield self._catalogue(
                name, page or {}, at, Kind.ENTITLEMENT, _known(urns.OKTA_ENTITLEMENT)
            )

    def _catalogue(
        self, name: str, page: Page, pointer: str, kind: Kind, schema: Schema
    ) -> ResourceType:
        extensions = self.extensions.read(page, pointer, name, schema)
        fixed = {"type": name} if kind is Kind.ENTITLEMENT else {}
        reader = ValueReader(self.report, schema, extensions, fixed, {})
        if page.get("managed") == "catalog" and page.get("values"):
            message = (
                "with managed: catalog the values come from the app's code, so these are not used"
            )
            self.report.warning(
                "value-unused",
                message,
                f"{pointer}/values",
                key=True,
                fix="remove them, or managed",
            )
        return ResourceType(
            name=name,
            endpoint=self._endpoint(name, page, pointer),
            schema=schema,
            description=page.get("description", name),
            extensions=extensions,
            kind=kind,
            managed=Managed(page.get("managed", "scim")),
            **read_limit(self.report, page, pointer, schema, extensions),
            values=reader.read(page.get("values"), self._values_pointer(page, pointer)),
            place=self.report.place(pointer, key=True),
            places=self.report.places(pointer, page, _KEYS),
        )

    def _values_pointer(self, page: Page, pointer: str) -> str:
        """The pointer of the values. The key `roles` may contain the list of values directly."""
        return (
            pointer
            if pointer == "/roles" and not isinstance(self.page["roles"], dict)
            else f"{pointer}/values"
        )

    def _draft(self) -> Iterator[ResourceType]:
        """Read the resource types of the draft: /Roles, and /Entitlements for all types."""
        roles = self.page.get("roles")
        if roles is not None:
            page = roles if isinstance(roles, dict) else {"values": roles}
            yield self._draft_type("Role", Kind.ROLE, urns.DRAFT_ROLE, {"Role": (page, "/roles")})
        entitlements = self.page.get("entitlements")
        if entitlements:
            pages = {
                name: (page or {}, pointer_step("/entitlements", name))
                for name, page in entitlements.items()
            }
            yield self._draft_type("Entitlement", Kind.ENTITLEMENT, urns.DRAFT_ENTITLEMENT, pages)

    def _draft_type(
        self, name: str, kind: Kind, urn: str, pages: dict[str, tuple[Page, str]]
    ) -> ResourceType:
        schema = _known(urn)
        extensions: list[SchemaExtension] = []
        values: list[Value] = []
        for type_, (page, pointer) in pages.items():
            own = self.extensions.read(page, pointer, type_, schema)
            # The endpoint has values of all types, and each extension belongs to one type. So none
            # can be required.
            mine = [SchemaExtension(schema=extension.schema) for extension in own]
            extensions.extend(extension for extension in mine if extension not in extensions)
            fixed: dict[str, Any] = {"supported": True} if "supported" in _names(schema) else {}
            if kind is Kind.ENTITLEMENT:
                fixed["type"] = type_
            refuse_in_draft(self.report, page, pointer)
            if isinstance(page.get("limit"), int):
                fixed |= {
                    "limitedAssignmentsPermitted": True,
                    "totalAssignmentsPermitted": page["limit"],
                }
            renamed = {"displayName": "display", "description": ""}
            reader = ValueReader(self.report, schema, mine, fixed, renamed)
            values.extend(reader.read(page.get("values"), self._values_pointer(page, pointer)))
            self._refuse_endpoint(page, pointer)
        managed = {page.get("managed", "scim") for page, _ in pages.values()}
        if len(managed) > 1:
            message = (
                "in the draft's dialect all entitlement types share one endpoint, so they need the"
                " same managed"
            )
            self.report.error(
                "dialect",
                message,
                "/entitlements",
                key=True,
                fix="write the same managed for all of them",
            )
        return ResourceType(
            name=name,
            endpoint=f"/{conventions.plural(name)}",
            schema=schema,
            description=schema.description or name,
            extensions=tuple(extensions),
            kind=kind,
            managed=Managed(sorted(managed)[0]),
            values=tuple(values),
            place=self.report.place("/roles" if kind is Kind.ROLE else "/entitlements", key=True),
        )

    def _refuse_endpoint(self, page: Page, pointer: str) -> None:
        if "endpoint" in page:
            message = "the draft has only the endpoints /Roles and /Entitlements"
            self.report.error(
                "dialect", message, pointer_step(pointer, "endpoint"), key=True, fix="remove it"
            )

    def _own(self, name: str, page: Page, pointer: str) -> ResourceType:
        attributes = read_attributes(self.report, page, pointer)
        self.extensions.refuse_common(attributes, pointer)
        more: Page = {"name": name, "description": page.get("description", name)} | (
            page.get("base") or {}
        )
        version = self.extensions.version(page, pointer)
        schema = Schema(
            id=page.get("schema") or conventions.schema_urn(self.vendor, self.app, version, name),
            name=more["name"],
            description=more["description"],
            attributes=attributes,
            place=self.report.place(
                pointer_step(pointer, "schema") if "schema" in page else pointer, key=True
            ),
            places={
                **self.report.places(pointer, page, {"schema": "id", "description": "description"}),
                **self.report.places(pointer_step(pointer, "base"), page.get("base") or {}, _TEXTS),
            },
        )
        return ResourceType(
            name=name,
            endpoint=self._endpoint(name, page, pointer),
            schema=schema,
            description=page.get("description", name),
            extensions=self.extensions.read(page, pointer, name, schema, own=False),
            place=self.report.place(pointer, key=True),
            places=self.report.places(pointer, page, {**_KEYS, "schema": "schema"}),
        )

    def _endpoint(self, name: str, page: Page, pointer: str) -> str:
        endpoint = page.get("endpoint") or conventions.endpoint(name)
        if not endpoint:
            message = f"no endpoint can be made of the name {name}"
            self.report.error(
                "endpoint-missing", message, pointer, key=True, fix="give one: endpoint: /Things"
            )
            return "/"
        return str(endpoint)


def _names(schema: Schema) -> set[str]:
    return {attribute.name for attribute in schema.attributes}

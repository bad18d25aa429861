"""Resource types: users and groups with what the page adds, roles, entitlements and the app's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scimgen.description import conventions
from scimgen.description.attributes import read_attributes
from scimgen.description.report import Page, Report
from scimgen.description.structure import scalar_text
from scimgen.description.values import ValueReader
from scimgen.documents import known_schema, urns
from scimgen.model import Attribute, Kind, Managed, ResourceType, Schema, SchemaExtension, Value
from scimgen.source import pointer_step

_COMMON = ("id", "externalId", "meta", "schemas")


def _known(urn: str) -> Schema:
    schema = known_schema(urn)
    assert schema, urn
    return schema


@dataclass(eq=False)
class ResourceTypes:
    """Reads every resource type of a page, in the order in which /ResourceTypes lists them."""

    report: Report
    page: Page
    app: str
    vendor: str
    dialect: str

    def read(self) -> Iterator[ResourceType]:
        """Users and groups first, then roles, entitlements and own resource types as the page has them."""
        yield self._core("user", "User", urns.USER, Kind.USER, [SchemaExtension(schema=_known(urns.ENTERPRISE_USER))])
        yield self._core("group", "Group", urns.GROUP, Kind.GROUP, [])
        if self.dialect == "ietf":
            yield from self._draft()
        else:
            yield from self._okta()
        for name, page in (self.page.get("resources") or {}).items():
            yield self._own(name, page or {}, pointer_step("/resources", name))

    def _core(self, key: str, name: str, urn: str, kind: Kind, extensions: list[SchemaExtension]) -> ResourceType:
        page = self.page.get(key) or {}
        schema = _known(urn)
        own = self._extension(page, f"/{key}", name, schema)
        return ResourceType(
            name=name,
            endpoint=f"/{name}s",
            schema=schema,
            description=schema.description or name,
            extensions=tuple(extensions + ([own] if own else [])),
            kind=kind,
            place=self.report.place(f"/{key}", key=True) if key in self.page else None,
        )

    def _okta(self) -> Iterator[ResourceType]:
        """One resource type for roles and one for each entitlement type, all of them on Okta's two schemas."""
        roles = self.page.get("roles")
        if roles is not None:
            page = roles if isinstance(roles, dict) else {"values": roles}
            yield self._catalogue("Role", page, "/roles", Kind.ROLE, _known(urns.OKTA_ROLE))
        for name, page in (self.page.get("entitlements") or {}).items():
            at = pointer_step("/entitlements", name)
            yield self._catalogue(name, page or {}, at, Kind.ENTITLEMENT, _known(urns.OKTA_ENTITLEMENT))

    def _catalogue(self, name: str, page: Page, pointer: str, kind: Kind, schema: Schema) -> ResourceType:
        own = self._extension(page, pointer, name, schema)
        extensions = (own,) if own else ()
        fixed = {"type": name} if kind is Kind.ENTITLEMENT else {}
        reader = ValueReader(self.report, schema, extensions, fixed, {})
        return ResourceType(
            name=name,
            endpoint=self._endpoint(name, page, pointer),
            schema=schema,
            description=page.get("description", name),
            extensions=extensions,
            kind=kind,
            managed=Managed(page.get("managed", "scim")),
            limit=page.get("limit"),
            values=reader.read(page.get("values"), self._values_pointer(page, pointer)),
            place=self.report.place(pointer, key=True),
        )

    def _values_pointer(self, page: Page, pointer: str) -> str:
        """`roles` may be the values themselves."""
        return pointer if pointer == "/roles" and not isinstance(self.page["roles"], dict) else f"{pointer}/values"

    def _draft(self) -> Iterator[ResourceType]:
        """The draft's two endpoints: /Roles, and /Entitlements for all entitlement types, told apart by `type`."""
        roles = self.page.get("roles")
        if roles is not None:
            page = roles if isinstance(roles, dict) else {"values": roles}
            yield self._draft_type("Role", Kind.ROLE, urns.DRAFT_ROLE, {"Role": (page, "/roles")})
        entitlements = self.page.get("entitlements")
        if entitlements:
            pages = {name: (page or {}, pointer_step("/entitlements", name)) for name, page in entitlements.items()}
            yield self._draft_type("Entitlement", Kind.ENTITLEMENT, urns.DRAFT_ENTITLEMENT, pages)

    def _draft_type(self, name: str, kind: Kind, urn: str, pages: dict[str, tuple[Page, str]]) -> ResourceType:
        schema = _known(urn)
        extensions: list[SchemaExtension] = []
        values: list[Value] = []
        for type_, (page, pointer) in pages.items():
            own = self._extension(page, pointer, type_, schema)
            # Only values of one type carry its extension, so no extension is required of them all.
            mine = [SchemaExtension(schema=own.schema)] if own else []
            extensions.extend(mine)
            fixed: dict[str, Any] = {"supported": True} if "supported" in _names(schema) else {}
            if kind is Kind.ENTITLEMENT:
                fixed["type"] = type_
            if page.get("limit"):
                fixed |= {"limitedAssignmentsPermitted": True, "totalAssignmentsPermitted": page["limit"]}
            renamed = {"displayName": "display", "description": ""}
            reader = ValueReader(self.report, schema, mine, fixed, renamed)
            values.extend(reader.read(page.get("values"), self._values_pointer(page, pointer)))
            self._no_endpoint_of_its_own(page, pointer)
        managed = {page.get("managed", "scim") for page, _ in pages.values()}
        if len(managed) > 1:
            message = "in the draft's dialect all entitlement types share one endpoint, so one owner too"
            self.report.error("dialect", message, "/entitlements", key=True, fix="one managed for them all")
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

    def _no_endpoint_of_its_own(self, page: Page, pointer: str) -> None:
        if "endpoint" in page:
            message = "the draft has /Roles and /Entitlements alone: no endpoint of a type's own"
            self.report.error("dialect", message, pointer_step(pointer, "endpoint"), key=True, fix="remove it")

    def _own(self, name: str, page: Page, pointer: str) -> ResourceType:
        attributes = read_attributes(self.report, page, pointer)
        self._refuse_common(attributes, pointer)
        schema = Schema(
            id=page.get("schema") or conventions.schema_urn(self.vendor, self.app, self._version(page, pointer), name),
            name=name,
            description=page.get("description", name),
            attributes=attributes,
            place=self.report.place(pointer_step(pointer, "schema") if "schema" in page else pointer, key=True),
        )
        return ResourceType(
            name=name,
            endpoint=self._endpoint(name, page, pointer),
            schema=schema,
            description=page.get("description", name),
            place=self.report.place(pointer, key=True),
        )

    def _extension(self, page: Page, pointer: str, name: str, base: Schema) -> SchemaExtension | None:
        """The extension that carries a type's own attributes, or None where it has none."""
        attributes = read_attributes(self.report, page, pointer)
        if not attributes:
            return None
        self._refuse_common(attributes, pointer)
        self._refuse_redefined(attributes, base, pointer)
        more = page.get("extension") or {}
        urn = page.get("schema") or conventions.extension_urn(self.vendor, self.app, self._version(page, pointer), name)
        required = any(attribute.required for attribute in attributes)
        description = more.get("description") or (page.get("description") if pointer != "/user" else "")
        schema = Schema(
            id=urn,
            name=more.get("name", name),
            description=description or f"{name} attributes of {self.page.get('title') or self.app}",
            attributes=attributes,
            place=self.report.place(pointer_step(pointer, "schema") if "schema" in page else pointer, key=True),
        )
        return SchemaExtension(schema=schema, required=more.get("required", required))

    def _refuse_common(self, attributes: tuple[Attribute, ...], pointer: str) -> None:
        for attribute in attributes:
            if attribute.name.lower() in {name.lower() for name in _COMMON}:
                at = pointer_step(f"{pointer}/attributes", attribute.name)
                message = f"every resource has {attribute.name} already"
                self.report.error("redefined", message, at, key=True, fix="remove it", source="RFC 7643 section 3.1")

    def _refuse_redefined(self, attributes: tuple[Attribute, ...], base: Schema, pointer: str) -> None:
        """Rows of values are flat, and clients confuse the two (RFC 7643 section 3.3: SHOULD avoid redefining)."""
        for attribute in attributes:
            if base.attribute(attribute.name):
                at = pointer_step(f"{pointer}/attributes", attribute.name)
                message = f"{base.name} has an attribute {attribute.name} already"
                fix = f"another name, such as {self.app.replace('-', '')}{conventions.pascal(attribute.name)}"
                self.report.error("redefined", message, at, key=True, fix=fix, source="RFC 7643 section 3.3")

    def _endpoint(self, name: str, page: Page, pointer: str) -> str:
        endpoint = page.get("endpoint") or conventions.endpoint(name)
        if not endpoint:
            message = f"no endpoint can be made of the name {name}"
            self.report.error("endpoint-missing", message, pointer, key=True, fix="give one: endpoint: /Things")
            return "/"
        return str(endpoint)

    def _version(self, page: Page, pointer: str) -> str:
        for owner, at in ((page, f"{pointer}/version"), (self.page, "/version")):
            if "version" in owner:
                return scalar_text(self.report, at, owner["version"])
        return "1.0"


def _names(schema: Schema) -> set[str]:
    return {attribute.name for attribute in schema.attributes}

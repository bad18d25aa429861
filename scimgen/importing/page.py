"""Convert what was read to a description, without values that the conventions of scimgen imply."""

from typing import Any

from scimgen.description import conventions
from scimgen.documents import known_schema, urns
from scimgen.importing.attributes import AttributeWriter
from scimgen.importing.base import changes_of
from scimgen.importing.compare import PROTOCOL
from scimgen.importing.config import config_keys
from scimgen.importing.extensions import ExtensionWriter, Page, Urns
from scimgen.importing.guess import guess_title, guess_version, last_word, own_urns
from scimgen.importing.read import Read, ReadType
from scimgen.model import Schema
from scimgen.source import pointer_step

__all__ = ["Page", "make_page"]

Json = dict[str, Any]

_OKTA = (urns.OKTA_ROLE, urns.OKTA_ENTITLEMENT)
_DRAFT = (urns.DRAFT_ROLE, urns.DRAFT_ENTITLEMENT)
_CATALOGUES = {
    urn.lower(): "roles" if urn.endswith(":Role") else "entitlements" for urn in _OKTA + _DRAFT
}
_CORE = {urns.USER.lower(): "user", urns.GROUP.lower(): "group"}


def make_page(read: Read, app: str, vendor: str) -> Page:
    """Make the description of what was read."""
    return _Maker(read, app, vendor).make()


class _Maker:
    """Builds one description."""

    def __init__(self, read: Read, app: str, vendor: str) -> None:
        self.read = read
        self.app = app
        self.vendor = vendor
        self.title = guess_title(read)
        self.version = guess_version(own_urns(read), app, vendor)
        self.page = Page()
        self.dialect = self._dialect()
        self.types = [*read.types, *self._guessed()]
        names = {type_.name for type_ in self.types if type_.schema.lower() not in PROTOCOL}
        self.attributes = AttributeWriter({*names, "User", "Group"}, self.page.add_comment)
        self.extensions = ExtensionWriter(read, self.page, self.attributes, self._urns())

    def _urns(self) -> Urns:
        return Urns(self.app, self.vendor, self.version, self.title or self.app, self.dialect)

    def make(self) -> Page:
        """Build the description: the head, then the types in the order of the language."""
        content = self.page.content
        content |= {"scimgen": 1, "app": self.app, "vendor": self.vendor}
        if self.title and self.title != self.app:
            content["title"] = self.title
        if self.version != "1.0":
            content["version"] = self.version
        if self.dialect == "ietf":
            content |= {"clients": ["ietf"], "dialect": "ietf"}
        elif any(type_.schema.lower() in _CATALOGUES for type_ in self.types):
            content["clients"] = ["okta"]
        content |= config_keys(self.read.config)
        for key in ("user", "group", "roles", "entitlements", "resources"):
            content[key] = {}
        for type_ in self.types:
            self._place(type_)
        self._bases()
        for key in ("user", "group", "entitlements", "resources"):
            if not content[key]:
                del content[key]
        if "/roles" not in self.page.places.values():
            del content["roles"]
        return self.page

    def _dialect(self) -> str:
        """The dialect: that of the draft if only its schemas are used, otherwise that of Okta."""
        used = {type_.schema.lower() for type_ in self.read.types} | set(self.read.schemas)
        okta = any(urn.lower() in used for urn in _OKTA)
        draft = any(urn.lower() in used for urn in _DRAFT)
        return "ietf" if draft and not okta else "okta"

    def _bases(self) -> None:
        """Write changed core schemas.

        If the Enterprise User schema was not read, the server does not have it.
        """
        content, read = self.page.content, self.read
        for urn, key in ((urns.USER, "user"), (urns.GROUP, "group")):
            self.page.places[urn.lower()] = f"/{key}"
            changes = self._changes(urn, f"/{key}/base")
            if changes:
                content[key] = {"base": changes} | content[key]
        self.page.places[urns.ENTERPRISE_USER.lower()] = "/user"
        changes = self._changes(urns.ENTERPRISE_USER, "/user/enterprise")
        if content["user"].get("enterprise") is not False and changes:
            required = content["user"].get("enterprise", {})
            content["user"]["enterprise"] = required | changes
        listed = any(self.page.places.get(type_.name) == "/user" for type_ in read.types)
        if not listed and read.schema(urns.USER) and read.schema(urns.ENTERPRISE_USER) is None:
            content["user"]["enterprise"] = False

    def _changes(self, urn: str, pointer: str) -> Json:
        schema, known = self.read.schema(urn), known_schema(urn)
        return changes_of(schema, known, self.attributes, pointer) if schema and known else {}

    def _guessed(self) -> list[ReadType]:
        """Guess resource types for schemas without one.

        If /ResourceTypes was read, nothing is guessed.
        """
        if self.read.types:
            for schema in self.read.schemas.values():
                if not self.read.users_of(schema.id) and known_schema(schema.id) is None:
                    self.page.add_comment("", f"{schema.id} is left out: no resource type has it")
            return []
        types: dict[str, ReadType] = {}
        for schema in self.read.schemas.values():
            if known_schema(schema.id) is not None and schema.id.lower() not in _CATALOGUES:
                continue
            type_ = self._type_of(schema)
            first = types.setdefault(type_.name, type_)
            if first is not type_:
                extended = (*first.extensions, *type_.extensions)
                types[type_.name] = ReadType(
                    first.name, "", first.endpoint, first.schema, "", extended
                )
        if types:
            self.page.add_comment(
                "",
                "No /ResourceTypes was read: the resource types are guessed from the URNs of the"
                " schemas",
            )
        return list(types.values())

    def _type_of(self, schema: Schema) -> ReadType:
        """Guess the resource type of a schema from its URN."""
        word = last_word(schema.id)
        required = any(attribute.required for attribute in schema.attributes)
        extends = ((schema.id, required),)
        if ":extension:" not in schema.id.lower():
            name = word if word not in ("User", "Group") else f"{schema.name or word} {word}"
            return ReadType(name, "", "", schema.id, "")
        for core, name in ((urns.USER, "User"), (urns.GROUP, "Group")):
            if word.lower().rstrip("s") == name.lower():
                return ReadType(name, "", f"/{name}s", core, "", extends)
        return ReadType(word, "", "", urns.OKTA_ENTITLEMENT, "", extends)

    def _place(self, type_: ReadType) -> None:
        """Add a resource type under the key that its schema determines."""
        base, content = type_.schema.lower(), self.page.content
        if base in PROTOCOL:
            self.page.add_comment(
                "",
                f"{type_.name} is left out: {type_.endpoint} belongs to the protocol (RFC 7644"
                " section 4)",
            )
        elif (
            base in _CORE
            and f"/{_CORE[base]}" not in self.page.places.values()
            and type_.endpoint != "/Me"
        ):
            self._core(type_, _CORE[base])
        elif base in _CATALOGUES and (base in map(str.lower, _DRAFT)) == (self.dialect == "ietf"):
            self._catalogue(type_, _CATALOGUES[base])
        elif known_schema(type_.schema) is not None:
            why = f"only one resource type can have the schema {type_.schema}"
            self.page.add_comment(
                "", f"The resource type {type_.name} at {type_.endpoint} is left out: {why}"
            )
        elif len(type_.name) > 64 or type_.name == "<<":
            self.page.add_comment(
                "",
                f"The resource type {type_.name[:64]} is left out: its name is not valid in a"
                " description",
            )
        else:
            content["resources"][type_.name] = self._own(
                type_, pointer_step("/resources", type_.name)
            )

    def _core(self, type_: ReadType, key: str) -> None:
        """Add users or groups."""
        pointer, page = f"/{key}", self.page.content[key]
        self.page.places[type_.name] = pointer
        known = known_schema(type_.schema)
        if type_.description and known and type_.description != known.description:
            page["description"] = type_.description
        extensions = list(type_.extensions)
        if key == "user" and type_ in self.read.types:
            enterprise = next(
                (e for e in extensions if e[0].lower() == urns.ENTERPRISE_USER.lower()), None
            )
            if enterprise:
                extensions.remove(enterprise)
            if enterprise is None or enterprise[1]:
                page["enterprise"] = {"required": True} if enterprise else False
        self.extensions.extend(page, pointer, "User" if key == "user" else "Group", extensions, "")

    def _catalogue(self, type_: ReadType, key: str) -> None:
        """Add roles or an entitlement type."""
        content = self.page.content
        if self.dialect == "ietf":
            self._draft(type_, key)
            return
        if key == "roles" and "/roles" in self.page.places.values():
            self.page.add_comment(
                "",
                f"The resource type {type_.name} is left out: a description has only one resource"
                " type for roles",
            )
            return
        name, pointer = (
            ("Role", "/roles")
            if key == "roles"
            else (type_.name, pointer_step("/entitlements", type_.name))
        )
        self.page.places[type_.name] = pointer
        page = self._head(type_, name)
        if key == "roles":
            content["roles"] = page
        else:
            content["entitlements"][name] = page
        self.extensions.extend(page, pointer, name, type_.extensions, page.get("description", ""))

    def _draft(self, type_: ReadType, key: str) -> None:
        """Add the entitlement types of the draft.

        They share one endpoint, and each extension belongs to one type.
        """
        content, page = self.page.content, dict[str, Any]()
        if key == "roles":
            self.page.places[type_.name] = "/roles"
            content["roles"] = page
            self.extensions.extend(page, "/roles", "Role", type_.extensions, "")
            return
        self.page.places[type_.name] = "/entitlements"
        for urn, required in type_.extensions or (("", False),):
            schema = self.read.schema(urn)
            name = (schema.name if schema else "") or last_word(urn) or "Entitlement"
            page = {}
            content["entitlements"][name] = page
            pointer = pointer_step("/entitlements", name)
            self.extensions.extend(page, pointer, name, [(urn, required)] if urn else [], "")

    def _head(self, type_: ReadType, name: str) -> Json:
        """The description and the endpoint, unless the conventions imply them."""
        page: Json = {}
        if type_.description and type_.description != name:
            page["description"] = type_.description
        last = "/" + last_word(type_.endpoint)
        if type_.endpoint and last != conventions.endpoint(name):
            page["endpoint"] = last
        return page

    def _own(self, type_: ReadType, pointer: str) -> Json:
        """Write a custom resource type."""
        self.page.places[type_.name] = pointer
        page = self._head(type_, type_.name)
        self.extensions.urn(page, type_.schema, conventions.schema_urn, type_.name)
        schema = self.read.schema(type_.schema)
        if schema:
            description = page.get("description", type_.name)
            expected = {"name": type_.name, "description": description}
            base = {
                key: getattr(schema, key)
                for key in expected
                if getattr(schema, key) != expected[key]
            }
            if base:
                page["base"] = base
            self.extensions.define(page, pointer, schema)
        else:
            self.page.add_comment(
                pointer,
                f"{type_.schema} was not among the schemas that were read: its attributes are"
                " unknown",
            )
        self.extensions.extend(page, pointer, type_.name, type_.extensions, "", own=False)
        return page

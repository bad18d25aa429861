"""Read the extensions of resource types, under `attributes` and `extensions`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scimgen.description import conventions
from scimgen.description.attributes import read_attributes
from scimgen.description.report import Page, Report
from scimgen.description.structure import scalar_text
from scimgen.documents import known_schema
from scimgen.model import Attribute, Schema, SchemaExtension
from scimgen.place import Place
from scimgen.source import Object, pointer_step

_COMMON = ("id", "externalId", "meta", "schemas")
_WITH_VALUES = ("/roles", "/entitlements")
"""The keys of the types whose values are in the description."""


@dataclass(eq=False)
class Extensions:
    """Reads the extensions of all resource types, one type after the other.

    Args:
        shared: The extensions so far by case-folded URN. A later type may refer to one of them.
    """

    report: Report
    page: Page
    app: str
    vendor: str
    shared: dict[str, Schema] = field(default_factory=dict)

    def read(
        self, page: Page, pointer: str, name: str, base: Schema, *, own: bool = True
    ) -> tuple[SchemaExtension, ...]:
        """Read the extensions of a type.

        Args:
            page: The mapping of the type.
            pointer: The pointer of the mapping.
            name: The name of the type.
            base: The base schema of the type.
            own: Whether `attributes` defines an extension and not the base schema.
        """
        attributes = read_attributes(self.report, page, pointer) if own else ()
        found = []
        if attributes:
            more: dict[str, Any] = {key: page[key] for key in ("schema", "version") if key in page}
            more |= page.get("extension") or {}
            if pointer not in ("/user", "/group") and page.get("description"):
                more = {"description": page["description"]} | more
            found.append(self._extension(more, pointer, name, attributes, base))
        found.extend(
            self._more(page, pointer, base, {extension.schema.id.lower() for extension in found})
        )
        return tuple(found)

    def _more(
        self, page: Page, pointer: str, base: Schema, taken: set[str]
    ) -> Iterator[SchemaExtension]:
        """Read the extensions under `extensions`."""
        at = pointer_step(pointer, "extensions")
        for name, form in (page.get("extensions") or {}).items():
            here, more = pointer_step(at, name), form or {}
            attributes = read_attributes(self.report, more, here)
            extension = self._extension(more, here, name, attributes, base)
            if (
                extension.schema.id.lower() in taken
                or extension.schema.id.lower() == base.id.lower()
            ):
                is_base = extension.schema.id.lower() == base.id.lower()
                rule = "rt-extension-is-base" if is_base else "rt-extension-duplicate"
                message = f"{extension.schema.id} occurs twice in one resource type"
                source = "RFC 7643 section 3.3"
                self.report.error(rule, message, here, key=True, fix="remove one", source=source)
                continue
            taken.add(extension.schema.id.lower())
            yield extension

    def _extension(
        self, more: Page, pointer: str, name: str, attributes: tuple[Attribute, ...], base: Schema
    ) -> SchemaExtension:
        version = self.version(more, pointer)
        urn = more.get("schema") or conventions.extension_urn(self.vendor, self.app, version, name)
        if pointer.startswith(_WITH_VALUES):
            self.refuse_common(attributes, pointer)
            self._refuse_redefined(attributes, base, pointer)
        required = any(attribute.required for attribute in attributes)
        known = self.shared.get(urn.lower()) or known_schema(urn)
        if known and not attributes:
            required = any(attribute.required for attribute in known.attributes)
            return SchemaExtension(schema=known, required=more.get("required", required))
        schema = Schema(
            id=urn,
            name=more.get("name", name),
            description=more.get(
                "description", f"{name} attributes of {self.page.get('title') or self.app}"
            ),
            attributes=attributes,
            place=self.report.place(
                pointer_step(pointer, "schema") if "schema" in more else pointer, key=True
            ),
            places=self._places(more, pointer),
        )
        self.shared.setdefault(urn.lower(), schema)
        return SchemaExtension(schema=schema, required=more.get("required", required))

    def _places(self, more: Page, pointer: str) -> dict[str, Place | None]:
        """The places of the members of an extension's schema.

        Its texts are under `extension` if the type declares it by `attributes`.
        """
        places = self.report.places(pointer, more, {"schema": "id"})
        for at in (pointer, pointer_step(pointer, "extension")):
            node = self.report.node(at)
            given = (
                {member.key: True for member in node.members} if isinstance(node, Object) else {}
            )
            texts = {"description": "description", "name": "name"}
            places |= self.report.places(at, given, {**texts, "schema": "id"})
        return places

    def refuse_common(self, attributes: tuple[Attribute, ...], pointer: str) -> None:
        """Refuse attributes that all resources already have."""
        for attribute in attributes:
            if attribute.name.lower() in {name.lower() for name in _COMMON}:
                at = pointer_step(f"{pointer}/attributes", attribute.name)
                message = f"every resource already has {attribute.name}"
                self.report.error(
                    "redefined",
                    message,
                    at,
                    key=True,
                    fix="remove it",
                    source="RFC 7643 section 3.1",
                )

    def _refuse_redefined(
        self, attributes: tuple[Attribute, ...], base: Schema, pointer: str
    ) -> None:
        """Refuse attributes of an extension with the name of a base attribute.

        The rows of values have one cell for both. A rule for documents reports such a name in a
        type without values.
        """
        for attribute in attributes:
            if base.attribute(attribute.name):
                at = pointer_step(f"{pointer}/attributes", attribute.name)
                message = f"{base.name} already has an attribute {attribute.name}"
                fix = (
                    "another name, such as"
                    f" {self.app.replace('-', '')}{conventions.pascal(attribute.name)}"
                )
                self.report.error(
                    "redefined", message, at, key=True, fix=fix, source="RFC 7643 section 3.3"
                )

    def version(self, page: Page, pointer: str) -> str:
        """The version in the URN of a type: from the type, from the description, or 1.0."""
        for owner, at in ((page, f"{pointer}/version"), (self.page, "/version")):
            if "version" in owner:
                return scalar_text(self.report, at, owner["version"])
        return "1.0"

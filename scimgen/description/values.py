"""Convert the values of roles and entitlements to SCIM resources, and check every cell."""

import base64
import binascii
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scimgen.description.report import Report, did_you_mean
from scimgen.description.rows import Row, RowPlaces, cell_value, rows
from scimgen.model import Attribute, AttributeType, Schema, SchemaExtension, Uniqueness, Value
from scimgen.place import Place, Places
from scimgen.source import pointer_step

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)\Z")
_ID = re.compile(r"(?!\.{1,2}\Z)(?!\s)[^/?#%\\\x00-\x1f]{1,255}(?<!\s)\Z")
_COMMON = (
    Attribute(name="id", case_exact=True),
    Attribute(name="externalId", case_exact=True),
)
_EXPECTED = {
    AttributeType.STRING: "text",
    AttributeType.BOOLEAN: "true or false",
    AttributeType.DECIMAL: "a number",
    AttributeType.INTEGER: "a whole number of at most 64 bits",
    AttributeType.DATE_TIME: "a date and time with its zone, such as 2026-01-31T12:00:00Z",
    AttributeType.BINARY: "base64 (RFC 4648 section 4)",
    AttributeType.REFERENCE: "a URI, absolute or relative, without blanks",
    AttributeType.COMPLEX: "an object of its sub-attributes",
}


def fits(type_: AttributeType, value: Any) -> bool:
    """Whether a JSON value is valid for a simple type (RFC 7643 section 2.3).

    >>> fits(AttributeType.INTEGER, 3), fits(AttributeType.INTEGER, True)
    (True, False)
    >>> fits(AttributeType.BINARY, "a b")
    False
    """
    match type_:
        case AttributeType.BOOLEAN:
            return isinstance(value, bool)
        case AttributeType.INTEGER:
            return (
                isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
            )
        case AttributeType.DECIMAL:
            return (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and math.isfinite(value)
            )
        case AttributeType.DATE_TIME:
            return isinstance(value, str) and bool(_DATE_TIME.match(value)) and _is_date(value)
        case AttributeType.BINARY:
            return isinstance(value, str) and _is_base64(value)
        case AttributeType.REFERENCE:
            return isinstance(value, str) and bool(value) and not re.search(r"\s", value)
    return isinstance(value, str) and "\x00" not in value


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


class ValueReader:
    """Reads the values of one resource type.

    Args:
        report: Collects the findings.
        schema: The base schema.
        extensions: The extensions whose attributes the rows may contain.
        fixed: The members of every value that are not in its row, such as `type`.
        renamed: Column names with another attribute name, such as `displayName` for `display` of
            the draft. "" if there is no such attribute.
    """

    def __init__(
        self,
        report: Report,
        schema: Schema,
        extensions: Iterable[SchemaExtension],
        fixed: Mapping[str, Any],
        renamed: Mapping[str, str],
    ) -> None:
        self.report = report
        self.schema = schema
        self.extensions = tuple(extensions)
        self.fixed = fixed
        self.renamed = renamed
        self.owners: dict[str, tuple[Schema | None, Attribute]] = {}
        for owner in (*(extension.schema for extension in self.extensions), schema):
            for attribute in owner.attributes:
                self.owners[attribute.name.lower()] = (
                    owner if owner is not schema else None,
                    attribute,
                )
        for attribute in _COMMON:
            self.owners[attribute.name.lower()] = (None, attribute)
        self.taken: dict[tuple[str, Any], Place] = {}
        self.reported: set[str] = set()

    def read(self, values: Any, pointer: str) -> tuple[Value, ...]:
        """Read the values of a key `values`: a list of rows, or the name of a CSV file."""
        read = (self._value(row) for row in rows(self.report, values, pointer))
        return tuple(value for value in read if value)

    def _value(self, row: Row) -> Value | None:
        flat: dict[str, Any] = {}
        inner: dict[str, dict[str, Any]] = {}
        columns: dict[str, str] = {}
        for key, cell in row.cells.items():
            name = self.renamed.get(key, key)
            if not name:
                self.report.warning(
                    "value-dropped", f"this dialect has no {key}: it is left out", row.place(key)
                )
                continue
            if name.lower() not in self.owners:
                self._unknown(row, key)
                continue
            owner, attribute = self.owners[name.lower()]
            value = cell_value(attribute, cell) if row.text else cell
            if value is None or not self._check(attribute, value, row.place(key), attribute.name):
                continue
            if owner:
                inner.setdefault(owner.id, {})[attribute.name] = value
                columns[pointer_step(pointer_step("", owner.id), attribute.name)] = key
            else:
                flat[attribute.name] = value
                columns[pointer_step("", attribute.name)] = key
        return self._resource(row, flat, inner, RowPlaces(row, columns))

    def _unknown(self, row: Row, key: str) -> None:
        """Report an unknown name once per CSV file, unless its attribute is invalid."""
        if key in self.report.faulty or (row.text and key in self.reported):
            return
        self.reported.add(key)
        known = [attribute.name for _, attribute in self.owners.values()]
        fix = did_you_mean(key, known) or f"known here: {', '.join(known)}"
        self.report.error(
            "value-unknown", f"{key} is not an attribute of this type", row.named(key), fix=fix
        )

    def _resource(
        self, row: Row, flat: dict[str, Any], inner: dict[str, dict[str, Any]], places: Places
    ) -> Value | None:
        for name, value in self.fixed.items():
            if flat.setdefault(name, value) != value and name == "type":
                message = f"the type of this value must be {value}, the key of its entitlement type"
                self.report.error(
                    "value-type", message, row.place("type"), fix=f"remove it, or write {value}"
                )
        if "value" in self.schema_names and "id" in flat:
            flat.setdefault("value", flat["id"])  # a grant of the draft contains this `value`
        self._required(row, flat, inner)
        id_ = flat.get("id")
        if not isinstance(id_, str):
            return None
        urns = [
            self.schema.id,
            *(e.schema.id for e in self.extensions if e.schema.id in inner or e.required),
        ]
        ordered = {
            a.name: flat[a.name] for a in (*_COMMON, *self.schema.attributes) if a.name in flat
        }
        extended = {urn: inner.get(urn, {}) for urn in urns[1:]}
        return Value(
            id=id_,
            resource={"schemas": urns, **ordered, **extended},
            place=row.place("id"),
            places=places,
        )

    @property
    def schema_names(self) -> set[str]:
        """The names of the base schema's attributes."""
        return {attribute.name for attribute in self.schema.attributes}

    def _required(self, row: Row, flat: dict[str, Any], inner: dict[str, dict[str, Any]]) -> None:
        if row.text and not row.cells.get("id"):  # for a list, the JSON Schema requires it
            message = "id is missing"
            fix = "an id that no other resource has (RFC 7643 section 3.1)"
            self.report.error("value-missing", message, row.place(""), fix=fix)
        for owner, attribute in self.owners.values():
            have = inner.get(owner.id, {}) if owner else flat
            # An invalid cell is already reported. It is not missing.
            if (
                attribute.required
                and attribute.name not in have
                and not self._given(row, attribute.name)
            ):
                self.report.error(
                    "value-missing", f"{attribute.name} is missing: it is required", row.place("")
                )
        self._required_extensions(row)

    def _required_extensions(self, row: Row) -> None:
        filled = {
            self.renamed.get(key, key).lower()
            for key, cell in row.cells.items()
            if cell not in (None, "")
        }
        for extension in self.extensions:
            names = [attribute.name for attribute in extension.schema.attributes]
            already_required = any(attribute.required for attribute in extension.schema.attributes)
            if (
                extension.required
                and not already_required
                and filled.isdisjoint(map(str.lower, names))
            ):
                # An empty extension counts as missing (RFC 7643 section 2.5), so the server would
                # refuse the value.
                message = (
                    f"{extension.schema.name} is a required extension, and the value has no"
                    " attribute of it"
                )
                fix = f"give it one of {', '.join(names)}, or write extension: {{required: false}}"
                self.report.error(
                    "value-missing", message, row.place(""), fix=fix, source="RFC 7643 section 6"
                )

    def _given(self, row: Row, name: str) -> bool:
        return any(self.renamed.get(key, key).lower() == name.lower() for key in row.cells)

    def _check(self, attribute: Attribute, value: Any, place: Place, name: str) -> bool:
        """Check a value and report faults.

        Returns:
            Whether the value is valid for the attribute.
        """
        if not attribute.multi_valued:
            return self._check_one(attribute, value, place, name)
        if not isinstance(value, list):
            self.report.error("value-type", f"{name} must be a list", place, fix="[one, two]")
            return False
        wrong = [item for item in value if not self._check_one(attribute, item, place, name)]
        return not wrong

    def _check_one(self, attribute: Attribute, value: Any, place: Place, name: str) -> bool:
        if attribute.type is AttributeType.COMPLEX:
            return self._check_complex(attribute, value, place, name)
        if not fits(attribute.type, value):
            if name in self.report.faulty:
                return False
            quotes = attribute.type is AttributeType.STRING and isinstance(value, int | float)
            fix = "put it in quotes" if quotes else ""
            self.report.error(
                "value-type", f"{name} must be {_EXPECTED[attribute.type]}", place, fix=fix
            )
            return False
        if attribute.name == "id" and (not _ID.match(value) or value.lower().startswith("bulkid")):
            message = (
                "an id is used in URLs: not empty, no blank at its ends, none of / ? # % \\, not ."
                " or .."
            )
            fix = "it must not begin with bulkId" if value.lower().startswith("bulkid") else ""
            self.report.error("value-id", message, place, fix=fix, source="RFC 7643 section 3.1")
            return False
        folded = value if attribute.case_exact or not isinstance(value, str) else value.lower()
        allowed = attribute.canonical_values
        if attribute.closed and folded not in [
            v if attribute.case_exact else v.lower() for v in allowed
        ]:
            fix = did_you_mean(str(value), allowed) or f"one of {', '.join(allowed)}"
            self.report.error("value-closed", f"{name} cannot be {value!r}", place, fix=fix)
            return False
        if attribute.uniqueness is not Uniqueness.NONE:
            other = self.taken.setdefault((name, folded), place)
            if other is not place:
                message = f"{name} must be unique, but {value!r} is also used at {other}"
                self.report.error("value-unique", message, place, source="RFC 7643 section 7")
                return False
        return True

    def _check_complex(self, attribute: Attribute, value: Any, place: Place, name: str) -> bool:
        if not isinstance(value, dict):
            self.report.error(
                "value-type", f"{name} must be {_EXPECTED[AttributeType.COMPLEX]}", place
            )
            return False
        known = {sub.name: sub for sub in attribute.sub_attributes}
        good = True
        for key, part in value.items():
            if key not in known:
                fix = did_you_mean(key, known) or f"known here: {', '.join(known)}"
                self.report.error(
                    "value-unknown", f"{name} has no sub-attribute {key}", place, fix=fix
                )
                good = False
            elif not self._check(known[key], part, place, f"{name}.{key}"):
                good = False
        for sub in attribute.sub_attributes:
            if sub.required and sub.name not in value:
                self.report.error(
                    "value-missing", f"{name}.{sub.name} is missing: it is required", place
                )
                good = False
        return good

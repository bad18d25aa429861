"""Read attributes in short or long form, with the conventions for missing keys."""

import re
from typing import Any

from scimgen.description.report import Page, Report
from scimgen.model import Attribute, AttributeType, Mutability
from scimgen.model.characteristics import (
    CANONICAL_VALUES,
    CHARACTERISTICS,
    IN_DOCUMENTS,
    INDEXED,
    MUTABILITY,
)
from scimgen.place import Place
from scimgen.source import pointer_step

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*\Z")
_KEYS = {
    "type": "type",
    "attributes": "subAttributes",
    **{entry.key: entry.name for entry in IN_DOCUMENTS},
}
"""The members of an attribute definition by their keys in the language."""


def read_attributes(
    report: Report, page: Page, pointer: str, *, nested: bool = False
) -> tuple[Attribute, ...]:
    """Read the attributes under a key `attributes`.

    Args:
        report: Collects the findings.
        page: The mapping that may contain the key.
        pointer: The pointer of the mapping.
        nested: Whether they are sub-attributes of a complex attribute.
    """
    at = pointer_step(pointer, "attributes")
    attributes = []
    first: dict[str, str] = {}
    for name, form in (page.get("attributes") or {}).items():
        here = pointer_step(at, name)
        if not _NAME.match(name) and not (nested and name == "$ref"):
            fix = "a letter, then letters, digits, -, _ and $"
            report.error(
                "attr-name-grammar",
                f"{name!r} is not a valid attribute name",
                here,
                key=True,
                fix=fix,
                source="RFC 7643 section 2.1",
            )
            continue
        if name.lower() in first:
            line = report.place(first[name.lower()], key=True).line
            message = (
                f"{name} and {first[name.lower()].rpartition('/')[2]} on line {line} are the same"
                " name in SCIM"
            )
            report.error(
                "attr-name-duplicate",
                message,
                here,
                key=True,
                fix="rename one",
                source="RFC 7643 section 2.1",
            )
            continue
        first[name.lower()] = here
        attributes.append(_attribute(report, name, form, here, nested))
    return tuple(attributes)


def _attribute(report: Report, name: str, form: Any, pointer: str, nested: bool) -> Attribute:
    page: Page = form if isinstance(form, dict) else {"type": form or "string"}
    type_ = AttributeType(page.get("type") or ("complex" if page.get("attributes") else "string"))
    _check_type(report, page, type_, pointer, nested)
    _check_closed(report, page, type_, pointer)
    return Attribute(
        name=name,
        type=type_,
        sub_attributes=read_attributes(report, page, pointer, nested=True) if not nested else (),
        place=report.place(pointer, key=True),
        places=places_of(report, form, pointer),
        **_characteristics(page, type_),
    )


def places_of(report: Report, form: Any, pointer: str) -> dict[str, Place | None]:
    """The places of the members of an attribute definition that a description contains."""
    if not isinstance(form, dict):
        return {"/type": report.place(pointer)} if form else {}
    return report.places(pointer, form, _KEYS)


def _characteristics(page: Page, type_: AttributeType) -> dict[str, Any]:
    """The values of all characteristics by field: the given ones, and what the language implies."""
    mutability = Mutability(page.get(MUTABILITY.key, MUTABILITY.default))
    values = {}
    for entry in CHARACTERISTICS:
        if entry.key in page:
            values[entry.field] = entry.from_json(page[entry.key])
        else:
            values[entry.field] = entry.default_in_language(type_, mutability)
    return values


def _check_type(
    report: Report, page: Page, type_: AttributeType, pointer: str, nested: bool
) -> None:
    """Report what the language cannot express for the type of an attribute.

    The rules for documents report all else.
    """
    if type_ is AttributeType.COMPLEX and nested:
        message = "a complex attribute cannot contain another"
        source = "RFC 7643 section 2.3.8"
        report.error(
            "complex-nested",
            message,
            pointer,
            key=True,
            fix="flatten it",
            source=source,
        )
        return
    if type_ is not AttributeType.COMPLEX and page.get("attributes"):
        report.error(
            "subattributes-on-simple",
            f"{_article(type_)} has no sub-attributes",
            pointer_step(pointer, "attributes"),
            fix="type: complex",
            source="RFC 7643 section 7",
        )
    if not INDEXED.applies_to(type_) and page.get("indexed"):
        report.error(
            "characteristic",
            "a complex attribute cannot be indexed",
            pointer_step(pointer, "indexed"),
            fix="move it to a sub-attribute",
        )


def _article(type_: AttributeType) -> str:
    return f"an {type_}" if type_ is AttributeType.INTEGER else f"a {type_}"


def _check_closed(report: Report, page: Page, type_: AttributeType, pointer: str) -> None:
    """Check that a closed attribute has canonical values, and that they are valid for its type."""
    if not page.get("closed"):
        return
    at = pointer_step(pointer, "closed")
    if not page.get("canonicalValues"):
        message = "closed limits the attribute to its canonical values, but there are none"
        fix = "canonicalValues: [one, two]"
        report.error("canonical-values", message, at, fix=fix)
    elif not CANONICAL_VALUES.applies_to(type_):
        message = f"canonical values are text, and {_article(type_)} cannot be closed to them"
        source = CANONICAL_VALUES.clause
        report.error("canonical-values", message, at, fix="type: string", source=source)

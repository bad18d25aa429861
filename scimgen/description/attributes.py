"""Read attributes in short or long form, apply the conventions for missing keys, and refuse invalid
combinations.
"""

import re
from typing import Any

from scimgen.description.report import Page, Report
from scimgen.model import Attribute, AttributeType, Mutability, Returned
from scimgen.model.characteristics import (
    CASE_EXACT,
    CHARACTERISTICS,
    INDEXED,
    MUTABILITY,
    REFERENCE_TYPES,
    RETURNED,
    UNIQUENESS,
)
from scimgen.source import pointer_step

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*\Z")


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
                "name-grammar",
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
                "name-collision",
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
    _check_values(report, page, type_, pointer)
    values = _characteristics(page, type_)
    never = values[MUTABILITY.field] is Mutability.WRITE_ONLY
    if never and values[RETURNED.field] is not Returned.NEVER:
        report.error(
            "write-only-returned",
            f"{name} is writeOnly and cannot be returned",
            pointer_step(pointer, "returned"),
            fix="returned: never, which is the default here",
            source="RFC 7643 section 7",
        )
    return Attribute(
        name=name,
        type=type_,
        sub_attributes=read_attributes(report, page, pointer, nested=True) if not nested else (),
        place=report.place(pointer, key=True),
        **values,
    )


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
    """Report keys that are invalid for the type of an attribute."""

    what = ("an " if type_ is AttributeType.INTEGER else "a ") + type_

    def wrong(key: str, message: str, fix: str, source: str) -> None:
        report.error(
            "characteristic",
            message,
            pointer_step(pointer, key),
            key=key not in page,
            fix=fix,
            source=source,
        )

    if type_ is AttributeType.COMPLEX and nested:
        message = "a complex attribute cannot contain another"
        source = "RFC 7643 section 2.3.8"
        report.error(
            "description-complex-nested",
            message,
            pointer,
            key=True,
            fix="flatten it",
            source=source,
        )
        return
    if type_ is AttributeType.COMPLEX and not page.get("attributes"):
        fix = "attributes: {name: string, …}"
        message = "a complex attribute needs sub-attributes"
        report.error(
            "complex-empty", message, pointer, key=True, fix=fix, source="RFC 7643 section 2.3.8"
        )
    if type_ is not AttributeType.COMPLEX and page.get("attributes"):
        wrong("attributes", f"{what} has no sub-attributes", "type: complex", "RFC 7643 section 7")
    if not REFERENCE_TYPES.applies_to(type_) and page.get("referenceTypes"):
        wrong(
            "referenceTypes",
            f"{what} has no reference types",
            "type: reference",
            "RFC 7643 section 7",
        )
    if not UNIQUENESS.applies_to(type_) and page.get("uniqueness", "none") != "none":
        wrong("uniqueness", f"{what} has no uniqueness", "remove it", "RFC 7643 section 2.3")
    if type_ in CASE_EXACT.fixed and page.get("caseExact") is False:
        wrong(
            "caseExact", f"{what} is case exact", "remove it", "RFC 7643 sections 2.3.6 and 2.3.7"
        )
    if not CASE_EXACT.applies_to(type_) and page.get("caseExact"):
        wrong("caseExact", f"{what} has no case", "remove it", "RFC 7643 section 2.3")
    if not INDEXED.applies_to(type_) and page.get("indexed"):
        wrong("indexed", "a complex attribute cannot be indexed", "move it to a sub-attribute", "")


def _check_values(report: Report, page: Page, type_: AttributeType, pointer: str) -> None:
    """Check canonicalValues: only for text, without duplicates, and not empty if `closed` is
    set.
    """
    values = page.get("canonicalValues")
    at = pointer_step(pointer, "canonicalValues")
    if values and type_ is not AttributeType.STRING:
        message = f"canonical values are text, but {pointer.rpartition('/')[2]} is of type {type_}"
        report.error(
            "canonical-values", message, at, fix="type: string", source="RFC 7643 section 7"
        )
    if page.get("closed") and not values:
        message = "closed limits the attribute to its canonical values, but there are none"
        fix = "canonicalValues: [one, two]"
        report.error("canonical-values", message, pointer_step(pointer, "closed"), fix=fix)
    if values and not page.get("caseExact"):
        folded: dict[str, str] = {}
        for index, value in enumerate(values):
            if value is not None and value.lower() in folded:
                message = (
                    f"{value} and {folded[value.lower()]} are the same value, because case is"
                    " ignored"
                )
                fix = "caseExact: true, or keep one"
                report.error("canonical-values", message, pointer_step(at, index), fix=fix)
            elif value is not None:
                folded[value.lower()] = value

"""The RFCs' own schemas as an app serves them: without some attributes, with others, with other characteristics."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from scimgen.description.attributes import read_attributes
from scimgen.description.report import Page, Report, did_you_mean
from scimgen.model import Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness
from scimgen.source import pointer_step

# What the protocol itself stands on: users are told apart by userName (RFC 7643 section 4.1.1), grants and
# memberships are values of the other four.
_KEPT = ("username", "groups", "roles", "entitlements", "members")
_CHANGES = {
    "description": ("description", str),
    "required": ("required", bool),
    "multiValued": ("multi_valued", bool),
    "canonicalValues": ("canonical_values", tuple),
    "closed": ("closed", bool),
    "caseExact": ("case_exact", bool),
    "mutability": ("mutability", Mutability),
    "returned": ("returned", Returned),
    "uniqueness": ("uniqueness", Uniqueness),
    "referenceTypes": ("reference_types", tuple),
    "indexed": ("indexed", bool),
}


def changed_schema(report: Report, changes: Page, pointer: str, schema: Schema) -> Schema:
    """A schema with the changes that stand at a pointer; itself where there are none."""
    if not changes.keys() - {"required"}:
        return schema
    without = {name.lower(): index for index, name in enumerate(changes.get("without") or ()) if name}
    _check_without(report, without, pointer, schema)
    return replace(
        schema,
        name=changes.get("name", schema.name),
        description=changes.get("description", schema.description),
        attributes=_merged(report, changes, pointer, schema.attributes, without, ""),
        place=report.place(pointer, key=True),
    )


def _check_without(report: Report, without: dict[str, int], pointer: str, schema: Schema) -> None:
    """What is left out has to be there, and must not be what the protocol needs."""
    known = {attribute.name.lower(): attribute.name for attribute in schema.attributes}
    for attribute in schema.attributes:
        for sub in attribute.sub_attributes:
            known[f"{attribute.name}.{sub.name}".lower()] = f"{attribute.name}.{sub.name}"
    for name, index in without.items():
        at = pointer_step(pointer_step(pointer, "without"), index)
        if name not in known:
            message = f"{schema.name} has no attribute {name}"
            report.error("characteristic", message, at, fix=did_you_mean(name, known.values()))
        elif name == "username":
            message = "a user has a userName"
            report.error("characteristic", message, at, fix="remove it", source="RFC 7643 section 4.1.1")


def _merged(
    report: Report,
    changes: Page,
    pointer: str,
    attributes: tuple[Attribute, ...],
    without: Collection[str],
    path: str,
) -> tuple[Attribute, ...]:
    """The attributes that are left, changed, and then the new ones."""
    forms: dict[str, Any] = changes.get("attributes") or {}
    named = {attribute.name.lower() for attribute in attributes}
    spelled = {name.lower(): name for name in forms}
    at = pointer_step(pointer, "attributes")
    merged = []
    for attribute in attributes:
        folded = attribute.name.lower()
        if f"{path}{folded}" in without:
            continue
        name = spelled.get(folded)
        if name is not None:
            attribute = _changed(report, attribute, forms[name], pointer_step(at, name), without, path)
        elif attribute.sub_attributes:
            subs = _merged(report, {}, at, attribute.sub_attributes, without, f"{folded}.")
            attribute = attribute if subs == attribute.sub_attributes else replace(attribute, sub_attributes=subs)
        merged.append(attribute)
    new = {name: form for name, form in forms.items() if name.lower() not in named}
    return (*merged, *read_attributes(report, {"attributes": new}, pointer, nested=bool(path)))


def _changed(
    report: Report, attribute: Attribute, form: Any, pointer: str, without: Collection[str], path: str
) -> Attribute:
    """One attribute with the characteristics that a form gives; what it does not give stays as the RFC has it."""
    page: Page = form if isinstance(form, dict) else {"type": form} if form else {}
    type_ = AttributeType(page.get("type", attribute.type))
    wrong = ""
    if AttributeType.COMPLEX in (type_, attribute.type) and type_ is not attribute.type:
        wrong = "type"
    elif not path and attribute.name.lower() in _KEPT:
        same = {"type": str(attribute.type), "multiValued": attribute.multi_valued}
        wrong = next((key for key in same if page.get(key, same[key]) != same[key]), "")
    if wrong:
        message = f"{attribute.name} keeps its {wrong}"
        report.error(
            "characteristic", message, pointer_step(pointer, wrong), fix="remove it", source="RFC 7643 section 4"
        )
        return attribute
    given = {field: kind(page[key]) for key, (field, kind) in _CHANGES.items() if key in page}
    subs = _merged(report, page, pointer, attribute.sub_attributes, without, f"{attribute.name.lower()}.")
    if type_ is not AttributeType.COMPLEX:
        subs = ()
    return replace(attribute, type=type_, sub_attributes=subs, **given)

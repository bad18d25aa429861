"""Change the attributes and characteristics of the schemas of the RFCs for an app."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from scimgen.description.attributes import places_of, read_attributes
from scimgen.description.report import Page, Report, did_you_mean
from scimgen.model import Attribute, AttributeType, Schema
from scimgen.model.characteristics import CHARACTERISTICS, MEMBERS
from scimgen.place import Place
from scimgen.source import pointer_step

# The protocol needs these attributes: userName identifies users (RFC 7643 section 4.1.1), and the
# other four contain grants and memberships.
_KEPT = ("username", "groups", "roles", "entitlements", "members")


def changed_schema(report: Report, changes: Page, pointer: str, schema: Schema) -> Schema:
    """Apply the changes at a pointer to a schema.

    Without changes, the result is the schema itself.
    """
    if not changes.keys() - {"required"}:
        return schema
    without = {
        name.lower(): index for index, name in enumerate(changes.get("without") or ()) if name
    }
    _check_without(report, without, pointer, schema)
    return replace(
        schema,
        name=changes.get("name", schema.name),
        description=changes.get("description", schema.description),
        attributes=_merged(report, changes, pointer, schema.attributes, without, ""),
        place=report.place(pointer, key=True),
        places=_places(report, changes, pointer),
    )


def _places(report: Report, changes: Page, pointer: str) -> dict[str, Place | None]:
    """The places of the members of the schema. `without` has changed its list of attributes."""
    places = report.places(pointer, changes, {"name": "name", "description": "description"})
    if "without" in changes:
        places["/attributes"] = report.place(pointer_step(pointer, "without"))
    return places


def _check_without(report: Report, without: dict[str, int], pointer: str, schema: Schema) -> None:
    """Check that a removed attribute exists and is not one that the protocol needs."""
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
            message = "a user needs a userName"
            report.error(
                "characteristic", message, at, fix="remove it", source="RFC 7643 section 4.1.1"
            )


def _merged(
    report: Report,
    changes: Page,
    pointer: str,
    attributes: tuple[Attribute, ...],
    without: Collection[str],
    path: str,
) -> tuple[Attribute, ...]:
    """The remaining attributes with their changes, followed by the new ones."""
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
            attribute = _changed(
                report, attribute, forms[name], pointer_step(at, name), without, path
            )
        elif attribute.sub_attributes:
            subs = _merged(report, {}, at, attribute.sub_attributes, without, f"{folded}.")
            attribute = (
                attribute
                if subs == attribute.sub_attributes
                else replace(attribute, sub_attributes=subs)
            )
        merged.append(attribute)
    new = {name: form for name, form in forms.items() if name.lower() not in named}
    return (*merged, *read_attributes(report, {"attributes": new}, pointer, nested=bool(path)))


def _changed(
    report: Report,
    attribute: Attribute,
    form: Any,
    pointer: str,
    without: Collection[str],
    path: str,
) -> Attribute:
    """Change the given characteristics of an attribute. The others stay as in the RFC."""
    page: Page = {"type": form} if form else {}
    if isinstance(form, dict):
        page = form
    type_ = AttributeType(page.get("type", attribute.type))
    wrong = ""
    if AttributeType.COMPLEX in (type_, attribute.type) and type_ is not attribute.type:
        wrong = "type"
    elif not path and attribute.name.lower() in _KEPT:
        same = {"type": str(attribute.type), "multiValued": attribute.multi_valued}
        wrong = next((key for key in same if page.get(key, same[key]) != same[key]), "")
    if wrong:
        message = f"the {wrong} of {attribute.name} cannot be changed"
        report.error(
            "characteristic",
            message,
            pointer_step(pointer, wrong),
            fix="remove it",
            source="RFC 7643 section 4",
        )
        return attribute
    given = {
        entry.field: entry.from_json(page[entry.key])
        for entry in CHARACTERISTICS
        if entry.key in page
    }
    subs = _merged(
        report, page, pointer, attribute.sub_attributes, without, f"{attribute.name.lower()}."
    )
    if type_ is not AttributeType.COMPLEX:
        subs = ()
    place = report.place(pointer, key=True)
    # The members without a place are those of the RFC.
    members: dict[str, Place | None] = {f"/{name}": None for name in MEMBERS}
    places = members | places_of(report, form, pointer)
    return replace(attribute, type=type_, sub_attributes=subs, place=place, places=places, **given)

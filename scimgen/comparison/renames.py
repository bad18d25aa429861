"""Find renames: those that the description declares, and questions about parts that look renamed.

A changed URN of a schema needs no declaration. It is detected by similarity and reported as a
change.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from scimgen.comparison.change import Address, Change, kind_of
from scimgen.comparison.parts import Part
from scimgen.model import AllowedBreak

RENAMES = {
    "attribute-renamed": "attribute",
    "type-renamed": "type",
    "value-renamed": "value",
    "schema-urn-changed": "schema",
}
"""The kinds of change that are renames, with the kind of part that each renames."""

_VERSION = re.compile(r":v?[0-9]+(\.[0-9]+)*(?=:|$)", re.IGNORECASE)
_ALIKE = 0.6
_MOST_ASKED = 200


def declared(allowed: Iterable[AllowedBreak]) -> list[AllowedBreak]:
    """The renames that the description declares, in the order in which they are applied.

    Deeper parts come first, so that each path starts with the old names of its parents.
    """
    entries = [
        entry for entry in allowed if entry.to and RENAMES.get(entry.change, "schema") != "schema"
    ]
    return sorted(entries, key=lambda entry: (entry.change == "type-renamed", -entry.at.count(".")))


def declared_rename(before: Part, after: Part, entry: AllowedBreak) -> Change | None:
    """Find the rename that an entry of the description declares.

    Args:
        before: The old model after the earlier renames.
        after: The new model, which must have the new name and not the old one.
        entry: The entry of the description.

    Returns:
        The change, or None if there was no such rename.
    """
    what = RENAMES[entry.change]
    for address, part in before.walk():
        if part.what != what or part.path.lower() != entry.at.lower():
            continue
        name = (
            entry.to.removeprefix(f"{part.path.rpartition('.')[0]}.")
            if what != "type"
            else entry.to
        )
        key = name.lower() if what == "attribute" else name
        # A parent may be renamed later, so the new name is searched in all parts.
        owners = [after, *(found for _, found in after.walk())]
        new = next(
            (
                found
                for owner in owners
                if not owner.child(what, part.key) and (found := owner.child(what, key))
            ),
            None,
        )
        if new is not None and key not in _siblings(before, address, what):
            return _rename(what, address, part, new.label, new)
    return None


def _siblings(app: Part, address: Address, what: str) -> dict[str, Part]:
    owner = app
    for step in address[:-1]:
        found = owner.child(*step)
        assert found
        owner = found
    return {part.key: part for part in owner.children[what]}


def urns(before: Part, after: Part) -> Iterator[Change]:
    """Find schemas with another URN in the new model.

    Both URNs must exist in one of the models only.
    """
    old = {part.key: part for part in before.children["schema"]}
    new = {part.key: part for part in after.children["schema"]}
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    types = {part.key: part for part in after.children["type"]}
    for type_ in before.children["type"]:
        other = types.get(type_.key)
        if other is None:
            continue
        for key in _named(type_):
            if key not in gone:
                continue
            role = key == type_.fields["schema"][0]
            likely = [
                urn
                for urn in _named(other)
                if urn in come and (urn == other.fields["schema"][0]) == role
            ]
            for urn in likely:
                if _VERSION.sub("", key) == _VERSION.sub("", urn) or _same_attributes(
                    old[key], new[urn]
                ):
                    gone, come = gone - {key}, come - {urn}
                    yield _rename("schema", (("schema", key),), old[key], new[urn].label, new[urn])
                    break


def _named(type_: Part) -> list[str]:
    return [
        type_.fields["schema"][0],
        *(extension.key for extension in type_.children["extension"]),
    ]


def _same_attributes(old: Part, new: Part) -> bool:
    mine, other = ({part.key for part in schema.children["attribute"]} for schema in (old, new))
    return bool(mine | other) and len(mine & other) / len(mine | other) >= _ALIKE


def _rename(what: str, address: Address, old: Part, name: str, new: Part) -> Change:
    found = kind_of(f"{what}.rename", old.label, name)
    urn = name if what == "schema" else address[0][1] if address[0][0] == "schema" else ""
    return Change(
        kind=found,
        address=address,
        path=new.path if what == "schema" else old.path,
        field="rename",
        old=old.label,
        new=name,
        schema=urn,
        place=new.place,
        old_place=old.place,
    )


def rename(app: Part, address: Address, name: str) -> Part:
    """Rename one part of an app, also in its values."""
    what, old = address[-1]
    if what == "schema":
        return _map(app, lambda part: _renamed_urn(part, old, name))
    if what == "type":
        return _map(app, lambda part: _renamed_type(part, old, name))
    if what == "value":
        return _at(app, address, lambda part: _renamed_value(part, name))
    spelled = next(part.label for here, part in app.walk() if here == address)
    app = _at(app, address, lambda part: _renamed_attribute(part, name))
    steps = [key for kind, key in address if kind == "attribute"]
    if len(steps) > 1:
        return app  # sub-attributes of values are compared as a whole
    urn = address[0][1]
    return _map(
        app, lambda part: _renamed_member(part, urn, spelled, name) if part.what == "type" else part
    )


def _map(part: Part, edit: Callable[[Part], Part]) -> Part:
    children = {
        what: tuple(_map(child, edit) for child in parts) for what, parts in part.children.items()
    }
    return edit(replace(part, children=children))


def _at(part: Part, address: Address, edit: Callable[[Part], Part]) -> Part:
    if not address:
        return edit(part)
    (what, key), rest = address[0], address[1:]
    parts = tuple(
        _at(child, rest, edit) if child.key == key else child for child in part.children[what]
    )
    return replace(part, children={**part.children, what: parts})


def _renamed_urn(part: Part, old: str, urn: str) -> Part:
    new = urn.lower()
    if part.what == "schema" and part.key == old:
        return replace(part, key=new, label=urn, fields={**part.fields, "id": urn})
    if part.what == "extension" and part.key == old:
        return replace(part, key=new, label=urn)
    if part.what == "type" and part.fields["schema"][0] == old:
        return replace(part, fields={**part.fields, "schema": (new, part.fields["schema"][1])})
    if part.what == "value":
        resource = {
            urn if key.lower() == old else key: item
            for key, item in part.fields["resource"].items()
        }
        if isinstance(resource.get("schemas"), list):
            resource["schemas"] = [
                urn if str(item).lower() == old else item for item in resource["schemas"]
            ]
        return replace(part, fields={"resource": resource})
    if part.what == "app":  # schemas are sorted by their URNs
        schemas = tuple(sorted(part.children["schema"], key=lambda schema: schema.key))
        return replace(part, children={**part.children, "schema": schemas})
    return part


def _renamed_type(part: Part, old: str, name: str) -> Part:
    if part.what == "attribute":
        types = tuple(name if type_ == old else type_ for type_ in part.fields["reference_types"])
        return replace(part, fields={**part.fields, "reference_types": types})
    if part.what != "type" or part.key != old:
        return part
    values = tuple(
        replace(value, fields={"resource": {**value.fields["resource"], "type": name}})
        if value.fields["resource"].get("type") == old
        else value
        for value in part.children["value"]
    )
    return replace(
        part, key=name, label=name, path=name, children={**part.children, "value": values}
    )


def _renamed_value(part: Part, name: str) -> Part:
    resource = part.fields["resource"]
    # A grant of the draft contains `value`, which is the id by convention.
    moved = {key: name for key in ("id", "value") if resource.get(key) == part.key}
    return _called(part, name, name, {"resource": {**resource, **moved}})


def _renamed_attribute(part: Part, name: str) -> Part:
    return _called(part, name.lower(), name, {**part.fields, "name": name})


def _called(part: Part, key: str, name: str, fields: Mapping[str, Any]) -> Part:
    path = f"{part.path.removesuffix(part.label)}{name}"
    return replace(part, key=key, label=name, path=path, fields=fields)


def _renamed_member(type_: Part, urn: str, old: str, name: str) -> Part:
    """Rename a member of one schema in the values of a type."""
    if urn not in _named(type_):
        return type_
    base = type_.fields["schema"][0] == urn

    def edit(resource: Mapping[str, Any]) -> dict[str, Any]:
        if base:
            return {name if key == old else key: item for key, item in resource.items()}
        return {
            key: {name if inner == old else inner: value for inner, value in item.items()}
            if key.lower() == urn and isinstance(item, Mapping)
            else item
            for key, item in resource.items()
        }

    values = tuple(
        replace(value, fields={"resource": edit(value.fields["resource"])})
        for value in type_.children["value"]
    )
    return replace(type_, children={**type_.children, "value": values})


def ask(changes: list[Change]) -> list[Change]:
    """Add the question about a rename to removed parts that are similar to an added part."""
    gone = [change for change in changes if isinstance(change.old, Part) and not change.field]
    come = [change for change in changes if isinstance(change.new, Part) and not change.field]
    asked: dict[int, str] = {}
    for change in gone[:_MOST_ASKED]:
        what = change.address[-1][0]
        kind = next((kind for kind, part in RENAMES.items() if part == what), None)
        rivals = [other for other in come if _beside(change, other)][:_MOST_ASKED]
        scored = sorted(
            (
                (_likeness(change.old, other.new, len(rivals)), -at)
                for at, other in enumerate(rivals)
            )
        )
        if kind and scored and scored[-1][0] >= _ALIKE:
            to = rivals[-scored[-1][1]].new.label
            entry = f"{{change: {kind}, at: {change.path}, to: {to}, reason: …}}"
            asked[id(change)] = (
                f"Renamed to {to}? Then declare it in the description: allowedBreaks: [{entry}]"
            )
    return [
        replace(change, question=asked[id(change)]) if id(change) in asked else change
        for change in changes
    ]


def _beside(gone: Change, come: Change) -> bool:
    return gone.address[:-1] == come.address[:-1] and gone.address[-1][0] == come.address[-1][0]


def _likeness(old: Part, new: Part, rivals: int) -> float:
    """The similarity of two parts, from 0 to 1."""
    name = SequenceMatcher(None, old.key.lower(), new.key.lower()).ratio()
    if old.what == "attribute":
        same = [old.fields[field] == new.fields[field] for field in ("type", "multi_valued")]
        if not all(same):
            return 0
        alike = [
            field
            for field in old.fields
            if field not in ("name", "description") and old.fields[field]
        ]
        share = sum(old.fields[field] == new.fields[field] for field in alike) / len(alike)
        same_description = (
            bool(old.fields["description"])
            and old.fields["description"] == new.fields["description"]
        )
        return float(max(name, same_description, share * (0.7 if rivals == 1 else 0.5)))
    if old.what == "value":
        mine, other = old.fields["resource"], new.fields["resource"]
        shown = mine.get("displayName", mine.get("display"))
        same_name = shown is not None and shown == other.get("displayName", other.get("display"))
        # Ids of one type often share a prefix.
        return max(name - 0.15, float(same_name))
    ids = (
        [{value.key for value in part.children["value"]} for part in (old, new)]
        if old.what == "type"
        else []
    )
    shared = bool(ids) and bool(ids[0] & ids[1])
    return max(name, float(shared or old.fields.get("endpoint") == new.fields.get("endpoint")))

"""Compare two trees of parts: removed, moved, added and changed parts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scimgen.comparison.change import Address, Change, camel, kind_of
from scimgen.comparison.parts import Part
from scimgen.model import Mutability
from scimgen.model.characteristics import CASE_EXACT
from scimgen.place import Place


def differences(old: Part, new: Part) -> list[Change]:
    """Find all differences between two apps, in an order in which they can be applied."""
    changes = list(_Walk((), new.place, "").part(old, new))
    before = {part.key: part for part in old.children["schema"]}
    after = {part.key: part for part in new.children["schema"]}
    for key in sorted(before.keys() - after.keys()):
        _carry(changes, before[key], gone=True)
    for key in sorted(after.keys() - before.keys()):
        _carry(changes, after[key], gone=False)
    return changes


class _Walk:
    """Compares one part of the tree and its children.

    Args:
        address: The address of the part.
        near: The nearest place in the new model, for parts without one.
        schema: The URN of the schema of the part, or "".
    """

    def __init__(self, address: Address, near: Place | None, schema: str) -> None:
        self.address = address
        self.near = near
        self.schema = schema

    def part(self, old: Part, new: Part) -> Iterator[Change]:
        """Find the changes in one part and its children."""
        for field in new.fields:
            before, after = old.fields[field], new.fields[field]
            if before != after:
                # All features of the service provider are one part, so the path contains the name
                # of the feature.
                path = f"{new.path}.{camel(field)}" if new.what == "provider" else new.path
                yield self.change(
                    _subject(old, new, field), self.address, path, before, after, field, old.place
                )
        for what, parts in new.children.items():
            yield from self.children(what, old, new, parts)

    def children(
        self, what: str, old: Part, new: Part, parts: tuple[Part, ...]
    ) -> Iterator[Change]:
        """Find removed, moved, added and changed children of one kind."""
        before = {part.key: part for part in old.children.get(what, ())}
        after = {part.key: part for part in parts}
        kept = [key for key in before if key in after]
        moved = [key for key in after if key in before]
        if what != "schema":  # schemas are added and removed with the parts that use them
            for key, part in before.items():
                if key not in after:
                    yield self.change(
                        what, (*self.address, (what, key)), part.path, part, None, "", part.place
                    )
            if kept != moved:
                here = (*self.address, (what, ""))
                yield self.change(
                    "order", here, new.path, tuple(kept), tuple(moved), "order", old.place
                )
            for index, (key, part) in enumerate(after.items()):
                if key not in before:
                    found = self.change(
                        what, (*self.address, (what, key)), part.path, None, part, "", None
                    )
                    yield replace(found, index=index, place=part.place or self.near)
        for key in kept:
            schema = after[key].label if what in ("schema", "extension") else self.schema
            below = _Walk((*self.address, (what, key)), after[key].place or self.near, schema)
            yield from below.part(before[key], after[key])

    def change(
        self,
        subject: str,
        address: Address,
        path: str,
        old: Any,
        new: Any,
        field: str,
        old_place: Place | None,
    ) -> Change:
        """Make a change, and find its kind by its subject."""
        return Change(
            kind=kind_of(subject, old, new),
            address=address,
            path=path,
            field=field,
            old=old,
            new=new,
            place=self.near,
            old_place=old_place,
            schema=next((part.label for part in (new, old) if _is_extension(part)), self.schema),
        )


def _subject(old: Part, new: Part, field: str) -> str:
    """The subject of a changed field, for the registry of kinds."""
    if new.what == "attribute" and field == CASE_EXACT.field:
        # RFC 7643 sections 2.3.6 and 2.3.7: binary and reference are case exact. Numbers and the
        # like have no case.
        type_ = new.fields["type"]
        is_fixed = CASE_EXACT.fixed.get(type_) is new.fields[field]
        if type_ == old.fields["type"] and (is_fixed or not CASE_EXACT.applies_to(type_)):
            return "attribute.case_exact without effect"
    return f"{new.what}.{field}{_circumstance(old, new, field)}"


def _circumstance(old: Part, new: Part, field: str) -> str:
    """The end of the subject of a changed field whose kind depends on who writes the attribute."""
    if field in ("required", "uniqueness", "reference_types") and new.read_only:
        return " of readOnly"
    if field != "mutability":
        return ""
    mutabilities = (old.fields[field], new.fields[field])
    if old.read_only and new.read_only and Mutability.WRITE_ONLY not in mutabilities:
        return " of readOnly"
    required = old.fields["required"] and new.fields["required"]
    if old.read_only and not new.read_only and required:
        return " of required"
    return ""


def _is_extension(state: Any) -> bool:
    return isinstance(state, Part) and state.what == "extension"


def _carry(changes: list[Change], schema: Part, *, gone: bool) -> None:
    """Attach an added or removed schema to the change of the first part that uses it."""
    for index, change in enumerate(changes):
        if schema.key in _named(change.old if gone else change.new, change.field):
            changes[index] = replace(change, schemas=(*change.schemas, schema))
            return
    raise AssertionError(f"no added or removed part uses the schema {schema.label}")


def _named(state: Any, field: str) -> set[str]:
    """The URNs in the state of a changed part."""
    if field == "schema":
        return {state[0]}
    if not isinstance(state, Part):
        return set()
    if state.what == "type":
        return {
            state.fields["schema"][0],
            *(extension.key for extension in state.children["extension"]),
        }
    return {state.key} if state.what == "extension" else set()

"""Two trees of parts, the differences out: what went, what moved, what came, what is another now."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scimgen.compare.change import Address, Change, kind_of
from scimgen.compare.parts import Part
from scimgen.place import Place


def differences(old: Part, new: Part) -> list[Change]:
    """Every difference between two apps, in an order in which they can be applied."""
    return _with_schemas(list(_part(old, new, (), new.place, "")))


def _part(old: Part, new: Part, address: Address, near: Place | None, schema: str) -> Iterator[Change]:
    near = new.place or near
    schema = new.label if new.what == "schema" else schema
    for field in new.fields:
        before, after = old.fields[field], new.fields[field]
        if before != after:
            path = f"{new.path}.{_camel(field)}" if new.what == "provider" else new.path
            yield _change(new.what, field, before, after, address, path, near, old.place, schema)
    for what, parts in new.children.items():
        yield from _children(what, old, new, parts, address, near, schema)


def _camel(field: str) -> str:
    from scimgen.compare.change import camel

    return camel(field)


def _children(
    what: str, old: Part, new: Part, parts: tuple[Part, ...], address: Address, near: Place | None, schema: str
) -> Iterator[Change]:
    before = {part.key: part for part in old.children.get(what, ())}
    after = {part.key: part for part in parts}
    for key, part in before.items():
        if key not in after:
            here = (*address, (what, key))
            yield _change(what, "", part, None, here, part.path, near, part.place, schema)
    kept = [key for key in before if key in after]
    moved = [key for key in after if key in before]
    if kept != moved:
        names = [tuple(source[key].label for key in keys) for source, keys in ((before, kept), (after, moved))]
        path = new.path
        here = (*address, (what, ""))
        change = _change(what, "order", names[0], names[1], here, path, near, old.place, schema)
        yield replace(change, old=tuple(kept), new=tuple(moved))
    for index, (key, part) in enumerate(after.items()):
        if key not in before:
            here = (*address, (what, key))
            found = _change(what, "", None, part, here, part.path, part.place or near, None, schema)
            yield replace(found, index=index)
    for key in kept:
        yield from _part(before[key], after[key], (*address, (what, key)), near, schema)


def _change(
    what: str,
    field: str,
    old: Any,
    new: Any,
    address: Address,
    path: str,
    place: Place | None,
    old_place: Place | None,
    schema: str,
) -> Change:
    subject = f"{what}.{field}" if field and field != "order" else field or what
    found = kind_of(subject, old, new)
    if what == "extension":
        schema = new.label if isinstance(new, Part) else old.label if isinstance(old, Part) else address[-1][1]
    return Change(
        kind=found,
        address=address,
        path=path,
        field=field,
        old=old,
        new=new,
        place=place,
        old_place=old_place,
        schema=schema,
    )


def _with_schemas(changes: list[Change]) -> list[Change]:
    """A schema comes and goes with the first resource type or extension that names it: one change, not two."""
    loose = [change for change in changes if change.address and change.address[-1][0] == "schema" and not change.field]
    rest = [change for change in changes if not any(change is other for other in loose)]
    for change in loose:
        urn, gone = change.address[-1][1], change.new is None
        for index, carrier in enumerate(rest):
            if urn in _named(carrier.old if gone else carrier.new, carrier):
                rest[index] = replace(carrier, schemas=(*carrier.schemas, change.old if gone else change.new))
                break
        else:  # a schema stands in a model by being named
            raise AssertionError(f"{urn} comes or goes with nothing")
    return rest


def _named(state: Any, change: Change) -> set[str]:
    """The URNs that the state of a changed part names."""
    if change.field == "schema":
        return {state[0]}
    if not isinstance(state, Part):
        return set()
    if state.what == "extension":
        return {state.key}
    if state.what == "type":
        return {state.fields["schema"][0], *(extension.key for extension in state.children["extension"])}
    return set()

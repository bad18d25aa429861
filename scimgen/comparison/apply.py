"""Apply changes to the parts of the old model.

Tests use it to prove that a comparison is complete.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from scimgen.comparison.change import Address, Change
from scimgen.comparison.parts import Part
from scimgen.comparison.renames import RENAMES, rename


def apply(changes: Iterable[Change], old: Part) -> Part:
    """Apply changes, and return the parts of the new model.

    Args:
        changes: All changes from `compare`, in its order.
        old: The parts of the old model from `outline`.
    """
    for change in changes:
        old = _apply(change, old)
    return old


def _apply(change: Change, app: Part) -> Part:
    if change.kind.id in RENAMES:
        return rename(app, change.address, change.new)
    what, key = change.address[-1] if change.address else ("", "")
    if change.field == "order":
        return _update(app, change.address[:-1], lambda part: _reordered(part, what, change.new))
    if change.field:
        found = _update(
            app, change.address, lambda part: _with_field(part, change.field, change.new)
        )
        # If a resource type has another base schema, the old schema may disappear and a new one
        # appear.
        gone = {change.old[0]} if change.field == "schema" else set()
        return _with_schemas(found, change.schemas, gone)
    if change.new is None:
        found = _update(app, change.address[:-1], lambda part: _without(part, what, key))
        return _with_schemas(found, change.schemas, {schema.key for schema in change.schemas})
    found = _update(
        app, change.address[:-1], lambda part: _with_part(part, change.new, change.index)
    )
    return _with_schemas(found, change.schemas, set())


def _update(part: Part, address: Address, edit: Callable[[Part], Part]) -> Part:
    """Apply an edit to the part at an address."""
    if not address:
        return edit(part)
    (what, key), rest = address[0], address[1:]
    parts = tuple(
        _update(child, rest, edit) if child.key == key else child for child in part.children[what]
    )
    return _with_children(part, what, parts)


def _with_children(part: Part, what: str, parts: tuple[Part, ...]) -> Part:
    children: Mapping[str, tuple[Part, ...]] = {**part.children, what: parts}
    return replace(part, children=children)


def _with_field(part: Part, field: str, value: object) -> Part:
    return replace(part, fields={**part.fields, field: value})


def _without(part: Part, what: str, key: str) -> Part:
    return _with_children(
        part, what, tuple(child for child in part.children[what] if child.key != key)
    )


def _with_part(part: Part, new: Part, index: int) -> Part:
    parts = part.children.get(new.what, ())
    return _with_children(part, new.what, (*parts[:index], new, *parts[index:]))


def _reordered(part: Part, what: str, order: tuple[str, ...]) -> Part:
    by_key = {child.key: child for child in part.children[what]}
    return _with_children(part, what, tuple(by_key[key] for key in order))


def _with_schemas(app: Part, schemas: tuple[Part, ...], gone: set[str]) -> Part:
    kept = {part.key: part for part in app.children["schema"]}
    for schema in schemas:
        if schema.key in gone:
            kept.pop(schema.key, None)
        else:
            kept[schema.key] = schema
    return _with_children(app, "schema", tuple(sorted(kept.values(), key=lambda part: part.key)))

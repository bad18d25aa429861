"""The values of a multi-valued attribute (RFC 7643 section 2.4): which two are the same, and which one is primary."""

from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..messages.errors import invalid_value
from ..schema.attributes import Attribute
from ..schema.folding import fold, fold_document
from ..schema.values import is_primary

_DESCRIBING = frozenset({"primary", "display", "$ref"})
"""Sub-attributes that tell of a value, and do not make it another one."""


def elements(holder: Document, attribute: Attribute) -> list[Any]:
    """The values that are there, of an attribute with several or with one."""
    held = holder.get(attribute.name)
    if held is None:
        return []
    return held if is_array(held) else [held]


def add_values(attribute: Attribute, held: list[Any], items: Any) -> None:
    """Add values that are not there yet (RFC 7644 section 3.5.2.1); one that is takes what the new one adds to it."""
    index = {_identity(attribute, item): item for item in held}
    for item in items if is_array(items) else [items]:
        same = index.get(_identity(attribute, item))
        if same is None:
            index[_identity(attribute, item)] = item
            held.append(item)
        elif is_object(same):
            same.update(
                {
                    name: part
                    for name, part in item.items()
                    if name in _DESCRIBING or name not in same
                }
            )


def _identity(attribute: Attribute, item: Any) -> Any:
    """What makes two values the same: all but what describes them; of a link the value alone."""
    if not is_object(item):
        return fold(attribute, item)
    folded = folded_value(attribute, item)
    if attribute.link and "value" in folded:
        return folded["value"]
    return tuple(
        sorted((name, str(part)) for name, part in folded.items() if name not in _DESCRIBING)
    )


def folded_value(attribute: Attribute, item: Any) -> Document:
    """One value as it compares; a simple one under its attribute's name."""
    if is_object(item):
        return fold_document(attribute.sub_attributes, item)
    return {attribute.name.lower(): fold(attribute, item)}


def names_by_value(given: Document) -> bool:
    """Whether what a `remove` gives names a value by its `value`; else it is named by all that is given."""
    return "value" in given and "type" not in given


def includes(item: Document, given: Document) -> bool:
    """Whether a folded value has all that is given of it, but for what only describes it."""
    return all(item.get(name) == part for name, part in given.items() if name not in _DESCRIBING)


def settle_primary(attribute: Attribute, items: Any, before: list[Any]) -> None:
    """Only one value is primary: the one that this operation made so (RFC 7644 section 3.5.2)."""
    if not is_array(items):
        return
    primaries = [item for item in items if is_primary(item)]
    if len(primaries) < 2:
        return
    made = [item for item in primaries if not any(item is old for old in before)]
    if len(made) > 1:
        raise invalid_value(f"Only one of the {attribute} may be primary (RFC 7643 section 2.4).")
    for item in primaries:
        if made and item is not made[0]:
            item["primary"] = False

"""The values of a multi-valued attribute (RFC 7643 section 2.4): equality and the primary value."""

from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..messages.errors import invalid_value
from ..schema.attributes import Attribute
from ..schema.folding import fold, fold_document
from ..schema.values import is_primary

_DESCRIBING = frozenset({"primary", "display", "$ref"})
"""Sub-attributes that describe a value. Two values that differ only here are the same value."""


def elements(holder: Document, attribute: Attribute) -> list[Any]:
    """Return the present values of an attribute, which can be single-valued or multi-valued."""
    held = holder.get(attribute.name)
    if held is None:
        return []
    return held if is_array(held) else [held]


def add_values(attribute: Attribute, held: list[Any], items: Any) -> None:
    """Add the values that are not present yet (RFC 7644 section 3.5.2.1).

    A value that is present gets the new sub-attributes, and those that describe it.

    Args:
        attribute: the multi-valued attribute.
        held: its present values; changed in place.
        items: one canonical value, or a list of them.
    """
    index = {_identity(attribute, item): item for item in held}
    for item in items if is_array(items) else [items]:
        same = index.get(_identity(attribute, item))
        if same is None:
            index[_identity(attribute, item)] = item
            held.append(item)
        elif is_object(same):
            _update(same, item)


def _update(held: Document, item: Document) -> None:
    for name, part in item.items():
        if name in _DESCRIBING or name not in held:
            held[name] = part


def _identity(attribute: Attribute, item: Any) -> Any:
    """Return a key that two values share if they are the same value.

    For a link it is `value`. Otherwise it is every sub-attribute that does not describe the value.
    """
    if not is_object(item):
        return fold(attribute, item)
    folded = folded_value(attribute, item)
    if attribute.link and "value" in folded:
        return folded["value"]
    parts = [(name, str(part)) for name, part in folded.items() if name not in _DESCRIBING]
    return tuple(sorted(parts))


def folded_value(attribute: Attribute, item: Any) -> Document:
    """Return a value as folded sub-attributes; a simple value gets its attribute's name."""
    if is_object(item):
        return fold_document(attribute.sub_attributes, item)
    return {attribute.name.lower(): fold(attribute, item)}


def names_by_value(given: Document) -> bool:
    """Return whether a value in a `remove` is compared by its `value` alone.

    Otherwise every given sub-attribute is compared, see `includes`.
    """
    return "value" in given and "type" not in given


def includes(item: Document, given: Document) -> bool:
    """Return whether a folded value has every given sub-attribute that does not describe it."""
    return all(item.get(name) == part for name, part in given.items() if name not in _DESCRIBING)


def settle_primary(attribute: Attribute, items: Any, before: list[Any]) -> None:
    """Leave one primary value: the one that this operation made primary (RFC 7644 section 3.5.2).

    Args:
        attribute: the attribute, for the error message.
        items: its values after the operation; changed in place.
        before: the values that were primary before the operation.

    Raises:
        ScimError: 400 invalidValue if the operation made several values primary.
    """
    if not is_array(items):
        return
    primaries = [item for item in items if is_primary(item)]
    if len(primaries) < 2:
        return
    # By identity: the operation has changed values in place.
    ids_before = {id(item) for item in before}
    made = [item for item in primaries if id(item) not in ids_before]
    if len(made) > 1:
        raise invalid_value(f"Only one value of {attribute} may be primary (RFC 7643 section 2.4).")
    for item in primaries:
        if made and item is not made[0]:
            item["primary"] = False

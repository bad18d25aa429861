"""The values of a multi-valued attribute (RFC 7643 section 2.4): equality and the primary value."""

from typing import Any

from ..messages.documents import Document, dump, is_array, is_object
from ..messages.errors import invalid_value
from ..schema.attributes import Attribute
from ..schema.folding import fold, fold_document
from ..schema.keeping import DESCRIBING, immutable
from ..schema.values import is_primary


def elements(holder: Document, attribute: Attribute) -> list[Any]:
    """Return the present values of an attribute, which can be single-valued or multi-valued."""
    held = holder.get(attribute.name)
    if held is None:
        return []
    return held if is_array(held) else [held]


def add_values(attribute: Attribute, held: list[Any], items: Any) -> None:
    """Add the values that are not present yet (RFC 7644 section 3.5.2.1).

    A value that is present gets the new sub-attributes, those that describe it, and the secrets.

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
            _update(attribute, same, item)


def _update(attribute: Attribute, held: Document, item: Document) -> None:
    for name, part in item.items():
        sub_attribute = attribute.sub_attributes[name.lower()]
        if name not in held or name in DESCRIBING:
            held[name] = part
        elif sub_attribute.secret and sub_attribute.scim.mutability == "immutable":
            raise immutable(sub_attribute)
        elif sub_attribute.secret:
            held[name] = part


def _identity(attribute: Attribute, item: Any) -> Any:
    """Return a key that two values share if they are the same value.

    For a link it is `value`. Otherwise it is every readable sub-attribute that does not describe
    the value. A value without such parts is identified by its other readable parts, and one of
    secrets alone by its secrets.
    """
    if not is_object(item):
        return fold(attribute, item)
    folded = folded_value(attribute, item)
    if attribute.link and "value" in folded:
        return folded["value"]
    parts = [(name, str(part)) for name, part in _identifying(folded).items()]
    return tuple(sorted(parts)) if parts else dump(item)


def _identifying(folded: Document) -> Document:
    """Return the parts of a folded value that identify it: all, if all of them describe it."""
    parts = {name: part for name, part in folded.items() if name not in DESCRIBING}
    return parts or folded


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
    """Return whether a folded value has the given sub-attributes, see `_identity`."""
    return all(item.get(name) == part for name, part in _identifying(given).items())


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

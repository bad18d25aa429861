"""Parts of a resource that a client cannot read or write, and that a PUT or `replace` must keep.

A client that writes back what it has read must not remove what the responses leave out: hidden
attributes (see `Attribute.hidden`), and what only the service provider writes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ..messages.documents import Document, dump, is_array, is_object
from ..messages.errors import ScimError, bad_request
from .attributes import Attribute

DESCRIBING = frozenset({"primary", "display", "$ref"})
"""Sub-attributes that describe a value. Two values that differ only here are the same value."""


def keep(attributes: Iterable[Attribute], old: Document, new: Document) -> Document:
    """Add to the new document what it must keep of the old one, and return it.

    Args:
        attributes: those of both documents.
        old: the stored document.
        new: the document that a client has sent; changed in place.

    Raises:
        ScimError: 400 mutability if the client has sent a secret that is immutable and set.
    """
    for attribute in attributes:
        held, given = old.get(attribute.name), new.get(attribute.name)
        if held is None:
            continue
        if attribute.scim.mutability == "immutable" and gives_secret(attribute, given):
            raise immutable(attribute)
        if is_object(held):
            parts: Document = given if is_object(given) else {}
            parts = keep(attribute.sub_attributes.values(), held, parts)
            if parts:
                new[attribute.name] = parts
            continue
        is_kept = attribute.hidden or attribute.scim.mutability in ("readOnly", "immutable")
        if given is None and is_kept:
            new[attribute.name] = held
        elif is_array(held) and attribute.sub_attributes:
            values = keep_in_values(attribute, held, given if is_array(given) else [])
            if values:
                new[attribute.name] = values
    return new


def keep_in_values(attribute: Attribute, held: list[Any], given: list[Any]) -> list[Any]:
    """Return the given values with the parts that they must keep of the present ones.

    A value keeps these parts if its other parts are the same, or differ only where they describe
    it. Present values without other parts are kept as well, unless the client sends such values.

    Args:
        attribute: a multi-valued complex attribute.
        held: its present values.
        given: the values that replace them.

    Raises:
        ScimError: 400 mutability if a given value has a secret that is immutable and set.
    """
    names = _kept_parts(attribute)
    if not names:
        return given
    left = _Present(held, names, {_key(item, names) for item in given})
    values: list[Any] = []
    for item in given:
        found = left.like(item)
        if found and any(name in item for name in names):
            values.append(keep_parts(attribute, found[0], item))
        elif found:
            values += [keep_parts(attribute, one, dict(item)) for one in found]
        else:
            values.append(item)
    if not any(_key(item, names) == _NO_PARTS for item in given):
        values += [item for item in held if _key(item, names) == _NO_PARTS]
    return values


def keep_parts(attribute: Attribute, held: Document, given: Document) -> Document:
    """Add to one value of a complex attribute the hidden and readOnly parts of another one.

    Args:
        attribute: the complex attribute.
        held: the present value.
        given: the value that replaces it; changed in place.

    Raises:
        ScimError: 400 mutability if the given value has a secret that is immutable and set.
    """
    for name in _kept_parts(attribute):
        if name not in held:
            continue
        part = attribute.sub_attributes[name.lower()]
        if name in given and part.secret and part.scim.mutability == "immutable":
            raise immutable(part)
        given.setdefault(name, held[name])
    return given


def gives_secret(attribute: Attribute, value: Any) -> bool:
    """Return whether a canonical value of an attribute has anything that is never returned."""
    if value is None or attribute.secret:
        return value is not None
    items: list[Any] = value if is_array(value) else [value]
    for item in filter(is_object, items):
        for sub in attribute.sub_attributes.values():
            if gives_secret(sub, item.get(sub.name)):
                return True
    return False


def is_readable(attribute: Attribute, value: Any) -> bool:
    """Return whether a client can read anything of the value of an attribute or extension."""
    if is_array(value):
        return any(is_readable(attribute, item) for item in value)
    if not is_object(value):
        return not attribute.secret
    for name, part in value.items():
        sub = attribute.sub_attribute(name)
        if sub is not None and is_readable(sub, part):
            return True
    return False


def immutable(attribute: Attribute) -> ScimError:
    """Return the error 400 for a change of an immutable attribute (RFC 7643 section 7)."""
    return bad_request("mutability", f"{attribute} is immutable and has a value already.")


class _Present:
    """Finds present values by the parts that a client can read and write.

    Args:
        held: the present values.
        names: the other parts, see `_kept_parts`.
        exact: the keys of the given values. A present value with such a key belongs to it.
    """

    def __init__(self, held: list[Any], names: frozenset[str], exact: set[bytes]) -> None:
        self._names = names
        self._all_names = names | DESCRIBING
        self._exact: dict[bytes, list[Document]] = {}
        self._similar: dict[bytes, list[Document]] = {}
        for item in held:
            key = _key(item, names)
            if key in exact:
                self._exact.setdefault(key, []).append(item)
            else:
                self._similar.setdefault(_key(item, self._all_names), []).append(item)

    def like(self, item: Document) -> list[Document]:
        """Return the present values that a given value replaces."""
        key = _key(item, self._names)
        if key == _NO_PARTS:
            return []
        found = self._exact.get(key)
        if found:
            return found
        similar = _key(item, self._all_names)
        return [] if similar == _NO_PARTS else self._similar.pop(similar, [])


def _kept_parts(attribute: Attribute) -> frozenset[str]:
    """Return the names of the sub-attributes that a client may be unable to read or write."""
    parts = attribute.sub_attributes.values()
    return frozenset(one.name for one in parts if one.hidden or one.scim.mutability == "readOnly")


def _key(item: Mapping[str, Any], names: frozenset[str]) -> bytes:
    """Return the parts of a value without those of these names, as a key for comparisons."""
    return dump(sorted((name, part) for name, part in item.items() if name not in names))


_NO_PARTS = _key({}, frozenset())

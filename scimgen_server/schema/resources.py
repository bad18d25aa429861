"""Reads resources that clients send with POST and PUT, and checks them.

Mutability decides what a client may write (RFC 7643 section 7). `complete` checks the result of any
write: required attributes, extensions and `schemas`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..messages.errors import invalid_value
from .attributes import Attribute, Tree
from .keeping import immutable, is_readable, keep
from .values import Reader


def read_resource(tree: Tree, payload: Document, reader: Reader) -> Document:
    """Read the resource of a POST, and add default values (RFC 7644 section 3.3).

    readOnly attributes are ignored.

    Raises:
        ScimError: 400 for wrong `schemas` or a wrong value.
    """
    document = _read(tree, payload, reader)
    for attribute in tree.defaults:
        document.setdefault(attribute.name, attribute.default)
    return document


def replace_resource(tree: Tree, old: Document, payload: Document, reader: Reader) -> Document:
    """Read the resource of a PUT, and keep some attributes of the old one (RFC 7644 section 3.5.1).

    readOnly and immutable attributes keep their values. So do hidden attributes that the request
    leaves out: a client that writes back what it has read must not remove a value that it cannot
    read.

    Args:
        tree: the attributes of the resource type.
        old: the stored document.
        payload: the body of the request.
        reader: reads the values.

    Raises:
        ScimError: as with `read_resource`.
    """
    return keep(tree.children(), old, read_resource(tree, payload, reader))


def _read(tree: Tree, payload: Document, reader: Reader) -> Document:
    _check_schemas(tree, payload, reader)
    known = {name: value for name, value in payload.items() if name.lower() != "schemas"}
    return reader.members(tree.children_by_name, known, "")


def _check_schemas(tree: Tree, payload: Document, reader: Reader) -> None:
    """Refuse the `schemas` of another resource type. Entra leaves out the URNs of extensions."""
    schemas = next((value for name, value in payload.items() if name.lower() == "schemas"), None)
    if schemas is None:
        if reader.strict:
            raise invalid_value(f"schemas is missing; it must contain {tree.urn}.")
        return
    if not is_array(schemas) or not all(isinstance(urn, str) for urn in schemas):
        raise invalid_value("schemas must be a list of URNs.")
    if tree.urn.lower() not in [urn.lower() for urn in schemas]:
        raise invalid_value(f"schemas must contain {tree.urn}, the schema of a {tree.name}.")
    for urn in schemas:
        if urn.lower() != tree.urn.lower() and urn.lower() not in tree.extensions:
            reader.unknown(urn)


def complete(tree: Tree, document: Document) -> Document:
    """Check a resource before it is stored, and return it with its attributes in schema order.

    `schemas` is set to the base schema and the present extensions.

    Raises:
        ScimError: 400 invalidValue if a required attribute or extension is missing.
    """
    _require(tree.required_parts, document)
    for urn in tree.resource_type.required_extensions:
        if tree.extensions[urn.lower()].name not in document:
            raise invalid_value(f"A {tree.name} needs the extension {urn}.")
    _check_type(tree, document)
    if tree.resource_type.kind == "user":
        # See `is_stored`.
        document.pop("password", None)
    if tree.counted:
        document.pop(tree.counted.name, None)
    # An extension of secrets alone is not listed: `schemas` would show that one of them is set.
    used = [
        extension.name
        for extension in tree.extensions.values()
        if extension.name in document and is_readable(extension, document[extension.name])
    ]
    document["schemas"] = [tree.urn, *used]
    return {
        attribute.name: document[attribute.name]
        for attribute in tree.children()
        if attribute.name in document
    }


def is_stored(tree: Tree, attribute: Attribute) -> bool:
    """Return whether the values of an attribute are stored.

    A user's password is not: it is a placeholder from Okta, or a secret in plain text.
    """
    return tree.resource_type.kind != "user" or attribute.key != "password"


def carry_over(attributes: Mapping[str, Attribute], old: Document, new: Document) -> Document:
    """Copy members without an attribute from the old document to the new one.

    They were stored when an earlier description had such an attribute. Clients do not see them.

    Args:
        attributes: the attributes of today, by their names in lower case.
        old: the stored document.
        new: the document that replaces it; it is not changed.

    Returns:
        A document with the copied members, or `new` itself if there are none.
    """
    carried = new
    for name, value in old.items():
        attribute = attributes.get(name.lower())
        if attribute is None:
            carried = {name: value} | carried
        elif attribute.sub_attributes and is_object(value) and is_object(new.get(name)):
            inside = carry_over(attribute.sub_attributes, value, new[name])
            carried = carried if inside is new[name] else carried | {name: inside}
    return carried


def _require(required: Iterable[Attribute], document: Document) -> None:
    """Check that a document has its required attributes, see `Tree.required_parts`."""
    for attribute in required:
        value = document.get(attribute.name)
        if value is None:
            if attribute.scim.required and not attribute.read_only:
                raise invalid_value(f"{attribute} is required.")
        elif attribute.required_parts:
            items: list[Any] = value if is_array(value) else [value]
            for item in items:
                _require(attribute.required_parts, item)


def _check_type(tree: Tree, document: Document) -> None:
    """Set `type` of an Okta entitlement to the name of its resource type, or check it.

    A grant of a user identifies the resource type of its entitlement by it.
    """
    kind, dialect = tree.resource_type.kind, tree.resource_type.dialect
    attribute = tree.attributes.get("type")
    if kind != "entitlement" or dialect != "okta" or attribute is None:
        return
    if document.setdefault("type", tree.name) != tree.name:
        raise invalid_value(
            f"The type of a {tree.name} must be {tree.name!r}, not {document['type']!r}."
        )


def check_immutable(attributes: Iterable[Attribute], old: Document, new: Document) -> None:
    """Check that no immutable attribute with a value changes (RFC 7643 section 7).

    Raises:
        ScimError: 400 mutability.
    """
    for attribute in attributes:
        held, given = old.get(attribute.name), new.get(attribute.name)
        if held is None or attribute.link:
            continue
        if attribute.scim.mutability == "immutable" and held != given:
            raise immutable(attribute)
        if is_object(held) and is_object(given):
            check_immutable(attribute.sub_attributes.values(), held, given)

"""Resources as clients write them: POST and PUT by mutability, required attributes, `schemas` kept true."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..messages.documents import Document, dump, is_array, is_object
from ..messages.errors import bad_request, invalid_value
from .attributes import Attribute, Tree
from .values import Reader


def read_resource(tree: Tree, payload: Document, reader: Reader) -> Document:
    """A resource as POST sends it (RFC 7644 section 3.3), with its defaults; readOnly attributes are ignored."""
    document = _read(tree, payload, reader)
    for attribute in tree.defaults:
        document.setdefault(attribute.name, attribute.default)
    return document


def replace_resource(tree: Tree, old: Document, payload: Document, reader: Reader) -> Document:
    """A resource as PUT leaves it (RFC 7644 section 3.5.1).

    readOnly attributes stay, immutable ones stay and may be set once, and what a GET does not return is kept where the
    request leaves it out: a client that writes back what it has read must not wipe a secret that it cannot see.
    """
    return _kept(tree.children(), old, read_resource(tree, payload, reader))


def _read(tree: Tree, payload: Document, reader: Reader) -> Document:
    _check_schemas(tree, payload, reader)
    known = {name: value for name, value in payload.items() if name.lower() != "schemas"}
    return reader.members(tree.readable, known, "")


def _check_schemas(tree: Tree, payload: Document, reader: Reader) -> None:
    """A client must not mistake the endpoint; the URNs of extensions may be missing, Entra leaves them out."""
    schemas = next((value for name, value in payload.items() if name.lower() == "schemas"), None)
    if schemas is None:
        if reader.strict:
            raise invalid_value(f"schemas is missing; it names {tree.urn}.")
        return
    if not is_array(schemas) or not all(isinstance(urn, str) for urn in schemas):
        raise invalid_value("schemas must be a list of URNs.")
    if tree.urn.lower() not in [urn.lower() for urn in schemas]:
        raise invalid_value(f"schemas must name {tree.urn}: that is the schema of a {tree.name}.")
    for urn in schemas:
        if urn.lower() != tree.urn.lower() and urn.lower() not in tree.extensions:
            reader.unknown(urn)


def _kept(attributes: Iterable[Attribute], old: Document, new: Document) -> Document:
    for attribute in attributes:
        held, given = old.get(attribute.name), new.get(attribute.name)
        if held is None:
            continue
        if is_object(held):
            given = _kept(
                attribute.sub_attributes.values(), held, given if is_object(given) else {}
            )
            if given:
                new[attribute.name] = given
            continue
        if given is None and (
            attribute.hidden or attribute.scim.mutability in ("readOnly", "immutable")
        ):
            new[attribute.name] = held
        elif is_array(held) and is_array(given):
            _keep_in_values(attribute, held, given)
    return new


def _keep_in_values(attribute: Attribute, held: list[Any], given: list[Any]) -> None:
    """Hidden and readOnly parts of a value outlive a PUT that sends the rest of it back."""
    unseen = [
        sub.name
        for sub in attribute.sub_attributes.values()
        if sub.hidden or sub.scim.mutability == "readOnly"
    ]
    if not unseen:
        return
    before = {
        _seen(item, unseen): item for item in reversed(held)
    }  # of two that look alike, the first
    for item in given:
        old = before.get(_seen(item, unseen), {})
        item.update({name: old[name] for name in unseen if name in old and name not in item})


def _seen(item: Document, unseen: list[str]) -> bytes:
    return dump(sorted((name, part) for name, part in item.items() if name not in unseen))


def complete(tree: Tree, document: Document) -> Document:
    """Check what must be there, bring `schemas` up to date and the attributes into their schema's order."""
    _require(tree.demanding, document)
    for urn in tree.resource_type.required_extensions:
        if tree.extensions[urn.lower()].name not in document:
            raise invalid_value(f"A {tree.name} needs the extension {urn}.")
    _check_type(tree, document)
    if tree.resource_type.kind == "user":
        document.pop("password", None)  # see `is_stored`
    if tree.counted:
        document.pop(tree.counted.name, None)
    used = [extension.name for extension in tree.extensions.values() if extension.name in document]
    document["schemas"] = [tree.urn, *used]
    return {
        attribute.name: document[attribute.name]
        for attribute in tree.children()
        if attribute.name in document
    }


def is_stored(tree: Tree, attribute: Attribute) -> bool:
    """Whether values are stored: a user's password, a placeholder of Okta's or else a secret in clear, is not."""
    return tree.resource_type.kind != "user" or attribute.key != "password"


def carry_over(attributes: Mapping[str, Attribute], old: Document, new: Document) -> Document:
    """What an earlier description had and today's does not know stays with the resource, out of clients' sight.

    It is the new document itself that comes back where there is nothing of the kind.
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


def _require(demanding: Iterable[Attribute], document: Document) -> None:
    for attribute in demanding:
        value = document.get(attribute.name)
        if value is None:
            if attribute.scim.required and not attribute.read_only:
                raise invalid_value(f"{attribute} is required.")
        elif attribute.demanding:
            for item in value if is_array(value) else [value]:
                _require(attribute.demanding, item)


def _check_type(tree: Tree, document: Document) -> None:
    """An Okta entitlement's `type` is the name of its resource type; grants are told apart by it."""
    kind, dialect = tree.resource_type.kind, tree.resource_type.dialect
    attribute = tree.attributes.get("type")
    if kind != "entitlement" or dialect != "okta" or attribute is None:
        return
    if document.setdefault("type", tree.name) != tree.name:
        raise invalid_value(
            f"The type of a {tree.name} is {tree.name!r}, not {document['type']!r}."
        )


def check_immutable(attributes: Iterable[Attribute], old: Document, new: Document) -> None:
    """An immutable attribute may be set once, never changed (RFC 7643 section 7)."""
    for attribute in attributes:
        held, given = old.get(attribute.name), new.get(attribute.name)
        if held is None or attribute.link:
            continue
        if attribute.scim.mutability == "immutable" and held != given:
            raise bad_request("mutability", f"{attribute} is immutable and has a value already.")
        if is_object(held) and is_object(given):
            check_immutable(attribute.sub_attributes.values(), held, given)

"""Projection: the attributes that a response contains (RFC 7644 section 3.9)."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from ..messages.documents import Document, is_array, is_object
from .attributes import Attribute, Link, Tree


class Projection:
    """The attributes of one resource type that the response to one request contains.

    Args:
        tree: the attributes of the resource type.
        attributes: the value of `attributes`; if it is not empty, only these and those with
            `returned: always` are returned. Unknown names are ignored.
        excluded: the value of `excludedAttributes`.
        written: the attributes with `returned: request` that this request wrote. They are returned
            (RFC 7643 section 7).
    """

    def __init__(
        self,
        tree: Tree,
        attributes: Collection[str] = (),
        excluded: Collection[str] = (),
        written: Collection[Attribute] = (),
    ) -> None:
        self.tree = tree
        self.wanted = frozenset(filter(None, map(tree.find, attributes)))
        self.excluded = frozenset(filter(None, map(tree.find, excluded)))
        self.named = bool(attributes)
        self.requested = self.wanted | frozenset(written)

    @cached_property
    def is_default(self) -> bool:
        """Whether the response has the default attributes, so that stored bytes can be sent."""
        return not (self.named or self.excluded or self.requested)

    @cached_property
    def links(self) -> Sequence[Link]:
        """The kinds of links that the response contains."""
        return [one.link for one in self.tree.links if one.link and self.returns(one)]

    def returns(self, attribute: Attribute) -> bool:
        """Return whether the response contains an attribute of the root of a resource."""
        return self._returned(attribute, inherited=not self.named)

    def apply(self, document: Document) -> Document:
        """Return the part of a complete document that the response contains."""
        return self._apply(self.tree.children(), document, inherited=not self.named)

    def _apply(
        self, attributes: Iterable[Attribute], document: Document, *, inherited: bool
    ) -> Document:
        view: Document = {}
        for attribute in attributes:
            value = document.get(attribute.name)
            if value is None or not self._returned(attribute, inherited=inherited):
                continue
            if attribute.sub_attributes:
                value = self._parts(
                    attribute, value, inherited=self._inherits(attribute, inherited)
                )
            if value not in ({}, []):
                view[attribute.name] = value
        return view

    def _inherits(self, attribute: Attribute, inherited: bool) -> bool:
        """Return whether the sub-attributes of a complex attribute are returned by default."""
        if self._some_wanted(attribute):
            return False
        if attribute.scim.returned == "always":
            return True
        return attribute not in self.excluded and (inherited or attribute in self.wanted)

    def _parts(self, attribute: Attribute, value: object, *, inherited: bool) -> object:
        parts = attribute.sub_attributes.values()
        if is_array(value):
            items = [self._apply(parts, item, inherited=inherited) for item in value]
            return [item for item in items if item]
        return self._apply(parts, value, inherited=inherited) if is_object(value) else value

    def _returned(self, attribute: Attribute, *, inherited: bool) -> bool:
        """Return whether the response contains an attribute.

        Args:
            attribute: at the root, or a sub-attribute.
            inherited: whether the response contains the parent with all its default parts.
        """
        if attribute.secret:
            return False
        parent = attribute.parent
        if attribute.scim.returned == "always":
            return inherited or parent is None or parent.extension or self._some_wanted(parent)
        # The response contains such parts. The other parts of the extension are decided one by one.
        if attribute.extension and any(
            one.scim.returned == "always" for one in attribute.sub_attributes.values()
        ):
            return True
        if attribute in self.excluded:
            return False
        if attribute in self.requested or self._some_wanted(attribute):
            return True
        return inherited and attribute.scim.returned != "request"

    def _some_wanted(self, attribute: Attribute) -> bool:
        """Return whether the request names a sub-attribute of the attribute."""
        return any(
            sub in self.wanted or self._some_wanted(sub)
            for sub in attribute.sub_attributes.values()
        )

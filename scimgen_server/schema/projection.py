"""What of a resource is returned: `attributes`, `excludedAttributes` and `returned` (RFC 7644 section 3.9)."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from ..messages.documents import Document, is_array, is_object
from .attributes import Attribute, Link, Tree


class Projection:
    """The wishes of one request about one resource type; unknown names are no wishes.

    Args:
        attributes: the only attributes wanted, if any are named.
        excluded: attributes that are not wanted.
        written: attributes that are `returned: request` and that this request wrote (RFC 7643 section 7).
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
        """Whether the stored bytes can go out as they are."""
        return not (self.named or self.excluded or self.requested)

    @cached_property
    def links(self) -> Sequence[Link]:
        """The links that have to be read."""
        return [one.link for one in self.tree.links if one.link and self.returns(one)]

    def returns(self, attribute: Attribute) -> bool:
        """Whether an attribute at the root of a resource is returned."""
        return self._returned(attribute, inherited=not self.named)

    def apply(self, document: Document) -> Document:
        """The part of the whole document that the client gets."""
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
                whole = attribute not in self.excluded and (inherited or attribute in self.wanted)
                inside = whole or attribute.scim.returned == "always"
                value = self._parts(
                    attribute, value, inherited=inside and not self._some_wanted(attribute)
                )
            if value not in ({}, []):
                view[attribute.name] = value
        return view

    def _parts(self, attribute: Attribute, value: object, *, inherited: bool) -> object:
        parts = attribute.sub_attributes.values()
        if is_array(value):
            items = [self._apply(parts, item, inherited=inherited) for item in value]
            return [item for item in items if item]
        return self._apply(parts, value, inherited=inherited) if is_object(value) else value

    def _returned(self, attribute: Attribute, *, inherited: bool) -> bool:
        """Whether an attribute is returned; `inherited` says whether what it stands in is returned as a whole."""
        if attribute.secret:
            return False
        parent = attribute.parent
        if attribute.scim.returned == "always":
            return inherited or parent is None or parent.extension or self._some_wanted(parent)
        if attribute.extension and any(
            one.scim.returned == "always" for one in attribute.sub_attributes.values()
        ):
            return True  # with nothing else in it, if nothing else is wanted
        if attribute in self.excluded:
            return False
        if attribute in self.requested or self._some_wanted(attribute):
            return True
        return inherited and attribute.scim.returned != "request"

    def _some_wanted(self, attribute: Attribute) -> bool:
        return any(
            sub in self.wanted or self._some_wanted(sub)
            for sub in attribute.sub_attributes.values()
        )

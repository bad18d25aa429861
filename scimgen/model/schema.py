"""A schema: its URN and its attributes (RFC 7643 section 7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scimgen.model.attribute import Attribute
from scimgen.place import Place, Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """One schema.

    Its `id` is a URN. URNs are compared without regard to case (RFC 7644 section 3.10).
    """

    id: str
    name: str = ""
    description: str = ""
    attributes: tuple[Attribute, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute with a name, compared without regard to case (RFC 7643 section 2.1)."""
        folded = name.lower()
        return next(
            (attribute for attribute in self.attributes if attribute.name.lower() == folded), None
        )

    def walk(self) -> Iterator[Attribute]:
        """Iterate over every attribute and sub-attribute, in order."""
        for attribute in self.attributes:
            yield from attribute.walk()

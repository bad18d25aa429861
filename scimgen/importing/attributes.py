"""Write attributes in the shortest form of the language.

If the type is enough, only its name is written.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from scimgen.importing.read_attribute import LONGEST_NAME
from scimgen.model import Attribute, AttributeType
from scimgen.model.characteristics import CHARACTERISTICS, REFERENCE_TYPES
from scimgen.source import pointer_step

Form = str | dict[str, Any]


class AttributeWriter:
    """Writes attributes.

    Args:
        types: The names of the resource types that a reference may point to.
        add_comment: Adds a comment at a JSON pointer.
    """

    def __init__(self, types: Collection[str], add_comment: Callable[[str, str], None]) -> None:
        self.types = types
        self.add_comment = add_comment

    def write(self, attributes: Iterable[Attribute], pointer: str) -> dict[str, Form]:
        """Write the content of the key `attributes` in the mapping at a pointer."""
        at = pointer_step(pointer, "attributes")
        forms = {}
        for attribute in attributes:
            if len(attribute.name) <= LONGEST_NAME and attribute.name != "<<":
                forms[attribute.name] = self._form(attribute, pointer_step(at, attribute.name))
        return forms

    def _form(self, attribute: Attribute, pointer: str) -> Form:
        more: dict[str, Any] = {}
        for entry in CHARACTERISTICS:
            value = entry.of(attribute)
            if entry is REFERENCE_TYPES:
                more |= self._references(attribute, pointer)
            elif value != entry.default_in_language(attribute.type, attribute.mutability):
                more[entry.key] = entry.to_json(value)
        if attribute.sub_attributes:
            more["attributes"] = self.write(attribute.sub_attributes, pointer)
        if not more:
            return str(attribute.type)
        return (
            more
            if attribute.type is AttributeType.STRING
            else {"type": str(attribute.type), **more}
        )

    def _references(self, attribute: Attribute, pointer: str) -> dict[str, Any]:
        """Write the reference types that this description has.

        They only apply to attributes of type reference.
        """
        names = attribute.reference_types
        if attribute.type is not AttributeType.REFERENCE:
            return {"referenceTypes": list(names)} if names else {}
        known = [name for name in names if name in self.types or name in ("external", "uri")]
        gone = [name for name in names if name not in known]
        if gone:
            why = "no such resource type in this description"
            self.add_comment(
                pointer, f"referenceTypes without {', '.join(gone)}: {why} (RFC 7643 section 7)"
            )
        return {"referenceTypes": known} if known != ["uri"] else {}

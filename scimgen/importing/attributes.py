"""Attributes in the shortest form of the language: a type's name where that says it all."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from scimgen.importing.read_attribute import LONGEST_NAME
from scimgen.model import Attribute, AttributeType, Mutability, Returned, Uniqueness
from scimgen.source import pointer_step

Form = str | dict[str, Any]

_CASE_EXACT = (AttributeType.REFERENCE, AttributeType.BINARY)


class AttributeWriter:
    """Writes attributes.

    Args:
        types: the names of the resource types that a reference may point to.
        say: takes a comment for a JSON pointer.
    """

    def __init__(self, types: Collection[str], say: Callable[[str, str], None]) -> None:
        self.types = types
        self.say = say

    def write(self, attributes: Iterable[Attribute], pointer: str) -> dict[str, Form]:
        """The content of a key `attributes` of the mapping at a pointer."""
        at = pointer_step(pointer, "attributes")
        forms = {}
        for attribute in attributes:
            if len(attribute.name) <= LONGEST_NAME and attribute.name != "<<":
                forms[attribute.name] = self._form(attribute, pointer_step(at, attribute.name))
        return forms

    def _form(self, attribute: Attribute, pointer: str) -> Form:
        more: dict[str, Any] = {}
        if attribute.description:
            more["description"] = attribute.description
        if attribute.required:
            more["required"] = True
        if attribute.multi_valued:
            more["multiValued"] = True
        if attribute.canonical_values:
            more["canonicalValues"] = list(attribute.canonical_values)
        if attribute.case_exact != (attribute.type in _CASE_EXACT):
            more["caseExact"] = attribute.case_exact
        if attribute.mutability is not Mutability.READ_WRITE:
            more["mutability"] = str(attribute.mutability)
        usual = Returned.NEVER if attribute.mutability is Mutability.WRITE_ONLY else Returned.DEFAULT
        if attribute.returned is not usual:
            more["returned"] = str(attribute.returned)
        if attribute.uniqueness is not Uniqueness.NONE:
            more["uniqueness"] = str(attribute.uniqueness)
        more |= self._references(attribute, pointer)
        if attribute.sub_attributes:
            more["attributes"] = self.write(attribute.sub_attributes, pointer)
        if not more:
            return str(attribute.type)
        return more if attribute.type is AttributeType.STRING else {"type": str(attribute.type), **more}

    def _references(self, attribute: Attribute, pointer: str) -> dict[str, Any]:
        """The reference types that this page has; of an attribute of another type they mean nothing."""
        names = attribute.reference_types
        if attribute.type is not AttributeType.REFERENCE:
            return {"referenceTypes": list(names)} if names else {}
        known = [name for name in names if name in self.types or name in ("external", "uri")]
        gone = [name for name in names if name not in known]
        if gone:
            why = "no resource type of this page"
            self.say(pointer, f"referenceTypes without {', '.join(gone)}: {why} (RFC 7643 section 7)")
        return {"referenceTypes": known} if known != ["uri"] else {}

"""Sets and removes the value of one attribute for an operation of a PATCH."""

from collections.abc import Callable
from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..messages.errors import ScimError, bad_request, invalid_value
from ..schema.attributes import Attribute
from ..schema.keeping import gives_secret, immutable, keep_in_values
from ..schema.values import Reader
from .multi_valued import add_values, folded_value, includes, names_by_value
from .operations import ABSENT

MAX_VALUES = 300_000
"""How many values the operations of one PATCH may read together. This many take a second.

A value that is tested by several comparisons of a value path counts once for each of them.
"""


class ValueWriter:
    """Changes attributes of an object in place: a resource, an extension or a complex value.

    Args:
        reader: reads the values of the operations.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._values_read = 0

    def count_values(self, values: int) -> None:
        """Count the values that an operation reads: many operations on many values are slow.

        Raises:
            ScimError: 413 if the operations of this PATCH have read more than `MAX_VALUES`.
        """
        self._values_read += values
        if self._values_read > MAX_VALUES:
            raise ScimError(
                413,
                "The operations of this PATCH read too many values; send fewer operations at once,"
                " with shorter value paths.",
            )

    def assign(self, holder: Document, attribute: Attribute, op: str, value: Any) -> None:
        """Add or replace one attribute of a resource, an extension or a complex value."""
        if not attribute.multi_valued and is_array(value) and len(value) == 1:
            # Entra sends a manager as a list of one value.
            value = value[0]
        if attribute.type == "complex" and not attribute.multi_valued and is_object(value):
            self.merge(holder.setdefault(attribute.name, {}), attribute, op, value)
            return
        canonical = self.reader.read(attribute, value, single=True)
        if canonical is None:
            # An empty list adds nothing. An empty single value unassigns the attribute.
            if op == "add" and is_array(value):
                return
            self.discard(holder, attribute)
        elif attribute.multi_valued and op == "add" and attribute.scim.mutability != "immutable":
            add_values(attribute, holder.setdefault(attribute.name, []), canonical)
        else:
            held = holder.get(attribute.name)
            kept = canonical
            if is_array(held) and attribute.sub_attributes:
                kept = keep_in_values(attribute, held, canonical)
            self.keep_immutable(holder, attribute, kept, canonical)
            holder[attribute.name] = kept

    def merge(self, element: Document, attribute: Attribute, op: str, value: Document) -> None:
        """Set some sub-attributes and keep the others (RFC 7644 section 3.5.2.3)."""
        for name, item in value.items():
            sub_attribute = attribute.sub_attribute(name)
            if sub_attribute is None:
                self.reader.unknown(f"{attribute}.{name}")
            elif not sub_attribute.read_only:
                self.assign(element, sub_attribute, op, item)

    def discard(self, holder: Document, attribute: Attribute) -> None:
        """Remove an attribute with all its values."""
        self.note_removal(attribute)
        if attribute.name not in holder:
            return
        # RFC 7644 section 3.5.2.2: removing a required attribute is an error.
        if attribute.scim.required:
            raise bad_request("mutability", f"{attribute} is required; it cannot be removed.")
        self.keep_immutable(holder, attribute, None, None)
        del holder[attribute.name]

    def keep_immutable(
        self, holder: Document, attribute: Attribute, value: Any, given: Any
    ) -> None:
        """Refuse to change an immutable attribute that has a value (RFC 7643 section 7).

        A secret is refused even if it is the same one, so that it cannot be guessed.

        Args:
            holder: the object with the attribute.
            attribute: the attribute.
            value: its new value.
            given: the part of the new value that the client has sent.
        """
        held = holder.get(attribute.name)
        if attribute.scim.mutability != "immutable" or held is None:
            return
        if held != value or gives_secret(attribute, given):
            raise immutable(attribute)

    def note_removal(self, attribute: Attribute) -> None:
        """Record that an operation removes secrets, whether there are any or not.

        Raises:
            ScimError: 400 mutability if they are immutable. This does not depend on what is stored.
        """
        if not attribute.has_secrets:
            return
        if attribute.scim.mutability == "immutable":
            raise bad_request("mutability", f"{attribute} is immutable; it cannot be removed.")
        self.reader.secrets.add(attribute)

    def remove(self, holder: Document, attribute: Attribute, value: Any) -> None:
        """Remove an attribute, or only some of its values if the operation has a value.

        The RFC does not define a `remove` with a value. Entra sends it.
        """
        if not attribute.multi_valued or value is ABSENT or value is None or value == "":
            self.discard(holder, attribute)
            return
        items: list[Any] = self.reader.read(attribute, value, single=True) or []
        given = [self._selecting(attribute, item) for item in items]
        values = {one["value"] for one in given if names_by_value(one)}
        others = [one for one in given if not names_by_value(one)]
        self.count_values(len(others) * len(holder.get(attribute.name, [])))

        def is_given(item: Any) -> bool:
            folded = folded_value(attribute, item)
            return folded.get("value") in values or any(includes(folded, one) for one in others)

        self.remove_values(holder, attribute, is_given)

    def _selecting(self, attribute: Attribute, item: Any) -> Document:
        """Return the folded parts of a value that can select values to remove."""
        folded = folded_value(attribute, item)
        # The last value of a required attribute cannot be removed, which would show a right guess.
        if not folded or (attribute.secret and attribute.scim.required):
            raise invalid_value(
                f"This value of {attribute} is never returned, so it cannot select what to remove;"
                " name another part, or remove all values."
            )
        return folded

    def remove_values(
        self, holder: Document, attribute: Attribute, is_removed: Callable[[Any], bool]
    ) -> None:
        """Remove the values for which a function returns True."""
        held: list[Any] = holder.get(attribute.name, [])
        kept = [item for item in held if not is_removed(item)]
        if held and not kept:
            self.discard(holder, attribute)
        elif held:
            holder[attribute.name] = kept

    def read_one(self, attribute: Attribute, value: Any) -> Document:
        """Read one value of a complex attribute, which can be single-valued or multi-valued."""
        canonical: Any = self.reader.read(attribute, [value] if attribute.multi_valued else value)
        one: Document = canonical[0] if is_array(canonical) else canonical or {}
        return one

"""PATCH (RFC 7644 section 3.5.2): operations applied to a copy of the document, all of them or none.

Okta's and Entra's forms are read as what they mean: capitalised operations, several attributes in one path-less value
with dotted, URN-prefixed or value-path keys, `remove` with the values to remove, "" for null.
"""

from collections.abc import Callable
from typing import Any, cast

from ..filters.nodes import Filter, equalities, matches
from ..messages.documents import Document, copied, is_array, is_object
from ..messages.errors import ScimError, bad_request, invalid_value
from ..schema.attributes import Attribute, Tree
from ..schema.values import Reader, is_primary
from .multi_valued import (
    add_values,
    elements,
    folded_value,
    includes,
    names_by_value,
    settle_primary,
)
from .operations import ABSENT, Operation
from .paths import Path, parse_path

MAX_VALUES = 1_000_000
"""How many values the operations of one PATCH may look at: a few seconds' work."""


def apply(tree: Tree, document: Document, operations: list[Operation], reader: Reader) -> Document:
    """The document after the operations; the one given is left as it was."""
    editor = _Editor(tree, copied(document), reader)
    for operation in operations:
        editor.operate(operation)
    return editor.document


class _Editor:
    """Applies operations to one document in place."""

    def __init__(self, tree: Tree, document: Document, reader: Reader) -> None:
        self.tree = tree
        self.document = document
        self.reader = reader
        self._looked_at = 0

    def operate(self, operation: Operation) -> None:
        if operation.path is not None:
            path = parse_path(operation.path, self.tree)
            if path.target.read_only:
                raise bad_request("mutability", f"{path.target} is read-only.")
            self._write(operation.op, path, operation.value)
            return
        for name, value in operation.value.items():
            if self.tree.find(name.partition("[")[0].strip()) is None:
                self.reader.unknown(name)
                continue
            path = parse_path(name, self.tree)
            if not path.target.read_only:  # Okta sends the id along when it renames a group
                self._write(operation.op, path, value)

    def _write(self, op: str, path: Path, value: Any) -> None:
        attribute = path.attribute
        if attribute.name == "schemas":
            return  # it follows from the attributes
        if attribute.extension:
            self._write_extension(op, attribute, value)
            return
        holder = self._holder(attribute)
        held = holder.get(attribute.name)
        self._spend(len(held) if is_array(held) else 1)
        primaries = [item for item in held if is_primary(item)] if is_array(held) else []
        if path.filter is not None:
            self._write_selected(holder, op, path, value)
        elif path.sub_attribute:
            self._write_sub_attribute(holder, op, path, value)
        elif op == "remove":
            self._remove(holder, attribute, value)
        else:
            self._assign(holder, attribute, op, value)
        settle_primary(attribute, holder.get(attribute.name), primaries)
        self._tidy(attribute)

    def _spend(self, values: int) -> None:
        """Every operation looks at the values that are there: many operations on many values have a bound together."""
        self._looked_at += values
        if self._looked_at > MAX_VALUES:
            raise ScimError(
                413,
                "The operations look at too many values together; send fewer of them in one PATCH.",
            )

    def _holder(self, attribute: Attribute) -> Document:
        if attribute.parent is None:
            return self.document
        holder: Document = self.document.setdefault(attribute.parent.name, {})
        return holder

    def _tidy(self, attribute: Attribute) -> None:
        """Nothing empty stays behind: unassigned is one state (RFC 7643 section 2.5)."""
        holder = self._holder(attribute)
        if holder.get(attribute.name) in ([], {}):
            del holder[attribute.name]
        if attribute.parent and not holder:
            del self.document[attribute.parent.name]

    def _write_extension(self, op: str, extension: Attribute, value: Any) -> None:
        if op == "remove" or value is None or value == "":
            for attribute in extension.sub_attributes.values():
                if not attribute.read_only:
                    self._write("remove", Path(attribute), ABSENT)
            return
        if not is_object(value):
            raise invalid_value(f"{extension} must be an object of its attributes.")
        for name, item in value.items():
            part = extension.sub_attribute(name)
            if part is None:
                self.reader.unknown(f"{extension}:{name}")
            elif not part.read_only:
                self._write(op, Path(part), item)

    def _assign(self, holder: Document, attribute: Attribute, op: str, value: Any) -> None:
        """Add or replace one attribute of a resource, an extension or a complex value."""
        if not attribute.multi_valued and is_array(value) and len(value) == 1:
            value = value[0]  # Entra sends a manager as a list of one
        if attribute.type == "complex" and not attribute.multi_valued and is_object(value):
            self._merge(holder.setdefault(attribute.name, {}), attribute, op, value)
            return
        canonical = self.reader.read(attribute, value, single=True)
        if canonical is None:
            if op == "add" and is_array(value):
                return  # nothing is added
            self._discard(holder, attribute)
        elif attribute.multi_valued and op == "add" and attribute.scim.mutability != "immutable":
            add_values(attribute, holder.setdefault(attribute.name, []), canonical)
        else:
            self._keep_immutable(holder, attribute, canonical)
            holder[attribute.name] = canonical

    def _merge(self, element: Document, attribute: Attribute, op: str, value: Document) -> None:
        """Sub-attributes that are not given stay as they are (RFC 7644 section 3.5.2.3)."""
        for name, item in value.items():
            sub_attribute = attribute.sub_attribute(name)
            if sub_attribute is None:
                self.reader.unknown(f"{attribute}.{name}")
            elif not sub_attribute.read_only:
                self._assign(element, sub_attribute, op, item)

    def _discard(self, holder: Document, attribute: Attribute) -> None:
        if attribute.name not in holder:
            return
        if attribute.scim.required:  # RFC 7644 section 3.5.2.2
            raise bad_request("mutability", f"{attribute} is required, it cannot be removed.")
        self._keep_immutable(holder, attribute, None)
        del holder[attribute.name]

    def _keep_immutable(self, holder: Document, attribute: Attribute, value: Any) -> None:
        held = holder.get(attribute.name)
        if attribute.scim.mutability == "immutable" and held is not None and held != value:
            raise bad_request("mutability", f"{attribute} is immutable and has a value already.")

    def _remove(self, holder: Document, attribute: Attribute, value: Any) -> None:
        """Remove the attribute, or of several values those given, as Entra does."""
        if not attribute.multi_valued or value is ABSENT or value is None or value == "":
            self._discard(holder, attribute)
            return
        items: list[Any] = self.reader.read(attribute, value, single=True) or []
        given = [folded_value(attribute, item) for item in items]
        values = {one["value"] for one in given if names_by_value(one)}
        others = [one for one in given if not names_by_value(one)]
        self._spend(len(others) * len(holder.get(attribute.name, [])))

        def is_meant(item: Any) -> bool:
            folded = folded_value(attribute, item)
            return folded.get("value") in values or any(includes(folded, one) for one in others)

        self._filter(holder, attribute, is_meant)

    def _filter(
        self, holder: Document, attribute: Attribute, unwanted: Callable[[Any], bool]
    ) -> None:
        held: list[Any] = holder.get(attribute.name, [])
        kept = [item for item in held if not unwanted(item)]
        if held and not kept:
            self._discard(holder, attribute)
        elif held:
            holder[attribute.name] = kept

    def _write_sub_attribute(self, holder: Document, op: str, path: Path, value: Any) -> None:
        attribute, sub_attribute = path.attribute, path.target
        held: list[Any]
        if op == "remove":
            held = elements(holder, attribute)
        elif attribute.multi_valued:
            held = holder.setdefault(attribute.name, []) or [{}]
            holder[attribute.name] = held
        else:
            held = [holder.setdefault(attribute.name, {})]
        for element in held:
            self._write_element(element, op, sub_attribute, value)
        if attribute.multi_valued and attribute.name in holder:
            holder[attribute.name] = [element for element in holder[attribute.name] if element]

    def _write_element(
        self, element: Document, op: str, sub_attribute: Attribute, value: Any
    ) -> None:
        if op == "remove":
            self._remove(element, sub_attribute, value)
        else:
            self._assign(element, sub_attribute, op, value)

    def _write_selected(self, holder: Document, op: str, path: Path, value: Any) -> None:
        attribute, condition = path.attribute, cast("Filter", path.filter)
        if op == "remove" and path.sub_attribute is None:
            if attribute.multi_valued:
                self._filter(holder, attribute, lambda item: matches(condition, item))
            elif matches(condition, holder.get(attribute.name, {})):
                self._discard(holder, attribute)
            return
        selected = [
            element for element in elements(holder, attribute) if matches(condition, element)
        ]
        if not selected:
            if op == "remove":
                return  # it is gone already
            selected = [self._created(holder, attribute, condition)]
        for element in selected:
            if path.sub_attribute:
                self._write_element(element, op, path.sub_attribute, value)
            elif is_object(element):
                self._write_selected_value(element, op, attribute, value)
            else:
                self._replace_simple(holder, attribute, element, value)
        if attribute.multi_valued:
            holder[attribute.name] = [element for element in holder[attribute.name] if element]

    def _created(self, holder: Document, attribute: Attribute, condition: Filter) -> Document:
        """A value as a conjunction of `eq` describes it; any other filter needs a match (RFC 7644 section 3.5.2.3)."""
        described = equalities(condition)
        if described is None or not attribute.sub_attributes:
            raise bad_request("noTarget", f"None of the {attribute} satisfies the filter.")
        element = {part.name: value for part, value in described.items()}
        if attribute.multi_valued:
            holder.setdefault(attribute.name, []).append(element)
        else:
            if attribute.name in holder:
                raise bad_request("noTarget", f"{attribute} does not satisfy the filter.")
            holder[attribute.name] = element
        return element

    def _write_selected_value(
        self, element: Document, op: str, attribute: Attribute, value: Any
    ) -> None:
        if value is None or value == "":
            element.clear()
            return
        if op == "replace":  # all of a matching value is replaced (RFC 7644 section 3.5.2.3)
            one = value[0] if is_array(value) and len(value) == 1 else value
            canonical = self._read_one(attribute, one)
            for sub_attribute in attribute.sub_attributes.values():
                self._keep_immutable(element, sub_attribute, canonical.get(sub_attribute.name))
            element.clear()
            element.update(canonical)
        elif is_object(value):
            self._merge(element, attribute, op, value)
        else:
            raise invalid_value(f"One of the {attribute} must be an object.")

    def _read_one(self, attribute: Attribute, value: Any) -> Document:
        """One value of a complex attribute, whether it may have several or not."""
        canonical: Any = self.reader.read(attribute, [value] if attribute.multi_valued else value)
        one: Document = canonical[0] if is_array(canonical) else canonical or {}
        return one

    def _replace_simple(self, holder: Document, attribute: Attribute, old: Any, value: Any) -> None:
        new: list[Any] = self.reader.read(attribute, value, single=True) or []
        position = holder[attribute.name].index(old)
        holder[attribute.name][position : position + 1] = [
            item for item in new if item not in holder[attribute.name]
        ]

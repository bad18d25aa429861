"""Applies the operations of a PATCH (RFC 7644 section 3.5.2) to a copy of the document.

It also accepts what Okta and Entra send beyond the RFC: capitalised operations; several attributes
in one value without a path, with dotted names, names with a URN or value paths as keys; `remove`
with the values to remove; "" for null.
"""

from typing import Any, cast

from ..filters.nodes import Filter, count_tests, equalities, matches
from ..messages.documents import Document, copied, is_array, is_object
from ..messages.errors import bad_request, invalid_value
from ..schema.attributes import Attribute, Tree
from ..schema.keeping import is_readable, keep_parts
from ..schema.values import Reader, is_primary
from .multi_valued import elements, settle_primary
from .operations import ABSENT, Operation
from .paths import Path, parse_path
from .value_writer import ValueWriter


def apply(tree: Tree, document: Document, operations: list[Operation], reader: Reader) -> Document:
    """Apply operations to a copy of a document.

    Args:
        tree: the attributes of the resource type.
        document: the resource without its `meta`; it is not changed.
        operations: applied in their order.
        reader: reads the values.

    Returns:
        The document after the operations.

    Raises:
        ScimError: 400 for an operation that is not possible, 413 if there are too many values.
    """
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
        self.writer = ValueWriter(reader)

    def operate(self, operation: Operation) -> None:
        """Apply one operation."""
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
            # Okta also sends the id when it renames a group. It is ignored, not refused.
            if not path.target.read_only:
                self._write(operation.op, path, value)

    def _write(self, op: str, path: Path, value: Any) -> None:
        attribute = path.attribute
        if attribute.name == "schemas":
            # The server derives the value from the extensions that are present.
            return
        if attribute.extension:
            self._write_extension(op, attribute, value)
            return
        if op == "remove":
            self.writer.note_removal(path.target)
        holder = self._holder(attribute)
        held = holder.get(attribute.name)
        before: list[Any] = held if is_array(held) else []
        tests = count_tests(path.filter) if path.filter else 1
        self.writer.count_values(max(1, len(before)) * tests)
        primaries = [item for item in before if is_primary(item)]
        if path.filter is not None:
            self._write_selected(holder, op, path, value)
        elif path.sub_attribute:
            self._write_sub_attribute(holder, op, path, value)
        elif op == "remove":
            self.writer.remove(holder, attribute, value)
        else:
            self.writer.assign(holder, attribute, op, value)
        settle_primary(attribute, holder.get(attribute.name), primaries)
        self._remove_empty(attribute)

    def _holder(self, attribute: Attribute) -> Document:
        """Return the object that contains the attribute: the document, or an extension's part."""
        if attribute.parent is None:
            return self.document
        holder: Document = self.document.setdefault(attribute.parent.name, {})
        return holder

    def _remove_empty(self, attribute: Attribute) -> None:
        """Remove an empty value: it is the same as an unassigned one (RFC 7643 section 2.5)."""
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
            self.writer.remove(element, sub_attribute, value)
        else:
            self.writer.assign(element, sub_attribute, op, value)

    def _write_selected(self, holder: Document, op: str, path: Path, value: Any) -> None:
        attribute, condition = path.attribute, cast("Filter", path.filter)

        def is_selected(item: Any) -> bool:
            # A condition with `not` would show that there is a value without readable parts.
            return is_readable(attribute, item) and matches(condition, item)

        if op == "remove" and path.sub_attribute is None:
            if attribute.multi_valued:
                self.writer.remove_values(holder, attribute, is_selected)
            elif is_selected(holder.get(attribute.name, {})):
                self.writer.discard(holder, attribute)
            return
        held = elements(holder, attribute)
        selected = [element for element in held if is_selected(element)]
        if not selected and op == "remove":
            return
        if not selected:
            selected = [self._create_element(holder, attribute, condition)]
        for element in selected:
            if path.sub_attribute:
                self._write_element(element, op, path.sub_attribute, value)
            elif is_object(element):
                self._write_selected_value(element, op, attribute, value)
            else:
                self._replace_simple(holder, attribute, element, value)
        if attribute.multi_valued:
            holder[attribute.name] = [element for element in holder[attribute.name] if element]

    def _create_element(
        self, holder: Document, attribute: Attribute, condition: Filter
    ) -> Document:
        """Add a value that satisfies a filter without a match, and return it.

        This is possible for `eq` comparisons that are joined by `and`: Entra writes
        `emails[type eq "work"].value` for a user without an address. Any other filter needs a match
        (RFC 7644 section 3.5.2.3).
        """
        described = equalities(condition)
        if described is None or not attribute.sub_attributes:
            raise bad_request("noTarget", f"No value of {attribute} satisfies the filter.")
        element = {part.name: value for part, value in described.items()}
        if attribute.multi_valued:
            holder.setdefault(attribute.name, []).append(element)
        else:
            held = holder.get(attribute.name, {})
            if is_readable(attribute, held):
                raise bad_request("noTarget", f"{attribute} does not satisfy the filter.")
            element = holder[attribute.name] = held | element
        return element

    def _write_selected_value(
        self, element: Document, op: str, attribute: Attribute, value: Any
    ) -> None:
        if value is None or value == "":
            self.writer.note_removal(attribute)
            element.clear()
            return
        # RFC 7644 section 3.5.2.3: replace sets the whole value, add only the given sub-attributes.
        if op == "replace":
            one = value[0] if is_array(value) and len(value) == 1 else value
            canonical = self.writer.read_one(attribute, one)
            kept = keep_parts(attribute, element, canonical)
            for sub_attribute in attribute.sub_attributes.values():
                part = kept.get(sub_attribute.name)
                self.writer.keep_immutable(element, sub_attribute, part, None)
            element.clear()
            element.update(kept)
        elif is_object(value):
            self.writer.merge(element, attribute, op, value)
        else:
            raise invalid_value(f"A value of {attribute} must be an object.")

    def _replace_simple(self, holder: Document, attribute: Attribute, old: Any, value: Any) -> None:
        new: list[Any] = self.reader.read(attribute, value, single=True) or []
        held: list[Any] = holder[attribute.name]
        position = held.index(old)
        held[position : position + 1] = [item for item in new if item not in held]

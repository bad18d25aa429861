"""Read attribute definitions (RFC 7643 section 7) leniently."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from scimgen.model import Attribute, AttributeType
from scimgen.model.characteristics import IN_DOCUMENTS, MEMBERS, Characteristic

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPELLED = {name.lower(): name for name in MEMBERS}
# A longer name cannot be a key in YAML (YAML 1.2 section 7.4: 1024 characters). Real names have at
# most 40.
LONGEST_NAME = 200
_MOST_DEEP = 8

_Characteristic = TypeVar("_Characteristic", bound=StrEnum)


@dataclass(slots=True)
class Notes:
    """Sentences about what the language cannot express, without duplicates."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Note something."""
        if line not in self.lines:
            self.lines.append(line)

    def unknown(self, where: str, document: Mapping[str, Any], known: Iterable[str]) -> None:
        """Add a note for each member that the RFC does not define."""
        for name in sorted(set(document) - set(known)):
            self.add(f"{where}: RFC 7643 defines no member {text_of(name)} there: left out")

    def untyped(self, where: str, document: Mapping[str, Any], members: Iterable[str]) -> None:
        """Add a note for each member that must be text and is something else."""
        for name in members:
            value = document.get(name)
            if value is not None and text_of(value) != value:
                self.add(f"{where}: {name} is not text that can be kept (RFC 7643 section 7)")


def text_of(value: Any) -> str:
    """A text without unpaired surrogates (RFC 8259 section 8.2), or "" for any other value.

    >>> text_of("a\\ud800"), text_of(3)
    ('a\ufffd', '')
    """
    return _SURROGATE.sub("\ufffd", value) if _is_text(value) else ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def read_attributes(listed: Any, where: str, notes: Notes, depth: int = 0) -> tuple[Attribute, ...]:
    """Read the attributes of a schema, or the sub-attributes of an attribute.

    Args:
        listed: The value of `attributes` or `subAttributes`.
        where: The name of the owner in notes.
        notes: Collects what is left out.
        depth: The nesting depth of the attributes.
    """
    found: dict[str, Attribute] = {}
    for definition in listed if isinstance(listed, list) else ():
        attribute = _attribute(definition, where, notes, depth)
        if attribute is None:
            continue
        if found.setdefault(attribute.name.lower(), attribute) is not attribute:
            notes.add(
                f"{where}: {attribute.name} is defined twice: the first is kept (RFC 7643 section"
                " 2.1)"
            )
    return tuple(found.values())


def _attribute(definition: Any, where: str, notes: Notes, depth: int) -> Attribute | None:
    if not isinstance(definition, dict):
        notes.add(f"{where}: an attribute definition that is not an object is left out")
        return None
    document: dict[str, Any] = {
        _SPELLED.get(key.lower()) or key: value for key, value in definition.items()
    }
    name = text_of(document.get("name"))
    if not name or len(name) > LONGEST_NAME or depth > _MOST_DEEP:
        notes.add(
            f"{where}: an attribute definition without a usable name is left out (RFC 7643"
            " section 7)"
        )
        return None
    here = f"{where}: {name}" if not depth else f"{where}.{name}"
    notes.unknown(here, document, MEMBERS)
    notes.untyped(here, document, ("description",))
    subs = read_attributes(document.get("subAttributes"), here, notes, depth + 1)
    type_ = _one_of(
        AttributeType, document, "type", AttributeType.COMPLEX if subs else AttributeType.STRING
    )
    if type_ is None:
        notes.add(f"{here} has a type that RFC 7643 section 2.3 does not define: left out")
        return None
    return Attribute(
        name=name,
        type=type_,
        sub_attributes=subs,
        **{entry.field: _read(entry, document, type_, here, notes) for entry in IN_DOCUMENTS},
    )


def _read(
    entry: Characteristic,
    document: Mapping[str, Any],
    type_: AttributeType,
    where: str,
    notes: Notes,
) -> Any:
    """The value of a characteristic, or its default for the type."""
    if entry.kind is str:
        return text_of(document.get(entry.name))
    if entry.kind is tuple:
        return _texts(document.get(entry.name), where, notes)
    default = entry.fixed.get(type_, entry.default)
    if entry.kind is bool:
        return _flag(document, entry.name, default, where, notes)
    return _characteristic(entry.kind, document, entry.name, default, where, notes)


def _flag(
    document: Mapping[str, Any], member: str, default: bool, where: str, notes: Notes
) -> bool:
    value = document.get(member)
    if isinstance(value, bool):
        return value
    if value is not None:
        used = str(default).lower()
        notes.add(
            f"{where}: {member} is not true or false: {used} is used (RFC 7643 section 2.3.2)"
        )
    return default


def _texts(listed: Any, where: str, notes: Notes) -> tuple[str, ...]:
    """The texts of a list, without duplicates."""
    values = listed if isinstance(listed, list) else [listed]
    if listed is None:
        values = []
    if any(not _is_text(value) for value in values):
        notes.add(
            f"{where}: a canonical value or reference type that is not a text is left out (RFC 7643"
            " section 7)"
        )
    return tuple(dict.fromkeys(text_of(value) for value in values if _is_text(value)))


def _one_of(
    kind: type[_Characteristic], document: Mapping[str, Any], member: str, default: _Characteristic
) -> _Characteristic | None:
    """The value of a characteristic, compared without regard to case.

    None if the RFC does not define it.
    """
    value = document.get(member)
    if value is None:
        return default
    return {str(known).lower(): known for known in kind}.get(text_of(value).lower())


def _characteristic(
    kind: type[_Characteristic],
    document: Mapping[str, Any],
    member: str,
    default: _Characteristic,
    where: str,
    notes: Notes,
) -> _Characteristic:
    found = _one_of(kind, document, member, default)
    if found is None:
        notes.add(
            f"{where}: {member} is not one of {', '.join(kind)}: {default} is used (RFC 7643"
            " section 7)"
        )
    elif document.get(member) not in (
        None,
        str(found),
    ):  # caseExact is true (RFC 7643 section 8.7.2)
        notes.add(f"{where}: {member} is spelled {found} (RFC 7643 section 7)")
    return found or default

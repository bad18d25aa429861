"""Finish modules of generated classes: docstring, imports, and the format of black."""

import ast
import re
from collections.abc import Iterable

from scimgen.emit.formatting import black_format
from scimgen.emit.literals import python_string
from scimgen.emit.models.plan import Module, ResourceName
from scimgen.emit.models.text import docstring

_IMPORTS = {
    "typing": ("Annotated", "ClassVar", "Literal"),
    "pydantic": ("Field",),
    ".base": (
        "Binary",
        "Complex",
        "DateTime",
        "Decimal",
        "Extension",
        "Reference",
        "Resource",
        "Scim",
    ),
}
_LINE = 120


def module_source(module: Module, classes: Iterable[str]) -> bytes:
    """The bytes of one emitted module."""
    return black_format(module_text(module, classes)).encode()


def module_text(module: Module, classes: Iterable[str]) -> str:
    """The text of one module before black. For ordinary texts, black does not change it."""
    body = "\n\n\n".join(classes)
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    parts = [docstring(module.description, "")]
    for origin, names in _IMPORTS.items():
        wanted = [name for name in names if name in used]
        parts += [f"from {origin} import {', '.join(wanted)}"] if wanted else []
    return "\n\n".join(parts) + f"\n\n\n{body}\n"


def init_source(names: Iterable[ResourceName]) -> bytes:
    """`models/__init__.py`: the classes of the resource types."""
    known = sorted(names, key=lambda name: (_natural(name.module), name.module))
    imports = "".join(f"from .{name.module} import {name.class_name}\n" for name in known)
    classes = sorted(
        (name.class_name for name in known), key=lambda name: (_rank(name), _natural(name), name)
    )
    exported = (
        f"__all__ = [{', '.join(map(python_string, classes))}]"
        if classes
        else "__all__: list[str] = []"
    )
    if len(exported) > _LINE:
        exported = (
            "__all__ = [\n" + "".join(f"    {python_string(name)},\n" for name in classes) + "]"
        )
    text = f'"""The resource types, a module each."""\n\n{imports}\n{exported}\n'
    # Already in the format of black, so that a run without changed models does not load black.
    plain = imports and text.isascii() and max(map(len, text.splitlines())) <= _LINE
    return (text if plain else black_format(text)).encode()


def _natural(name: str) -> list[tuple[int, str]]:
    """A sort key that compares numbers by value, as linters do: `v2` before `v10`."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)
    ]


def _rank(name: str) -> int:
    """The rank of a name in the order of linters: constants, classes, others."""
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[0].isupper() else 2

"""Write docs/api.md: the public API of scimgen, from its docstrings.

`--check` writes nothing and exits with 1 if the page is outdated.
"""

import dataclasses
import inspect
import re
import sys
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import scimgen

PAGE = Path(__file__).resolve().parent / "api.md"
_INTRODUCTION = """# Python API

The names below are the public API of `scimgen`. They change only in a new major release, and all
other modules are internal. `import scimgen` is fast: a function imports what it needs at its first
call.

Every exception for callers is a `ScimgenError`. Its text has the fault, the place and the fix.
This page is generated from the docstrings (`docs/api.py`, run by `make golden`).
"""
_HEADINGS = ("Args", "Returns", "Raises", "Example")


def page() -> str:
    """The whole page: functions first, then classes."""
    values = {name: getattr(scimgen, name) for name in scimgen.__all__}
    functions = [name for name, value in values.items() if inspect.isfunction(value)]
    classes = [name for name, value in values.items() if inspect.isclass(value)]
    parts = [_INTRODUCTION, "## Functions\n"]
    parts += [_function(name, values[name]) for name in functions]
    parts.append("## Classes\n")
    parts += [_class(name, values[name]) for name in classes]
    return "\n".join(parts)


def _function(name: str, function: Any) -> str:
    text = _text(inspect.getdoc(function) or "")
    return f"### {name}\n\n```python\n{_declaration(name, function)}\n```\n\n{text}\n"


def _declaration(name: str, function: Any) -> str:
    """The function with its parameters, one on each line."""
    signature = inspect.signature(function)
    given = list(signature.parameters.values())
    lines = [f"    {_plain(parameter)},\n" for parameter in given]
    keyword_only = [parameter.kind is parameter.KEYWORD_ONLY for parameter in given]
    takes_any = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in given)
    if any(keyword_only) and not takes_any:
        lines.insert(keyword_only.index(True), "    *,\n")
    result = _plain(inspect.formatannotation(signature.return_annotation))
    return f"{name}(\n{''.join(lines)}) -> {result}"


def _class(name: str, class_: type) -> str:
    documentation = inspect.getdoc(class_) or ""
    lines = [f"### {name}", ""]
    if issubclass(class_, Enum):
        members = ", ".join(f"`{member.name}`" for member in class_)
        lines += [_text(documentation), "", f"Members: {members}."]
    elif dataclasses.is_dataclass(class_):
        before, _, described = documentation.partition("\nArgs:\n")
        lines += [_text(before), "", *_fields(dataclasses.fields(class_), described)]
    else:
        lines.append(_text(documentation))
    for key, member in vars(class_).items():
        if key.startswith("_"):
            continue
        if inspect.isfunction(member):
            lines += ["", f"`{key}{_plain(inspect.signature(member))}`", ""]
            lines.append(_text(inspect.getdoc(member) or ""))
        elif isinstance(member, property):
            lines += ["", f"`{key}`: {_text(inspect.getdoc(member) or '')}"]
    return "\n".join(lines) + "\n"


def _fields(fields: tuple[dataclasses.Field[Any], ...], described: str) -> list[str]:
    """One item for each field: its type, and its text in the docstring of the class."""
    texts = dict(re.findall(r"^    (\w+): ((?:.|\n(?:        |$))*)", described, re.MULTILINE))
    lines = []
    for field in fields:
        annotation = field.type
        if not isinstance(annotation, str):
            annotation = inspect.formatannotation(annotation)
        text = " ".join(texts.get(field.name, "").split())
        lines.append(f"- `{field.name}: {_plain(annotation)}`" + (f": {text}" if text else ""))
    return lines


@cache
def _public_names() -> dict[str, str]:
    """The public name of each class by its name with the module."""
    values = {name: getattr(scimgen, name) for name in scimgen.__all__}
    classes = {name: value for name, value in values.items() if inspect.isclass(value)}
    return {f"{one.__module__}.{one.__qualname__}": name for name, one in classes.items()}


def _plain(part: object) -> str:
    """A parameter or type without quotes, modules, and the values of enums."""
    text = re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", str(part).replace("'", ""))
    for full, name in _public_names().items():
        text = re.sub(rf"\b{re.escape(full)}\b", name, text)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", text).replace("(self)", "()").replace("self, ", "")


def _text(docstring: str) -> str:
    """A docstring as Markdown: sections as lists and code."""
    lines: list[str] = []
    section = ""
    is_code = False
    for line in docstring.splitlines():
        heading = line.removesuffix(":")
        is_code = line.lstrip().startswith(">>>") or (is_code and bool(line))
        if line.endswith(":") and heading in _HEADINGS:
            section = heading
            lines += [f"**{heading}**", ""]
        elif is_code:
            lines.append(f"    {line.removeprefix('    ') if section else line}")
        elif section in ("Args", "Raises") and re.match(r" {4}\S", line):
            lines.append(_item(line.strip()))
        else:
            lines.append(f"  {line.strip()}" if line.startswith("        ") else line.strip())
    return "\n".join(lines)


def _item(line: str) -> str:
    name, colon, rest = line.partition(": ")
    return f"- `{name}`: {rest}" if colon else line


def main() -> int:
    """Rewrite the page, or check it."""
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, "utf-8", newline="\n")
        return 0
    if PAGE.read_text("utf-8") != wanted:
        print("docs/api.md is outdated: run make golden", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

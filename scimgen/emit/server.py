"""The files of `templates/server/`. Names that end in `.jinja` are rendered with the app."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from scimgen.data import folder, runtime_version
from scimgen.emit.files import (
    VENDORED_FOLDER,
    EmittedFile,
    Ownership,
    ProjectTarget,
    Reuse,
    RuntimeMode,
    fingerprint,
    header,
)
from scimgen.emit.formatting import black_format
from scimgen.emit.literals import markdown, one_line, python_string, toml_string
from scimgen.emit.models import resource_names
from scimgen.model import App, ResourceType, Schema, Value

if TYPE_CHECKING:
    from jinja2 import Environment

# The owner of each file. Other files are EMITTED in the package and the tests, and MERGED at the
# top.
_OWNERSHIP = {
    "package/app.py": Ownership.YOURS,
    "package/hooks.py": Ownership.YOURS,
    "package/catalog.py": Ownership.YOURS,
    "package/store.py": Ownership.YOURS,
    "tests/test_mine.py": Ownership.YOURS,
    ".gitignore": Ownership.YOURS,
    ".env.example": Ownership.EMITTED,
    ".gitattributes": Ownership.EMITTED,
}

_CACHES = frozenset(("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"))


def emit_server(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit every file below `templates/server/`.

    The folder `package` becomes the package of the app. A template loses its suffix `.jinja`.
    """
    for name in _templates():
        path = name.removesuffix(".jinja")
        ownership = _ownership(path)
        destination = (
            f"{app.package}/{path.removeprefix('package/')}"
            if path.startswith("package/")
            else path
        )
        text, source = _text(name), ""
        if name.endswith(".jinja"):
            context = _context(app, target, text)
            source = fingerprint(list(context.values()))
        content = reuse(destination, source) if source else None
        if content is None:
            text = render(f"server/{name}", context) if source else text
            first = (
                header(target.source_name)
                if ownership is Ownership.EMITTED and _takes_comment(path)
                else ""
            )
            content = (first + text).encode()
        yield EmittedFile(destination, content, ownership, "server", source)
    schema = (folder("schemas") / "scimgen.schema.json").read_bytes()
    yield EmittedFile("scimgen.schema.json", schema, Ownership.EMITTED, "server")


def _context(app: App, target: ProjectTarget, template: str) -> dict[str, Any]:
    """The context of a template.

    It only has the parts of the app that the template names, so that other changes do not render it
    again.
    """
    types = app.resource_types if "app.resource_types" in template else ()
    outlines = tuple(_outline(type_, ".values" in template) for type_ in types)
    return {
        "app": replace(app, resource_types=outlines, allowed_breaks=()),
        "package": app.package,
        "source_name": target.source_name,
        "version": _version(),
        "mode": str(target.mode),
        "runtime": f".{VENDORED_FOLDER}"
        if target.mode is RuntimeMode.VENDORED
        else "scimgen_server",
        "runtime_version": runtime_version(),
        "runtime_range": compatible_range(runtime_version()),
        "names": resource_names(app) if "names[" in template else {},
    }


def compatible_range(version: str) -> str:
    """The releases of the runtime that an app works with that was generated for one of them.

    >>> compatible_range("0.1.4"), compatible_range("2.3.0")
    ('>=0.1.4,<0.2', '>=2.3.0,<3')
    """
    major, minor, *_ = version.split(".")
    following = f"0.{int(minor) + 1}" if major == "0" else str(int(major) + 1)
    return f">={version},<{following}"


def _outline(type_: ResourceType, with_values: bool) -> ResourceType:
    """A resource type without attributes and contents of values, on which no file here depends."""

    def bare(schema: Schema) -> Schema:
        return replace(schema, attributes=())

    extensions = tuple(
        replace(extension, schema=bare(extension.schema)) for extension in type_.extensions
    )
    values = tuple(Value(id=value.id, resource={}) for value in type_.values if with_values)
    return replace(type_, schema=bare(type_.schema), extensions=extensions, values=values)


@cache
def _version() -> str:
    return version("scimgen")


@cache
def _templates() -> tuple[str, ...]:
    root = folder("templates") / "server"
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return tuple(sorted(name for name in found if not _CACHES.intersection(name.split("/"))))


def _text(name: str) -> str:
    return (folder("templates") / "server" / name).read_text("utf-8")


def _ownership(path: str) -> Ownership:
    inside = path.startswith(("package/", "tests/"))
    return _OWNERSHIP.get(path, Ownership.EMITTED if inside else Ownership.MERGED)


def _takes_comment(path: str) -> bool:
    return (
        PurePosixPath(path).suffix in (".py", ".toml", ".yaml", ".yml", ".example")
        or path == ".gitattributes"
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # not HTML; names and descriptions go through the filters below
    )
    environment.filters |= {
        "py": python_string,
        "toml": toml_string,
        "line": one_line,
        "markdown": markdown,
    }
    return environment


def render(name: str, context: dict[str, Any]) -> str:
    """Render a template below `templates/`. Python is formatted with black."""
    text = _environment().get_template(name).render(context)
    return black_format(text) if name.endswith(".py.jinja") else text

"""Modules at the places where older releases of scimgen emitted the server, for imports in the owner's files.

`templates/moved/` has one file for each old module. It is emitted as long as a file of the owner imports
the module, and names the new place in its first line.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from scimgen.data import folder
from scimgen.emit.files import VENDORED_FOLDER, EmittedFile, Ownership, RuntimeMode, Target, header
from scimgen.emit.server import render
from scimgen.model import App

_NEW_PLACE = re.compile(r"\A# Moved to: (.*)\n")


@dataclass(frozen=True, slots=True)
class OldImport:
    """An import of an old module in a file of the owner.

    Args:
        path: of the file, relative to the project's folder.
        line: of the import.
        module: the old module inside the package, such as `scim.app`.
    """

    path: str
    line: int
    module: str


@cache
def old_modules() -> frozenset[str]:
    """The old modules that can be emitted, such as `scim.app`."""
    root = folder("templates") / "moved"
    found = [path.relative_to(root).as_posix() for path in root.rglob("*.py.jinja")]
    return frozenset(name.removesuffix(".py.jinja").replace("/", ".") for name in found)


def old_imports(package: str, sources: Mapping[str, bytes]) -> list[OldImport]:
    """The imports of old modules, in order.

    Args:
        package: the app's package.
        sources: the owner's Python files, by their paths relative to the project's folder.
    """
    found: list[OldImport] = []
    for path, source in sorted(sources.items()):
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue  # the file does not run anyway
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                found += _imports_of(node, path, package)
    return sorted(found, key=lambda one: (one.path, one.line))


def _imports_of(node: ast.ImportFrom, path: str, package: str) -> Iterator[OldImport]:
    """The old modules that one statement imports from, or imports as modules."""
    module = _inside(node, path, package)
    if module is None:
        return
    if module in old_modules():
        yield OldImport(path, node.lineno, module)
        return
    for alias in node.names:
        whole = f"{module}.{alias.name}".removeprefix(".")
        if whole in old_modules():
            yield OldImport(path, node.lineno, whole)


def _inside(node: ast.ImportFrom, path: str, package: str) -> str | None:
    """The module that a statement imports from, relative to the package; None for one outside of it."""
    if node.level == 0:
        name = node.module or ""
        return name.removeprefix(package).removeprefix(".") if f"{name}.".startswith(f"{package}.") else None
    folders = path.split("/")[:-1]
    base = folders[: len(folders) - node.level + 1]
    if base[:1] != [package]:
        return None
    return ".".join([*base[1:], *(node.module or "").split(".")]).strip(".")


def emit_moved(app: App, target: Target, modules: Collection[str]) -> Iterator[EmittedFile]:
    """The compatibility modules for some old modules, and the packages that they are in."""
    packages: set[str] = set()
    for module in sorted(modules):
        name = module.replace(".", "/")
        text = _text(app, target, name)
        content = header(target.source_name) + _NEW_PLACE.sub("", text)
        yield EmittedFile(f"{app.package}/{name}.py", content.encode(), Ownership.EMITTED, "server")
        if "/" in name:
            packages.add(name.partition("/")[0])
    for name in sorted(packages):
        content = header(target.source_name) + '"""Compatibility: modules that have moved to the runtime."""\n'
        yield EmittedFile(f"{app.package}/{name}/__init__.py", content.encode(), Ownership.EMITTED, "server")


def advice(app: App, target: Target, old: OldImport) -> str:
    """What to change about an import, as one line for a person."""
    place = _NEW_PLACE.match(_text(app, target, old.module.replace(".", "/")))
    assert place, f"templates/moved/{old.module} does not name its new place"
    return f"{old.path}:{old.line}: {app.package}.{old.module} has moved to {place[1]}; the old import still works"


def _text(app: App, target: Target, name: str) -> str:
    vendored = target.mode is RuntimeMode.VENDORED
    inside = "." * (name.count("/") + 1) + VENDORED_FOLDER
    context = {
        "app": app,
        "package": app.package,
        "runtime": f".{VENDORED_FOLDER}" if vendored else "scimgen_server",
        "inner": inside if vendored else "scimgen_server",
    }
    return render(f"moved/{name}.py.jinja", context)

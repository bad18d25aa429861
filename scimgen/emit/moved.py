"""Compatibility modules and advice for imports of modules that older releases emitted.

A compatibility module is emitted while a file of the owner imports its old module.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from scimgen.emit.files import (
    VENDORED_FOLDER,
    EmittedFile,
    Ownership,
    ProjectTarget,
    RuntimeMode,
    header,
)
from scimgen.emit.old_modules import INTERNAL, compatible_modules
from scimgen.emit.server import render
from scimgen.model import App

_NEW_PLACE = re.compile(r"\A# Moved to: (.*)\n")


@dataclass(frozen=True, slots=True)
class OldImport:
    """An import of an old module in a file of the owner.

    Args:
        path: the path of the file, relative to the folder of the project.
        line: the line of the import.
        module: the old module in the package, such as `scim.app`, or one of the tests, such as
            `tests.examples`.
    """

    path: str
    line: int
    module: str


def old_imports(package: str, sources: Mapping[str, bytes]) -> list[OldImport]:
    """Find the imports of old modules, by path and line.

    A module among the files of the owner is not an old one.

    Args:
        package: the app's package.
        sources: the owner's Python files, by their paths relative to the project's folder.
    """
    found: set[OldImport] = set()
    for path, source in sources.items():
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue  # the file does not run anyway
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [_old_module(name, package) for name in _candidates(node, path)]
                found |= {OldImport(path, node.lineno, module) for module in modules if module}
    old = [
        one
        for one in found
        if not {f"{package}/{_file(one.module)}", _file(one.module)}.intersection(sources)
    ]
    return sorted(old, key=lambda one: (one.path, one.line, one.module))


def _file(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


def _candidates(node: ast.Import | ast.ImportFrom, path: str) -> list[str]:
    """The absolute names of the modules that a statement imports.

    An imported name may be a module too.
    """
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    parts: list[str] = []
    if node.level:
        folders = path.split("/")[:-1]
        parts = folders[: len(folders) - node.level + 1]
    if node.module:
        parts = [*parts, *node.module.split(".")]
    return [".".join(parts), *(".".join([*parts, alias.name]) for alias in node.names)]


def _old_module(name: str, package: str) -> str | None:
    """The old module with an absolute name, or None."""
    module = name if name.startswith("tests.") else name.removeprefix(f"{package}.")
    is_inside = module != name or name.startswith("tests.")
    return module if is_inside and (module in compatible_modules() or module in INTERNAL) else None


def emit_moved(app: App, target: ProjectTarget, modules: Collection[str]) -> Iterator[EmittedFile]:
    """Emit the compatibility modules for some old modules, and their packages.

    Args:
        app: the model.
        target: what the app is emitted for.
        modules: the old modules; those without a compatibility module are left out.
    """
    packages: set[str] = set()
    for module in sorted(compatible_modules().intersection(modules)):
        name = module.replace(".", "/")
        text = _text(app, target, name)
        content = header(target.source_name) + _NEW_PLACE.sub("", text)
        yield EmittedFile(f"{app.package}/{name}.py", content.encode(), Ownership.EMITTED, "server")
        if "/" in name:
            packages.add(name.partition("/")[0])
    for name in sorted(packages):
        content = (
            header(target.source_name)
            + '"""Compatibility: modules that have moved to the runtime."""\n'
        )
        yield EmittedFile(
            f"{app.package}/{name}/__init__.py", content.encode(), Ownership.EMITTED, "server"
        )


def advice(app: App, target: ProjectTarget, old: OldImport) -> str:
    """Describe in one line how to change an import."""
    name = old.module if old.module.startswith("tests.") else f"{app.package}.{old.module}"
    if old.module in INTERNAL:
        inside = (
            f"{app.package}.{VENDORED_FOLDER}"
            if target.mode is RuntimeMode.VENDORED
            else "scimgen_server"
        )
        place = f"{inside}.{INTERNAL[old.module]}"
        return (
            f"{old.path}:{old.line}: {name} has moved to {place}, an internal module of the"
            " runtime: change the import"
        )
    new = _NEW_PLACE.match(_text(app, target, old.module.replace(".", "/")))
    assert new, f"templates/moved/{old.module} does not name its new place"
    return f"{old.path}:{old.line}: {name} has moved to {new[1]}; the old import still works"


def _text(app: App, target: ProjectTarget, name: str) -> str:
    vendored = target.mode is RuntimeMode.VENDORED
    inside = "." * (name.count("/") + 1) + VENDORED_FOLDER
    context = {
        "app": app,
        "package": app.package,
        "runtime": f".{VENDORED_FOLDER}" if vendored else "scimgen_server",
        "inner": inside if vendored else "scimgen_server",
    }
    return render(f"moved/{name}.py.jinja", context)

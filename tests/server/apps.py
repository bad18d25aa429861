"""The apps that the tests serve: that of `every.scim.yaml`, and variants of it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType

from scimgen.description import load_file
from scimgen.emit.files import ProjectTarget, RuntimeMode
from scimgen.emit.project import emit_project
from scimgen.model import App
from scimgen.project import Disk
from scimgen.serving import application_of
from scimgen_server import Application, ScimApp, Store
from scimgen_server import make_store as make_sql_store
from scimgen_server.schema.attributes import Tree
from scimgen_server.schema.trees import build_trees

EVERY = Path(__file__).with_name("every.scim.yaml")
"""One of every kind of attribute, resource type and value."""

_NUMBERS = count(1)


def load_app(description: Path) -> App:
    """The model of a description without errors."""
    app, findings = load_file(description)
    assert app, findings
    return app


@cache
def every_application() -> Application:
    """The application of `every.scim.yaml`."""
    return application_of(load_app(EVERY))


@cache
def trees() -> dict[str, Tree]:
    """The attribute tree of each resource type of `every.scim.yaml`, by its name."""
    return {tree.name: tree for tree in build_trees(every_application().resource_types)}


def with_commands(application: Application, make_store: Callable[[str], Store] = make_sql_store) -> Application:
    """The application under a package name that no other has, whose module `app` has a `scim_app`.

    The commands import that module. It exists in memory only.

    Args:
        make_store: makes the store of the app.
    """
    package = f"{application.package}_{next(_NUMBERS)}"
    named = replace(application, package=package)
    module = ModuleType(f"{package}.app")
    module.scim_app = ScimApp(named, make_store=make_store)  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return named


def write_project(description: Path, folder: Path) -> None:
    """Write the generated project of a description, which imports the `scimgen_server` of this checkout."""
    disk = Disk(folder)
    for file in emit_project(load_app(description), ProjectTarget(description.name, RuntimeMode.PACKAGE)).values():
        disk.write(file.path, file.content)

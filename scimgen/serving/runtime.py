"""The server runtime: `scimgen._server` in a wheel of scimgen, otherwise `scimgen_server`."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

PACKAGE = "scimgen._server" if find_spec("scimgen._server") else "scimgen_server"


def runtime_module(name: str) -> ModuleType:
    """A module of the runtime, by its name inside the package, such as `schema.models`."""
    return import_module(f"{PACKAGE}.{name}" if name else PACKAGE)

"""The public API of the runtime: what apps are written against."""

import inspect

import pytest

import scimgen_server

PUBLIC = [
    "BASE_PATH",
    "Application",
    "Binary",
    "Complex",
    "DateTime",
    "Decimal",
    "Directory",
    "EventContext",
    "Extension",
    "Grant",
    "Hooks",
    "Member",
    "Reference",
    "Resource",
    "ResourceType",
    "Scim",
    "ScimApp",
    "ScimError",
    "ScimServerError",
    "Settings",
    "SettingsError",
    "StorageError",
    "Store",
    "Taken",
    "__version__",
    "build_app",
    "current_event",
    "make_store",
    "run_command",
]
WITHOUT_DOCSTRING = {"BASE_PATH", "__version__", "current_event", "Binary", "DateTime", "Decimal", "Reference"}
"""Values and annotated types, which have none."""


def test_these_names_are_public() -> None:
    """A name is added here together with the documentation of it, and removed only in a new major release."""
    assert list(scimgen_server.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_can_be_imported(name: str) -> None:
    """And has a docstring."""
    value = getattr(scimgen_server, name)
    if name in WITHOUT_DOCSTRING:
        assert value is not None
        return
    assert inspect.isclass(value) or inspect.isfunction(value)
    assert value.__doc__, f"{name} has no docstring"
    assert value.__module__.startswith("scimgen_server.")


def test_a_star_import_has_the_public_names_only() -> None:
    """`from scimgen_server import *`."""
    names: dict[str, object] = {}
    exec("from scimgen_server import *", names)
    names.pop("__builtins__")
    assert sorted(names) == sorted(PUBLIC)


@pytest.mark.parametrize("name", [one for one in PUBLIC if inspect.isclass(getattr(scimgen_server, one))])
def test_the_methods_of_public_classes_have_docstrings(name: str) -> None:
    """Those that the class itself defines."""
    methods = inspect.getmembers_static(getattr(scimgen_server, name), inspect.isfunction)
    public = [method for method_name, method in methods if not method_name.startswith("_")]
    own = [method for method in public if method.__module__.startswith("scimgen_server.")]
    assert [method.__qualname__ for method in own if not method.__doc__] == []

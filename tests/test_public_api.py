"""The public API of the toolkit: names, documentation, lazy imports, exceptions, and the page about it."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import scimgen
import scimgen.diagnostics
import scimgen.model
import scimgen.project
from scimgen import ScimgenError
from tests.support import EXAMPLES

ROOT = Path(__file__).parents[1]
FUNCTIONS = ["compare", "generate", "load", "validate"]
PUBLIC = [
    "Action",
    "Affected",
    "AllowedBreak",
    "App",
    "Attribute",
    "AttributeType",
    "Authentication",
    "Change",
    "ChangeKind",
    "ChangeSeverity",
    "Comparison",
    "Diagnostic",
    "Generated",
    "Managed",
    "Mutability",
    "Place",
    "Plan",
    "ResourceKind",
    "ResourceType",
    "Returned",
    "RuntimeMode",
    "Schema",
    "SchemaExtension",
    "ScimgenError",
    "ServiceProviderConfig",
    "Severity",
    "Step",
    "Uniqueness",
    "Value",
    "__version__",
    "compare",
    "generate",
    "load",
    "validate",
]
INTERNAL_TYPES = {"Lock", "Entry", "Ownership", "Part"}
"""What a plan and a change need for their own work. `docs/api.md` does not describe it."""
INTERNAL_EXCEPTIONS = {"Unusual"}
"""Raised and caught inside one package."""


def modules() -> Iterator[types.ModuleType]:
    for info in pkgutil.walk_packages(scimgen.__path__, "scimgen."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def test_these_names_are_public() -> None:
    """A name is added here together with its documentation, and removed only in a new major release."""
    assert scimgen.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(scimgen))


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        scimgen.nothing  # noqa: B018


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_documented(name: str) -> None:
    """It has a docstring, and so has each of its methods and properties."""
    value = getattr(scimgen, name)
    if name == "__version__":
        assert value
        return
    assert value.__module__.startswith("scimgen.")
    members = [value]
    if inspect.isclass(value):
        members += [one for key, one in vars(value).items() if not key.startswith("_") and _is_method(one)]
    assert [one for one in members if not inspect.getdoc(one)] == []


def _is_method(member: object) -> bool:
    return inspect.isfunction(member) or isinstance(member, property)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_documents_its_parts(name: str) -> None:
    """Arguments, result, exceptions, and an example that the doctests run."""
    function = getattr(scimgen, name)
    documentation = inspect.getdoc(function) or ""
    for heading in ("Args:", "Returns:", "Raises:", "Example:"):
        assert f"\n{heading}\n" in documentation
    assert ">>> " in documentation
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"\b{parameter}\b.*:", documentation), parameter


def test_each_type_that_a_result_contains_is_public() -> None:
    """A caller can import the types of all fields that the functions return."""
    results = [get_type_hints(getattr(scimgen, name), localns=_names())["return"] for name in FUNCTIONS]
    public = {getattr(scimgen, name) for name in PUBLIC}
    missing = {one.__name__ for one in _reachable(results) if one not in public}
    assert missing - INTERNAL_TYPES == set()


def _reachable(annotations: list[Any]) -> set[type]:
    """The classes of scimgen in annotations, and those of the fields of dataclasses among them."""
    found: set[type] = set()
    left = list(annotations)
    while left:
        annotation = left.pop()
        left.extend(get_args(annotation))
        if not inspect.isclass(annotation) or annotation in found:
            continue
        if not annotation.__module__.startswith("scimgen."):
            continue
        found.add(annotation)
        if dataclasses.is_dataclass(annotation) and annotation.__name__ not in INTERNAL_TYPES:
            left.extend(get_type_hints(annotation, localns=_names()).values())
        assert dataclasses.is_dataclass(annotation) or issubclass(annotation, Enum), annotation
    return found


def _names() -> dict[str, Any]:
    return {name: getattr(scimgen, name) for name in PUBLIC}


def test_each_exception_has_the_base_class() -> None:
    """`except ScimgenError` catches all exceptions that are for callers."""
    found = {
        one
        for module in modules()
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Exception) and one.__module__.startswith("scimgen.")
    }
    assert len(found) > 12
    visible = {one for one in found if not one.__name__.startswith("_") and one.__name__ not in INTERNAL_EXCEPTIONS}
    assert sorted(one.__name__ for one in visible if not issubclass(one, ScimgenError)) == []


def test_import_scimgen_loads_nothing_heavy() -> None:
    """The functions load what they need at the first call."""
    heavy = ["jinja2", "black", "pydantic", "datamodel_code_generator", "httpx", "yaml", "jsonschema", "typer"]
    code = f"import sys, scimgen; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_compare_is_the_function_after_its_first_call() -> None:
    """No package of scimgen has the name of a function, so that an import cannot replace the function."""
    scimgen.compare(EXAMPLES["crm"], EXAMPLES["crm"])
    packages = {info.name for info in pkgutil.iter_modules(scimgen.__path__)}
    assert packages & set(PUBLIC) == set()
    assert inspect.isfunction(scimgen.compare)


def test_type_checkers_see_the_public_names(tmp_path: Path) -> None:
    """mypy accepts a caller, knows the types, and finds a wrong argument."""
    (tmp_path / "caller.py").write_text(
        f"import scimgen\nfrom scimgen import {', '.join(PUBLIC)}\n"
        "app, findings = scimgen.load('crm.scim.yaml')\n"
        "lines = [finding.place.line for finding in findings]\n"
        "reveal_type(lines)\n"
        "reveal_type(scimgen.compare('a', 'b').changes)\n"
        "reveal_type(scimgen.generate('a').plan)\n"
        "scimgen.validate(1)\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "caller.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert 'note: Revealed type is "list[int]"' in run.stdout.replace("builtins.", "")
    assert "tuple[scimgen.comparison.change.Change, ...]" in run.stdout.replace("builtins.", "")
    assert "scimgen.project.plan.Plan | None" in run.stdout
    assert run.stdout.count("error:") == 1, run.stdout


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It generates a project in the folder of the description."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("\n## Python API\n")[2].partition("\n## ")[0]
    example = section.partition("```python\n")[2].partition("```")[0]
    assert len(example.strip().splitlines()) <= 8
    for file in EXAMPLES["crm"].parent.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert (tmp_path / "crm" / "models" / "license.py").is_file()


def test_the_page_of_the_api_is_up_to_date() -> None:
    """`make golden` writes it."""
    run = subprocess.run([sys.executable, "docs/api.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr

"""The emitted models under the checks that the emitted project runs, and under everything that must not change them."""

import os
import subprocess
import sys
from pathlib import Path

import black
import pytest
from emitted_models import LICENSE, app_of, resource, write_package
from test_models import AWKWARD
from test_models_hostile import HOSTILE

from scimgen.data import folder
from scimgen.documents import known_schema, urns
from scimgen.emit.models import emit_models
from scimgen.model import App, Attribute, AttributeType, Kind, ResourceType, Schema, SchemaExtension
from tests.support import run_tool

ROOT = Path(__file__).parents[2]


def everything() -> App:
    """The RFCs' own schemas, awkward names, every type, hostile texts."""
    known = {urn: known_schema(urn) for urn in (urns.USER, urns.GROUP, urns.ENTERPRISE_USER)}
    schemas = {urn: schema for urn, schema in known.items() if schema is not None}
    user = ResourceType(
        name="User",
        endpoint="/Users",
        kind=Kind.USER,
        schema=schemas[urns.USER],
        extensions=(SchemaExtension(schema=schemas[urns.ENTERPRISE_USER]),),
    )
    group = ResourceType(name="Group", endpoint="/Groups", kind=Kind.GROUP, schema=schemas[urns.GROUP])
    typed = tuple(
        Attribute(name=f"{kind}{multi}", type=kind, multi_valued=bool(multi), required=bool(multi))
        for kind in AttributeType
        for multi in (0, 1)
    )
    hostile = tuple(
        Attribute(name=f"h{at}", description=text, canonical_values=(text,)) for at, text in enumerate(HOSTILE)
    )
    awkward = tuple(Attribute(name=name) for name in AWKWARD)
    described = [
        resource(name, *typed, *hostile, *awkward, description='Hostile """ \\')
        for name in ("Extension", "日本", "None", "class", "typing")
    ]
    empty = ResourceType(name="Empty", endpoint="/Empties", schema=Schema(id="urn:empty"))
    return app_of(user, group, LICENSE, empty, *described)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The emitted models, and a caller that is written as an app's owner would write it."""
    package = write_package(everything(), tmp_path_factory.mktemp("checked"))
    (package / "caller.py").write_text("""\
from .models import License, User
from .models.license import CrmLicense

licence = License(display_name="x", crm_license=CrmLicense(tier="pro", seats=3))
plain: str = License(display_name="x").type
user = User(user_name="ada", active=True)
tier: str = licence.crm_license.tier if licence.crm_license else ""
""")
    return package


def test_mypy(package: Path) -> None:
    run_tool("mypy", "--strict", "--python-version=3.11", package.name, cwd=package.parent)


def test_pyright(package: Path) -> None:
    project = '{"typeCheckingMode": "strict", "pythonVersion": "3.11"}'
    (package.parent / "pyrightconfig.json").write_text(project)
    run_tool("pyright", "--pythonpath", sys.executable, package.name, cwd=package.parent)


def test_ruff(package: Path) -> None:
    """With what the emitted project ignores in models: names and descriptions are kept as they were written."""
    rules = ("--select=E,F,I,UP,B,C4,SIM,RUF", "--ignore=E501,RUF001,RUF002,RUF003")
    settings = ("--isolated", "--line-length=120", "--target-version=py311", "--no-cache")
    run_tool("ruff", "check", *settings, *rules, ".", cwd=package)


def test_black_changes_nothing(package: Path) -> None:
    mode = black.Mode(target_versions={black.TargetVersion.PY311}, line_length=120)
    for path in sorted((package / "models").glob("*.py")):
        if path.name != "base.py":
            text = path.read_text("utf-8")
            assert black.format_str(text, mode=mode) == text


def test_the_base_module_is_black_too() -> None:
    text = (folder("templates") / "server/package/models/base.py").read_text("utf-8")
    mode = black.Mode(target_versions={black.TargetVersion.PY311}, line_length=120)
    assert black.format_str(text, mode=mode) == text


HOSTILE_PROJECT = """\
[tool.datamodel-codegen]
snake-case-field = false
class-name = "Hijacked"
use-title-as-name = true
custom-file-header = "# hijacked"
[tool.black]
line-length = 20
skip-string-normalization = true
[tool.isort]
force_single_line = true
"""
_SCRIPT = """\
import hashlib, sys
sys.path[:0] = sys.argv[1:3]
from test_models_checks import everything
from scimgen.emit.models import emit_models
for path, content in emit_models(everything()).items():
    print(ascii(path), hashlib.sha256(content).hexdigest())
"""


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("4242", "C.UTF-8")])
def test_nothing_around_it_changes_the_bytes(tmp_path: Path, seed: str, locale: str) -> None:
    """Neither the hash seed, nor the locale, nor a configuration in the folder it runs in."""
    import hashlib

    (tmp_path / "pyproject.toml").write_text(HOSTILE_PROJECT)
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(ROOT), str(Path(__file__).parent)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
        capture_output=True,
        text=True,
        check=True,
    )
    here = emit_models(everything())
    assert done.stdout.splitlines() == [
        f"{path!a} {hashlib.sha256(content).hexdigest()}" for path, content in here.items()
    ]


def test_asking_for_names_loads_nothing_heavy() -> None:
    """`validate` and the description room may use the naming rules."""
    script = "import sys, scimgen.emit.models as m; m.class_name('a'); print(*{'black', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

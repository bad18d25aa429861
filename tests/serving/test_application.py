"""The application in memory serves the same as the emitted project."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scimgen.description import load_file
from scimgen.emit.documents import discovery
from scimgen.serving import application_of
from scimgen_server.schema.attributes import Attribute, Tree
from scimgen_server.schema.trees import build_trees
from tests.support import emit_into
from tests.test_golden import CASES as GOLDEN_CASES

CASES = {**GOLDEN_CASES, "every": Path(__file__).parents[1] / "server" / "every.scim.yaml"}


def facts(attribute: Attribute) -> tuple[Any, ...]:
    """Everything that an attribute has, its sub-attributes included."""
    parts = tuple(facts(one) for one in attribute.sub_attributes.values())
    own = (attribute.name, attribute.scim, attribute.multi_valued, attribute.closed, attribute.default)
    return (*own, attribute.link, attribute.extension, parts)


def tree_facts(tree: Tree) -> tuple[Any, ...]:
    """Everything that a tree has."""
    type_ = tree.resource_type
    about = (type_.name, type_.endpoint, type_.description, type_.kind, type_.managed, type_.limit, type_.dialect)
    attributes = tuple(facts(attribute) for attribute in tree.children())
    return (*about, type_.required_extensions, tree.urn, attributes)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model, and the emitted package's APPLICATION."""
    app, _ = load_file(CASES[request.param])
    assert app
    emit_into(CASES[request.param], tmp_path)
    for name in [name for name in sys.modules if name == app.package or name.startswith(f"{app.package}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    emitted = importlib.import_module(f"{app.package}.resource_types").APPLICATION
    yield app, emitted
    for name in [name for name in sys.modules if name == app.package or name.startswith(f"{app.package}.")]:
        del sys.modules[name]


def test_it_is_the_emitted_application(case: Any) -> None:
    """Resource types and attribute trees, documents, and values."""
    app, emitted = case
    built = application_of(app)
    assert (built.name, built.package) == (emitted.name, emitted.package)
    ours = [tree_facts(tree) for tree in build_trees(built.resource_types)]
    theirs = [tree_facts(tree) for tree in build_trees(emitted.resource_types)]
    assert ours == theirs
    for name in discovery(app):
        assert json.dumps(built.document(name)) == json.dumps(emitted.document(name))  # type: ignore[arg-type]
    for one in app.resource_types:
        assert built.values(one.name) == emitted.values(one.name)


def test_its_models_have_the_emitted_names(case: Any) -> None:
    """Fields by Python name and alias, so that hooks see the same objects."""
    app, emitted = case
    for ours, theirs in zip(application_of(app).resource_types, emitted.resource_types, strict=True):
        assert ours.model.__name__ == theirs.model.__name__
        fields = {name: field.alias for name, field in ours.model.model_fields.items()}
        assert fields == {name: field.alias for name, field in theirs.model.model_fields.items()}

"""The conformance tests: requests over HTTP to a running server, for each of its resource types."""

from typing import ClassVar

import pytest

from ...application import Application
from ...schema.attributes import Tree
from ...schema.trees import build_trees
from .discovery import DiscoveryTests
from .errors import ErrorTests
from .lists import ListTests
from .okta import OktaTests
from .resources import ResourceTests


class Conformance(DiscoveryTests, ErrorTests, ListTests, ResourceTests, OktaTests):
    """The conformance tests of an app. Subclass it in a test module:

        class TestConformance(Conformance):
            application = APPLICATION

    The tests use the fixtures `client` and `base_url` of `testing.plugin`.
    """

    application: ClassVar[Application]
    """The app under test."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Parametrize each test over the app's resource types."""
        trees = build_trees(self.application.resource_types)
        chosen = {
            "tree": [tree for tree in trees if tree.managed == "scim"],
            "read_only_tree": [tree for tree in trees if tree.managed != "scim"],
            "granted_tree": [
                tree for tree in trees if tree.resource_type.kind in ("role", "entitlement")
            ],
        }
        for name, parameters in chosen.items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, parameters, ids=[tree.name for tree in parameters])

    @pytest.fixture
    def trees(self) -> dict[str, Tree]:
        """The attribute tree of each resource type, by its name."""
        return {tree.name: tree for tree in build_trees(self.application.resource_types)}

    @pytest.fixture
    def user_tree(self, trees: dict[str, Tree]) -> Tree:
        """The resource type of users."""
        return trees[self.application.user_type.name]

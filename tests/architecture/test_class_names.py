"""A class name has one meaning in a package."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRE_PARTS = {"Attribute", "Entry", "ResourceType", "Schema", "SchemaExtension", "ServiceProviderConfig"}
"""`scimgen/rules/nodes.py` has the parts of documents on the wire by the same names as the model's."""
NOT_YET_RENAMED = {
    "scimgen": WIRE_PARTS | {"Effect", "Kind", "Part", "Report", "Severity"},
    "scimgen_server": {"Grant", "ListTests", "Member"},
}


@pytest.mark.parametrize("package", ["scimgen", "scimgen_server"])
def test_a_class_name_is_used_once(package: str) -> None:
    """Names with an underscore are private to their module, and may be used again."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / package).rglob("*.py")]
    classes = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = Counter(name for name in classes if not name.startswith("_"))
    assert sorted(name for name, number in names.items() if number > 1 and name not in NOT_YET_RENAMED[package]) == []

"""Large texts: the same tree and the same faults as small ones, in little memory."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimgen.documents import urns
from scimgen.rules import check
from scimgen.source import Array, Document, Node, Object, find, plain, read_text, walk
from scimgen.source import deferred as module
from scimgen.source import json as reader
from scimgen.source.deferred import DeferredArray, DeferredObject, opened
from scimgen.source.json import MAX_DEPTH, _value_at, read_json
from tests.source.test_json import VALUES


@pytest.fixture(autouse=True, scope="module")
def small() -> object:
    """Every text counts as large, and a value of more than 200 characters is never built at once."""
    patch = pytest.MonkeyPatch()
    patch.setattr(reader, "LARGE", 0)
    patch.setattr(module, "_WHOLE", 200)
    yield
    patch.undo()


def eager(text: str) -> Document:
    """The document as it is read when it counts as small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LARGE", len(text) + 1)
        return read_json("a.json", text)


def places(document: Document) -> list[tuple[str, int, int]]:
    assert document.root is not None
    return [(pointer, node.start, node.end) for pointer, node in walk(document.root)]


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_the_tree_is_that_of_a_small_text(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    document = read_json("a.json", text)
    assert document.root is not None
    assert plain(document.root) == json.loads(text)
    assert places(document) == places(eager(text))


@given(VALUES, st.randoms(use_true_random=False))
def test_a_broken_text_has_the_fault_of_a_small_text(value: object, chance: random.Random) -> None:
    text = json.dumps(value, indent=chance.choice([None, 1]))
    at = chance.randrange(len(text) + 1)
    broken = text[:at] + chance.choice(["", ",", "}", "]", '"', "x", "'", "//", "\\", "0"]) + text[at + 1 :]
    assert read_json("a.json", broken).faults == eager(broken).faults


@pytest.mark.parametrize(
    "text", ["", " ", "[" * 200_000, "[1,]", '{"a":1,}', "{} {}", "[" + "1" * 2000 + "]", '{"a":1']
)
def test_a_fault_is_found_with_its_position(text: str) -> None:
    document = read_json("a.json", text)
    assert document.root is None
    assert document.faults == eager(text).faults


@pytest.mark.parametrize("depth", [MAX_DEPTH - 6, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1])
def test_the_depth_is_bounded_as_in_a_small_text(depth: int) -> None:
    text = "[" * depth + "]" * depth
    assert (read_json("a.json", text).root is None) == (depth > MAX_DEPTH)


def test_the_members_of_a_deferred_value_are_found() -> None:
    text = json.dumps({"Resources": [{"id": str(number), "ids": [number] * 60} for number in range(20)]})
    root = read_json("a.json", text).root
    assert type(root) is Object
    items = root.get("Resources")
    assert type(items) is Array
    first = items.items[7]
    assert isinstance(first, Object) and isinstance(opened(first), Object)
    found = find(root, "/Resources/7/ids/59")
    assert found is not None and text[found.start : found.end] == "7"
    kinds = {type(node) for _, node in walk(root)}
    assert kinds & {DeferredObject, DeferredArray}


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NODES", 50)
    monkeypatch.setattr(reader, "MAX_VALUES", 50)
    text = json.dumps([["x" * 190]] * 60)
    assert read_json("a.json", text).faults[0].message == "more than 50 values"


def test_the_rules_find_the_same_in_a_large_list() -> None:
    """Also those of a service provider, which read the views of all documents again."""
    schemas = [
        {"schemas": [urns.SCHEMA], "id": f"urn:acme:{name}", "name": name, "attributes": attributes}
        for name, attributes in (
            ("a", [{"name": "x", "type": "reference", "referenceTypes": ["Nobody"], "multiValued": False}]),
            ("A", [{"name": "groups", "type": "complex", "subAttributes": [{"name": "value"}, 5]}]),
        )
    ]
    types = [
        {"schemas": [urns.RESOURCE_TYPE], "name": "T", "endpoint": endpoint, "schema": "urn:acme:b", **more}
        for endpoint, more in (
            ("/Ts", {}),
            ("/Ts", {"schemaExtensions": [{"schema": "urn:acme:a", "required": False}]}),
        )
    ]
    grants = [{"schemas": ["urn:okta:scim:schemas:core:1.0:Entitlement"], "id": "1", "displayName": "x", "type": "U"}]

    def findings(document: Document) -> list[tuple[str, str, str, int, int]]:
        found = check([document], ("okta", "entra", "ietf")).findings
        return sorted((item.rule.id, item.message, item.spot.pointer, *item.spot[1:3]) for item in found)

    text = json.dumps({"schemas": [urns.LIST_RESPONSE], "totalResults": 5, "Resources": schemas + types + grants})
    found = findings(read_json("a.json", text))
    assert found == findings(eager(text))
    due = {"schema-id-duplicate", "rt-name-duplicate", "rt-endpoint-duplicate", "reference-types-unresolved"}
    due |= {"rt-schema-unresolved", "okta-entitlement-type"}
    assert due <= {rule for rule, *_ in found}


def test_a_list_without_a_fault_is_read_once() -> None:
    """The rules for the service provider do not read the schemas again."""
    users = {"name": "owner", "type": "reference", "referenceTypes": ["User"], "multiValued": False}
    schemas = [
        {"schemas": [urns.SCHEMA], "id": f"urn:acme:{number}", "name": "a", "attributes": [users] * 9}
        for number in range(30)
    ]
    text = json.dumps({"schemas": [urns.LIST_RESPONSE], "totalResults": 30, "Resources": schemas})
    built: list[int] = []

    def build(text: str, at: int) -> Node:
        built.append(at)
        return _value_at(text, at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_WHOLE", 10_000)
        patch.setattr(reader, "_value_at", build)
        check([read_json("a.json", text)])
    assert len([at for at in built if text[at] == "{"]) == 30


SCRIPT = """
import resource, sys
from scimgen.cli.validate import run_validate
run_validate((sys.argv[1],), limit=1, quiet=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def test_a_large_list_takes_less_than_four_times_its_size(tmp_path: Path) -> None:
    """It was fifteen times the size. `bench/validate_large.py` measures 57 MB."""
    from bench.validate_large import write_list

    path = tmp_path / "list.json"
    peaks = []
    for size in (100_000, 4_500_000):  # the modules, the rules and the objects that wait for collection need memory too
        write_list(path, size, 2)
        ran = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        peaks.append(int(ran.stderr.splitlines()[-1]))
    assert peaks[1] - peaks[0] < 4 * path.stat().st_size


def test_bytes_of_a_large_text_are_read_with_their_mark() -> None:
    document = read_text("a.json", b'\xef\xbb\xbf{"a": ["\xc3\xa9"]}', "json")
    assert document.had_bom and document.root is not None
    assert plain(document.root) == {"a": ["é"]}

"""YAML with positions; the oracle is PyYAML's own loader."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scimgen.source import plain, walk
from scimgen.source.yaml import read_yaml

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff", exclude_categories=["Cc", "Cs"])
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT.filter(lambda key: key != "<<"), inner),
    max_leaves=15,
)


@given(VALUES, st.booleans())
def test_reads_what_yaml_writes(value: object, flow: bool) -> None:
    """Whatever PyYAML writes is read back as the same value."""
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    root = read_yaml("a.yaml", text).root
    assert root is not None
    assert plain(root) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("~", None),
        ("True", True),
        ("'true'", "true"),
        ("!!str 1", "1"),
        ('"1"', "1"),
    ],
)
def test_scalars_are_read_by_the_core_schema(text: str, value: object) -> None:
    """YAML 1.2 section 10.3.2: no Norway, no sexagesimal, no dates."""
    root = read_yaml("a.yaml", f"a: {text}").root
    assert root is not None
    assert plain(root) == {"a": value}
    assert type(plain(root)["a"]) is type(value)  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("a: *b", "1:4", "*b is an alias"),
        ("a: &b 1", "1:4", "&b is an anchor"),
        ("<<: {a: 1}", "1:1", "merge keys are not read"),
        ("a: 1\n---\nb: 2", "2:1", "a second YAML document"),
        ("? [a]\n: b", "1:3", "a key must be text, not a list or a mapping"),
        ("a: !!python/name:os.system x", "1:4", "the tag 'tag:yaml.org,2002:python/name:os.system' is not known here"),
        ("a:\n\t- b", "2:1", "a tab in the indentation"),
        ("a: b: c", "1:5", "mapping values are not allowed in this context"),
        ("[" * 900, "1:101", "nested deeper than 100 levels"),
    ],
)
def test_refuses_what_is_not_plain(text: str, where: str, message: str) -> None:
    """Anchors, aliases, tags, depth: each a fault at its place, none of them followed."""
    document = read_yaml("a.yaml", text)
    fault = document.faults[0]
    assert document.root is None
    assert fault.message == message
    assert str(document.source.place(fault.start)) == f"a.yaml:{where}"


def test_200_000_brackets_are_a_fault() -> None:
    """Our own limit, or that of a libyaml that reads ahead."""
    (fault,) = read_yaml("a.yaml", "[" * 200_000).faults
    assert (fault.message, fault.start in (100, 1000)) == ("nested deeper than 100 levels", True)


def test_every_value_has_its_range() -> None:
    """Flow and block, keys and values."""
    text = "app: crm\nroles:\n  - {id: a, n: 25}\n  - id: b\nlast: é\n"
    document = read_yaml("a.yaml", text)
    assert document.root is not None
    ranges = {pointer: text[node.start : node.end] for pointer, node in walk(document.root)}
    assert ranges["/app"] == "crm"
    assert ranges["/roles/0"] == "{id: a, n: 25}"
    assert ranges["/roles/0/n"] == "25"
    assert ranges["/roles/1"] == "id: b"
    assert ranges["/last"] == "é"


def test_both_of_two_equal_keys_are_kept() -> None:
    """The last does not win in silence."""
    document = read_yaml("a.yaml", "a: 1\na: 2\n")
    assert [member.key for member in document.root.members] == ["a", "a"]  # type: ignore[union-attr]


def test_a_no_break_space_in_the_indentation_is_the_fault() -> None:
    """It looks like a space, and the column is its own."""
    document = read_yaml("a.yaml", "user:\n  key: id\n  \u00a0a: b: c\n")
    fault = document.faults[0]
    assert (fault.message, fault.fix) == ("a no-break space (U+00A0)", "write a space instead")
    assert str(document.source.place(fault.start)) == "a.yaml:3:3"

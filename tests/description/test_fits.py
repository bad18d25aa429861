"""The quick check of a page against jsonschema, which has the last word."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scimgen.data import folder, load_json
from scimgen.description.fits import fits
from scimgen.source import plain, read_file

SCHEMA = load_json("scimgen.schema.json")
VALIDATOR = Draft202012Validator(SCHEMA)
PAGES: list[Any] = [
    plain(document.root)
    for path in sorted(
        [*folder("examples").glob("*/*.scim.*"), *(folder("examples").parent / "tests").glob("*/**/*.scim.yaml")]
    )
    if "golden" not in path.parts and (document := read_file(path)).root
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 1.0, -1, 20_000, "", "x", "string", "1.0", "/Path", "a.csv", "okta", [], {}, ["okta"] * 2]),
    st.dictionaries(st.sampled_from(["type", "id", "attributes", "values", "x"]), st.sampled_from(["string", 1, {}])),
)


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value in plain data."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.get("app", ""))
def test_a_sound_page_fits(page: Any) -> None:
    """So jsonschema is not loaded for it; every keyword of the language's schema is known here."""
    assert fits(page, SCHEMA, SCHEMA) == VALIDATOR.is_valid(page)


@given(data=st.data())
def test_what_fits_is_valid(data: st.DataObject) -> None:
    """Any value at any place of a page: a yes is jsonschema's yes, and a no is its no but for numbers like 1.0."""
    page = copy.deepcopy(data.draw(st.sampled_from(PAGES)))
    place = data.draw(st.sampled_from(places(page)[1:]))
    value = data.draw(VALUES)
    owner = page
    for step in place[:-1]:
        owner = owner[step]
    match data.draw(st.sampled_from(["set", "drop", "add"])):
        case "set":
            owner[place[-1]] = value
        case "drop":
            del owner[place[-1]]
        case "add" if isinstance(owner, dict):
            owner[data.draw(st.sampled_from(["added", "type", "id", "displayName", "a/b", ""]))] = value
        case "add":
            owner.append(value)
    found, valid = fits(page, SCHEMA, SCHEMA), VALIDATOR.is_valid(page)
    assert valid or not found
    assert found or not valid or "1.0" in repr(page)

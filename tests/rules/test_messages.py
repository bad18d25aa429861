"""What findings recommend: the fix is the right one, and two fixes do not contradict each other."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from scimgen.data import load_json
from scimgen.documents import urns
from scimgen.rules import Finding, check
from scimgen.source import read_text
from tests.rules.documents import Json, attribute, config, listing, resource_type, schema, serious, shown, user

BADGE = "urn:acme:scim:schemas:crm:1.0:Badge"
SHORT = {
    "pacth": ("patch", config),
    "sotr": ("sort", config),
    "etga": ("etag", config),
    "nmae": ("name", attribute),
    "tpye": ("type", attribute),
    "typ": ("type", attribute),
    "schma": ("schema", resource_type),
    "di": ("id", resource_type),
}


def renamed(document: Json, name: str, key: str) -> Json:
    """A document with another name for a member."""
    return {key if member == name else member: value for member, value in document.items()}


@pytest.mark.parametrize("key", SHORT)
def test_a_short_misspelled_key_is_named_and_every_fix_renames_it(key: str) -> None:
    """No finding recommends to add the member a second time."""
    name, made = SHORT[key]
    if made is attribute:
        found = serious(schema(renamed(attribute("badge"), name, key)))
    else:
        found = serious(renamed(config() if made is config else resource_type(BADGE), name, key))
    assert "key-typo" in [finding.rule.id for finding in found]
    fixes = {finding.fix for finding in found}
    assert f'did you mean "{name}"?' in fixes
    assert fixes <= {f'did you mean "{name}"?', f'write "{name}" instead of "{key}"'}


@pytest.mark.parametrize("key", ["tags", "id", "_path", "label", "pattern", "minLength"])
def test_the_key_of_a_vendor_is_no_misspelling(key: str) -> None:
    """It is only information."""
    assert shown(schema(attribute("badge") | {key: "x"})) == []


def test_a_schema_without_attributes_in_a_list_is_a_schema() -> None:
    """What is missing is named, and a resource type finds the schema."""
    bare = {"id": BADGE, "name": "Badge"}
    found = serious([resource_type(BADGE), bare])
    assert ("doc-unrecognised-shape", 'add "attributes": [{…}]') in [(each.rule.id, each.fix) for each in found]
    assert "rt-schema-unresolved" not in [finding.rule.id for finding in found]
    marked = bare | {"schemas": [urns.SCHEMA]}
    assert shown(listing(marked)) == [("schema-attributes-missing", "/Resources/0")]


def test_attributes_that_are_an_object_are_reported_at_their_place() -> None:
    """The message is about the array, not about missing attributes."""
    found = serious(schema() | {"attributes": {"badge": attribute("badge")}})
    assert [(each.message, each.spot.pointer) for each in found] == [("attributes is not an array", "/attributes")]


def test_a_misspelled_attribute_of_the_rfc_has_a_suggestion() -> None:
    """The name that the schema lacks, and not one that it has."""
    found = serious(user(attribute("nickNmae"), attribute("titel"), attribute("titles"), attribute("title")))
    assert [(each.rule.id, each.fix) for each in found] == [
        ("core-attr-unknown", 'did you mean "nickName"?'),
        ("core-attr-unknown", "move it to an extension schema"),
        ("core-attr-unknown", "move it to an extension schema"),
    ]


def everything(document: Json) -> list[Finding]:
    """All findings, also information."""
    return check([read_text("a.json", json.dumps(document).encode(), "json")]).findings


def attributes(document: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every attribute of a schema with its pointer."""
    for key in ("attributes", "subAttributes"):
        for index, item in enumerate(document.get(key, [])):
            at = f"{pointer}/{key}/{index}"
            yield at, item
            yield from attributes(item, at)


CHARACTERISTICS: dict[str, tuple[Any, ...]] = {
    "type": ("string", "boolean", "complex", "reference", "integer", "text"),
    "mutability": ("readOnly", "readWrite", "immutable", "writeOnly"),
    "returned": ("always", "never", "default", "request"),
    "uniqueness": ("none", "server"),
    "required": (True, False),
    "multiValued": (True, False),
    "caseExact": (True, False),
}
RECOMMENDED = re.compile(r'(?:write|add) "([A-Za-z]+)": ("[A-Za-z]+"|true|false)')


@pytest.mark.parametrize("name", ["User", "Group", "EnterpriseUser"])
@pytest.mark.parametrize("characteristic", CHARACTERISTICS)
def test_fixes_for_an_attribute_of_the_rfc_agree_and_are_those_of_the_rfc(name: str, characteristic: str) -> None:
    """One value is changed or left out. No two findings recommend different values of the same characteristic."""
    whole = load_json(f"rfc7643/{name}.json")
    for top in whole["attributes"]:
        original = whole | {"attributes": [top]}
        for place, item in attributes(original):
            for value in (*CHARACTERISTICS[characteristic], None) if characteristic in item else ():
                check_fixes(original, place, characteristic, value)


def check_fixes(original: Json, place: str, characteristic: str, value: object) -> None:
    """Change or leave out one value, and compare what the findings recommend."""
    changed = copy.deepcopy(original)
    item = dict(attributes(changed))[place]
    right = item.pop(characteristic)
    if value is not None:
        item[characteristic] = value
    recommended: dict[str, set[str]] = {}
    for finding in everything(changed):
        for key, written in RECOMMENDED.findall(finding.fix) if finding.spot.pointer.startswith(place) else ():
            recommended.setdefault(key, set()).add(written)
    assert all(len(values) == 1 for values in recommended.values()), (place, value, recommended)
    if value is None and characteristic in recommended:
        assert recommended[characteristic] == {json.dumps(right)}


def test_no_finding_recommends_an_optional_user_name() -> None:
    """Neither if it is readOnly, nor if required is missing."""
    for document in (user(attribute("title"), mutability="readOnly"), user(mutability="readOnly")):
        assert not [each for each in everything(document) if '"required": false' in each.fix]
    document = user()
    del document["attributes"][0]["required"]
    assert [each.fix for each in everything(document) if "required" in each.fix] == ['add "required": true']

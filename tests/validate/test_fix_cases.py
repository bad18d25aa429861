"""`--fix` is right or silent: the characteristics of the RFC, misspelt members, whitespace, and the chosen severity."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scimgen.data import load_json
from scimgen.documents import urns
from scimgen.source import read_text
from scimgen.validation.fixing import fix
from tests.validate.support import RULES, run, write

OWN = "urn:acme:scim:schemas:2.0:Badge"
CHARACTERISTICS = ("required", "caseExact", "mutability", "returned", "uniqueness")


def fixed(text: str, clients: tuple[str, ...] = ()) -> str:
    """A text after all fixes of any severity."""
    found = fix(read_text("a.json", text.encode("utf-8"), "json"), clients, lambda _: True)
    return found.after.source.text if found else text


def schema(urn: str, *attributes: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [urns.SCHEMA], "id": urn, "name": "X", "attributes": list(attributes)}


def fixed_attribute(urn: str, attribute: dict[str, Any]) -> dict[str, Any]:
    """One attribute of a schema after all fixes."""
    found: dict[str, Any] = json.loads(fixed(json.dumps(schema(urn, attribute))))["attributes"][0]
    return found


def plain(name: str, **members: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "multiValued": False, "description": "x", **members}


def added(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if name not in before}


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("userName", {"required": True, "caseExact": False, "uniqueness": "server"}),
        ("password", {"mutability": "writeOnly", "returned": "never", "required": False}),
        ("displayName", {"required": False, "mutability": "readWrite", "returned": "default", "uniqueness": "none"}),
    ],
)
def test_an_attribute_of_the_rfc_gets_the_characteristics_of_the_rfc(name: str, due: dict[str, Any]) -> None:
    after = fixed_attribute(urns.USER, plain(name))
    assert {key: after[key] for key in due} == due


@pytest.mark.parametrize("urn", [urns.USER, OWN])
def test_a_common_attribute_gets_only_what_section_3_1_defines(urn: str) -> None:
    """The clause names no uniqueness of `id`, and does not call it required."""
    before = plain("id")
    assert added(before, fixed_attribute(urn, before)) == {
        "caseExact": True,
        "mutability": "readOnly",
        "returned": "always",
    }
    before = plain("externalId")
    assert added(before, fixed_attribute(urn, before))["caseExact"] is True
    before = {"name": "meta", "multiValued": False, "description": "x"}
    after = added(before, fixed_attribute(urn, before))
    assert after == {"type": "complex", "mutability": "readOnly", "returned": "default", "required": False}


@pytest.mark.parametrize(
    ("urn", "name", "type_"), [(urns.USER, "active", "boolean"), (urns.USER, "emails", "complex"), (OWN, "x", "string")]
)
def test_a_missing_type_is_that_of_the_rfc(urn: str, name: str, type_: str) -> None:
    assert fixed_attribute(urn, {"name": name, "multiValued": name == "emails"})["type"] == type_


def test_a_sub_attribute_of_a_list_has_the_type_of_section_2_4() -> None:
    subs = [{"name": name, "multiValued": False} for name in ("primary", "$ref", "display", "type", "value")]
    for multi_valued, types in (
        (True, ["boolean", "reference", "string", "string", "string"]),
        (False, ["string"] * 5),
    ):
        whole = {"name": "badges", "type": "complex", "multiValued": multi_valued, "subAttributes": subs}
        after = fixed_attribute(OWN, whole)
        assert [sub["type"] for sub in after["subAttributes"]] == types


def test_a_reference_gets_no_characteristic_that_the_rfc_contradicts() -> None:
    """Section 2.3.7: case exact. Section 8.7.1 prints false for its own references, so these stay as they are."""
    assert fixed_attribute(OWN, plain("photo", type="reference", referenceTypes=["uri"]))["caseExact"] is True
    subs = [plain("$ref", type="reference", referenceTypes=["User"])]
    manager = plain("manager", type="complex", subAttributes=subs)
    after = fixed_attribute(urns.ENTERPRISE_USER, manager)["subAttributes"][0]
    assert "caseExact" not in after
    assert after["mutability"] == "readWrite"


@pytest.mark.parametrize(
    ("attribute", "silent"),
    [
        (plain("key", mutability="writeOnly"), {"returned"}),
        (plain("apiSecret"), {"mutability", "returned"}),
        (plain("apiKey"), {"mutability", "returned"}),
        (plain("passphrase"), {"mutability", "returned"}),
        (plain("passwordHash"), {"mutability", "returned"}),
        (plain("x", uniquness="server", uniqueness_="x"), {"uniqueness"}),
        (plain("x", readOnly=True), {"mutability"}),
        (plain("active", type="string"), set(CHARACTERISTICS)),
    ],
)
def test_what_has_more_than_one_answer_is_left(attribute: dict[str, Any], silent: set[str]) -> None:
    urn = urns.USER if attribute["name"] == "active" else OWN
    after = fixed_attribute(urn, attribute)
    assert not silent & (added(attribute, after).keys() - ({"uniqueness"} if "uniquness" in attribute else set()))


def test_a_part_of_a_read_only_attribute_does_not_become_writable() -> None:
    whole = {"name": "total", "type": "complex", "mutability": "readOnly", "returned": "request", "multiValued": False}
    after = fixed_attribute(OWN, {**whole, "subAttributes": [plain("value")]})["subAttributes"][0]
    assert "mutability" not in after
    assert "returned" not in after


@pytest.mark.parametrize("name", ["rfc7643/User", "rfc7643/Group", "rfc7643/EnterpriseUser"])
def test_a_schema_of_the_rfc_without_characteristics_gets_them_back(name: str) -> None:
    """All but caseExact of references and binaries, about which the RFC contradicts itself."""
    original = load_json(f"{name}.json")

    def bare(attributes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for attribute in attributes:
            kept = {key: value for key, value in attribute.items() if key not in CHARACTERISTICS}
            if attribute["type"] in ("reference", "binary"):
                kept["caseExact"] = attribute["caseExact"]
            found.append({**kept, "subAttributes": bare(kept.get("subAttributes", []))})
        return found

    def compared(attributes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = [*CHARACTERISTICS, "name"]
        found = []
        for attribute in attributes:
            values = {key: attribute.get(key) for key in names}
            if attribute["type"] in ("boolean", "dateTime", "complex", "integer", "decimal"):
                del values["caseExact"]
            if attribute["type"] in ("boolean", "dateTime", "complex", "binary"):
                del values["uniqueness"]
            found.append({**values, "subs": compared(attribute.get("subAttributes", []))})
        return found

    text = json.dumps({**original, "attributes": bare(original["attributes"])})
    assert compared(json.loads(fixed(text))["attributes"]) == compared(original["attributes"])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("uniquness", "uniqueness"), ("mutabilty", "mutability"), ("requierd", "required"), ("subAtributes", "")],
)
def test_a_misspelt_member_is_renamed_and_not_added_again(wrong: str, right: str) -> None:
    """A type is not guessed beside misspelt sub-attributes."""
    values = {"uniquness": "server", "mutabilty": "readOnly", "requierd": True, "subAtributes": [plain("a")]}
    attribute = {"name": "x", "multiValued": False, wrong: values[wrong]}
    after = fixed_attribute(OWN, attribute)
    assert wrong not in after
    if right:
        assert after[right] == values[wrong]
    else:
        assert [sub["name"] for sub in after["subAttributes"]] == ["a"]
    assert after.get("type") == ("string" if right else None)


@pytest.mark.parametrize("pair", [("uniquness", "uniqeness"), ("uniquness", "uniqueness"), ("uniquness", "Uniqueness")])
def test_two_spellings_of_one_member_are_left(pair: tuple[str, str]) -> None:
    text = fixed(json.dumps(schema(OWN, plain("x", **dict.fromkeys(pair, "server")))))
    names = re.findall(r'"(\w*ni?q?u?e?ness)"', text, re.IGNORECASE)
    assert len({name.lower() for name in names}) == 2
    assert "uniquness" in names


def test_two_cases_of_one_member_are_left() -> None:
    text = json.dumps(schema(OWN, plain("x"))).replace('"description"', '"Description": "a", "DESCRIPTION"')
    after = fixed(text)
    assert '"Description": "a", "DESCRIPTION"' in after


@pytest.mark.parametrize("name", ["shemas", "Schemas", "schemsa"])
def test_schemas_are_not_added_beside_a_misspelling(name: str) -> None:
    text = json.dumps(schema(OWN, plain("x"))).replace('"schemas"', f'"{name}"')
    assert fixed(text).count(urns.SCHEMA) == 1
    listing = {name: [urns.LIST_RESPONSE], "totalResults": 1, "Resources": [schema(OWN, plain("x"))]}
    assert fixed(json.dumps(listing)).count(urns.LIST_RESPONSE) == 1


def test_a_total_is_not_written_without_the_resources() -> None:
    """Here they have another name, so zero would be wrong."""
    listing = {"schemas": [urns.LIST_RESPONSE], "Items": [schema(OWN, plain("x"))]}
    assert "totalResults" not in json.loads(fixed(json.dumps(listing)))


@pytest.mark.parametrize(
    ("extensions", "wrapped"),
    [
        ({OWN: False}, False),
        ({"urn": OWN, "required": False}, False),
        ({"schema": OWN, "required": False}, True),
        ({"schema": 5, "required": False}, False),
    ],
)
def test_only_an_extension_is_wrapped_in_an_array(extensions: dict[str, Any], wrapped: bool) -> None:
    type_ = {"schemas": [urns.RESOURCE_TYPE], "name": "User", "endpoint": "/Users", "schema": urns.USER}
    after = json.loads(fixed(json.dumps({**type_, "schemaExtensions": extensions})))["schemaExtensions"]
    assert after == ([extensions] if wrapped else extensions)


@pytest.mark.parametrize(
    "endpoint", ["\\Users", " Users", "scim/v2/Users", "Users?x", "{base}/Users", "Users#", "..", "?"]
)
def test_an_endpoint_gets_a_slash_only_if_it_is_one_plain_step(endpoint: str) -> None:
    type_ = {"schemas": [urns.RESOURCE_TYPE], "name": "User", "endpoint": endpoint, "schema": urns.USER}
    assert json.loads(fixed(json.dumps(type_)))["endpoint"] == endpoint
    type_["endpoint"] = "Users"
    assert json.loads(fixed(json.dumps(type_)))["endpoint"] == "/Users"


def test_a_page_of_resources_keeps_its_numbers() -> None:
    """Only discovery endpoints ignore paging (RFC 7644 section 4)."""
    users = [{"schemas": [urns.USER], "id": str(number), "userName": f"u{number}"} for number in (1, 2)]
    page = {"schemas": [urns.LIST_RESPONSE], "totalResults": 7, "startIndex": 3, "itemsPerPage": 2, "Resources": users}
    assert json.loads(fixed(json.dumps(page))) == page


LAYOUTS = {
    "one line": ('{"name": "x", "type": "string", "multiValued": false}', ', "required": false'),
    "minified": ('{"name":"x","type":"string","multiValued":false}', ',"required":false'),
    "lines": (
        '{\n      "name": "x",\n      "type": "string",\n      "multiValued": false\n    }',
        ',\n      "required": false',
    ),
    "Windows": (
        '{\r\n\t"name": "x",\r\n\t"type": "string",\r\n\t"multiValued": false\r\n}',
        ',\r\n\t"required": false',
    ),
    "commas first": ('{ "name": "x"\n, "type": "string"\n, "multiValued": false\n}', '\n, "required": false'),
    "wide colons": ('{"name" : "x" , "type" : "string" , "multiValued" : false}', ' , "required" : false'),
    "one on a line": ('{"name": "x", "type": "string",\n  "multiValued": false}', ',\n  "required": false'),
    "value on the next line": (
        '{"name": "x", "type": "string", "multiValued":\n  false}',
        ', "required": false',
    ),
    "several on a line": (
        '{\n  "name": "x", "type": "string",\n  "multiValued": false, "description": "x"\n}',
        ', "required": false',
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_added_member_has_the_whitespace_of_its_neighbours(layout: str) -> None:
    attribute, first = LAYOUTS[layout]
    head = f'{{"schemas": ["{urns.SCHEMA}"], "id": "{OWN}", "name": "X", "attributes": ['
    text = f"{head}{attribute}]}}\r\n"
    after = fixed(text)
    end = len(head) + len(attribute.rstrip("}").rstrip())
    assert after[: end + len(first)] == text[:end] + first
    assert after.endswith(text[end:])
    gap = first.removesuffix('"required"' + first.partition('"required"')[2])
    names = [f'{gap}"{name}"' for name in CHARACTERISTICS]
    assert re.findall(re.escape(gap) + r'"\w+"', after[end:]) == names
    assert after.count("\r\n") - text.count("\r\n") == gap.count("\r\n") * 5


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('{"id":"urn:acme:x","attributes":[]}', '{"schemas":["URI"],"id":'),
        ('{"id": "urn:acme:x", "attributes": []}', '{"schemas": ["URI"], "id":'),
        ('{\r\n\t"id": "urn:acme:x",\r\n\t"attributes": []\r\n}', '{\r\n\t"schemas": ["URI"],\r\n\t"id":'),
        ('{ "id" : "urn:acme:x" , "attributes" : [] }', '{ "schemas" : ["URI"], "id" :'),
    ],
)
def test_schemas_come_first_with_the_whitespace_of_the_next_member(text: str, start: str) -> None:
    assert fixed(text).startswith(start.replace("URI", urns.SCHEMA))


def test_only_what_is_shown_is_fixed(tmp_path: Path) -> None:
    """The default shows warnings and errors; a severity of the settings counts."""
    bad = schema(OWN, plain("x", mutability="readonly"))
    path = write(tmp_path / "a.json", bad)
    run(path, fix=True)
    assert json.loads(path.read_text("utf-8")) == schema(OWN, plain("x", mutability="readOnly"))
    settings = write(tmp_path / "scimgen.toml", '[severity]\ncharacteristic-omitted = "warning"\n')
    run(path, fix=True, config=settings)
    assert json.loads(path.read_text("utf-8"))["attributes"][0]["uniqueness"] == "none"
    write(path, schema(OWN, plain("x", mutability="readonly", type="STRING")))
    run(path, fix=True, min_severity="error")
    assert json.loads(path.read_text("utf-8"))["attributes"][0]["type"] == "STRING"
    write(settings, '[severity]\nenum-invalid = "info"\n')
    write(path, bad)
    run(path, fix=True, config=settings)
    assert json.loads(path.read_text("utf-8")) == bad


def test_the_edits_of_one_finding_are_applied_together_or_not_at_all() -> None:
    """Half of a pair of brackets would leave no JSON."""
    from scimgen.fixes.edit import Edit, compatible

    wrap = (Edit(1, 1, "["), Edit(5, 5, "]"))
    inner, outer = (Edit(2, 3, "x"),), (Edit(0, 4, "y"),)
    assert compatible([wrap, inner, outer]) == [True, True, False]
    assert compatible([outer, wrap, inner]) == [True, False, False]
    assert compatible([inner, inner, wrap]) == [True, True, True]


def test_a_diff_shows_rule_and_reason_of_each_hunk(tmp_path: Path) -> None:
    attributes = [plain(f"a{number}") for number in range(6)]
    attributes[0]["mutability"] = "readonly"
    attributes[5] |= {"type": "STRING", "retuned": "never", "multiValued": "true"}
    path = write(tmp_path / "a.json", schema(OWN, *attributes))
    ran = run(path, diff=True, format="text")
    headings = re.findall(r"^@@ -\S+ \+\S+ @@ (.*)$", ran.out, re.MULTILINE)
    assert headings == [
        'enum-invalid: "readonly" is not a mutability',
        'attr-type-case: "STRING" is spelled "string"; boolean-type: multiValued is "true", not a boolean; '
        'key-typo: there is no member "retuned"',
    ]


def test_a_diff_counts_repeated_reasons_and_escapes_text(tmp_path: Path) -> None:
    """A hunk of many attributes has one heading. A name cannot end the line or change the terminal."""
    names = ["a\\u001b[31m", "b", "c"]
    attributes = ",".join(
        f'{{"name":"{name}","type":"string","multiValued":false,"returned":"Never"}}' for name in names
    )
    text = f'{{"schemas":["{urns.SCHEMA}"],"id":"{OWN}","attributes":[{attributes}]}}'
    ran = run(write(tmp_path / "a.json", text), diff=True, format="text")
    assert '@@ -1 +1 @@ enum-invalid: "Never" is not a returned (and 2 more)\n' in ran.out
    ran = run(write(tmp_path / "a.json", text), diff=True, format="text", min_severity="info")
    assert "\x1b" not in ran.out


def test_a_line_of_a_diff_ends_where_a_line_of_the_file_ends(tmp_path: Path) -> None:
    """U+2028 is a character of a JSON string, not a line end."""
    text = json.dumps(schema(OWN, plain("x", mutability="readonly", description="a\u2028b")), ensure_ascii=False)
    ran = run(write(tmp_path / "a.json", text), diff=True, format="text")
    assert [line[:1] for line in ran.out.split("\n")] == ["-", "+", "@", "-", "\\", "+", "\\", ""]


def test_a_diff_can_be_applied_by_git(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    ran = run("a.json" if Path.cwd() == tmp_path else path, diff=True, format="text", min_severity="info")
    patch = ran.out.replace(f"a/{path}", "a/a.json").replace(f"b/{path}", "b/a.json")
    subprocess.run(["git", "apply", "--unsafe-paths", "-p1"], cwd=tmp_path, input=patch, text=True, check=True)
    other = write(tmp_path / "b.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    run(other, fix=True, min_severity="info")
    assert path.read_bytes() == other.read_bytes()


def test_reasons_of_later_rounds_are_at_their_hunks(tmp_path: Path) -> None:
    """A member that is renamed in the first round and corrected in the second is one hunk with two reasons."""
    attributes = [plain(f"a{number}") for number in range(6)]
    attributes[5]["mutabilty"] = "readonly"
    path = write(tmp_path / "a.json", schema(OWN, *attributes))
    ran = run(path, diff=True, format="text")
    headings = re.findall(r"^@@ -\S+ \+\S+ @@ (.*)$", ran.out, re.MULTILINE)
    assert headings == ['key-typo: there is no member "mutabilty"; enum-invalid: "readonly" is not a mutability']

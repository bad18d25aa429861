"""Every fault of a description: its rule, its exact place, its fix; all of them at once, and none of a good page."""

import json
from pathlib import Path

import pytest

from scimgen.description import load
from scimgen.diagnostics import Diagnostic, Severity
from scimgen.source import read_text
from scimgen.validation.described import read_description

HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"


def faults(text: str, folder: Path | None = None) -> list[Diagnostic]:
    """The findings about a page; the head is added where it has none."""
    whole = text if "scimgen:" in text else HEAD + text
    name = str(folder / "crm.scim.yaml") if folder else "crm.scim.yaml"
    app, findings = read_description(read_text(name, whole.encode(), "yaml"))
    assert (app is None) == any(finding.severity is Severity.ERROR for finding in findings)
    return findings


def type_(attributes: str) -> str:
    return f"entitlements:\n  License:\n    attributes:\n      {attributes}\n"


# The page below the head (which takes lines 1 to 3), line:column-column of the range, rule, part of the fix.
CASES = [
    ("app2: x\n", "4:1-5", "description-unknown-key", "did you mean app?"),
    ("title: 5\n", "4:8-9", "description-type", 'put it in quotes: "5"'),
    ("clients: [okta, google]\n", "4:17-23", "description-value", "one of okta, entra, ietf"),
    ("dialect: octa\n", "4:10-14", "description-value", "did you mean okta?"),
    ("documentationUri: docs\n", "4:19-23", "description-value", "https://"),
    ("user: {attributes: {region: strng}}\n", "4:29-34", "attr-type-invalid", "did you mean string?"),
    ("user: {attributes: {2fa: string}}\n", "4:21-24", "attr-name-grammar", "a letter"),
    ("user: {attributes: {a.b: string}}\n", "4:21-24", "attr-name-grammar", "a letter"),
    ("user: {attributes: {userName: string}}\n", "4:21-29", "ext-redefines-core-attr", "another name"),
    ("user: {attributes: {ExternalID: string}}\n", "4:21-31", "ext-redefines-core-attr", "another name"),
    ("user: {attributes: {a: string, A: string}}\n", "4:32-33", "attr-name-duplicate", "rename"),
    (type_("type: string"), "7:7-11", "redefined", "crmType"),
    (type_("a: {type: complex}"), "7:7-8", "complex-without-subattributes", "subAttributes"),
    (type_("a: {type: string, attributes: {b: string}}"), "7:37-48", "subattributes-on-simple", "type: complex"),
    (type_("a: {attributes: {b: {attributes: {c: string}}}}"), "7:24-25", "complex-nested", "flatten"),
    (
        type_("a: {type: integer, referenceTypes: [User]}"),
        "7:42-48",
        "reference-types-inapplicable",
        'type: "reference"',
    ),
    (type_("a: {type: reference, referenceTypes: [Usr]}"), "7:45-48", "reference-types-unresolved", "write one of"),
    (type_("a: {type: boolean, uniqueness: server}"), "7:38-44", "uniqueness-meaningless", 'uniqueness: "none"'),
    (type_("a: {type: reference, caseExact: false}"), "7:39-44", "case-exact-required", "caseExact: true"),
    (type_("a: {attributes: {b: string}, indexed: true}"), "7:45-49", "characteristic", "sub-attribute"),
    (type_("a: {type: integer, canonicalValues: [x], closed: true}"), "7:56-60", "canonical-values", "string"),
    (type_("a: {mutability: writeOnly, returned: default}"), "7:7-8", "writeonly-returned-default", "never"),
    (type_("a: {mutability: readonly}"), "7:23-31", "enum-invalid", "did you mean readOnly?"),
    (type_("a: {canonicalValues: [x, X]}"), "7:32-33", "canonical-values-duplicate", "remove it"),
    (type_("a: {closed: true}"), "7:19-23", "canonical-values", "canonicalValues:"),
    (type_("a: {requird: true}"), "7:11-18", "description-unknown-key", "did you mean required?"),
    ('entitlements: {"a/b": {}}\n', "4:16-21", "description-value", "no /"),
    ("entitlements: {User: {}}\n", "4:16-20", "rt-name-duplicate", "rename"),
    ("entitlements: {Permission Set: {}, permission-set: {}}\n", "4:36-50", "name-collision", "rename"),
    ("entitlements: {A: {endpoint: /X}, B: {endpoint: /x}}\n", "4:49-51", "rt-endpoint-duplicate", "endpoint:"),
    ("entitlements: {A: {endpoint: /Schemas}}\n", "4:30-38", "rt-endpoint-reserved", "another"),
    ("entitlements: {A: {endpoint: /Me}}\n", "4:30-33", "endpoint-reserved", "another"),
    ("entitlements: {A: {endpoint: A}}\n", "4:30-31", "description-value", "with a slash"),
    ("entitlements: {日本: {}}\n", "4:16-18", "endpoint-missing", "endpoint: /Things"),
    ("resources: {A: {schema: 'urn:ietf:params:scim:schemas:core:2.0:User'}}\n", "4:17-23", "urn-reserved", "vendor"),
    ("resources: {A: {schema: 'urn:x'}}\n", "4:25-32", "description-value", "a URN"),
    (
        "resources: {A: {schema: 'urn:ab:c'}, B: {schema: 'URN:ab:C'}}\n",
        "4:50-60",
        "schema-id-duplicate",
        "another URN",
    ),
    ("roles: [{displayName: A}]\n", "4:9-25", "description-missing-key", "id:"),
    ("user: {base: {without: [active]}}\nclients: [entra]\n", "4:24-32", "user-active", "as the RFC"),
    (
        "user: {base: {attributes: {active: {mutability: readOnly}}}}\nclients: [okta]\n",
        "4:36-58",
        "user-active",
        "as the RFC",
    ),
    ("roles: [{id: a}]\n", "4:9-16", "value-missing", ""),
    (
        "roles: {extension: {required: true}, attributes: {a: }, values: [{id: a, displayName: A}]}\n",
        "4:66-89",
        "value-missing",
        "give it one of a",
    ),
    ("roles: [{id: 7, displayName: A}]\n", "4:14-15", "value-type", "quotes"),
    ("roles: [{id: bulkId1, displayName: A}]\n", "4:14-21", "value-id", ""),
    ("roles: [{id: a/b, displayName: A}]\n", "4:14-17", "value-id", ""),
    ("roles: [{id: .., displayName: A}]\n", "4:14-16", "value-id", ""),
    ("roles: [{id: a, displayName: A, tier: x}]\n", "4:33-37", "value-unknown", "known here"),
    ("roles: [{id: a, displayName: A}, {id: a, displayName: B}]\n", "4:39-40", "id-collision", "unique"),
    ("roles: ../roles.csv\n", "4:8-20", "csv-path", "folder of the description"),
    ("roles: /etc/roles.csv\n", "4:8-22", "csv-path", "folder of the description"),
    ("roles: roles.txt\n", "4:8-17", "description-value", ".csv"),
    ("app: x\n", "4:1-4", "description-duplicate-key", "keep one"),
    ("scimgen: 1\napp: crm\n", "1:1-11", "description-missing-key", "vendor: NAME"),
    ("scimgen: 1\napp: Crm\nvendor: acme\n", "2:6-9", "description-value", "lower-case"),
    ("scimgen: 2\napp: crm\nvendor: acme\n", "1:10-11", "description-value", "write 1"),
    ("scimgen: 1\napp: email\nvendor: acme\n", "2:6-11", "name-collision", "email-app"),
    ("scimgen: 1\napp: class\nvendor: acme\n", "2:6-11", "name-collision", "class-app"),
    ("scimgen: 1\napp: starlette\nvendor: acme\n", "2:6-15", "name-collision", "starlette-app"),
    ("- scimgen: 1\n", "1:1-13", "description-type", "begin with scimgen: 1"),
    ("scimgen: 1\napp: crm\nvendor: acme\nuser: {a: *b}\n", "4:11-13", "description-syntax", "write the value out"),
]


@pytest.mark.parametrize(("text", "where", "rule", "fix"), CASES, ids=[f"{case[2]}-{case[1]}" for case in CASES])
def test_one_fault_is_one_finding(text: str, where: str, rule: str, fix: str) -> None:
    """A page with one slip has one finding, on the very characters that are wrong."""
    found = faults(text)
    assert [finding.rule for finding in found] == [rule], [finding.message for finding in found]
    place = found[0].place
    line, _, columns = where.partition(":")
    start, _, end = columns.partition("-")
    last = place.end_column if place.end_line == place.line else len(place.excerpt) + 1
    assert (place.line, place.column, last) == (int(line), int(start), int(end))
    assert fix in found[0].fix


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("integer", "1.5"),
        ("integer", "true"),
        ("integer", "9223372036854775808"),
        ("decimal", "x"),
        ("boolean", "'true'"),
        ("dateTime", "2026-01-31"),
        ("dateTime", "2026-02-30T00:00:00Z"),
        ("dateTime", "2026-01-31T12:00:00"),
        ("binary", "'a b'"),
        ("reference", "'a b'"),
        ("{type: string, multiValued: true}", "x"),
        ("{type: complex, attributes: {b: string}}", "x"),
        ("{type: complex, attributes: {b: string}}", "{c: x}"),
        ("{type: complex, attributes: {b: {required: true}}}", "{}"),
        ("{canonicalValues: [x, y], closed: true}", "z"),
    ],
)
def test_a_value_is_one_of_its_attributes_type(attribute: str, value: str) -> None:
    """Each cell by its attribute's type (RFC 7643 section 2.3)."""
    page = type_(f"a: {attribute}") + f"    values: [{{id: v, displayName: V, a: {value}}}]\n"
    found = faults(page)
    assert len(found) == 1
    assert found[0].place.line == 8
    assert found[0].rule.startswith("value-")


def test_a_unique_attribute_of_two_values_differs() -> None:
    """Case counts only where the attribute is case exact."""
    page = type_("code: {uniqueness: server}")
    page += "    values: [{id: a, displayName: A, code: X}, {id: b, displayName: B, code: x}]\n"
    assert [finding.rule for finding in faults(page)] == ["value-unique"]
    assert faults(page.replace("uniqueness", "caseExact: true, uniqueness")) == []


def test_an_empty_csv_is_a_fault(tmp_path: Path) -> None:
    """Not a type without values: a header means that there are none yet."""
    page = "entitlements: {License: {values: v.csv}}\n"
    (tmp_path / "v.csv").write_text("\n", encoding="utf-8")
    assert [(finding.rule, finding.place.column) for finding in faults(page, tmp_path)] == [("csv-header", 34)]
    (tmp_path / "v.csv").write_text("id,displayName\n", encoding="utf-8")
    assert faults(page, tmp_path) == []


@pytest.mark.parametrize("attribute", ["interger", "{type: interger, required: true}"])
def test_a_misspelt_type_is_not_held_against_the_values(attribute: str) -> None:
    """What the values should be is unknown until the type is fixed."""
    page = type_(f"a: {attribute}") + "    values: [{id: v, displayName: V, a: 10}]\n"
    assert [finding.rule for finding in faults(page)] == ["attr-type-invalid"]


def test_every_fault_is_told_at_once() -> None:
    """Faults of structure, of names, of values and of the whole page, in the order of the text."""
    found = faults(
        "titel: x\nuser: {attributes: {2x: string}}\nroles: [{id: a}]\n"
        "entitlements: {Role: {values: [{id: a, displayName: A}]}}\n"
    )
    rules = [finding.rule for finding in found]
    expected = ["description-unknown-key", "attr-name-grammar", "value-missing", "rt-name-duplicate"]
    assert rules == [*expected, "id-collision"]


def test_the_cells_of_a_csv_are_placed_in_the_csv(tmp_path: Path) -> None:
    """file:line:column of the cell, quoted cells and blank lines notwithstanding."""
    (tmp_path / "v.csv").write_text('id,displayName,seats\na,"A, B",1\n\nb,B,many\n,C,3\n', encoding="utf-8")
    page = "entitlements: {License: {attributes: {seats: integer}, values: v.csv}}\n"
    found = faults(page, tmp_path)
    csv = str(tmp_path / "v.csv")
    assert [(str(finding.place), finding.rule) for finding in found] == [
        (f"{csv}:4:5", "value-type"),
        (f"{csv}:5:1", "value-missing"),
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"id,id\na,b\n", "csv-header"),
        (b"id;displayName\na;b\n", "csv-header"),
        (b"id,displayName\na,b,c\n", "csv-row"),
        (b"id,displayName\na,\xff\n", "csv-file"),
        (None, "csv-file"),
    ],
)
def test_a_bad_csv_is_named(tmp_path: Path, content: bytes | None, rule: str) -> None:
    """A header with a name twice, a row that is too long, bytes that are no UTF-8, no file at all."""
    if content is not None:
        (tmp_path / "v.csv").write_bytes(content)
    assert rule in [finding.rule for finding in faults("roles: v.csv\n", tmp_path)]


def test_each_missing_key_is_told_once() -> None:
    """Two keys are missing: two findings."""
    _, findings = load(read_text("a.scim.yaml", b"scimgen: 1\n", "yaml"))
    assert [finding.message for finding in findings] == ["app is missing", "vendor is missing"]


def test_a_wrong_name_in_a_csv_is_told_once_at_the_header(tmp_path: Path) -> None:
    """Not once for each row."""
    (tmp_path / "v.csv").write_text("id,displayName,sets\na,A,1\nb,B,2\n", encoding="utf-8")
    page = "entitlements: {License: {attributes: {seats: integer}, values: v.csv}}\n"
    found = faults(page, tmp_path)
    assert [(str(finding.place), finding.fix) for finding in found] == [
        (f"{tmp_path / 'v.csv'}:1:16", "did you mean seats?")
    ]


def test_a_faulty_attribute_is_not_held_against_its_values() -> None:
    """`int` is no type; the values of the attribute are no further faults."""
    page = type_("seats: int") + "    values: [{id: a, displayName: A, seats: 3}]\n"
    assert [finding.rule for finding in faults(page)] == ["attr-type-invalid"]


def test_json_is_read_as_well() -> None:
    """The same page in JSON has the same faults at its own places."""
    page = json.dumps({"scimgen": 1, "app": "crm", "vendor": "acme", "titel": "x"}, indent=1)
    _, findings = load(read_text("crm.scim.json", page.encode(), "json"))
    assert [(str(finding.place), finding.rule) for finding in findings] == [
        ("crm.scim.json:5:2", "description-unknown-key")
    ]


@pytest.mark.parametrize(("clients", "length", "number"), [("okta", 1001, 1), ("okta", 1000, 0), ("entra", 1001, 0)])
def test_a_description_that_okta_refuses_is_an_error(clients: str, length: int, number: int) -> None:
    """At most 1000 characters, for Okta alone."""
    text = f"clients: [{clients}]\nroles:\n  - {{id: a, displayName: A, description: {'x' * length}}}\n"
    found = [one for one in faults(text) if one.rule == "okta-entitlement-attr"]
    assert [one.severity for one in found] == [Severity.ERROR] * number
    assert [str(one.place) for one in found] == ["crm.scim.yaml:6:42"] * number


@pytest.mark.parametrize(
    ("attribute", "limit"),
    [
        ("seats: integer", "{from: places}"),
        ("seats: string", "{from: seats}"),
        ("seats: {type: integer, multiValued: true}", "{from: seats}"),
    ],
)
def test_a_limit_comes_from_one_integer(attribute: str, limit: str) -> None:
    """The place is the name, and the fix is a declaration."""
    (found,) = faults(type_(attribute) + f"    limit: {limit}\n")
    assert (found.rule, found.place.line) == ("limit-attribute", 8)
    assert "one integer" in found.message


def test_what_limit_counts_needs_a_limit() -> None:
    """Otherwise it has no effect."""
    (found,) = faults(type_("seats: integer") + "    limitCounts: active\n")
    assert (found.rule, found.severity) == ("limit-unused", Severity.WARNING)


def test_the_draft_has_other_limits() -> None:
    """Each value has its number there, and all users count."""
    page = HEAD + "dialect: ietf\n" + type_("seats: integer")
    found = faults(page + "    limit: {from: seats}\n    limitCounts: active\n")
    assert [one.rule for one in found] == ["dialect", "dialect"]

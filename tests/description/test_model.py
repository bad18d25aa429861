"""What a good page means: conventions, overrides, dialects, values."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scimgen.data import folder
from scimgen.description import load, load_file
from scimgen.model import App, Attribute, Kind, Managed, Mutability, ResourceType, Returned
from scimgen.model import AttributeType as Type
from scimgen.source import read_text

HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"
CRM = folder("examples") / "crm" / "crm.scim.yaml"


def read(text: str) -> App:
    app, findings = load(read_text("crm.scim.yaml", (HEAD + text).encode(), "yaml"))
    assert app, [finding.message for finding in findings]
    return app


def resource_type(app: App, name: str) -> ResourceType:
    return next(found for found in app.resource_types if found.name == name)


def attribute(text: str) -> Attribute:
    return resource_type(read(f"resources: {{A: {{attributes: {{a: {text}}}}}}}\n"), "A").schema.attributes[0]


def test_the_briefs_page_is_read_as_it_stands() -> None:
    """Endpoints, URNs, kinds and values by convention."""
    app, findings = load_file(CRM)
    assert app
    assert findings == []
    assert [(found.name, found.endpoint, found.kind) for found in app.resource_types] == [
        ("User", "/Users", Kind.USER),
        ("Group", "/Groups", Kind.GROUP),
        ("Role", "/Roles", Kind.ROLE),
        ("License", "/Licenses", Kind.ENTITLEMENT),
        ("Permission Set", "/PermissionSets", Kind.ENTITLEMENT),
    ]
    assert [extension.schema.id for extension in resource_type(app, "User").extensions] == [
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:acme:scim:schemas:extension:crm:1.0:User",
    ]
    licence = resource_type(app, "License")
    assert licence.schema.id == "urn:okta:scim:schemas:core:1.0:Entitlement"
    assert [(e.schema.id, e.required) for e in licence.extensions] == [
        ("urn:acme:scim:schemas:extension:crm:1.0:License", True)
    ]
    assert resource_type(app, "Permission Set").extensions == ()
    assert licence.values[1].resource == {
        "schemas": ["urn:okta:scim:schemas:core:1.0:Entitlement", "urn:acme:scim:schemas:extension:crm:1.0:License"],
        "id": "lic-pro",
        "displayName": "Professional",
        "type": "License",
        "urn:acme:scim:schemas:extension:crm:1.0:License": {"tier": "pro", "seats": 25},
    }


def test_json_means_the_same_as_yaml(tmp_path: Path) -> None:
    """One model from both."""
    text = HEAD + "entitlements: {License: {attributes: {seats: integer}}}\n"
    page = {
        "scimgen": 1,
        "app": "crm",
        "vendor": "acme",
        "entitlements": {"License": {"attributes": {"seats": "integer"}}},
    }
    yaml_app, _ = load(read_text("a.scim.yaml", text.encode(), "yaml"))
    json_app, _ = load(read_text("a.scim.json", json.dumps(page).encode(), "json"))
    assert yaml_app == json_app
    assert yaml_app is not None


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("string", Attribute(name="a")),
        ("", Attribute(name="a")),
        ("{type: reference}", Attribute(name="a", type=Type.REFERENCE, case_exact=True, reference_types=("uri",))),
        ("{type: binary}", Attribute(name="a", type=Type.BINARY, case_exact=True)),
        ("{mutability: writeOnly}", Attribute(name="a", mutability=Mutability.WRITE_ONLY, returned=Returned.NEVER)),
        ("{attributes: {b: string}}", Attribute(name="a", type=Type.COMPLEX, sub_attributes=(Attribute(name="b"),))),
    ],
)
def test_characteristics_that_are_left_out(form: str, expected: Attribute) -> None:
    """RFC 7643 section 2.2's defaults, but for what the type decides."""
    assert attribute(form) == expected


def test_everything_can_be_overridden() -> None:
    """Endpoint, URN, version, the extension's own words, ownership and limit."""
    app = read(
        "version: 1.10\n"
        "entitlements:\n"
        "  Policy: {attributes: {a: string}}\n"
        "  License:\n"
        "    endpoint: /Lizenzen\n"
        "    schema: urn:acme:x:License\n"
        "    extension: {name: Licence, description: More, required: true}\n"
        "    attributes: {a: string}\n"
        "    managed: description\n"
        "    limit: 3\n"
    )
    policy, licence = resource_type(app, "Policy"), resource_type(app, "License")
    assert (policy.endpoint, policy.extensions[0].schema.id) == (
        "/Policies",
        "urn:acme:scim:schemas:extension:crm:1.10:Policy",
    )
    extension = licence.extensions[0]
    assert (licence.endpoint, licence.managed, licence.limit) == ("/Lizenzen", Managed.DESCRIPTION, 3)
    assert (extension.schema.id, extension.schema.name, extension.schema.description, extension.required) == (
        "urn:acme:x:License",
        "Licence",
        "More",
        True,
    )


def test_the_drafts_dialect_has_one_catalogue_of_entitlements() -> None:
    """/Roles and /Entitlements alone; a value's type distinguishes the entitlement types."""
    app = read(
        "dialect: ietf\n"
        "roles: [{id: admin, displayName: Administrator}]\n"
        "entitlements:\n"
        "  License: {attributes: {seats: integer}, limit: 2, values: [{id: lic, displayName: Free, seats: 1}]}\n"
        "  Badge: {values: [{id: badge, displayName: Badge}]}\n"
    )
    assert [found.endpoint for found in app.resource_types] == ["/Users", "/Groups", "/Roles", "/Entitlements"]
    entitlements = resource_type(app, "Entitlement")
    assert [value.resource["type"] for value in entitlements.values] == ["License", "Badge"]
    assert entitlements.values[0].resource == {
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:Entitlement",
            "urn:acme:scim:schemas:extension:crm:1.0:License",
        ],
        "id": "lic",
        "value": "lic",
        "display": "Free",
        "type": "License",
        "limitedAssignmentsPermitted": True,
        "totalAssignmentsPermitted": 2,
        "urn:acme:scim:schemas:extension:crm:1.0:License": {"seats": 1},
    } | ({"supported": True} if "supported" in entitlements.values[0].resource else {})


def test_csv_cells_are_read_by_type(tmp_path: Path) -> None:
    """Lists split on ;, complex cells as JSON, an empty cell is no value."""
    (tmp_path / "v.csv").write_text(
        'id,displayName,n,tags,limits,on\na,A,3,x; y,"[{""name"": ""s""}]",TRUE\nb,B,,,,\n', encoding="utf-8"
    )
    page = (
        HEAD + "entitlements: {T: {values: v.csv, attributes: {n: decimal, tags: {multiValued: true}, on: boolean,"
        " limits: {multiValued: true, attributes: {name: string}}}}}\n"
    )
    app, findings = load(read_text(str(tmp_path / "a.scim.yaml"), page.encode(), "yaml"))
    assert app, findings
    first, second = resource_type(app, "T").values
    assert first.resource["urn:acme:scim:schemas:extension:crm:1.0:T"] == {
        "n": 3,
        "tags": ["x", "y"],
        "on": True,
        "limits": [{"name": "s"}],
    }
    assert "urn:acme:scim:schemas:extension:crm:1.0:T" not in second.resource


@pytest.mark.parametrize("name", ["crm", "okta-guide", "collaboration"])
def test_the_examples_are_sound(name: str) -> None:
    """No finding at all."""
    path = next((folder("examples") / name).glob("*.scim.yaml"))
    app, findings = load_file(path)
    assert findings == []
    assert app is not None


def test_the_okta_guides_entries_are_there_and_equal() -> None:
    """Every entry of the guide's /ResourceTypes and /Schemas, but for schemas and meta."""
    from scimgen.documents import resource_type_to_json, schema_to_json

    app, _ = load_file(folder("examples") / "okta-guide" / "okta-guide.scim.yaml")
    assert app
    urn = "urn:isvname:scim:schemas:extension:appname:1.0:Profile"
    entitlement = "urn:okta:scim:schemas:core:1.0:Entitlement"
    types = [
        ("Role", "/Roles", "Role", "urn:okta:scim:schemas:core:1.0:Role"),
        ("Entitlement", "/Entitlements", "Entitlement resource", entitlement),
        ("Profile", "/Profiles", "Profile", entitlement),
    ]
    for name, endpoint, description, schema in types:
        document = resource_type_to_json(resource_type(app, name))
        del document["schemas"], document["meta"]
        extensions = {"schemaExtensions": [{"schema": urn, "required": True}]} if name == "Profile" else {}
        assert document == {
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": description,
            "schema": schema,
            **extensions,
        }
    document = schema_to_json(resource_type(app, "Profile").extensions[0].schema)
    del document["schemas"], document["meta"]
    assert document == {
        "id": urn,
        "name": "Profile",
        "description": "An example of a Profile Entitlement schema extension",
        "attributes": [
            {
                "name": "customProfileProperty",
                "type": "string",
                "multiValued": False,
                "description": "A Profile Entitlement extension field",
                "required": False,
                "caseExact": False,
                "mutability": "readWrite",
                "returned": "default",
                "uniqueness": "none",
            }
        ],
    }


def test_every_key_of_the_language_has_a_description_and_an_example() -> None:
    """The JSON Schema is sound, explains every key, and its own examples fit it."""
    schema = json.loads((folder("schemas") / "scimgen.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    seen = 0

    def visit(node: object) -> None:
        nonlocal seen
        if isinstance(node, list):
            for item in node:
                visit(item)
        if not isinstance(node, dict):
            return
        for name, key in (node.get("properties") or {}).items():
            seen += 1
            assert key.get("description"), name
            assert key.get("examples"), name
            for example in key["examples"]:
                whole = {**key, "$defs": schema["$defs"]}
                assert list(Draft202012Validator(whole).iter_errors(example)) == [], (name, example)
        for value in node.values():
            visit(value)

    visit(schema)
    assert seen > 40


def test_a_limit_can_come_from_an_attribute() -> None:
    """Its path has the URN of the extension, and the spelling of the declaration. It can count active users only."""
    app = read(
        "entitlements:\n"
        "  License: {attributes: {Seats: integer}, limit: {from: seats}, limitCounts: active}\n"
        "  Room: {limit: 3, limitCounts: all}\n"
    )
    licence, room = resource_type(app, "License"), resource_type(app, "Room")
    path = "urn:acme:scim:schemas:extension:crm:1.0:License:Seats"
    assert (licence.limit, licence.limit_from, licence.limit_active) == (None, path, True)
    assert (room.limit, room.limit_from, room.limit_active) == (3, None, False)

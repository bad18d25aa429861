"""The table of characteristics is complete, and everything that cannot read it agrees with it."""

import dataclasses
from typing import Any, get_args, get_type_hints

import pytest

from scimgen.comparison.change import all_kinds
from scimgen.comparison.parts import outline
from scimgen.data import load_json
from scimgen.description import load
from scimgen.documents import attribute_from_json, attribute_to_json, known_schema, urns
from scimgen.emit.files import ProjectTarget
from scimgen.emit.project import emit_project
from scimgen.model import App, Attribute, AttributeType, ResourceType, Schema
from scimgen.model.characteristics import CHARACTERISTICS, IN_DOCUMENTS, IN_MARKER, MEMBERS, Characteristic
from scimgen.serving.models import resource_models
from scimgen.source import read_text
from scimgen_server.schema.models import Scim

HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"
OTHER_FIELDS = {"name", "type", "sub_attributes", "place", "places"}
JSON_TYPES = {bool: "boolean", str: "string", tuple: "array"}
IDS = [entry.key for entry in CHARACTERISTICS]


def other_value(entry: Characteristic) -> Any:
    """A value that is not the default."""
    if entry.allowed:
        return entry.from_json(next(value for value in entry.allowed if value != entry.default))
    return {bool: True, str: "x", tuple: ("User",)}[entry.kind]


def test_each_field_of_an_attribute_is_in_the_table() -> None:
    """No field is left out, and none is there twice."""
    fields = {field.name for field in dataclasses.fields(Attribute)} - OTHER_FIELDS
    assert sorted(entry.field for entry in CHARACTERISTICS) == sorted(fields)


def test_the_schema_of_the_rfc_has_the_members_of_the_table() -> None:
    """RFC 7643 section 8.7.2 defines the members of an attribute definition, and their values."""
    schema = known_schema(urns.SCHEMA)
    assert schema
    attributes = schema.attribute("attributes")
    assert attributes
    defined = {sub.name: sub for sub in attributes.sub_attributes}
    assert sorted(defined.keys() - set(MEMBERS)) == []
    types = {"boolean": bool, "string": str}
    for entry in IN_DOCUMENTS:
        sub = defined.get(entry.name)
        if sub is None:
            continue  # no characteristic of RFC 7643
        assert sub.canonical_values == entry.allowed, entry.name
        if entry.kind is not tuple:
            assert types[str(sub.type)] in entry.kind.__mro__, entry.name


@pytest.mark.parametrize("entry", CHARACTERISTICS, ids=IDS)
def test_the_json_schema_of_the_language_has_the_key(entry: Characteristic) -> None:
    """It has the same allowed values, type and default."""
    properties = load_json("scimgen.schema.json")["$defs"]["attribute"]["then"]["properties"]
    key = properties[entry.key]
    assert tuple(key.get("enum", ())) == entry.allowed
    if not entry.allowed:
        assert key["type"] == JSON_TYPES[entry.kind]
    has_one_value = entry.kind not in (str, tuple)
    assert key.get("default") == (entry.to_json(entry.default) if has_one_value else None)


def test_the_json_schema_of_the_language_has_no_other_key() -> None:
    """The order is that of the table."""
    attribute = load_json("scimgen.schema.json")["$defs"]["attribute"]["then"]["properties"]
    keys = [key for key in attribute if key not in ("type", "attributes")]
    assert keys == [entry.key for entry in CHARACTERISTICS]
    assert load_json("scimgen.schema.json")["$defs"]["type"]["enum"] == [*AttributeType]


def test_the_runtime_has_the_same_characteristics() -> None:
    """`Scim` has the fields, defaults and allowed values of the table, in its order."""
    fields = {field.name: field for field in dataclasses.fields(Scim) if field.name != "type"}
    assert list(fields) == [entry.field for entry in IN_MARKER]
    hints = get_type_hints(Scim)
    for entry in IN_MARKER:
        assert fields[entry.field].default == entry.default
        if entry.allowed:
            assert sorted(get_args(hints[entry.field])) == sorted(entry.allowed)


@pytest.mark.parametrize("entry", IN_DOCUMENTS, ids=[entry.name for entry in IN_DOCUMENTS])
def test_a_document_keeps_the_characteristic(entry: Characteristic) -> None:
    """It is written, and read again."""
    value = other_value(entry)
    attribute = dataclasses.replace(Attribute(name="a"), **{entry.field: value})
    document = attribute_to_json(attribute)
    assert document[entry.name] == entry.to_json(value)
    assert attribute_from_json(document) == attribute


@pytest.mark.parametrize("entry", CHARACTERISTICS, ids=IDS)
def test_a_description_changes_the_characteristic(entry: Characteristic) -> None:
    """Of a new attribute, and of an attribute of the RFC."""
    type_ = "reference" if "reference" in entry.types and "string" not in entry.types else "string"
    form = {"type": type_, entry.key: entry.to_json(other_value(entry))}
    if entry.key == "closed":
        form["canonicalValues"] = ["x"]
    user = {"attributes": {"badge": form}, "base": {"attributes": {"nickName": form}}}
    text = f"{HEAD}user: {user}\n".replace("True", "true")
    app, findings = load(read_text("crm.scim.yaml", text.encode(), "yaml"))
    assert app, findings
    base = app.resource_types[0].schema.attribute("nickName")
    added = app.resource_types[0].extensions[-1].schema.attribute("badge")
    assert base
    assert added
    assert (entry.of(base), entry.of(added)) == (other_value(entry), other_value(entry))


def test_a_comparison_has_a_kind_for_each_characteristic() -> None:
    """A changed field of an attribute without a kind of change would stop `scimgen diff`."""
    type_ = ResourceType(name="A", endpoint="/As", schema=Schema(id="urn:a:b", attributes=(Attribute(name="a"),)))
    app = outline(App(name="crm", vendor="acme", resource_types=(type_,)))
    fields = app.children["schema"][0].children["attribute"][0].fields
    subjects = {subject for kind in all_kinds() for subject in kind.subjects}
    assert [field for field in fields if f"attribute.{field}" not in subjects] == []
    assert len(fields) == len(CHARACTERISTICS) + 1  # name and type in addition; values and closed are one


def test_a_characteristic_without_meaning_is_not_in_a_marker() -> None:
    """RFC 7643 section 2.3 excludes it. A server with unique booleans would accept two users."""
    text = f"{HEAD}user: {{attributes: {{flag: {{type: boolean, uniqueness: server, caseExact: true}}}}}}\n"
    app, findings = load(read_text("crm.scim.yaml", text.encode(), "yaml"))
    assert app, findings
    files = emit_project(app, ProjectTarget("crm.scim.yaml"), {"models"})
    assert 'flag: Annotated[bool | None, Scim("boolean")] = None' in files["crm/models/user.py"].content.decode()
    urn = "urn:acme:scim:schemas:extension:crm:1.0:User"
    field = next(one for one in resource_models(app)["User"].model_fields.values() if one.alias == urn)
    extension = get_args(field.annotation)[0]
    assert Scim("boolean") in extension.model_fields["flag"].metadata

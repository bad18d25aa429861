"""Import, then generate: the documents come back equal in content."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from scimgen.data import folder
from scimgen.description import load_file
from scimgen.importing import describe
from scimgen.model import App, Attribute, AttributeType, Mutability, ResourceType, Schema
from tests.importing.apps import apps
from tests.importing.support import described, document, imported, plain_documents, served
from tests.support import EXAMPLES

CASES = Path(__file__).parent.parent / "cases"
PAGES = {**EXAMPLES, **{path.parent.name: path for path in sorted(CASES.glob("*/*.scim.*"))}}
HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_comes_back(name: str) -> None:
    """What an example serves is imported to a page that serves the same."""
    app, _ = load_file(PAGES[name])
    assert app
    found = describe(served(app))
    assert found.differences == []
    assert found.notes == []
    assert plain_documents(described(found.text)) == plain_documents(app)


@pytest.mark.parametrize("name", PAGES)
def test_an_import_of_an_import_is_the_same_text(name: str) -> None:
    """The page is a fixed point."""
    app, _ = load_file(PAGES[name])
    assert app
    found = describe(served(app))
    assert describe(served(found.app)).text == found.text


@given(apps())
def test_any_app_comes_back(app: App) -> None:
    """Whatever a model may hold, its documents are the same after an import, or the difference is reported."""
    found = describe(served(app))
    assert found.differences == []
    assert plain_documents(described(found.text)) == plain_documents(app)


def test_short_forms_and_conventions_are_used_where_they_fit() -> None:
    """The page of the brief comes back in its own words."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    text = describe(served(app)).text
    assert "\n    region: string\n    hiredOn: dateTime\n" in text
    assert "\n      seats: integer\n" in text
    assert "      tier: {required: true, canonicalValues: [free, pro, enterprise]}\n" in text
    assert "\n  Permission Set: {}\n" in text
    for word in ("endpoint", "schema:", "version:", "extension", "mutability", "readWrite"):
        assert word not in text


def test_overrides_stand_where_the_convention_is_another() -> None:
    """Version, URN, endpoint, names and the like."""
    text = HEAD + (
        "version: '2.0'\n"
        "entitlements:\n"
        "  Badge: {version: '3.1', attributes: {a: string}}\n"
        "  Seat: {schema: 'urn:x-y:scim:Seat', endpoint: /SeatList, attributes: {b: string}, "
        "extension: {name: Chair, description: '', required: true}}\n"
        "  Pass: {attributes: {c: string}}\n"
        "resources:\n"
        "  Room: {base: {name: Hall, description: A hall}, description: A room, attributes: {d: string}}\n"
    )
    found = describe(served(described(text)))
    assert found.differences == []
    for line in (
        "version: '2.0'\n",
        "    version: '3.1'\n",
        "    schema: urn:x-y:scim:Seat\n",
        "    endpoint: /SeatList\n",
        "    extension: {name: Chair, description: '', required: true}\n",
        "    base: {name: Hall, description: A hall}\n",
    ):
        assert line in found.text


def test_several_extensions_and_shared_ones_come_back() -> None:
    """A second extension is under `extensions`; one that another type has is named by its URN."""
    text = HEAD + (
        "user:\n"
        "  attributes: {region: string}\n"
        "  extensions:\n"
        "    Payroll: {attributes: {centre: {required: true}}}\n"
        "    Badge: {version: '2.0', attributes: {n: string}}\n"
        "group:\n"
        "  extensions: {Payroll: {schema: 'urn:acme:scim:schemas:extension:crm:1.0:Payroll'}}\n"
        "resources:\n"
        "  Room: {attributes: {a: string}, extensions: {Fire: {description: Safety, attributes: {exits: integer}}}}\n"
    )
    app = described(text)
    found = describe(served(app))
    assert found.differences == []
    assert plain_documents(found.app) == plain_documents(app)
    assert found.text.count("Payroll:") == 2


def test_core_schemas_that_are_not_the_rfcs_come_back() -> None:
    """Without some attributes, with others, with other characteristics."""
    text = HEAD + (
        "user:\n"
        "  description: A person\n"
        "  base:\n"
        "    description: ''\n"
        "    without: [photos, x509Certificates, name.honorificPrefix]\n"
        "    attributes:\n"
        "      userName: {caseExact: true, description: The name}\n"
        "      shoeSize: {type: integer, mutability: readOnly}\n"
        "      emails: {attributes: {type: {canonicalValues: []}, verified: boolean}}\n"
        "  enterprise: {without: [division], required: true}\n"
        "group:\n"
        "  base: {attributes: {displayName: {required: true, uniqueness: server}}}\n"
    )
    app = described(text)
    found = describe(served(app))
    assert found.differences == []
    assert plain_documents(found.app) == plain_documents(app)
    assert "without: [name.honorificPrefix, photos, x509Certificates]" in found.text
    assert "shoeSize: {type: integer, mutability: readOnly}" in found.text


def test_a_server_without_the_enterprise_extension_stays_without() -> None:
    """`enterprise: false`."""
    app = described(HEAD + "user: {enterprise: false}\n")
    found = describe(served(app))
    assert found.differences == []
    assert "enterprise: false" in found.text


def test_documents_without_resource_types_are_sorted_by_their_urns() -> None:
    """An extension of the app's is an entitlement type's, as in Okta's guide; a user's is the user's."""
    found = imported(
        {"id": "urn:acme:scim:schemas:extension:crm:1.0:License", "name": "License", "attributes": [{"name": "tier"}]},
        {"id": "urn:acme:scim:schemas:extension:crm:1.0:User", "name": "User", "attributes": [{"name": "region"}]},
        {"id": "urn:acme:scim:schemas:crm:1.0:Room", "name": "Room", "attributes": [{"name": "seats"}]},
    )
    assert found.differences == []
    assert [type_.name for type_ in found.app.resource_types] == ["User", "Group", "License", "Room"]
    assert "guessed from the URNs" in found.text
    assert (found.app.name, found.app.vendor) == ("crm", "acme")


def test_resource_types_without_schemas_keep_their_urns() -> None:
    """What was not read stays empty, and a comment reports it."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    found = describe(served(app)[:1])
    assert found.differences == []
    assert "was not among the schemas that were read" in found.text


def test_what_is_left_out_of_a_document_has_the_rfcs_defaults() -> None:
    """RFC 7643 section 2.2; a reference is case exact by section 2.3.7."""
    urn = "urn:acme:scim:schemas:extension:crm:1.0:User"
    found = imported({"id": urn, "name": "User", "attributes": [{"name": "a"}, {"name": "b", "type": "reference"}]})
    assert "    a: string\n    b: {type: reference, referenceTypes: []}\n" in found.text


def test_a_yaml_page_is_read_back_the_same_from_json() -> None:
    """Names of members are in any case (RFC 7643 section 2.1)."""
    found = imported(
        {
            "ID": "urn:acme:scim:schemas:crm:1.0:Room",
            "Attributes": [{"NAME": "a", "multivalued": True, "TYPE": "Integer"}],
        }
    )
    (attribute,) = found.app.resource_types[-1].schema.attributes
    assert (attribute.multi_valued, attribute.type) == (True, AttributeType.INTEGER)


def test_the_model_is_compared_not_the_text() -> None:
    """A page in long form gives the same import as one in short form."""
    long = described(HEAD + "user: {attributes: {a: {type: string, required: false, mutability: readWrite}}}\n")
    short = described(HEAD + "user: {attributes: {a: }}\n")
    assert describe(served(long)).text == describe(served(short)).text
    assert json.dumps(plain_documents(long)) == json.dumps(plain_documents(short))


def test_a_changed_characteristic_is_told() -> None:
    """What the language refuses is left out with its reason, on the page and in the differences."""
    room = Schema(
        id="urn:acme:scim:schemas:crm:1.0:Room",
        name="Room",
        attributes=(
            Attribute(name="open", type=AttributeType.BOOLEAN, case_exact=True),
            Attribute(name="link", type=AttributeType.REFERENCE, reference_types=("Nobody",), case_exact=True),
            Attribute(name="nothing", type=AttributeType.COMPLEX),
            Attribute(name="secret", mutability=Mutability.WRITE_ONLY),
        ),
    )
    app = described(HEAD)
    type_ = ResourceType(name="Room", endpoint="/Rooms", schema=room, description="Room")
    found = describe(served(replace(app, resource_types=(*app.resource_types, type_))))
    assert {(str(difference.effect), difference.what) for difference in found.differences} == {
        ("lost", "link.referenceTypes"),
    }
    note = "# referenceTypes without Nobody: no such resource type in this description (RFC 7643 section 7)"
    assert note in found.text


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ({"name": "id", "type": "string"}, "# Left out, id: "),
        ({"name": "open", "type": "boolean", "caseExact": True}, "open: {type: boolean, caseExact: true}"),
        ({"name": "at", "type": "dateTime", "uniqueness": "server"}, "at: {type: dateTime, uniqueness: server}"),
    ],
)
def test_what_the_app_does_not_have_is_reported_and_is_no_difference(attribute: dict[str, Any], expected: str) -> None:
    """Common attributes (RFC 7643 section 3.1), and characteristics that a type has no use for (section 2.3)."""
    schema = {"id": "urn:acme:scim:schemas:crm:1.0:Room", "name": "Room", "attributes": [{"name": "a"}, attribute]}
    found = imported(schema)
    assert found.differences == []
    assert expected in found.text


def test_a_reference_without_case_is_kept() -> None:
    """`case-exact-required` is a warning in the documents and in the description."""
    schema = {
        "id": "urn:acme:scim:schemas:crm:1.0:Room",
        "name": "Room",
        "attributes": [{"name": "link", "type": "reference", "caseExact": False}],
    }
    found = imported(schema)
    assert found.differences == []
    assert "link: {type: reference, caseExact: false" in found.text


@pytest.mark.parametrize("name", ["Schema", "ResourceType", "ServiceProviderConfig"])
def test_the_protocols_own_schemas_are_left_out_and_told(name: str) -> None:
    """Every server has them (RFC 7643 section 8.7.2); they are no part of a description."""
    schema = json.loads((folder("schemas") / "rfc7643" / f"{name}.json").read_text("utf-8"))
    found = imported(schema)
    assert found.differences == []
    assert any("belongs to the protocol" in note for note in found.notes)
    assert f"# urn:ietf:params:scim:schemas:core:2.0:{name} is left out" in found.text


def test_arrays_lists_and_single_documents_are_one(tmp_path: Path) -> None:
    """Any shape that validate reads."""
    app, _ = load_file(EXAMPLES["okta-guide"])
    assert app
    texts = []
    for shape in ("list", "array", "single"):
        documents = []
        for found in served(app)[:2]:
            assert found.root
            content = json.loads(found.source.text)["Resources"]
            documents += {"list": [found], "array": [document(content)], "single": [document(c) for c in content]}[
                shape
            ]
        texts.append(describe(documents).text)
    assert texts[0] == texts[1] == texts[2]

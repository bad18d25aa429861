"""Core schemas as an app serves them, more extensions than one, and what of it is refused."""

import pytest

from scimgen.description import load
from scimgen.documents import known_schema, urns
from scimgen.model import App, Attribute, ResourceType, Schema
from scimgen.source import read_text

HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"


def read(text: str) -> tuple[App | None, list[tuple[str, str]]]:
    """A page and its findings."""
    app, findings = load(read_text("crm.scim.yaml", (HEAD + text).encode(), "yaml"))
    return app, [(finding.rule, finding.message) for finding in findings]


def type_of(text: str, name: str = "User") -> ResourceType:
    """A resource type of a good page."""
    app, findings = read(text)
    assert app, findings
    return next(type_ for type_ in app.resource_types if type_.name == name)


def attribute(schema: Schema, name: str) -> Attribute:
    """An attribute that is there."""
    found = schema.attribute(name)
    assert found
    return found


def test_a_page_without_changes_has_the_rfcs_own_schemas() -> None:
    """The very same objects."""
    user = type_of("user: {attributes: {a: string}}\n")
    assert user.schema is known_schema(urns.USER)
    assert user.extensions[0].schema is known_schema(urns.ENTERPRISE_USER)


def test_attributes_go_and_change_and_come() -> None:
    """What a form does not give stays as the RFC has it."""
    user = type_of(
        "user: {base: {without: [Photos, name.formatted], attributes: {username: {caseExact: true}, badge: integer, "
        "emails: {attributes: {type: {canonicalValues: []}, seen: boolean}}}}}\n"
    ).schema
    assert user.attribute("photos") is None
    assert "formatted" not in [sub.name for sub in attribute(user, "name").sub_attributes]
    name = attribute(user, "userName")
    assert (name.case_exact, name.required, name.name) == (True, True, "userName")
    emails = {sub.name: sub for sub in attribute(user, "emails").sub_attributes}
    assert emails["type"].canonical_values == ()
    assert "seen" in emails
    assert attribute(user, "badge").type == "integer"


def test_the_enterprise_extension_is_left_out_or_changed() -> None:
    """`enterprise`."""
    assert type_of("user: {enterprise: false}\n").extensions == ()
    (extension,) = type_of("user: {enterprise: {without: [division], required: true}}\n").extensions
    assert extension.required
    assert extension.schema.attribute("division") is None


def test_extensions_are_many_and_shared() -> None:
    """One without attributes is that of its URN."""
    text = (
        "user: {attributes: {a: string}, extensions: {Pay: {attributes: {b: {required: true}}}}}\n"
        "group: {extensions: {Pay: }}\n"
    )
    user, group = type_of(text), type_of(text, "Group")
    assert [(extension.schema.name, extension.required) for extension in user.extensions[1:]] == [
        ("User", False),
        ("Pay", True),
    ]
    assert group.extensions[0].schema == user.extensions[2].schema


def test_an_own_schema_has_its_own_name_and_description() -> None:
    """`base` of a custom resource type."""
    room = type_of("resources: {Room: {description: A room, base: {name: Hall, description: A hall}}}\n", "Room")
    assert (room.description, room.schema.name, room.schema.description) == ("A room", "Hall", "A hall")
    assert room.schema.id == "urn:acme:scim:schemas:crm:1.0:Room"


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("user: {base: {without: [userName]}}", "characteristic", "a user needs a userName"),
        ("user: {base: {without: [fotos]}}", "characteristic", "User has no attribute fotos"),
        ("user: {base: {attributes: {roles: {multiValued: false}}}}", "characteristic", "multiValued of roles"),
        ("user: {base: {attributes: {userName: integer}}}", "characteristic", "the type of userName cannot be changed"),
        ("user: {base: {attributes: {name: string}}}", "characteristic", "the type of name cannot be changed"),
        ("user: {base: {attributes: {a b: string}}}", "attr-name-grammar", "'a b' is not a valid attribute name"),
        ("user: {base: {required: true}}", "description-unknown-key", "always carries its core schema"),
        ("group: {enterprise: false}", "description-unknown-key", "enterprise is a key of user"),
        (
            "user: {extensions: {A: {schema: 'urn:x-y:B'}, B: {schema: 'urn:x-y:b'}}}",
            "rt-extension-duplicate",
            "occurs twice",
        ),
        ("roles: {extensions: {A: {attributes: {displayName: string}}}}", "redefined", "already has an attribute"),
        ("roles: {extensions: {A: {attributes: {id: string}}}}", "redefined", "every resource already has id"),
        (f"user: {{schema: '{urns.USER}', attributes: {{a: string}}}}", "urn-reserved", "already defined"),
        (f"group: {{schema: '{urns.ENTERPRISE_USER}', attributes: {{a: string}}}}", "urn-reserved", "already defined"),
    ],
)
def test_what_cannot_be_is_refused(text: str, rule: str, expected: str) -> None:
    """With its rule."""
    app, findings = read(text + "\n")
    assert app is None
    assert any(found == rule and expected in message for found, message in findings), findings

"""PATCH (RFC 7644 section 3.5.2): every form of path, every operation, and what must not happen."""

from typing import Any

import httpx
import pytest

from .steps import CRM, ENTERPRISE, PATCH, USER, Json, new_group, new_user, patch, read, refused, send_patch

WORK = {"value": "w@x.com", "type": "work", "primary": True}
HOME = {"value": "h@x.com", "type": "home"}

FORMS: list[tuple[str, Json, list[Json], Json]] = [
    ("add a simple attribute", {}, [{"op": "add", "path": "title", "value": "Dr"}], {"title": "Dr"}),
    ("replace it", {"title": "Mr"}, [{"op": "replace", "path": "TITLE", "value": "Dr"}], {"title": "Dr"}),
    ("remove it", {"title": "Mr"}, [{"op": "remove", "path": "title"}], {"title": None}),
    ("remove what is not there", {}, [{"op": "remove", "path": "title"}], {"title": None}),
    (
        "name the schema",
        {},
        [{"op": "add", "path": f"{USER}:name.givenName", "value": "Ada"}],
        {"name": {"givenName": "Ada"}},
    ),
    (
        "add to a complex attribute",
        {"name": {"givenName": "Ada"}},
        [{"op": "add", "path": "name", "value": {"familyName": "L"}}],
        {"name": {"givenName": "Ada", "familyName": "L"}},
    ),
    (
        "replace leaves other sub-attributes",
        {"name": {"givenName": "Ada"}},
        [{"op": "replace", "path": "name", "value": {"familyName": "L"}}],
        {"name": {"givenName": "Ada", "familyName": "L"}},
    ),
    (
        "null within a complex value clears",
        {"name": {"givenName": "Ada", "familyName": "L"}},
        [{"op": "replace", "path": "name", "value": {"familyName": None}}],
        {"name": {"givenName": "Ada"}},
    ),
    (
        "remove the last sub-attribute",
        {"name": {"givenName": "Ada"}},
        [{"op": "remove", "path": "name.givenName"}],
        {"name": None},
    ),
    ("add a value", {"emails": [WORK]}, [{"op": "add", "path": "emails", "value": [HOME]}], {"emails": [WORK, HOME]}),
    (
        "add a single value",
        {"emails": [WORK]},
        [{"op": "add", "path": "emails", "value": HOME}],
        {"emails": [WORK, HOME]},
    ),
    ("add what is there", {"emails": [WORK]}, [{"op": "add", "path": "emails", "value": [WORK]}], {"emails": [WORK]}),
    ("add nothing", {"emails": [WORK]}, [{"op": "add", "path": "emails", "value": []}], {"emails": [WORK]}),
    ("replace by nothing", {"emails": [WORK]}, [{"op": "replace", "path": "emails", "value": []}], {"emails": None}),
    (
        "replace all values",
        {"emails": [WORK]},
        [{"op": "replace", "path": "emails", "value": [HOME]}],
        {"emails": [HOME]},
    ),
    (
        "remove by filter",
        {"emails": [WORK, HOME]},
        [{"op": "remove", "path": 'emails[type eq "work"]'}],
        {"emails": [HOME]},
    ),
    (
        "remove by a complex filter",
        {"emails": [WORK, HOME]},
        [{"op": "remove", "path": 'emails[type eq "home" or (value sw "W" and not (primary eq false))]'}],
        {"emails": None},
    ),
    (
        "remove by value",
        {"emails": [WORK, HOME]},
        [{"op": "remove", "path": "emails", "value": [{"value": "H@X.COM"}]}],
        {"emails": [WORK]},
    ),
    ("remove no value", {"emails": [WORK]}, [{"op": "remove", "path": "emails", "value": []}], {"emails": [WORK]}),
    (
        "replace a selected value",
        {"emails": [WORK, HOME]},
        [{"op": "replace", "path": 'emails[type eq "home"]', "value": {"value": "o@x.com", "type": "other"}}],
        {"emails": [WORK, {"value": "o@x.com", "type": "other"}]},
    ),
    (
        "add to a selected value",
        {"emails": [WORK, HOME]},
        [{"op": "add", "path": 'emails[type eq "home"]', "value": {"display": "Home"}}],
        {"emails": [WORK, HOME | {"display": "Home"}]},
    ),
    (
        "replace a sub-attribute of selected values",
        {"emails": [WORK, HOME]},
        [{"op": "replace", "path": 'emails[value ew "x.com"].display', "value": "D"}],
        {"emails": [WORK | {"display": "D"}, HOME | {"display": "D"}]},
    ),
    (
        "remove a sub-attribute of selected values",
        {"emails": [WORK | {"display": "D"}, HOME]},
        [{"op": "remove", "path": 'emails[type eq "work"].display'}],
        {"emails": [WORK, HOME]},
    ),
    (
        "a sub-attribute of all values",
        {"emails": [WORK, HOME]},
        [{"op": "replace", "path": "emails.display", "value": "D"}],
        {"emails": [WORK | {"display": "D"}, HOME | {"display": "D"}]},
    ),
    (
        "another value becomes primary",
        {"emails": [WORK, HOME]},
        [{"op": "add", "path": 'emails[type eq "home"].primary', "value": True}],
        {"emails": [WORK | {"primary": False}, HOME | {"primary": True}]},
    ),
    (
        "a new primary value",
        {"emails": [WORK]},
        [{"op": "add", "path": "emails", "value": [{"value": "n@x.com", "primary": True}]}],
        {"emails": [WORK | {"primary": False}, {"value": "n@x.com", "primary": True}]},
    ),
    (
        "an extension as a whole",
        {ENTERPRISE: {"department": "D"}},
        [{"op": "add", "path": ENTERPRISE, "value": {"division": "V"}}],
        {ENTERPRISE: {"department": "D", "division": "V"}},
    ),
    (
        "an extension's attribute, in any case",
        {},
        [{"op": "add", "path": f"{ENTERPRISE.upper()}:DEPARTMENT", "value": "D"}],
        {ENTERPRISE: {"department": "D"}, "schemas": [USER, ENTERPRISE]},
    ),
    (
        "an extension goes with its last attribute",
        {ENTERPRISE: {"department": "D"}},
        [{"op": "remove", "path": f"{ENTERPRISE}:department"}],
        {ENTERPRISE: None, "schemas": [USER]},
    ),
    (
        "an extension is removed",
        {ENTERPRISE: {"department": "D"}},
        [{"op": "remove", "path": ENTERPRISE}],
        {ENTERPRISE: None},
    ),
    (
        "an extension within a value",
        {},
        [{"op": "add", "value": {ENTERPRISE: {"department": "D"}, "title": "Dr"}}],
        {ENTERPRISE: {"department": "D"}, "title": "Dr"},
    ),
    (
        "values of a simple attribute",
        {CRM: {"tags": ["a", "b"]}},
        [
            {"op": "add", "path": f"{CRM}:tags", "value": ["B", "c"]},
            {"op": "remove", "path": f'{CRM}:tags[value eq "A"]'},
        ],
        {CRM: {"tags": ["b", "c"]}},
    ),
    (
        "values within a value",
        {CRM: {"devices": [{"serial": "1", "ports": [1]}]}},
        [{"op": "add", "path": f'{CRM}:devices[serial eq "1"].ports', "value": [2]}],
        {CRM: {"devices": [{"serial": "1", "ports": [1, 2]}]}},
    ),
    (
        "one operation after the other",
        {},
        [
            {"op": "add", "path": "emails", "value": [HOME]},
            {"op": "replace", "path": 'emails[type eq "home"].type', "value": "other"},
            {"op": "remove", "path": 'emails[type eq "home"]'},
        ],
        {"emails": [{"value": "h@x.com", "type": "other"}]},
    ),
    (
        "an immutable attribute is set once",
        {},
        [{"op": "add", "path": f"{CRM}:badge", "value": "B"}],
        {CRM: {"badge": "B"}},
    ),
    (
        "an immutable attribute is set to what it is",
        {CRM: {"badge": "B"}},
        [{"op": "replace", "path": f"{CRM}:badge", "value": "B"}],
        {CRM: {"badge": "B"}},
    ),
]


@pytest.mark.parametrize(
    ("before", "operations", "after"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS]
)
def test_it_does_what_it_says(server: httpx.Client, before: Json, operations: list[Json], after: Json) -> None:
    """The attributes afterwards, None for one that is gone; the answer is the resource."""
    user = new_user(server, **before)
    response = send_patch(server, user, *operations)
    assert response.status_code == 200, response.text
    for name, value in after.items():
        assert response.json().get(name) == value
    changed = read(server, user)
    assert changed == response.json()
    same = {name: user.get(name) for name in after} == after
    assert (changed["meta"] == user["meta"]) == (same or changed == user)


REFUSED: list[tuple[Any, str]] = [
    ({"op": "add", "path": "nothing", "value": 1}, "invalidPath"),
    ({"op": "add", "path": "name.nothing", "value": 1}, "invalidPath"),
    ({"op": "add", "path": "urn:nothing:title", "value": 1}, "invalidPath"),
    ({"op": "add", "path": "emails[", "value": 1}, "invalidPath"),
    ({"op": "add", "path": 'emails[type eq "work"', "value": 1}, "invalidPath"),
    ({"op": "add", "path": 'emails[type eq "work"]x', "value": 1}, "invalidPath"),
    ({"op": "add", "path": 'title[value eq "x"]', "value": 1}, "invalidPath"),
    ({"op": "add", "path": 7, "value": 1}, "invalidPath"),
    ({"op": "add", "path": "emails[type zz 1]", "value": {}}, "invalidFilter"),
    ({"op": "add", "path": "emails[nothing pr]", "value": {}}, "invalidFilter"),
    ({"op": "remove"}, "noTarget"),
    ({"op": "remove", "path": ""}, "noTarget"),
    ({"op": "replace", "path": 'emails[type co "x"].value', "value": "v"}, "noTarget"),
    ({"op": "add", "path": 'emails[type eq "x" or type eq "y"].value', "value": "v"}, "noTarget"),
    ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
    ({"op": "remove", "path": "meta"}, "mutability"),
    ({"op": "replace", "path": "meta.created", "value": "x"}, "mutability"),
    ({"op": "add", "path": "groups", "value": [{"value": "x"}]}, "mutability"),
    ({"op": "add", "path": "groups.value", "value": "x"}, "mutability"),
    ({"op": "remove", "path": "userName"}, "mutability"),
    ({"op": "replace", "path": "userName", "value": None}, "mutability"),
    ({"op": "replace", "path": f"{CRM}:badge", "value": "other"}, "mutability"),
    ({"op": "remove", "path": f"{CRM}:badge"}, "mutability"),
    ({"op": "replace", "value": {CRM: {"badge": "other"}}}, "mutability"),
    ({"op": "replace", "path": "active", "value": "maybe"}, "invalidValue"),
    ({"op": "replace", "path": "title", "value": {"a": 1}}, "invalidValue"),
    ({"op": "replace", "path": "name", "value": 7}, "invalidValue"),
    ({"op": "replace", "path": f"{CRM}:score", "value": 1.5}, "invalidValue"),
    ({"op": "replace", "path": f"{CRM}:level", "value": "medium"}, "invalidValue"),
    (
        {"op": "add", "path": "emails", "value": [{"value": "1", "primary": True}, {"value": "2", "primary": True}]},
        "invalidValue",
    ),
    ({"op": "add", "path": "title"}, "invalidValue"),
    ({"op": "add", "value": "x"}, "invalidSyntax"),
    ({"op": "add"}, "invalidValue"),
    ({"op": "copy", "path": "title"}, "invalidSyntax"),
    ({"path": "title", "value": "x"}, "invalidSyntax"),
    ("add", "invalidSyntax"),
]


@pytest.mark.parametrize(("operation", "scim_type"), REFUSED)
def test_it_is_refused(server: httpx.Client, operation: Any, scim_type: str) -> None:
    """And what came before it in the same PATCH is undone."""
    user = new_user(server, emails=[WORK], **{CRM: {"badge": "B"}})
    refused(send_patch(server, user, {"op": "add", "path": "title", "value": "Dr"}, operation), 400, scim_type)
    assert read(server, user) == user


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schemas": [PATCH]},
        {"schemas": [PATCH], "Operations": []},
        {"schemas": [PATCH], "Operations": {}},
        {"schemas": [USER], "Operations": [{"op": "remove", "path": "title"}]},
        {"schemas": "x", "Operations": [{"op": "remove", "path": "title"}]},
    ],
)
def test_it_is_no_patch(server: httpx.Client, body: Json) -> None:
    """invalidSyntax."""
    user = new_user(server)
    refused(server.patch(user["meta"]["location"], json=body), 400, "invalidSyntax")


def test_unknown_attributes_in_a_value_are_ignored(server: httpx.Client) -> None:
    """As in POST and PUT; an unknown path is not."""
    user = new_user(server)
    user = patch(
        server, user, {"op": "add", "value": {"nothing": 1, "title": "Dr", CRM: {"nothing": 1, "region": "R"}}}
    )
    assert user["title"] == "Dr"
    assert user[CRM] == {"region": "R"}


def test_a_large_group_changes_by_one_row(server: httpx.Client) -> None:
    """Adding and removing one member leaves the others alone."""
    users = [new_user(server) for _ in range(20)]
    group = new_group(server, *users[:19])
    group = patch(server, group, {"op": "add", "path": "members", "value": [{"value": users[19]["id"]}]})
    assert len(group["members"]) == 20
    again = patch(server, group, {"op": "add", "path": "members", "value": [{"value": users[19]["id"]}]})
    assert again == group
    group = patch(server, group, {"op": "remove", "path": f'members[value eq "{users[0]["id"]}"]'})
    assert len(group["members"]) == 19
    again = patch(server, group, {"op": "remove", "path": f'members[value eq "{users[0]["id"]}"]'})
    assert again == group
    group = patch(server, group, {"op": "remove", "path": "members"})
    assert "members" not in group


def test_a_member_is_immutable(server: httpx.Client) -> None:
    """It is added and removed, not altered."""
    first, second = new_user(server), new_user(server)
    group = new_group(server, first)
    path = f'members[value eq "{first["id"]}"].value'
    refused(send_patch(server, group, {"op": "replace", "path": path, "value": second["id"]}), 400, "mutability")

"""The grammar of filters, whole, against resources that hold every type of attribute."""

from typing import Any

import httpx
import pytest

from .steps import CRM, ENTERPRISE, USER, Json, found, new_group, new_license, new_name, new_user, patch, refused


@pytest.fixture(scope="module")
def ada(server: httpx.Client) -> Json:
    """A user with a value of every type."""
    return new_user(
        server,
        externalId="Ext-Ada",
        displayName="Ada Ünal",
        active=True,
        name={"givenName": "Ada", "familyName": 'O"Brien\\'},
        emails=[
            {"value": "Ada@Work.example", "type": "work", "primary": True},
            {"value": "ada@home.example", "type": "home"},
        ],
        profileUrl="https://example.com/Ada",
        **{
            ENTERPRISE: {"department": "Engines", "manager": {"value": "Boss"}},
            CRM: {
                "region": "emea",
                "hiredOn": "2024-05-01T02:00:00+02:00",
                "score": 10,
                "ratio": 2.5,
                "key": "c2NpbQ==",
                "staff": True,
                "tags": ["Red", "blue"],
                "level": "LOW",
                "employeeCode": "Code-1",
                "note": "on request",
                "secret": "hidden",
                "devices": [{"serial": "S1", "ports": [1, 22]}, {"serial": "S2", "ports": [3]}],
            },
        },
    )


MATCHES = [
    'displayName eq "ADA ÜNAL"',
    'DISPLAYNAME Eq "ada ünal"',
    'displayName co "ünal"',
    'displayName sw "ada"',
    'displayName ew "ÜNAL"',
    'displayName gt "Ada A"',
    'displayName ge "ada ünal"',
    'displayName lt "b"',
    'displayName le "ada ünal"',
    'displayName ne "Bob"',
    "displayName pr",
    'externalId eq "Ext-Ada"',
    "active eq true",
    "active eq True",
    'active eq "True"',
    "active ne false",
    'name.familyName eq "O\\"Brien\\\\"',
    'name.familyName ew "\\\\"',
    "name pr",
    "name.givenName pr and not (name.middleName pr)",
    'emails eq "ada@work.example"',
    'emails co "@home"',
    'emails.value sw "ADA@"',
    'emails.type eq "home"',
    "emails.primary eq true",
    "emails pr",
    'emails[type eq "work"]',
    'emails[type eq "work" and value co "@work"]',
    'emails[type eq "home" and not (primary eq true)]',
    'emails[type eq "work" or type eq "other"]',
    'emails[not (type eq "work") and value ew "home.example"]',
    'emails[type eq "work"].value eq "ada@work.example"',
    'profileUrl eq "https://example.com/Ada"',
    f"{USER}:displayName pr",
    f'{USER}:name.givenName eq "ada"',
    f'{USER.upper()}:emails[type eq "work"]',
    f'{ENTERPRISE}:department eq "engines"',
    f'{ENTERPRISE}:manager eq "Boss"',
    f'{ENTERPRISE}:manager.value eq "Boss"',
    f"{ENTERPRISE} pr",
    f'{CRM}:hiredOn eq "2024-05-01T00:00:00Z"',
    f'{CRM}:hiredOn gt "2024-04-30T23:59:59.999Z"',
    f'{CRM}:hiredOn lt "2024-05-01T00:00:00.001-00:00"',
    f"{CRM}:score eq 10",
    f"{CRM}:score gt 9",
    f"{CRM}:score ge 10.0",
    f"{CRM}:score lt 100",
    f"{CRM}:score gt -5",
    f"{CRM}:ratio eq 2.50",
    f"{CRM}:ratio lt 10",
    f"{CRM}:ratio gt 2.4999",
    f'{CRM}:key eq "c2NpbQ"',
    f"{CRM}:staff eq true",
    f'{CRM}:tags eq "red"',
    f'{CRM}:tags[value eq "BLUE"]',
    f'{CRM}:tags ne "green"',
    f'{CRM}:level eq "low"',
    f'{CRM}:employeeCode eq "Code-1"',
    f'{CRM}:note eq "on request"',
    f'{CRM}:devices[serial eq "s1" and ports eq 22]',
    f"{CRM}:devices.ports eq 3",
    f"{CRM}:devices.ports gt 21",
    'meta.resourceType eq "User"',
    'meta.created gt "2020-01-01T00:00:00Z"',
    'meta.lastModified le "2099-01-01T00:00:00+14:00"',
    "meta.version pr",
    'schemas eq "' + ENTERPRISE + '"',
    "userName pr and (title pr or not (title pr)) and active eq true",
    "title eq null",
    "displayName ne null",
    'title eq "x" or displayName eq "ada ünal" and active eq true',
    'not (title eq "x")',
    'title ne "x"',
    "not(title pr)",
    'displayName  eq\t"ada ünal"',
    'displayName eq "\\u0061da ünal"',
    'displayName co ""',
]

MISSES = [
    'displayName eq "Ada"',
    'externalId eq "ext-ada"',
    'profileUrl eq "https://example.com/ada"',
    f'{CRM}:employeeCode eq "code-1"',
    "active eq false",
    'emails[type eq "work" and value co "@home"]',
    'emails[type eq "home" and primary eq true]',
    'emails.type ne "home"',
    f'{CRM}:tags ne "Red"',
    f'{CRM}:devices[serial eq "S2" and ports eq 22]',
    f"{CRM}:score lt 9",
    f"{CRM}:score gt 100",
    f"{CRM}:ratio gt 10",
    f'{CRM}:hiredOn gt "2024-05-01T00:00:00Z"',
    "title pr",
    'title gt "a"',
    'title eq ""',
    'displayName sw "%"',
    'displayName co "_"',
    'displayName eq "ada ünal" and active eq false or title pr',
    '(title eq "x" or displayName eq "ada ünal") and active eq false',
    "not (displayName pr)",
    'meta.resourceType eq "Group"',
]

WRONG = [
    "",
    " ",
    "userName",
    "userName eq",
    'userName xx "a"',
    "userName eq a",
    'userName eq "a',
    "userName eq 'a'",
    'userName eq "a" and',
    'and userName eq "a"',
    'userName eq "a" userName eq "b"',
    '(userName eq "a"',
    'userName eq "a")',
    'not userName eq "a"',
    'emails[type eq "work"',
    'emails[type eq "work"]]',
    "emails[nothing pr]",
    "emails[]",
    'nothing eq "a"',
    'userName.nothing eq "a"',
    'urn:nothing:userName eq "a"',
    "active gt true",
    'active co "t"',
    f'{CRM}:key gt "c2NpbQ=="',
    f"{CRM}:score co 1",
    f'{CRM}:score eq "x"',
    f'{CRM}:hiredOn eq "yesterday"',
    f'{CRM}:hiredOn co "2024"',
    'name eq "Ada"',
    'password eq "x"',
    "password pr",
    f'{CRM}:secret eq "hidden"',
    f"{CRM}:devices[pin pr]",
    "title gt null",
    'userName eq "\\u0000"',
    'userName eq "\\ud800"',
    'userName eq "\0"',
    "userName eq NaN",
    "userName eq {}",
    "userName eq " + "9" * 5000,
]


@pytest.mark.parametrize("condition", MATCHES)
def test_it_matches(server: httpx.Client, ada: Json, condition: str) -> None:
    """Alone, and negated not."""
    assert found(server, f'id eq "{ada["id"]}" and ({condition})') == [ada["id"]]
    assert found(server, f'id eq "{ada["id"]}" and not ({condition})') == []
    assert ada["id"] in found(server, condition)


@pytest.mark.parametrize("condition", MISSES)
def test_it_does_not_match(server: httpx.Client, ada: Json, condition: str) -> None:
    """Alone, and negated it does."""
    assert found(server, f'id eq "{ada["id"]}" and ({condition})') == []
    assert found(server, f'id eq "{ada["id"]}" and not ({condition})') == [ada["id"]]


@pytest.mark.parametrize("condition", [condition for condition in WRONG if condition.strip()])
def test_it_is_refused(server: httpx.Client, condition: str) -> None:
    """invalidFilter, with the place of the fault."""
    assert "character" in refused(server.get("/Users", params={"filter": condition}), 400, "invalidFilter")


def test_the_place_of_the_fault_is_named(server: httpx.Client) -> None:
    """Counted from 1."""
    detail = refused(server.get("/Users", params={"filter": 'userName eq "a" and nothing pr'}), 400, "invalidFilter")
    assert "character 21" in detail


def test_size_and_depth_are_bounded(server: httpx.Client) -> None:
    """Long, deep and many, but what is reasonable works."""
    for condition in ("(" * 100 + "id pr" + ")" * 100, " or ".join(["id pr"] * 1000)):
        refused(server.get("/Users", params={"filter": condition}), 400, "invalidFilter")
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "id pr" + " " * 20000}
    refused(server.post("/Users/.search", json=body), 400, "invalidFilter")
    assert found(server, " or ".join(f'userName eq "{number}"' for number in range(150))) == []
    assert found(server, "not (" * 30 + 'userName eq "x"' + ")" * 30) == []


def test_grants_are_filtered_from_their_rows(server: httpx.Client) -> None:
    """By value, display, type and primary; together on one grant."""
    license = new_license(server, "Rare licence")
    user = new_user(server, entitlements=[{"value": license["id"], "primary": True}, {"value": "ps-sales"}])
    mine = f'id eq "{user["id"]}" and '
    assert found(server, f'entitlements[value eq "{license["id"]}"]') == [user["id"]]
    assert found(server, f'entitlements.value eq "{license["id"]}"') == [user["id"]]
    assert found(server, f'entitlements eq "{license["id"]}"') == [user["id"]]
    for condition, matches in {
        'entitlements.display eq "rare LICENCE"': True,
        'entitlements.display co "licence"': True,
        'entitlements.type eq "permission set"': True,
        f'entitlements[value eq "{license["id"]}" and type eq "License" and primary eq true]': True,
        f'entitlements[value eq "{license["id"]}" and type eq "Permission Set"]': False,
        'entitlements[display sw "sales" and primary eq true]': False,
        'entitlements[not (type eq "License")]': True,
        'entitlements.type ne "License"': False,
        "entitlements pr": True,
        "entitlements.display pr": True,
        "roles pr": False,
        'roles.value eq "admin"': False,
        "groups pr": False,
    }.items():
        assert found(server, mine + condition) == ([user["id"]] if matches else []), condition
        assert found(server, f"{mine}not ({condition})") == ([] if matches else [user["id"]]), condition


def test_members_and_groups_are_filtered_from_both_sides(server: httpx.Client) -> None:
    """Direct and through nested groups."""
    user = new_user(server)
    inner = new_group(server, user, name="Inner circle")
    outer = new_group(server, inner, name="Outer circle")
    assert found(server, f'members.value eq "{user["id"]}"', "/Groups") == [inner["id"]]
    assert found(server, f'members[value eq "{inner["id"]}" and type eq "Group"]', "/Groups") == [outer["id"]]
    ref = inner["members"][0]["$ref"]
    assert found(server, f'members.$ref eq "{ref}"', "/Groups") == [inner["id"]]
    for condition, matches in {
        f'groups.value eq "{inner["id"]}"': True,
        f'groups.value eq "{outer["id"]}"': True,
        f'groups[value eq "{outer["id"]}" and type eq "indirect"]': True,
        f'groups[value eq "{outer["id"]}" and type eq "direct"]': False,
        'groups.display eq "outer circle"': True,
        'groups.display eq "nobody"': False,
    }.items():
        assert found(server, f'id eq "{user["id"]}" and {condition}') == ([user["id"]] if matches else []), condition


def test_locations_are_filtered(server: httpx.Client) -> None:
    """As the client sees them."""
    user = new_user(server)
    assert found(server, f'meta.location eq "{user["meta"]["location"]}"') == [user["id"]]
    assert found(server, f'meta.version eq "{escaped(user["meta"]["version"])}" and id eq "{user["id"]}"') == [
        user["id"]
    ]


def escaped(text: str) -> str:
    """For a string in a filter."""
    return text.replace('"', '\\"')


def test_a_search_over_several_types(server: httpx.Client) -> None:
    """An attribute that a type lacks is no match there; on one type it is an error."""
    name = new_name()
    user = new_user(server, displayName=name)
    group = new_group(server, name=name)
    assert sorted(found(server, f'displayName eq "{name}"', "/")) == sorted([user["id"], group["id"]])
    assert found(server, f'userName eq "{user["userName"]}"', "/") == [user["id"]]
    assert found(server, "nothing pr", "/") == []
    assert found(server, f'displayName eq "{name}" and not (members pr)', "/Groups") == [group["id"]]


ORDERS: list[tuple[str, list[Any]]] = [
    ("displayName", ["b", "A", "c"]),
    ("name.familyName", [{"familyName": "b"}, {"familyName": "A"}, {"familyName": "c"}]),
    ("emails", [[{"value": "z"}, {"value": "b", "primary": True}], [{"value": "A"}], [{"value": "c"}]]),
    ("emails.type", [[{"value": "x", "type": "b"}], [{"value": "x", "type": "A"}], [{"value": "x", "type": "c"}]]),
    (f"{CRM}:score", [{"score": 9}, {"score": -10}, {"score": 100}]),
    (f"{CRM}:ratio", [{"ratio": 0.5}, {"ratio": -0.25}, {"ratio": 10}]),
    (
        f"{CRM}:hiredOn",
        [
            {"hiredOn": "2024-05-01T00:00:00Z"},
            {"hiredOn": "2024-05-01T01:00:00+02:00"},
            {"hiredOn": "2025-01-01T00:00:00Z"},
        ],
    ),
    (f"{CRM}:tags", [{"tags": ["b"]}, {"tags": ["A"]}, {"tags": ["c"]}]),
    ("entitlements.display", [[{"value": "lic-pro"}], [{"value": "lic-free"}], [{"value": "seat-a"}]]),
]


@pytest.mark.parametrize(("name", "values"), ORDERS, ids=[name for name, _ in ORDERS])
def test_it_sorts(server: httpx.Client, name: str, values: list[Any]) -> None:
    """By type, without regard to case; without a value last, or first when descending."""
    key = f"sort-{name}"
    member = name.rpartition(":")[0] or name.partition(".")[0]
    ids = [new_user(server, externalId=key, **{member: value})["id"] for value in values]
    ids.append(new_user(server, externalId=key)["id"])
    expected = [ids[1], ids[0], ids[2], ids[3]]
    for order in ("ascending", "descending"):
        parameters = {"filter": f'externalId eq "{key}"', "sortBy": name, "sortOrder": order}
        page = server.get("/Users", params=parameters).json()
        wanted = expected if order == "ascending" else expected[::-1]
        assert [one["id"] for one in page["Resources"]] == wanted
    for one in ids:
        server.delete(f"/Users/{one}")


def test_an_unknown_order_is_refused(server: httpx.Client) -> None:
    """invalidPath for sortBy, invalidValue for sortOrder."""
    refused(server.get("/Users", params={"sortBy": "nothing"}), 400, "invalidPath")
    refused(server.get("/Users", params={"sortBy": "password"}), 400, "invalidPath")
    refused(server.get("/Users", params={"sortBy": "userName", "sortOrder": "up"}), 400, "invalidValue")


def test_a_change_is_found_at_once(server: httpx.Client) -> None:
    """The index follows every write."""
    user = new_user(server, displayName="Before the change")
    patch(server, user, {"op": "replace", "path": "displayName", "value": "After the change"})
    assert found(server, 'displayName eq "before the change"') == []
    assert found(server, 'displayName eq "after the change"') == [user["id"]]
    server.delete(f"/Users/{user['id']}")
    assert found(server, 'displayName eq "after the change"') == []


def sorted_ids(server: httpx.Client, path: str, condition: str, name: str, order: str = "ascending") -> list[str]:
    """The ids of the matches, in an order."""
    response = server.get(path, params={"filter": condition, "sortBy": name, "sortOrder": order})
    assert response.status_code == 200, response.text
    return [resource["id"] for resource in response.json()["Resources"]]


def test_several_types_are_sorted_by_their_names_and_their_urls(server: httpx.Client) -> None:
    """The values of `meta` are not in the stored document. A user was created before each group."""
    name = new_name()
    users = [new_user(server, displayName=name), new_user(server, displayName=name)]
    group = new_group(server, name=name)
    condition = f'displayName eq "{name}"'
    by_type = sorted_ids(server, "/", condition, "meta.resourceType")
    assert by_type == [group["id"], users[0]["id"], users[1]["id"]]
    assert sorted_ids(server, "/", condition, "meta.resourceType", "descending")[2] == group["id"]
    by_url = sorted([*users, group], key=lambda resource: str(resource["meta"]["location"]))
    assert sorted_ids(server, "/", condition, "meta.location") == [resource["id"] for resource in by_url]
    assert sorted_ids(server, "/", condition, "meta.location", "descending") == [one["id"] for one in by_url[::-1]]


def test_resources_are_sorted_by_what_has_a_column(server: httpx.Client) -> None:
    """Each of the ids, times and versions is in a separate column."""
    key = new_name()
    users = [new_user(server, externalId=key, title=title) for title in "abc"]
    patch(server, users[0], {"op": "replace", "path": "title", "value": "later"})
    condition = f'externalId eq "{key}"'
    ids = [user["id"] for user in users]
    assert sorted_ids(server, "/Users", condition, "id") == sorted(ids)
    last_first = sorted(users, key=lambda user: str(user["meta"]["created"]), reverse=True)
    by_created = sorted_ids(server, "/Users", condition, "meta.created", "descending")
    assert by_created == [user["id"] for user in last_first]
    assert sorted_ids(server, "/Users", condition, "meta.lastModified") == [ids[1], ids[2], ids[0]]


def test_a_value_path_with_an_attribute_that_a_type_lacks(server: httpx.Client) -> None:
    """It is no match there; negated, every value of the other attribute is one."""
    name = new_name()
    user = new_user(server, displayName=name, emails=[{"value": "a@x.example", "type": "work"}])
    mine = f'displayName eq "{name}" and '
    assert found(server, mine + "emails[nothing pr]", "/") == []
    assert found(server, mine + 'emails[nothing pr or type eq "work"]', "/") == [user["id"]]
    assert found(server, mine + 'emails[nothing pr and type eq "work"]', "/") == []
    assert found(server, mine + "emails[not (nothing pr)]", "/") == [user["id"]]
    assert found(server, mine + "not (emails[nothing pr])", "/") == [user["id"]]

"""PUT by mutability, what is returned, integrity."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from .steps import (
    CRM,
    ENTERPRISE,
    GROUP,
    LICENSE,
    PATCH,
    USER,
    Json,
    found,
    new_group,
    new_license,
    new_name,
    new_user,
    patch,
    put,
    read,
    refused,
    send_patch,
)


def hidden(server: httpx.Client, user: Json) -> Json:
    """What is returned on request only."""
    names = f"{CRM}:note,{CRM}:devices.note,{CRM}:devices.serial"
    return dict(read(server, user, attributes=names).get(CRM, {}))


def test_put_clears_what_it_leaves_out(server: httpx.Client) -> None:
    """readWrite attributes; the rest of the body replaces."""
    user = new_user(server, title="Dr", emails=[{"value": "a@x.com"}], **{ENTERPRISE: {"department": "D"}})
    body = {"schemas": [USER], "userName": user["userName"], "displayName": "Ada"}
    changed = put(server, user, body).json()
    assert {"title", "emails", ENTERPRISE}.isdisjoint(changed)
    assert changed["displayName"] == "Ada"
    assert changed["schemas"] == [USER]


def test_put_keeps_what_a_get_does_not_return(server: httpx.Client) -> None:
    """Whether it sends back what it has read, or leaves the extension out."""
    devices = [{"serial": "1", "pin": "1234", "note": "n"}, {"serial": "2"}]
    user = new_user(server, **{CRM: {"note": "kept", "secret": "s", "region": "R", "devices": devices}})
    assert user[CRM]["note"] == "kept"  # written, so returned (RFC 7643 section 7)
    seen = read(server, user)
    assert seen[CRM] == {"region": "R", "devices": [{"serial": "1"}, {"serial": "2"}]}
    changed = put(server, user, seen | {"title": "Dr"}).json()
    assert changed["title"] == "Dr"
    assert hidden(server, user) == {"note": "kept", "devices": [{"serial": "1", "note": "n"}, {"serial": "2"}]}
    put(server, user, {"schemas": [USER], "userName": user["userName"]})
    assert hidden(server, user) == {"note": "kept"}


def test_put_sets_an_immutable_attribute_once(server: httpx.Client) -> None:
    """It stays when it is left out, and another value is refused."""
    user = new_user(server)
    base = {"schemas": [USER], "userName": user["userName"]}
    assert put(server, user, base | {CRM: {"badge": "B"}}).json()[CRM] == {"badge": "B"}
    assert put(server, user, base).json()[CRM] == {"badge": "B"}
    refused(put(server, user, base | {CRM: {"badge": "other"}}), 400, "mutability")


def test_put_needs_what_is_required(server: httpx.Client) -> None:
    """userName, and the licence's tier."""
    user, license = new_user(server), new_license(server)
    refused(put(server, user, {"schemas": [USER]}), 400, "invalidValue")
    refused(
        put(server, license, {name: part for name, part in license.items() if name != LICENSE}), 400, "invalidValue"
    )
    refused(put(server, license, license | {LICENSE: {"seats": 1}}), 400, "invalidValue")


def test_a_value_says_its_own_type(server: httpx.Client) -> None:
    """The type of an entitlement is its resource type's name, whatever a client sends: it is readOnly."""
    body = {"displayName": "L", LICENSE: {"tier": "made up"}}
    assert server.post("/Licenses", json=body).json()["type"] == "License"
    assert server.post("/Licenses", json=body | {"type": "Seat"}).json()["type"] == "License"


def test_only_what_is_asked_for_is_returned(server: httpx.Client) -> None:
    """attributes and excludedAttributes, sub-attributes and extensions, in any case."""
    group = new_group(server)
    user = new_user(
        server,
        name={"givenName": "Ada", "familyName": "L"},
        emails=[{"value": "a@x.com", "type": "work"}],
        entitlements=[{"value": "lic-pro"}],
        **{ENTERPRISE: {"department": "D", "division": "V"}},
    )
    patch(server, group, {"op": "add", "path": "members", "value": [{"value": user["id"]}]})
    always = {"schemas": user["schemas"], "id": user["id"]}
    for names, expected in {
        "userName": {"userName": user["userName"]},
        "USERNAME,nothing": {"userName": user["userName"]},
        "name.givenName": {"name": {"givenName": "Ada"}},
        "name,name.givenName": {"name": {"givenName": "Ada"}},
        f"{USER}:name": {"name": user["name"]},
        "emails.value": {"emails": [{"value": "a@x.com"}]},
        f"{ENTERPRISE}:department": {ENTERPRISE: {"department": "D"}},
        ENTERPRISE: {ENTERPRISE: user[ENTERPRISE]},
        "meta.version": {"meta": {"version": user["meta"]["version"]}},
        "entitlements.display": {"entitlements": [{"display": "Professional"}]},
        "groups.value": {"groups": [{"value": group["id"]}]},
        "nothing": {},
    }.items():
        assert read(server, user, attributes=names) == always | expected, names
    full = read(server, user)
    for names, gone in {
        "userName,emails": ["userName", "emails"],
        "id,schemas": [],
        "groups,meta": ["groups", "meta"],
    }.items():
        view = read(server, user, excludedAttributes=names)
        assert view == {name: value for name, value in full.items() if name not in gone}
    view = read(server, user, excludedAttributes=f"name.givenName,{ENTERPRISE}:division")
    assert view["name"] == {"familyName": "L"}
    assert view[ENTERPRISE] == {"department": "D"}


def test_writes_answer_with_what_is_asked_for(server: httpx.Client) -> None:
    """POST, PUT and PATCH; a group's PATCH too, then."""
    body = {"schemas": [USER], "userName": new_name(), "title": "Dr"}
    created = server.post("/Users", params={"attributes": "title"}, json=body).json()
    assert created.keys() == {"schemas", "id", "title"}
    location = f"/Users/{created['id']}"
    assert server.put(location, params={"excludedAttributes": "title"}, json=body).json().get("title") is None
    group = new_group(server)
    operation = {"op": "add", "path": "displayName", "value": "Other"}
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    answer = server.patch(f"/Groups/{group['id']}", params={"attributes": "displayName"}, json=message)
    assert answer.json() == {"schemas": [GROUP], "id": group["id"], "displayName": "Other"}


def test_a_rename_shows_everywhere(server: httpx.Client) -> None:
    """Of an entitlement, a group and a member."""
    license, user = new_license(server, "Old licence"), new_user(server, displayName="Old user")
    group = new_group(server, user, name="Old group")
    user = patch(server, user, {"op": "add", "path": "entitlements", "value": [{"value": license["id"]}]})
    assert (user["entitlements"][0]["display"], user["groups"][0]["display"]) == ("Old licence", "Old group")
    patch(server, license, {"op": "replace", "path": "displayName", "value": "New licence"})
    patch(server, group, {"op": "replace", "path": "displayName", "value": "New group"})
    patch(server, user, {"op": "replace", "path": "displayName", "value": "New user"})
    user = read(server, user)
    assert (user["entitlements"][0]["display"], user["groups"][0]["display"]) == ("New licence", "New group")
    assert read(server, group)["members"][0]["display"] == "New user"


def test_a_deleted_entitlement_is_held_by_nobody(server: httpx.Client) -> None:
    """And its id may not be granted again."""
    license = new_license(server)
    user = new_user(server, entitlements=[{"value": license["id"]}, {"value": "lic-pro"}])
    assert server.delete(license["meta"]["location"]).status_code == 204
    assert [grant["value"] for grant in read(server, user)["entitlements"]] == ["lic-pro"]
    refused(
        send_patch(server, user, {"op": "add", "path": "entitlements", "value": [{"value": license["id"]}]}),
        400,
        "invalidValue",
    )


def test_a_deleted_group_is_in_no_user(server: httpx.Client) -> None:
    """Nor its parents, through it."""
    user = new_user(server)
    inner = new_group(server, user)
    outer = new_group(server, inner)
    groups = read(server, user)["groups"]
    assert {entry["value"]: entry["type"] for entry in groups} == {inner["id"]: "direct", outer["id"]: "indirect"}
    assert server.delete(inner["meta"]["location"]).status_code == 204
    assert "groups" not in read(server, user)
    assert "members" not in read(server, outer)


def test_groups_in_a_circle_do_no_harm(server: httpx.Client) -> None:
    """A group in itself is refused; a longer circle ends."""
    user = new_user(server)
    first = new_group(server, user)
    second = new_group(server, first)
    patch(server, first, {"op": "add", "path": "members", "value": [{"value": second["id"]}]})
    assert {entry["value"] for entry in read(server, user)["groups"]} == {first["id"], second["id"]}
    assert found(server, f'groups.value eq "{second["id"]}"') == [user["id"]]
    own = {"op": "add", "path": "members", "value": [{"value": first["id"]}]}
    refused(send_patch(server, first, own), 400, "invalidValue")


def test_membership_does_not_change_a_users_version(server: httpx.Client) -> None:
    """Derived groups do not count."""
    user = new_user(server)
    new_group(server, user)
    assert read(server, user)["meta"] == user["meta"]


def test_a_limit_is_kept_under_concurrency(server: httpx.Client) -> None:
    """Two may hold a seat, however many ask at once."""
    seat = server.post("/Seats", json={"displayName": "Wanted"}).json()
    users = [new_user(server) for _ in range(8)]
    grant = {"op": "add", "path": "entitlements", "value": [{"value": seat["id"]}]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda user: send_patch(server, user, grant), users))
    assert sorted(answer.status_code for answer in answers) == [200, 200] + [400] * 6
    assert len(found(server, f'entitlements[value eq "{seat["id"]}"]')) == 2


def test_one_name_is_taken_once_under_concurrency(server: httpx.Client) -> None:
    """One 201, else 409."""
    body = {"schemas": [USER], "userName": new_name()}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.post("/Users", json=body).status_code, range(8)))
    assert sorted(answers) == [201] + [409] * 7


def test_no_update_is_lost(server: httpx.Client) -> None:
    """Eight clients add one value each."""
    user = new_user(server)
    operations = [{"op": "add", "path": f"{CRM}:tags", "value": [f"tag{number}"]} for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda operation: send_patch(server, user, operation).status_code, operations))
    assert answers == [200] * 8
    assert sorted(read(server, user)[CRM]["tags"]) == [f"tag{number}" for number in range(8)]


def test_a_unique_value_is_free_again(server: httpx.Client) -> None:
    """After a change and after a deletion, with `uniqueness: global` and `caseExact` too."""
    user = new_user(server, **{CRM: {"employeeCode": "C-7"}})
    body = {"schemas": [USER, CRM], "userName": new_name(), CRM: {"employeeCode": "C-7"}}
    assert f"{CRM}:employeeCode" in refused(server.post("/Users", json=body), 409, "uniqueness")
    other = new_user(server, **{CRM: {"employeeCode": "c-7"}})
    taken = {"op": "replace", "path": f"{CRM}:employeeCode", "value": "C-7"}
    refused(send_patch(server, other, taken), 409, "uniqueness")
    refused(put(server, other, other | {CRM: {"employeeCode": "C-7"}}), 409, "uniqueness")
    patch(server, user, {"op": "replace", "path": f"{CRM}:employeeCode", "value": "C-8"})
    assert server.post("/Users", json=body).status_code == 201


def test_head_has_no_body(server: httpx.Client) -> None:
    """Else it is like GET."""
    user = new_user(server)
    head, get = server.head(user["meta"]["location"]), server.get(user["meta"]["location"])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_seeds_that_belong_to_the_description_are_read_only(server: httpx.Client) -> None:
    """403 for every write; grants of them work."""
    location = "/PermissionSets/ps-sales"
    value = server.get(location).json()
    refused(server.post("/PermissionSets", json={"displayName": "x"}), 403)
    for method in ("PUT", "PATCH", "DELETE"):
        refused(server.request(method, location, json=value), 403)
    assert new_user(server, entitlements=[{"value": "ps-sales"}])["entitlements"][0]["display"] == "Sales"


def test_pages_are_bounded(server: httpx.Client) -> None:
    """startIndex and count at their edges."""
    for parameters, start, count in (
        ({"startIndex": "0"}, 1, None),
        ({"startIndex": "-5", "count": "1"}, 1, 1),
        ({"count": "-1"}, 1, 0),
        ({"startIndex": "1000000000000"}, 1000000000000, 0),
        ({"startIndex": "99999999999999999999", "count": "1"}, None, 0),
    ):
        page = server.get("/Users", params=parameters).json()
        assert start is None or page["startIndex"] == start
        assert count is None or page["itemsPerPage"] == len(page["Resources"]) == count
    refused(server.get("/Users", params={"count": "many"}), 400, "invalidValue")
    refused(server.get("/Users", params={"startIndex": "1.5"}), 400, "invalidValue")
    refused(server.get("/Users", params={"cursor": "nonsense"}), 400, "invalidCursor")


def test_cursor_pages_are_stable_under_writes(server: httpx.Client) -> None:
    """What is deleted or created meanwhile neither repeats nor hides another resource."""
    key = new_name()
    users = [new_user(server, externalId=key)["id"] for _ in range(6)]
    parameters = {"filter": f'externalId eq "{key}"', "count": "2", "cursor": ""}
    first = server.get("/Users", params=parameters).json()
    server.delete(f"/Users/{users[0]}")
    users.append(new_user(server, externalId=key)["id"])
    seen = [one["id"] for one in first["Resources"]]
    cursor = first["nextCursor"]
    while cursor:
        page = server.get("/Users", params=parameters | {"cursor": cursor}).json()
        seen += [one["id"] for one in page["Resources"]]
        cursor = page.get("nextCursor")
    assert seen == users


def test_an_extension_s_attribute_can_be_returned_always(server: httpx.Client) -> None:
    """With nothing else of its extension, whatever is asked for or left out (RFC 7643 section 7)."""
    user = new_user(server, **{CRM: {"serial": "s-1", "region": "emea"}})
    location = user["meta"]["location"]
    always = {"schemas": user["schemas"], "id": user["id"], CRM: {"serial": "s-1"}}
    assert read(server, user, attributes="title") == always
    assert read(server, user, attributes=f"{CRM}:region")[CRM] == {"serial": "s-1", "region": "emea"}
    assert read(server, user, excludedAttributes=CRM)[CRM] == {"serial": "s-1"}
    assert read(server, user, excludedAttributes=f"{CRM}:serial,{CRM}:region")[CRM] == {"serial": "s-1"}
    operations = [{"op": "replace", "path": "title", "value": "Dr"}]
    patched = server.patch(f"{location}?attributes=title", json={"schemas": [PATCH], "Operations": operations})
    assert patched.json() == always | {"title": "Dr"}
    plain = new_user(server)
    assert read(server, plain, attributes="title").keys() == {"schemas", "id"}

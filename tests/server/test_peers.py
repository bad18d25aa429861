"""Where other servers that were tried fail."""

import httpx

from .steps import (
    USER,
    found,
    new_group,
    new_license,
    new_name,
    new_user,
    patch,
    read,
    refused,
    send_patch,
)


def test_a_grant_is_removed_by_a_conjunction(server: httpx.Client) -> None:
    """remove entitlements[value eq … and type eq …], the other entitlement of that type stays."""
    license = new_license(server)
    user = new_user(server, entitlements=[{"value": "lic-pro"}, {"value": license["id"]}])
    path = 'entitlements[value eq "lic-pro" and type eq "License"]'
    user = patch(server, user, {"op": "remove", "path": path})
    assert [grant["value"] for grant in user["entitlements"]] == [license["id"]]


def test_booleans_as_text_inside_complex_values(server: httpx.Client) -> None:
    """In POST, PUT and PATCH."""
    user = new_user(server, emails=[{"value": "a@x.com", "primary": "True"}])
    assert user["emails"] == [{"value": "a@x.com", "primary": True}]
    user = patch(server, user, {"op": "add", "path": "emails", "value": [{"value": "b@x.com", "primary": "True"}]})
    assert [email["primary"] for email in user["emails"]] == [False, True]


def test_a_list_filter_looks_at_one_value_at_a_time(server: httpx.Client) -> None:
    """emails[type eq "work" and value co "@x"]."""
    marked = new_name().replace("@", ".")
    emails = [{"type": "work", "value": f"{marked}@a"}, {"type": "home", "value": f"{marked}@b"}]
    user = new_user(server, emails=emails)
    assert found(server, f'emails[type eq "work" and value co "{marked}@a"]') == [user["id"]]
    assert found(server, f'emails[type eq "work" and value co "{marked}@b"]') == []


def test_a_stale_version_is_refused(server: httpx.Client) -> None:
    """412 for PUT, PATCH and DELETE; the present version, a list of them and * are accepted."""
    user = new_user(server)
    location, old = user["meta"]["location"], user["meta"]["version"]
    user = patch(server, user, {"op": "add", "path": "title", "value": "Dr"})
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "remove", "path": "title"}],
    }
    for method, content in (("PUT", user), ("PATCH", body), ("DELETE", None)):
        refused(server.request(method, location, json=content, headers={"If-Match": old}), 412)
    new = user["meta"]["version"]
    assert server.patch(location, json=body, headers={"If-Match": f'"x", {new}'}).status_code == 200
    assert server.delete(location, headers={"If-Match": "*"}).status_code == 204


def test_a_deleted_user_is_in_no_group(server: httpx.Client) -> None:
    """And the group has a new version."""
    user = new_user(server)
    group = new_group(server, user)
    assert server.delete(user["meta"]["location"]).status_code == 204
    changed = read(server, group)
    assert "members" not in changed
    assert changed["meta"]["version"] != group["meta"]["version"]


def test_a_grant_of_what_does_not_exist_is_refused(server: httpx.Client) -> None:
    """By POST, PUT and PATCH, naming it; nothing is written."""
    user = new_user(server)
    grants = [{"value": "lic-pro"}, {"value": "no-such-license"}]
    responses = [
        server.post("/Users", json={"schemas": [USER], "userName": new_name(), "entitlements": grants}),
        server.put(user["meta"]["location"], json=user | {"entitlements": grants}),
        send_patch(server, user, {"op": "add", "path": "entitlements", "value": grants}),
        send_patch(server, user, {"op": "add", "path": "roles", "value": [{"value": "lic-pro"}]}),
        send_patch(
            server, user, {"op": "add", "path": "entitlements", "value": [{"value": "lic-pro", "type": "Seat"}]}
        ),
        server.post("/Groups", json={"displayName": "G", "members": [{"value": "nobody"}]}),
    ]
    named = ["no-such-license"] * 3 + ["lic-pro", "Seat", "nobody"]
    for response, name in zip(responses, named, strict=True):
        assert name in refused(response, 400, "invalidValue")
    assert read(server, user) == user

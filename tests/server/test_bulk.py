"""Bulk, clause by clause (RFC 7644 section 3.7)."""

from typing import Any

import httpx
import pytest

from .steps import GROUP, PATCH, USER, Json, found, new_group, new_license, new_name, new_user, read, refused

REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def send(server: httpx.Client, *operations: Json, **members: Any) -> httpx.Response:
    """A bulk request and whatever comes of it."""
    return server.post("/Bulk", json={"schemas": [REQUEST], "Operations": list(operations)} | members)


def bulk(server: httpx.Client, *operations: Json, **members: Any) -> list[Json]:
    """A bulk request that is accepted, and the answers to its operations."""
    response = send(server, *operations, **members)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/scim+json")
    body = response.json()
    assert body["schemas"] == [RESPONSE]
    return list(body["Operations"])


def post(bulk_id: str, endpoint: str = "/Users", **attributes: Any) -> Json:
    """The operation that creates a user or a group."""
    if endpoint == "/Users":
        data = {"schemas": [USER], "userName": new_name()} | attributes
    else:
        data = {"schemas": [GROUP], "displayName": bulk_id} | attributes
    return {"method": "POST", "path": endpoint, "bulkId": bulk_id, "data": data}


def statuses(answers: list[Json]) -> list[str]:
    return [answer["status"] for answer in answers]


def at(server: httpx.Client, answer: Json) -> Json:
    """The resource at the location of an answer."""
    response = server.get(answer["location"])
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_service_provider_config_tells_the_limits(server: httpx.Client) -> None:
    config = server.get("/ServiceProviderConfig").json()
    assert config["bulk"] == {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1048576}


def test_every_method_with_location_version_and_status(server: httpx.Client, base_url: str) -> None:
    changed, replaced, gone = new_user(server), new_user(server), new_user(server)
    answers = bulk(
        server,
        post("one"),
        {"method": "PUT", "path": f"/Users/{replaced['id']}", "data": replaced | {"title": "Put"}},
        {
            "method": "PATCH",
            "path": f"/Users/{changed['id']}",
            "data": {"schemas": [PATCH], "Operations": [{"op": "add", "path": "title", "value": "Patched"}]},
        },
        {"method": "DELETE", "path": f"/Users/{gone['id']}"},
    )
    assert statuses(answers) == ["201", "200", "200", "204"]
    assert [answer["method"] for answer in answers] == ["POST", "PUT", "PATCH", "DELETE"]
    assert answers[0]["bulkId"] == "one"
    assert "response" not in answers[0]
    for answer in answers:
        assert answer["location"].startswith(f"{base_url}/Users/")
    for answer in answers[:3]:
        assert at(server, answer)["meta"]["version"] == answer["version"]
    assert read(server, replaced)["title"] == "Put"
    assert read(server, changed)["title"] == "Patched"
    assert server.get(f"/Users/{gone['id']}").status_code == 404


def test_a_patch_as_the_example_of_the_rfc_writes_it(server: httpx.Client) -> None:
    user = new_user(server, nickName="old")
    operations = [{"op": "remove", "path": "nickName"}, {"op": "add", "path": "title", "value": "new"}]
    answers = bulk(server, {"method": "PATCH", "path": f"/Users/{user['id']}", "data": operations})
    assert statuses(answers) == ["200"]
    assert "nickName" not in read(server, user)


def test_methods_and_members_are_read_in_any_case(server: httpx.Client) -> None:
    operation = post("any")
    answers = bulk(server, {"Method": "post", "PATH": "Users", "BulkId": "any", "Data": operation["data"]})
    assert statuses(answers) == ["201"]


def test_a_later_operation_refers_to_a_bulk_id(server: httpx.Client) -> None:
    answers = bulk(server, post("alice"), post("team", "/Groups", members=[{"value": "bulkId:alice"}]))
    assert statuses(answers) == ["201", "201"]
    user, group = at(server, answers[0]), at(server, answers[1])
    assert [member["value"] for member in group["members"]] == [user["id"]]
    assert [one["value"] for one in user["groups"]] == [group["id"]]


def test_an_earlier_operation_refers_to_a_bulk_id(server: httpx.Client) -> None:
    """The order of the answers is that of the request."""
    answers = bulk(server, post("team", "/Groups", members=[{"value": "bulkId:alice"}]), post("alice"))
    assert [answer["bulkId"] for answer in answers] == ["team", "alice"]
    assert statuses(answers) == ["201", "201"]
    assert at(server, answers[0])["members"][0]["value"] == at(server, answers[1])["id"]


def test_a_bulk_id_stands_in_paths_values_and_filters(server: httpx.Client) -> None:
    value_path = {"op": "remove", "path": 'members[value eq "bulkId:bob"]'}
    answers = bulk(
        server,
        post("alice"),
        post("bob"),
        post("team", "/Groups", members=[{"value": "bulkId:alice"}, {"value": "bulkId:bob"}]),
        {"method": "PATCH", "path": "/Groups/bulkId:team", "data": {"schemas": [PATCH], "Operations": [value_path]}},
        {"method": "PATCH", "path": "/Users/bulkId:bob", "data": [{"op": "add", "value": {"title": "Boss"}}]},
    )
    assert statuses(answers) == ["201", "201", "201", "204", "200"]
    members = at(server, answers[2])["members"]
    assert [member["value"] for member in members] == [at(server, answers[0])["id"]]
    assert at(server, answers[1])["title"] == "Boss"
    assert answers[4]["location"] == answers[1]["location"]


def test_grants_and_a_manager_by_bulk_id(server: httpx.Client) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    licence = new_license(server)
    grants = [{"value": licence["id"]}]
    clerk_attributes: Json = {"entitlements": grants, urn: {"manager": {"value": "bulkId:boss"}}}
    answers = bulk(
        server,
        post("boss"),
        post("clerk", **clerk_attributes),
    )
    assert statuses(answers) == ["201", "201"]
    clerk = at(server, answers[1])
    assert clerk["entitlements"][0]["type"] == "License"
    assert clerk[urn]["manager"]["value"] == at(server, answers[0])["id"]


def test_a_circle_is_resolved(server: httpx.Client) -> None:
    """RFC 7644 section 3.7.1: the service provider MUST try to."""
    answers = bulk(
        server,
        post("a", "/Groups", members=[{"value": "bulkId:b"}]),
        post("b", "/Groups", members=[{"value": "bulkId:c"}]),
        post("c", "/Groups", members=[{"value": "bulkId:a"}, {"value": "bulkId:user"}]),
        post("user"),
    )
    assert statuses(answers) == ["201"] * 4
    a, b, c, user = (at(server, answer) for answer in answers)
    for group, members in ((a, [b]), (b, [c]), (c, [a, user])):
        assert {member["value"] for member in group["members"]} == {member["id"] for member in members}
        assert group["meta"]["version"] in {answer["version"] for answer in answers}


def test_a_circle_that_cannot_be_resolved_leaves_nothing(server: httpx.Client) -> None:
    name = "its-own-member"
    answers = bulk(server, post(name, "/Groups", members=[{"value": f"bulkId:{name}"}]))
    assert statuses(answers) == ["400"]
    assert found(server, f'displayName eq "{name}"', "/Groups") == []


def test_an_unknown_bulk_id_is_named(server: httpx.Client) -> None:
    group = new_group(server)
    answers = bulk(
        server,
        post("team", "/Groups", members=[{"value": "bulkId:nobody"}]),
        {"method": "DELETE", "path": "/Users/bulkId:nobody"},
        {
            "method": "PATCH",
            "path": f"/Groups/{group['id']}",
            "data": [{"op": "remove", "path": 'members[value eq "bulkId:nobody"]'}],
        },
    )
    assert statuses(answers) == ["400"] * 3
    for answer in answers:
        assert answer["response"]["scimType"] == "invalidValue"
        assert "nobody" in answer["response"]["detail"]


def test_what_refers_to_a_failed_operation_fails(server: httpx.Client) -> None:
    taken = new_user(server)
    answers = bulk(
        server,
        post("twice", userName=taken["userName"]),
        post("team", "/Groups", members=[{"value": "bulkId:twice"}]),
        {"method": "DELETE", "path": "/Users/bulkId:twice"},
    )
    assert statuses(answers) == ["409", "409", "409"]
    assert answers[0]["response"]["scimType"] == "uniqueness"
    assert "twice" in answers[1]["response"]["detail"]


def test_an_operation_that_fails_has_a_scim_error(server: httpx.Client) -> None:
    """Its location too, unless it is a POST; the others are done."""
    answers = bulk(server, post("bad", userName=""), {"method": "DELETE", "path": "/Users/nobody"}, post("good"))
    assert statuses(answers) == ["400", "404", "201"]
    for answer in answers[:2]:
        assert answer["response"]["schemas"] == [ERROR]
        assert answer["response"]["status"] == answer["status"]
        assert answer["response"]["detail"]
    assert "location" not in answers[0]
    assert answers[1]["location"].endswith("/Users/nobody")


@pytest.mark.parametrize(("limit", "expected"), [(1, ["404"]), (2, ["404", "201", "404"]), (3, None), (None, None)])
def test_fail_on_errors(server: httpx.Client, limit: int | None, expected: list[str] | None) -> None:
    """After that many errors the rest is not done; without it all is done."""
    missing = {"method": "DELETE", "path": "/Users/nobody"}
    answers = bulk(server, missing, post("one"), missing, post("two"), failOnErrors=limit)
    assert statuses(answers) == (expected or ["404", "201", "404", "201"])


def test_version_is_if_match(server: httpx.Client) -> None:
    user = new_user(server)
    change = {"method": "PATCH", "path": f"/Users/{user['id']}", "data": [{"op": "add", "value": {"title": "x"}}]}
    answers = bulk(server, change | {"version": 'W/"0"'}, change | {"version": user["meta"]["version"]})
    assert statuses(answers) == ["412", "200"]
    assert bulk(server, {"method": "DELETE", "path": change["path"], "version": 'W/"1"'})[0]["status"] == "412"


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"method": "GET", "path": "/Users"}, "405"),
        ({"method": "POST", "path": "/Users", "bulkId": "x"}, "400"),
        ({"method": "POST", "path": "/Users", "bulkId": "x", "data": []}, "400"),
        ({"method": "POST", "path": "/Users", "data": {"schemas": [USER], "userName": "no-bulk-id"}}, "400"),
        ({"method": "POST", "path": "/Nonsense", "bulkId": "x", "data": {}}, "404"),
        ({"method": "POST", "path": "/Bulk", "bulkId": "x", "data": {}}, "404"),
        ({"method": "PUT", "path": "/Users", "data": {}}, "404"),
        ({"method": "DELETE", "path": "/Users/"}, "404"),
        ({"method": "DELETE", "path": ""}, "404"),
        ({"method": "PATCH", "path": "/Users/nobody", "data": {}}, "400"),
        ({"method": "PATCH", "path": "/Users/nobody", "data": [{"op": "remove", "path": "title"}]}, "404"),
    ],
)
def test_a_faulty_operation_is_an_error_of_its_own(server: httpx.Client, operation: Json, status: str) -> None:
    answers = bulk(server, operation, post("fine"))
    assert statuses(answers) == [status, "201"]


def test_a_bulk_id_is_given_once(server: httpx.Client) -> None:
    assert statuses(bulk(server, post("same"), post("same"))) == ["201", "400"]


@pytest.mark.parametrize(
    ("body", "scim_type"),
    [
        ({"Operations": []}, "invalidSyntax"),
        ({"schemas": [REQUEST]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": {}}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [1]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [{"path": "/Users"}]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [{"method": "POST"}]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [post("x") | {"bulkId": 1}]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [post("x") | {"version": {}}]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [], "failOnErrors": 0}, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [], "failOnErrors": "1"}, "invalidValue"),
    ],
)
def test_a_faulty_request_is_refused_whole(server: httpx.Client, body: Json, scim_type: str) -> None:
    refused(server.post("/Bulk", json=body), 400, scim_type)


def test_deep_data_is_refused(server: httpx.Client) -> None:
    data: Any = "x"
    for _ in range(100):
        data = [data]
    refused(
        send(server, {"method": "POST", "path": "/Users", "bulkId": "x", "data": {"title": data}}), 400, "invalidSyntax"
    )


def test_nothing_to_do_is_done(server: httpx.Client) -> None:
    assert bulk(server) == []


def test_more_than_max_operations_is_413(server: httpx.Client) -> None:
    """RFC 7644 section 3.7.4; nothing is done."""
    missing = {"method": "DELETE", "path": "/Users/nobody"}
    name = new_name()
    detail = refused(send(server, post("x", userName=name), *[missing] * 1000), 413)
    assert "1000" in detail
    assert found(server, f'userName eq "{name}"') == []
    assert len(bulk(server, *[missing] * 1000)) == 1000


def test_more_than_max_payload_size_is_413(server: httpx.Client) -> None:
    detail = refused(send(server, post("x", title="x" * 1048576)), 413)
    assert "1048576" in detail


def test_a_long_chain_of_references(server: httpx.Client) -> None:
    """Every group in the next, the first asked for last."""
    groups = [post(f"g{n}", "/Groups", members=[{"value": f"bulkId:g{n + 1}"}]) for n in range(300)]
    answers = bulk(server, *groups, post("g300", "/Groups"))
    assert set(statuses(answers)) == {"201"}
    assert at(server, answers[0])["members"][0]["value"] == at(server, answers[1])["id"]


def test_only_post(server: httpx.Client) -> None:
    assert server.get("/Bulk").status_code == 405
    assert server.post("/Bulk", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415

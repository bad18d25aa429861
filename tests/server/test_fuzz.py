"""Whatever arrives, the answer is never a 500, and what is stored stays sound."""

import json
import os
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .steps import CRM, ENTERPRISE, PATCH, USER, new_group, new_user

MANY = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")),  # on each of three stores
)

names = st.sampled_from(
    [
        "userName",
        "name",
        "emails",
        "active",
        "members",
        "roles",
        "entitlements",
        "groups",
        "schemas",
        "meta",
        "id",
        "manager",
        "value",
        "type",
        "primary",
        "givenName",
        "op",
        "path",
        "Operations",
        "x",
        "",
        "$ref",
        ENTERPRISE,
        CRM,
        USER,
        "devices",
        "hiredOn",
        "score",
        "ratio",
        "key",
        "level",
        "tags",
        "ports",
        "password",
        "externalId",
        "name.givenName",
        "emails[x",
    ]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**17, max_value=10**400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.sampled_from(
        ["lic-pro", "admin", "2024-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "{", '{"value":1}', "c2Nt", "True"]
    ),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)),
    max_leaves=12,
)
paths = st.one_of(
    st.text(max_size=20),
    st.lists(
        st.sampled_from(
            [
                "emails",
                "members",
                "roles",
                "entitlements",
                "name",
                "[",
                "]",
                ".",
                "value",
                "type",
                " eq ",
                " pr",
                '"a"',
                "not (",
                ")",
                " and ",
                "true",
                ":",
                USER,
                CRM,
                ENTERPRISE,
                "devices",
                "ports",
                "tags",
                "1e5",
                "null",
                "manager",
                "id",
                "groups",
            ]
        ),
        max_size=9,
    ).map("".join),
)


def check(response: httpx.Response) -> None:
    """A SCIM response."""
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.json()["detail"]


@MANY
@given(body=st.dictionaries(names, anything, max_size=6))
def test_any_body_is_answered(server: httpx.Client, body: dict[str, Any]) -> None:
    """POST and PUT, and what was stored can be read, filtered by and written back."""
    content = json.dumps(body | {"schemas": [USER], "userName": f"fuzz-{hash(str(body))}"})
    created = server.post("/Users", content=content, headers={"Content-Type": "application/json"})
    check(created)
    if created.status_code == 201:
        location = created.headers["location"]
        read = server.get(location)
        assert server.put(location, json=read.json()).json()["meta"] == read.json()["meta"]
        assert server.delete(location).status_code == 204
    check(server.post("/Groups", content=json.dumps(body), headers={"Content-Type": "application/json"}))
    check(server.post("/Users/.search", content=json.dumps(body), headers={"Content-Type": "application/json"}))
    check(server.post("/Licenses", content=json.dumps(body), headers={"Content-Type": "application/json"}))


@MANY
@given(
    operations=st.lists(
        st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "Replace", "remove"])}, optional={"path": paths, "value": anything}
        ),
        max_size=4,
    )
)
def test_any_patch_is_answered(server: httpx.Client, operations: list[dict[str, Any]]) -> None:
    """On a user and on a group; what is left can be read and put back."""
    user = new_user(server, emails=[{"value": "a", "type": "a"}], **{CRM: {"tags": ["a"], "devices": [{"ports": [1]}]}})
    group = new_group(server, user)
    message = json.dumps({"schemas": [PATCH], "Operations": operations})
    for resource in (user, group):
        location = resource["meta"]["location"]
        check(server.patch(location, content=message, headers={"Content-Type": "application/json"}))
        read = server.get(location)
        assert read.status_code == 200
        put = server.put(location, json=read.json())
        assert put.status_code == 200, put.text
        assert put.json()["meta"]["version"] == read.json()["meta"]["version"]
        assert server.delete(location).status_code == 204


@MANY
@given(condition=paths, name=paths)
def test_any_query_is_answered(server: httpx.Client, condition: str, name: str) -> None:
    """Filters, sort keys, attribute names, cursors, ids."""
    for parameters in (
        {"filter": condition},
        {"sortBy": name, "attributes": condition},
        {"excludedAttributes": name, "cursor": condition},
        {"startIndex": name, "count": condition},
    ):
        for path in ("/Users", "/Groups", "/"):
            try:
                check(server.get(path, params=parameters))
            except UnicodeEncodeError:
                return  # no URL can carry it


@MANY
@given(path=st.binary(max_size=12), query=st.binary(max_size=12))
def test_any_url_is_answered(server: httpx.Client, path: bytes, query: bytes) -> None:
    """Percent-encoded bytes, valid or not."""
    encoded = "".join(f"%{byte:02X}" for byte in path)
    check(server.get(f"/Users/{encoded}", params={"attributes": query.decode("latin-1")}))
    check(server.get(f"/Schemas/{encoded}"))

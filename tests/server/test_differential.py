"""The server against scim2-models, on resources, filters and patches that hypothesis makes up."""

import json
import os
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models import EnterpriseUser, PatchOp, SCIMException, ScimFilter, User

from .steps import ENTERPRISE, PATCH, USER, Json, found, new_name, new_user, read

Model = User[EnterpriseUser]
RELAXED = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")),
)

texts = st.text(alphabet='abAB é"\\%_', min_size=1, max_size=4).filter(lambda text: text == text.strip())
types = st.sampled_from(["work", "home", "mobile"])


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object with some of its members, at least one."""
    return st.fixed_dictionaries({}, optional=parts).filter(bool)


phones = st.lists(
    st.fixed_dictionaries({"value": texts}, optional={"type": types, "display": texts}),
    min_size=1,
    max_size=3,
    unique_by=lambda email: (email["value"].lower(), email.get("type", "").lower()),
)
names = some(givenName=texts, familyName=texts)
users = st.fixed_dictionaries(
    {},
    optional={
        "displayName": texts,
        "title": texts,
        "active": st.booleans(),
        "name": names,
        "phoneNumbers": phones,
        ENTERPRISE: some(department=texts, division=texts),
    },
)

strings = st.sampled_from(
    [
        "displayName",
        "title",
        "name.givenName",
        "name.familyName",
        "phoneNumbers.value",
        "phoneNumbers.type",
        f"{ENTERPRISE}:department",
    ]
)
operators = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
conditions = st.recursive(
    st.one_of(
        st.builds(lambda name, op, text: f"{name} {op} {json.dumps(text)}", strings, operators, texts),
        st.builds(lambda name: f"{name} pr", st.one_of(strings, st.sampled_from(["name", "phoneNumbers", "active"]))),
        st.builds(lambda op, value: f"active {op} {json.dumps(value)}", st.sampled_from(["eq", "ne"]), st.booleans()),
        st.builds(
            lambda op, text, join, kind: f'phoneNumbers[value {op} {json.dumps(text)} {join} type eq "{kind}"]',
            operators,
            texts,
            st.sampled_from(["and", "or"]),
            types,
        ),
        st.builds(lambda text: f"phoneNumbers[not (value co {json.dumps(text)})]", texts),
    ),
    lambda inner: st.one_of(
        st.builds(lambda left, join, right: f"({left} {join} {right})", inner, st.sampled_from(["and", "or"]), inner),
        st.builds(lambda term: f"not ({term})", inner),
    ),
    max_leaves=4,
)


def written(resource: Any) -> Json:
    """What a client has written, without what the server adds."""
    document: Json = dict(resource) if isinstance(resource, dict) else json.loads(resource.model_dump_json())
    return {
        name: value
        for name, value in document.items()
        if name not in ("id", "meta", "schemas", "userName", "externalId")
    }


@RELAXED
@given(resources=st.lists(users, min_size=1, max_size=4), wanted=st.lists(conditions, min_size=1, max_size=6))
def test_filters_find_the_same(server: httpx.Client, resources: list[Json], wanted: list[str]) -> None:
    """Every filter, on every resource."""
    key = new_name()
    created = [new_user(server, externalId=key, **resource) for resource in resources]
    try:
        for condition in wanted:
            check = ScimFilter[Model](condition)
            expected = [user["id"] for user in created if check.match(Model.model_validate(user))]
            assert found(server, f'externalId eq "{key}" and ({condition})') == expected, condition
    finally:
        for user in created:
            server.delete(f"/Users/{user['id']}")


paths = st.one_of(
    st.tuples(st.sampled_from(["displayName", "title", "name.givenName", f"{ENTERPRISE}:department"]), texts),
    st.tuples(st.just("name"), names),
    st.tuples(st.just("active"), st.booleans()),
    st.tuples(st.just("phoneNumbers"), phones),
    st.tuples(st.builds(lambda kind: f'phoneNumbers[type eq "{kind}"].display', types), texts),
    st.tuples(st.builds(lambda text: f"phoneNumbers[value co {json.dumps(text)}].display", texts), texts),
)
operations = st.one_of(
    st.builds(lambda op, aim: {"op": op, "path": aim[0], "value": aim[1]}, st.sampled_from(["add", "replace"]), paths),
    st.builds(lambda aim: {"op": "remove", "path": aim[0]}, paths),
    st.builds(lambda kind: {"op": "remove", "path": f'phoneNumbers[type eq "{kind}"]'}, types),
    st.builds(lambda op, value: {"op": op, "value": value}, st.sampled_from(["add", "replace"]), users.filter(bool)),
)


@RELAXED
@given(resource=users, patch=st.lists(operations, min_size=1, max_size=4))
def test_patches_make_the_same(server: httpx.Client, resource: Json, patch: list[Json]) -> None:
    """The resource afterwards, or the error."""
    user = new_user(server, **resource)
    model = Model.model_validate({"schemas": [USER], "userName": "x", **resource})
    message = {"schemas": [PATCH], "Operations": patch}
    response = server.patch(user["meta"]["location"], json=message)
    try:
        PatchOp[Model].model_validate(message).patch(model)
    except SCIMException as error:
        if error.scim_type == "noTarget" and response.status_code == 200:
            return  # a conjunction of eq makes its own target
        assert response.status_code == 400, (patch, error)
        assert response.json()["scimType"] == error.scim_type
        assert read(server, user) == user
        return
    assert response.status_code == 200, response.text
    assert ordered(written(response.json())) == ordered(written(model)), patch


def ordered(document: Json) -> Json:
    """Unassigned is unassigned, and the values of an attribute have no order."""
    kept = {name: value for name, value in document.items() if value not in (None, [], {})}
    if "phoneNumbers" in kept:
        phones_kept = [
            {name: part for name, part in email.items() if part is not None} for email in kept["phoneNumbers"]
        ]
        kept["phoneNumbers"] = sorted(phones_kept, key=json.dumps)
    return {name: ordered(value) if isinstance(value, dict) else value for name, value in kept.items()}

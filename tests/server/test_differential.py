"""The server against scim2-models, on resources, filters and patches that hypothesis makes up."""

import json
import os
from datetime import datetime
from typing import Annotated, Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models import URN, EnterpriseUser, Extension, Mutability, PatchOp, SCIMException, ScimFilter, User

from .steps import CRM, ENTERPRISE, PATCH, USER, Json, found, new_name, new_user, read


class CrmUser(Extension):
    """Some of the extension of `every.scim.yaml`, for the types and the mutability that User itself lacks."""

    __schema__ = URN(CRM)

    region: str | None = None
    score: int | None = None
    ratio: float | None = None
    hired_on: datetime | None = None
    staff: bool | None = None
    tags: list[str] | None = None
    badge: Annotated[str | None, Mutability.immutable] = None


Model = User[EnterpriseUser | CrmUser]
RELAXED = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")) // 2,  # on each of three stores
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
numbers = st.integers(-3, 12)
ratios = st.sampled_from([-1.5, 0.25, 2.0, 10.5])
moments = st.sampled_from(["2024-05-01T00:00:00Z", "2024-05-01T01:00:00+02:00", "2025-01-01T12:30:00Z"])
crm = some(region=texts, score=numbers, ratio=ratios, hiredOn=moments, staff=st.booleans(), tags=st.just(["a", "b"]))
users = st.fixed_dictionaries(
    {},
    optional={
        "displayName": texts,
        "title": texts,
        "active": st.booleans(),
        "name": names,
        "phoneNumbers": phones,
        ENTERPRISE: some(department=texts, division=texts),
        CRM: crm,
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
        f"{CRM}:region",
    ]
)
ordered_operators = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
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
        st.builds(lambda text: f"phoneNumbers[display pr and value ne {json.dumps(text)}]", texts),
        st.builds(lambda op, value: f"{CRM}:score {op} {value}", ordered_operators, numbers),
        st.builds(lambda op, value: f"{CRM}:ratio {op} {value}", ordered_operators, ratios),
        st.builds(lambda op, value: f'{CRM}:hiredOn {op} "{value}"', ordered_operators, moments),
        st.builds(
            lambda op, value: f"{CRM}:staff {op} {json.dumps(value)}", st.sampled_from(["eq", "ne"]), st.booleans()
        ),
        st.builds(lambda name: f"{CRM}:{name} pr", st.sampled_from(["score", "hiredOn", "staff", "tags"])),
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
    st.tuples(st.just(ENTERPRISE), some(department=texts, division=texts)),
    st.tuples(st.just(f"{CRM}:score"), numbers),
    st.tuples(st.just(f"{CRM}:staff"), st.booleans()),
    st.tuples(st.just(f"{CRM}:tags"), st.lists(st.sampled_from(["a", "c"]), min_size=1, unique=True)),
    types.flatmap(  # whole, since scim2-models keeps what a replaced value leaves out, RFC 7644 section 3.5.2.3 or not
        lambda kind: st.tuples(
            st.just(f'phoneNumbers[type eq "{kind}"]'),
            st.fixed_dictionaries({"value": texts, "display": texts, "type": st.just(kind)}),
        )
    ),
    st.tuples(st.builds(lambda kind: f'phoneNumbers[type eq "{kind}"].display', types), texts),
    st.tuples(st.builds(lambda text: f"phoneNumbers[value co {json.dumps(text)}].display", texts), texts),
)
operations = st.one_of(
    st.builds(lambda op, aim: {"op": op, "path": aim[0], "value": aim[1]}, st.sampled_from(["add", "replace"]), paths),
    st.builds(lambda aim: {"op": "remove", "path": aim[0]}, paths),
    st.builds(lambda kind: {"op": "remove", "path": f'phoneNumbers[type eq "{kind}"]'}, types),
    st.builds(
        lambda kind, text: {"op": "remove", "path": f'phoneNumbers[type eq "{kind}" or value ew {json.dumps(text)}]'},
        types,
        texts,
    ),
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


replacements = st.builds(
    lambda user, badge: user | ({CRM: user.get(CRM, {}) | {"badge": badge}} if badge else {}),
    users,
    st.sampled_from([None, "A", "B"]),
)


@RELAXED
@given(before=replacements, after=replacements)
def test_replacements_make_the_same(server: httpx.Client, before: Json, after: Json) -> None:
    """PUT by mutability: what is left out is cleared, an immutable value stays, another one is refused."""
    user = new_user(server, **before)
    held = Model.model_validate({"schemas": [USER], "userName": "x", **before})
    model = Model.model_validate({"schemas": [USER], "userName": "x", **after})
    body = {"schemas": [USER], "userName": user["userName"], **after}
    response = server.put(user["meta"]["location"], json=body)
    wanted, kept = (document.get(CRM, {}).get("badge") for document in (after, before))
    if wanted and not kept:  # where nothing was, scim2-models refuses what RFC 7643 section 7 allows
        assert response.status_code == 200, response.text
        assert response.json()[CRM]["badge"] == wanted
        return
    try:
        model.replace(held)
    except SCIMException as error:
        assert response.status_code == 400, response.text
        assert response.json()["scimType"] == error.scim_type == "mutability"
        assert read(server, user) == user
        return
    assert response.status_code == 200, response.text
    expected = ordered(written(model))
    if kept and CRM not in after:  # scim2-models forgets an immutable value whose whole extension is left out
        expected[CRM] = {"badge": kept}
    assert ordered(written(response.json())) == expected


def ordered(document: Json) -> Json:
    """Unassigned is unassigned, and the values of an attribute have no order.

    A number that is added once more with another display is one number here, and two in scim2-models: RFC 7644 section
    3.5.2.1 speaks of values that are the same alone. Such are compared as one.
    """
    kept = {name: value for name, value in document.items() if value not in (None, [], {})}
    if "phoneNumbers" in kept:
        same: dict[tuple[str, str], Json] = {}
        for phone in kept["phoneNumbers"]:
            parts = {name: part for name, part in phone.items() if part is not None}
            parts["value"] = parts.get("value", "").lower()
            same.setdefault((parts["value"], parts.get("type", "")), {}).update(parts)
        kept["phoneNumbers"] = sorted(same.values(), key=json.dumps)
    return {name: ordered(value) if isinstance(value, dict) else value for name, value in kept.items()}

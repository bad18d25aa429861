"""No channel shows a secret: a generated test for every attribute that is writeOnly or never returned.

What a client sees may depend on what it sends, never on the secret that is stored.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from scimgen.serving import application_of
from scimgen_server import BASE_PATH, Hooks, ScimApp, Settings
from scimgen_server.schema.attributes import Attribute
from scimgen_server.schema.trees import build_trees
from scimgen_server.testing.databases import DATABASES, database_url
from scimgen_server.testing.server import TOKEN, running
from tests.server.apps import load_app
from tests.server.commands import CommandLine, rows
from tests.server.servers import bearer, until
from tests.server.steps import PATCH, Json, new_name, new_user, read, refused, send_patch
from tests.server.test_outbox import receiver

SECRETS = Path(__file__).with_name("secrets.scim.yaml")
VAULT = "urn:acme:scim:schemas:extension:vault:1.0:User"
USERS = next(
    tree for tree in build_trees(application_of(load_app(SECRETS)).resource_types) if tree.resource_type.kind == "user"
)
LEAVES = [one for one in USERS.walk() if one.secret and not one.sub_attributes]
UNREADABLE = [one for one in USERS.walk() if one.unreadable and not one.extension]
WORD = "canary-of-the-tests"
NUMBER = 4711471147471
OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
IS_GUESSABLE = [one for one in LEAVES if one.name != "password"]
"""A password is not stored."""

pytestmark = pytest.mark.slow

Send = Callable[[httpx.Client, Json], httpx.Response]


class Served(NamedTuple):
    """A server with hooks, a webhook and metrics, and everything that they got."""

    client: httpx.Client
    database: str
    log: StringIO
    hooked: list[str]
    sent: list[tuple[Any, bytes]]


@pytest.fixture(scope="module", params=DATABASES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A running server over each database."""
    database = database_url(request, request.param, tmp_path_factory.mktemp("secrets"))
    log, hooked = StringIO(), list[str]()
    with redirect_stderr(log), receiver([]) as (target, sent):
        settings = Settings(
            tokens=(TOKEN,),
            database_url=database,
            metrics=True,
            webhook_url=target,
            webhook_secret="a-webhook-secret-for-the-tests-of-secrets",
            rate=0,
        )
        scim_app = ScimApp(application_of(load_app(SECRETS)), settings=settings, hooks=recording(hooked))
        headers = bearer(TOKEN)
        with running(scim_app) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            yield Served(client, database, log, hooked, sent)


def recording(hooked: list[str]) -> Hooks:
    """Hooks that write down every user that they get."""
    hooks = Hooks()

    async def record(user: Any) -> None:
        hooked.append(user.model_dump_json(by_alias=True))

    for add in (hooks.on_user_created, hooks.on_user_changed, hooks.on_user_deactivated, hooks.on_user_deleted):
        add(record)
    return hooks


def secret_of(attribute: Attribute, *, other: bool = False) -> Any:
    """A secret that an attribute can have, or another one."""
    if attribute.type == "integer":
        return NUMBER + other
    if attribute.closed:
        return attribute.closed[int(other)]
    value = f"{WORD}-{attribute.key.rpartition(':')[2]}-{'other' if other else 'one'}"
    return [value] if attribute.multi_valued else value


def inside(attribute: Attribute, value: Any) -> Json:
    """The part of a resource in which an attribute has a value. A value of a list has a readable part too."""
    parent = attribute.parent
    if parent is None:
        return {attribute.name: value}
    whole: Any = {attribute.name: value}
    if parent.multi_valued:
        readable = [one.name for one in parent.sub_attributes.values() if not one.hidden]
        whole = [whole | dict.fromkeys(readable[:1], "A")]
    return inside(parent, whole)


def owner(client: httpx.Client, attribute: Attribute, value: Any) -> Json:
    """A user who has a secret; None for one without it."""
    if value is not None:
        return new_user(client, **inside(attribute, value))
    parent = attribute.parent
    readable = [one for one in (parent.sub_attributes.values() if parent else ()) if not one.hidden]
    in_list = parent is not None and parent.multi_valued and readable
    return new_user(client, **(inside(readable[0], "A") if in_list else {}))


def forms(attribute: Attribute, value: Any) -> dict[str, Send]:
    """The ways to set a secret, or to remove it by its value."""

    def patching(op: str, path: str | None, sent: Any) -> Send:
        operation = {"op": op, "value": sent} | ({"path": path} if path else {})
        return lambda client, user: send_patch(client, user, operation)

    def put_it(client: httpx.Client, user: Json) -> httpx.Response:
        return client.put(user["meta"]["location"], json=read(client, user) | inside(attribute, value))

    def bulk_it(client: httpx.Client, user: Json) -> httpx.Response:
        operation = {"op": "replace", "value": inside(attribute, value)}
        data = {"schemas": [PATCH], "Operations": [operation]}
        one = {"method": "PATCH", "path": f"/Users/{user['id']}", "data": data}
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [one]}
        return client.post("/Bulk", json=body)

    whole = inside(attribute, value)
    found: dict[str, Send] = {"put": put_it, "bulk": bulk_it, "add": patching("add", None, whole)}
    found["replace"] = patching("replace", None, whole)
    found |= {f"{op} by path": patching(op, str(attribute), value) for op in ("add", "replace", "remove")}
    parent = attribute.parent
    if parent and parent.multi_valued:
        for op in ("add", "replace", "remove"):
            found[f"{op} in a list"] = patching(op, str(parent), whole[VAULT][parent.name])
        if parent.sub_attribute("serial"):
            for op in ("add", "replace", "remove"):
                found[f"{op} in a selection"] = patching(op, f'{parent}[serial eq "A"].{attribute.name}', value)
    return found


def clearing(attribute: Attribute) -> dict[str, Send]:
    """The ways to remove a secret, or to touch what contains it."""
    found: dict[str, Send] = {}
    for path in [str(attribute)] + ([str(attribute.parent)] if attribute.parent else []):
        for op, more in (("remove", {}), ("replace", {"value": None}), ("add", {"value": ""})):
            operation = {"op": op, "path": path} | more
            found[f"{op} {path}"] = lambda client, user, sent=operation: send_patch(client, user, sent)
    found["write back"] = lambda client, user: client.put(user["meta"]["location"], json=read(client, user))
    found["null"] = lambda client, user: client.put(
        user["meta"]["location"], json=read(client, user) | inside(attribute, None)
    )
    return found


def answer(response: httpx.Response, user: Json) -> tuple[int, str, str]:
    """What a client sees of an answer, without what is different for each user and moment."""
    text = response.text.replace(user["id"], "ID").replace(user["userName"], "NAME")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    return response.status_code, response.headers.get("etag", ""), text


@pytest.mark.parametrize("attribute", UNREADABLE, ids=str)
def test_no_filter_and_no_sort_key_reads_it(served: Served, attribute: Attribute) -> None:
    """400 for each operator, alone and in a value path, whether it is set or not."""
    operand = json.dumps(secret_of(attribute) if attribute.type == "integer" else WORD)
    terms = ["pr", "eq null", *(f"{operator} {operand}" for operator in OPERATORS)]
    filters = [f"{attribute} {term}" for term in terms]
    if attribute.parent and not attribute.parent.extension:
        filters += [f"{attribute.parent}[not ({attribute.name} {term})]" for term in terms]
    for text in filters:
        refused(served.client.get("/Users", params={"filter": text}), 400, "invalidFilter")
    if not (attribute.parent and attribute.parent.sub_attribute("value")):
        refused(served.client.get("/Users", params={"sortBy": str(attribute)}), 400, "invalidPath")


@pytest.mark.parametrize("attribute", LEAVES, ids=str)
def test_no_read_returns_it(served: Served, attribute: Attribute) -> None:
    """Whatever attributes the client asks for, and neither does the answer to the write."""
    secret = secret_of(attribute)
    body = {"schemas": USERS_SCHEMAS, "userName": new_name()} | inside(attribute, secret)
    names = [str(attribute), str(attribute.parent or attribute), VAULT]
    created = served.client.post("/Users", json=body, params={"attributes": ",".join(names)})
    location = f"/Users/{created.json()['id']}"
    answers = [created, served.client.get(location), served.client.get("/Users", params={"count": "1000"})]
    for chosen in ({"attributes": ",".join(names)}, {"excludedAttributes": "userName"}):
        answers += [served.client.get(path, params=chosen) for path in (location, "/Users")]
        search = {name: value.split(",") for name, value in chosen.items()}
        answers.append(served.client.post("/.search", json=search))
    patch = {"schemas": [PATCH], "Operations": [{"op": "replace", "value": inside(attribute, secret)}]}
    answers.append(served.client.patch(location, json=patch, params=chosen))
    for one in answers:
        assert one.status_code in (200, 201) or "immutable" in one.text
        check_free_of_secrets(one.text)


@pytest.mark.parametrize("attribute", IS_GUESSABLE, ids=str)
def test_no_answer_confirms_a_guess(served: Served, attribute: Attribute) -> None:
    """Status, ETag and body are the same for the right and for a wrong guess."""
    guess, other = secret_of(attribute), secret_of(attribute, other=True)
    for name, send in forms(attribute, guess).items():
        seen = []
        for secret in (guess, other):
            user = owner(served.client, attribute, secret)
            seen.append([answer(send(served.client, user), user), answer(again(served.client, user), user)])
        assert seen[0] == seen[1], name


@pytest.mark.parametrize("attribute", IS_GUESSABLE, ids=str)
def test_no_answer_shows_whether_it_is_set(served: Served, attribute: Attribute) -> None:
    """Neither a removal, nor a search, nor what is written back."""
    secret = secret_of(attribute)
    for name, send in clearing(attribute).items():
        seen = []
        for value in (secret, None):
            user = owner(served.client, attribute, value)
            first = again(served.client, user)
            seen.append([answer(one, user) for one in (first, send(served.client, user), again(served.client, user))])
        assert seen[0] == seen[1], name
    users = [owner(served.client, attribute, value) for value in (secret, None)]
    for text in presences(attribute):
        where = " or ".join(f'id eq "{one["id"]}"' for one in users)
        page = served.client.get("/Users", params={"filter": f"({where}) and {text}"})
        assert page.status_code == 400 or page.json()["totalResults"] in (0, 2), text


def presences(attribute: Attribute) -> list[str]:
    """Filters on what contains an attribute."""
    found = [f"{VAULT} pr", f'schemas eq "{VAULT}"']
    parent = attribute.parent
    if parent and not parent.extension:
        found += [f"{parent} pr", f"not ({parent} pr)"]
        found += [f'{parent}[not ({one.name} eq "x")]' for one in parent.sub_attributes.values()]
    return found


@pytest.mark.parametrize("attribute", LEAVES, ids=str)
def test_no_error_repeats_it(served: Served, attribute: Attribute) -> None:
    """Neither the stored secret nor the one that was sent."""
    user = owner(served.client, attribute, secret_of(attribute))
    for wrong in ({"x": WORD}, [[WORD]], f"{WORD} \u0000", [WORD, WORD], NUMBER + 0.5, True):
        for response in (
            send_patch(served.client, user, {"op": "replace", "path": str(attribute), "value": wrong}),
            send_patch(served.client, user, {"op": "remove", "path": f'{attribute}[value eq "{WORD}"]'}),
            served.client.put(user["meta"]["location"], json=read(served.client, user) | inside(attribute, wrong)),
        ):
            detail = response.json().get("detail", "")
            assert WORD not in detail
            assert str(NUMBER) not in detail


def test_no_trail_has_any_secret(served: Served, tmp_path: Path) -> None:
    """The log, hooks, the webhook, metrics, the audit trail, exports, and what a backup prints."""
    client = served.client
    user = new_user(client, **everything())
    assert send_patch(client, user, {"op": "replace", "path": f"{VAULT}:word", "value": f"{WORD}-x"}).status_code == 200
    refused(client.get("/Users", params={"filter": f'{VAULT}:word eq "{WORD}"'}), 400, "invalidFilter")
    assert client.delete(user["meta"]["location"]).status_code == 204
    new_user(client, **everything())
    until(lambda: any("user_deleted" in body.decode() and user["id"] in body.decode() for _, body in served.sent))
    texts = [served.log.getvalue(), *served.hooked, *(body.decode() for _, body in served.sent)]
    texts.append(httpx.get(str(client.base_url).partition(BASE_PATH)[0] + "/metrics").text)
    commands = CommandLine(SECRETS, tmp_path)
    columns = ("--format", "csv")
    for command in (("export",), ("export", *columns), ("audit", "--format", "json"), ("outbox",)):
        result = commands.execute(served.database, *command)
        if result.code:  # `audit` has one format
            result = commands.execute(served.database, command[0])
        assert result.code == 0, result
        assert user["id"] in result.output or command[0] in ("export", "outbox")
        texts += [result.output, result.errors]
    if served.database.startswith("sqlite"):
        result = commands.execute(served.database, "backup", f"{tmp_path}/backup.db")
        texts += [result.output, result.errors]
    assert len(texts) > 20
    for text in texts:
        check_free_of_secrets(text)
    for table in ("audit", "outbox", "attribute_values", "unique_values"):
        check_free_of_secrets(str(rows(served.database, f"SELECT * FROM {table}")))
    check_free_of_secrets(str(rows(served.database, "SELECT body, folded FROM resources")))


def everything() -> Json:
    """Every secret at once."""
    parts: Json = {VAULT: {}, "password": f"{WORD}-password"}
    for attribute in IS_GUESSABLE:
        for name, value in inside(attribute, secret_of(attribute))[VAULT].items():
            held = parts[VAULT].get(name)
            parts[VAULT][name] = held | value if isinstance(held, dict) else value
    return parts


def again(client: httpx.Client, user: Json) -> httpx.Response:
    """The user as it is now."""
    return client.get(user["meta"]["location"])


def check_free_of_secrets(text: str) -> None:
    """Check that a text has no secret of these tests. The closed values are common words."""
    assert WORD not in text
    assert str(NUMBER) not in text


USERS_SCHEMAS = [USERS.urn, VAULT]

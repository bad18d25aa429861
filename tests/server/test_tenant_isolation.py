"""The ids of another tenant are to every route as ids that never existed, byte by byte.

The requests are generated from the route table: a test fails if a route is not among them.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
import pytest

from scimgen_server.messages.cursors import write_cursor
from scimgen_server.service.ids import new_id
from scimgen_server.testing.databases import DATABASES, database_url
from tests.server.commands import CommandLine, rows
from tests.server.servers import bearer, check_error, serving
from tests.server.tenant_requests import ENDPOINTS, Sent, all_routes, body_of, patch, requests_of
from tests.server.test_oauth import Issuer, _issuer, accepting

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
STATIC = "the-static-token-of-the-tests-of-tenants"


@dataclass(frozen=True)
class World:
    """A server with the tenants `acme` and `globex`.

    Args:
        foreign: an id of globex for each endpoint.
        own: ids of acme, which has been there first.
    """

    tenancy: str
    url: str
    database: str
    commands: CommandLine
    issuer: Issuer
    secrets: dict[str, str]
    own: dict[str, str]
    foreign: dict[str, str]

    def client(self, tenant: str, secret: str | None = None) -> httpx.Client:
        return client_of(self.tenancy, self.url, tenant, secret or self.secrets[tenant])


def client_of(tenancy: str, url: str, tenant: str, secret: str) -> httpx.Client:
    """A client of a tenant with a token."""
    base = f"{url}/scim/v2" + (f"/{tenant}" if tenancy == "path" else "")
    headers = bearer(secret)
    if tenancy == "host":
        headers["Host"] = f"{tenant}.scim.example.com"
    # Many requests have a separate client. What takes time in one is the context of TLS.
    return httpx.Client(base_url=base, headers=headers, timeout=30, verify=PLAIN)


def fill(client: httpx.Client, name: str) -> dict[str, str]:
    """Create one resource of each type, all linked with each other; their ids by endpoint."""
    ids: dict[str, str] = {}
    for endpoint in (*ENDPOINTS[2:], "/Users", "/Groups"):
        body = body_of(endpoint, f"{name}{endpoint}")
        if endpoint == "/Users":
            body["roles"] = [{"value": ids["/Roles"]}]
            body["entitlements"] = [{"value": ids["/Licenses"]}, {"value": ids["/Seats"]}]
        if endpoint == "/Groups":
            body["members"] = [{"value": ids["/Users"]}]
        response = client.post(endpoint, json=body)
        assert response.status_code == 201, response.text
        ids[endpoint] = response.json()["id"]
    return ids


@contextmanager
def tenants_of(tenancy: str, database: str, commands: CommandLine, issuer: Issuer) -> Iterator[World]:
    names = ("acme", "globex")
    secrets = {name: commands.make_token(database, f"{name}-okta", "--tenant", name)[1] for name in names}
    domain = "scim.example.com" if tenancy == "host" else None
    jwt = accepting(issuer, tenant_claim="org")
    settings = {"tokens": (STATIC,), "jwt": jwt, "tenancy": tenancy, "tenant_domain": domain}
    with serving(database_url=database, **settings) as url:
        ids = {}
        for name in names:
            with client_of(tenancy, url, name, secrets[name]) as client:
                ids[name] = fill(client, name)
        yield World(tenancy, url, database, commands, issuer, secrets, ids["acme"], ids["globex"])


IN_SOAK = [pytest.param(name, marks=pytest.mark.slow) for name in DATABASES[1:]]


@pytest.fixture(scope="module", params=[DATABASES[0], *IN_SOAK])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database. `make test` tries one, and `make soak` the others: it is the same code with other SQL."""
    return str(request.param)


@pytest.fixture(scope="module")
def shared_issuer() -> Iterator[Issuer]:
    """An issuer of access tokens."""
    yield from _issuer()


@pytest.fixture(scope="module", params=["host", "path", "token"])
def world(
    request: pytest.FixtureRequest,
    kind: str,
    commands: CommandLine,
    shared_issuer: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A server for each way to name a tenant."""
    database = database_url(request, kind, tmp_path_factory.mktemp("database"))
    with tenants_of(request.param, database, commands, shared_issuer) as world:
        yield world


_TIMES = re.compile(rb'"(created|lastModified)":"[^"]*"')


def outcome(world: World, acme: httpx.Client, sent: Sent, unknown: str) -> tuple[Any, ...]:
    """The answer of acme to a request, without the ids that were sent or made, and without times."""
    headers = dict(sent.headers)
    if sent.path == "/Me":
        headers |= bearer(world.issuer.sign(org="acme", sub=unknown, client_id="portal"))
    parameters = dict(sent.parameters)
    response = acme.request(sent.route[0], sent.path, json=sent.body, headers=headers, params=parameters)
    made = ""
    if sent.creates and response.status_code == 201:
        made = response.json()["id"]
        acme.delete(f"{sent.path}/{made}")
    content, shown = response.content, str(sorted(response.headers.multi_items()))
    shown = re.sub(r"\('(date|x-request-id)', '[^']*'\)", "", shown)
    for one in filter(None, (unknown, made)):
        content, shown = content.replace(one.encode(), b"ID"), shown.replace(one, "ID")
    if sent.creates:
        content = re.sub(rb"new-[0-9a-f-]{36}", b"new", _TIMES.sub(b"", content))
    return response.status_code, shown, content


def rows_of(world: World, tenant: str) -> list[Any]:
    """All that a tenant has."""
    tables = ("resources", "links", "attribute_values", "unique_values", "totals", "audit")
    found: list[Any] = []
    for table in tables:
        found.append(sorted(map(repr, rows(world.database, f"SELECT * FROM {table} WHERE tenant = '{tenant}'"))))
    return found


def test_the_ids_of_another_tenant_are_unknown_to_every_route(world: World) -> None:
    """Reads, searches, changes, references, bulk and /Me; with versions that fit, too."""
    before = rows_of(world, "globex")
    wrong: list[str] = []
    with world.client("acme") as acme:
        for (endpoint, foreign), (method, template) in product(world.foreign.items(), sorted(all_routes())):
            never = new_id()
            pairs = [[*requests_of(world.own, method, template, unknown)] for unknown in (foreign, never)]
            assert pairs[0], f"no request for {method} {template}: add it to requests_of"
            is_typical = method != "HEAD" and (template in ("/Bulk", "/") or template.startswith(endpoint))
            requests = [*zip(*pairs, strict=True)]
            for sent, same in requests if is_typical else requests[:1]:
                seen, expected = outcome(world, acme, sent, foreign), outcome(world, acme, same, never)
                if seen != expected:
                    wrong.append(f"{sent}: {seen}, not {expected}")
    assert not wrong, "\n".join([str(len(wrong)), *wrong[:5]])
    assert rows_of(world, "globex") == before


def test_a_cursor_of_another_tenant_is_a_position_only(world: World) -> None:
    """It is answered as one that is after all resources, because acme has been there first."""
    with world.client("globex") as client:
        total = client.get("/?count=0").json()["totalResults"]
        cursor = client.get("/", params={"cursor": "", "count": total - 1}).json()["nextCursor"]
    with world.client("acme") as client:
        for path in ("/", *ENDPOINTS):
            pages = [client.get(path, params={"cursor": one}) for one in (cursor, write_cursor(2**62))]
            assert pages[0].content == pages[1].content
            assert pages[0].json()["Resources"] == []


def test_what_a_tenant_reads_does_not_depend_on_others(world: World) -> None:
    """Every list, total, sorted page and document of acme is the same before, between and after changes of globex."""

    def read() -> list[bytes]:
        with world.client("acme") as client:
            paths = ["/", *ENDPOINTS, "/PermissionSets", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig"]
            paths += [f"{endpoint}?count=0" for endpoint in ENDPOINTS]
            paths += [f"{endpoint}?sortBy=displayName&count=2" for endpoint in ENDPOINTS]
            paths += [f"{endpoint}?filter=id%20pr&count=1&cursor=" for endpoint in ENDPOINTS]
            paths += [f"{endpoint}/{resource_id}" for endpoint, resource_id in world.own.items()]
            return [client.get(path).content for path in paths]

    before = read()
    with world.client("globex") as client:
        more = fill(client, "more")
        seat = {"op": "add", "path": "entitlements", "value": [{"value": "seat-a"}]}
        assert client.patch(f"/Users/{more['/Users']}", json=patch(seat)).status_code == 200
        between = read()
        for endpoint, resource_id in more.items():
            assert client.delete(f"{endpoint}/{resource_id}").status_code == 204
    assert before == between == read()


def test_a_unique_name_of_another_tenant_is_free(world: World) -> None:
    """userName and externalId."""
    with world.client("acme") as client:
        created = client.post("/Users", json=body_of("/Users", "globex/Users"))
        assert created.status_code == 201, created.text
        assert client.delete(f"/Users/{created.json()['id']}").status_code == 204


def test_a_token_of_another_tenant_learns_nothing(world: World) -> None:
    """Whether the id exists or not, in the tenant of the path or nowhere: the same answer for every route."""
    never = new_id()
    with client_of(world.tenancy, world.url, "acme", world.secrets["globex"]) as client:
        for method, template in sorted(all_routes()):
            answers: set[tuple[int, bytes]] = set()
            for resource_id in (*world.own.values(), never):
                path = template.replace("{id}", resource_id)
                response = client.request(method, path, json=None if method in ("GET", "HEAD") else {})
                answers.add((response.status_code, response.content.replace(resource_id.encode(), b"ID")))
            assert len(answers) == 1, (method, template, answers)
            if world.tenancy != "token":
                assert answers.pop()[0] == 403, (method, template)


def test_an_access_token_belongs_to_the_tenant_of_its_client(world: World) -> None:
    """The token endpoint is shared by all tenants."""
    name = f"entra-{new_id()}"
    _, secret = world.commands.make_token(world.database, name, "--client", "--tenant", "globex")
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    token = httpx.post(f"{world.url}/oauth/token", data=form).json()["access_token"]
    with client_of(world.tenancy, world.url, "acme", token) as client:
        response = client.get("/Users")
        if world.tenancy == "token":
            assert {one["id"] for one in response.json()["Resources"]} == {world.foreign["/Users"]}
        else:
            check_error(response, 403)


def test_the_audit_trail_of_a_tenant_has_no_id_of_another(world: World) -> None:
    """Also after requests for these ids. An id of another tenant is to the command as one that never existed."""
    trail, _ = world.commands.run(world.database, "audit", "--tenant", "acme")
    assert world.own["/Users"] in trail
    for foreign in world.foreign.values():
        assert foreign not in trail
        for resource_id in (foreign, new_id()):
            output = world.commands.run(world.database, "audit", "--tenant", "acme", "--user", resource_id)
            assert output == ("", "")

"""One process, many tenants, wholly apart; rates; and what a proxy may say."""

import asyncio
import importlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from templates.server.tests.databases import DATABASES, database_url
from tests.server.servers import answers, bearer, check_error, make_token, serving, tool, until
from tests.server.test_lifecycle import command
from tests.support import free_port

STATIC = "opens-every-tenant"


@dataclass(frozen=True)
class Served:
    """A server with the tenants `acme` and `globex`, and how a request names its tenant."""

    tenancy: str
    url: str
    project: Path
    database: str
    secrets: dict[str, str]

    def client(self, tenant: str, secret: str | None = None) -> httpx.Client:
        """A client of a tenant, with its token or another one."""
        base = f"{self.url}/scim/v2" + (f"/{tenant}" if self.tenancy == "path" else "")
        headers = bearer(self.secrets.get(tenant, STATIC) if secret is None else secret)
        if self.tenancy == "host":
            headers["Host"] = f"{tenant}.scim.example.com:8443"
        return httpx.Client(base_url=base, headers=headers, timeout=30)

    def base(self, tenant: str) -> str:
        """The base URL that a tenant's clients know."""
        match self.tenancy:
            case "host":
                return f"http://{tenant}.scim.example.com:8443/scim/v2"
            case "path":
                return f"{self.url}/scim/v2/{tenant}"
            case _:
                return f"{self.url}/scim/v2"


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, crm: Any) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="module", params=["host", "path", "token"])
def served(
    request: pytest.FixtureRequest, database: str, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server for each way to name a tenant; acme was there when it started, globex came later."""
    url = database_url(request, database, tmp_path_factory.mktemp("database"))
    secrets = {"acme": make_token(project, url, "acme-okta", "--tenant", "acme")[1]}
    domain = "scim.example.com" if request.param == "host" else None
    with serving(tokens=(STATIC,), database_url=url, tenancy=request.param, tenant_domain=domain) as base:
        secrets["globex"] = make_token(project, url, "globex-okta", "--tenant", "globex")[1]
        yield Served(request.param, base, project, url, secrets)


def test_tenants_are_wholly_apart(served: Served) -> None:
    """The same userName and externalId, own ids, own counts; another one's resources are not there."""
    with served.client("acme") as acme, served.client("globex") as globex:
        body = {"userName": "ada", "externalId": "1", "entitlements": [{"value": "lic-pro"}]}
        ours, theirs = acme.post("/Users", json=body).json(), globex.post("/Users", json=body).json()
        assert check_error(acme.post("/Users", json=body), 409)
        for client, own, other in ((acme, ours, theirs), (globex, theirs, ours)):
            listed = client.get("/Users", params={"filter": 'entitlements[value eq "lic-pro"]'}).json()
            assert [one["id"] for one in listed["Resources"]] == [own["id"]]
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                path = f"/Users/{other['id']}"
                patch = {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "replace", "value": {"active": False}}],
                }
                content = {"PUT": body, "PATCH": patch}.get(method)
                check_error(client.request(method, path, json=content), 404)
            refused = client.post("/Groups", json={"displayName": "G", "members": [{"value": other["id"]}]})
            assert check_error(refused, 400)
        assert acme.get(f"/Users/{ours['id']}").json() == ours
        assert acme.delete("/Licenses/lic-free").status_code == 204
        assert globex.get("/Licenses/lic-free").status_code == 200


def test_locations_lead_back_to_the_tenant(served: Served) -> None:
    """In resources, headers, references and discovery."""
    base = served.base("acme")
    with served.client("acme") as client:
        created = client.post("/Users", json={"userName": "located", "roles": [{"value": "admin"}]})
        user = created.json()
        assert created.headers["location"] == user["meta"]["location"] == f"{base}/Users/{user['id']}"
        assert user["roles"][0].get("$ref", f"{base}/Roles/admin") == f"{base}/Roles/admin"
        for path in ("/ResourceTypes", "/Schemas"):
            for one in client.get(path).json()["Resources"]:
                assert one["meta"]["location"].startswith(f"{base}{path}/")
        assert client.get("/ServiceProviderConfig").json()["meta"]["location"] == f"{base}/ServiceProviderConfig"


def test_a_tenant_starts_with_the_described_values(served: Served) -> None:
    """One that came after the start as well, and once, however many ask first at once."""
    secret = make_token(served.project, served.database, "new", "--tenant", "initech")[1]

    def ask(number: int) -> list[str]:
        with served.client("initech", secret) as client:
            return [one["id"] for one in client.get("/Roles").json()["Resources"]]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [["admin", "agent"]] * 8


def test_a_token_opens_no_other_tenant(served: Served) -> None:
    """403, the same whether there is such a tenant or not; without a valid token 401, whatever is asked for."""
    if served.tenancy == "token":
        pytest.skip("the token is what names the tenant")
    for tenant in ("globex", "nobody"):
        with served.client(tenant, served.secrets["acme"]) as client:
            for response in (client.get("/Users"), client.post("/Users", json={"userName": "x"})):
                assert tenant not in check_error(response, 403)
        with served.client(tenant, "wrong") as client:
            check_error(client.get("/Users"), 401)


UNKNOWN = {
    "path": ["typo", "%2e%2e", "a%20b", "UPPER", "x" * 200, "%00", "%ff", "globex%2fUsers", ""],
    "host": ["typo.scim.example.com", "scim.example.com", ".scim.example.com", "globex.example.com", "[::1]:80", "%"],
}


def test_no_request_makes_a_tenant(served: Served) -> None:
    """Not even one with the static token, which opens those that there are."""
    if served.tenancy == "token":
        pytest.skip("the token is what names the tenant")
    with served.client("globex", STATIC) as client:
        assert client.get("/Roles").json()["totalResults"] == 2
    before = asyncio.run(tenants(served.database))
    for name in UNKNOWN[served.tenancy]:
        path, host = (f"/{name}", "x") if served.tenancy == "path" else ("", name)
        for token, status in ((STATIC, 404), ("wrong", 401)):
            response = httpx.get(f"{served.url}/scim/v2{path}/Roles", headers=bearer(token) | {"Host": host})
            check_error(response, status)
    assert asyncio.run(tenants(served.database)) == before


async def tenants(database: str) -> list[str]:
    """The tenants of a database."""
    store = importlib.import_module("crm.storage.stores").make_store(database)
    await store.open()
    found: list[str] = await importlib.import_module("crm.storage.tokens").tenants(store.connection)
    await store.close()
    return found


def test_without_tenancy_other_tenants_stay_shut(crm: Any, project: Path, tmp_path: Path) -> None:
    """The token of a tenant does not open the one that there is."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "acme", "--tenant", "acme")
    with serving(tokens=(STATIC,), database_url=database) as url:
        check_error(httpx.get(f"{url}/scim/v2/Users", headers=bearer(secret)), 403)
        assert httpx.get(f"{url}/scim/v2/Users", headers=bearer(STATIC)).status_code == 200


def test_the_whole_host_name_can_be_the_tenant(crm: Any, project: Path, tmp_path: Path) -> None:
    """Without a domain; its case and port do not count."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "acme", "--tenant", "scim.acme.com")
    with serving(database_url=database, tenancy="host") as url:
        for host in ("scim.acme.com", "SCIM.Acme.com:443", "scim.acme.com."):
            response = httpx.get(f"{url}/scim/v2/Roles", headers=bearer(secret) | {"Host": host})
            assert response.json()["totalResults"] == 2
        for host in ("acme.com", "x.scim.acme.com", "scim.acme.com.evil.com"):
            check_error(httpx.get(f"{url}/scim/v2/Roles", headers=bearer(secret) | {"Host": host}), 403)


def test_the_log_tells_who_asked_and_of_which_tenant(
    crm: Any, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody where a request was not let in; no tenant where there is one alone; never a secret."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "okta@acme", "--tenant", "acme")

    def lines() -> list[dict[str, Any]]:
        written = capsys.readouterr().err
        assert secret not in written
        return [one for one in map(json.loads, written.splitlines()) if one["event"] == "request"]

    with serving(database_url=database, tenancy="path") as url:
        httpx.get(f"{url}/scim/v2/acme/Roles", headers=bearer(secret))
        httpx.get(f"{url}/scim/v2/acme/Roles", headers=bearer(secret[:-1]))
    served, refused = lines()
    assert (served["status"], served["tenant"], served["actor"]) == (200, "acme", "okta@acme")
    assert refused["status"] == 401
    assert not {"tenant", "actor"} & refused.keys()
    with serving(tokens=(secret,), database_url=f"sqlite:///{tmp_path}/one.db") as url:
        httpx.get(f"{url}/scim/v2/Roles", headers=bearer(secret))
    (alone,) = lines()
    assert alone["actor"] == "SCIM_TOKEN"
    assert "tenant" not in alone


def test_a_restart_prepares_every_tenant(crm: Any, project: Path, tmp_path: Path) -> None:
    """A described value that was changed under a tenant's hands is there again before anybody asks."""
    database = f"sqlite:///{tmp_path}/x.db"
    secrets = {name: make_token(project, database, name, "--tenant", name)[1] for name in ("a", "b")}
    for _ in range(2):
        with serving(database_url=database, tenancy="path") as url:
            for name, secret in secrets.items():
                page = httpx.get(f"{url}/scim/v2/{name}/PermissionSets", headers=bearer(secret)).json()
                assert [one["id"] for one in page["Resources"]] == ["ps-sales"]


def test_too_many_requests_of_one_tenant_wait(crm: Any, project: Path, tmp_path: Path) -> None:
    """429 with Retry-After for it, none for the others, none for strangers; after that time it goes on."""
    database = f"sqlite:///{tmp_path}/x.db"
    secrets = {name: make_token(project, database, name, "--tenant", name)[1] for name in ("a", "b")}
    with serving(database_url=database, tenancy="path", rate=5) as url, httpx.Client(base_url=url) as client:
        for _ in range(20):
            assert client.get("/scim/v2/a/Roles").status_code == 401
        answers = [client.get("/scim/v2/a/Roles", headers=bearer(secrets["a"])) for _ in range(12)]
        codes = [answer.status_code for answer in answers]
        assert codes[:5] == [200] * 5
        assert codes.count(429) >= 5
        refused = answers[codes.index(429)]
        assert "requests a second" in check_error(refused, 429)
        assert client.get("/scim/v2/b/Roles", headers=bearer(secrets["b"])).status_code == 200
        time.sleep(int(refused.headers["retry-after"]))
        assert client.get("/scim/v2/a/Roles", headers=bearer(secrets["a"])).status_code == 200


FORWARDED = [
    ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "scim.acme.com"}, "https://scim.acme.com"),
    ({"X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "evil.com, scim.acme.com"}, "https://scim.acme.com"),
    ({"Forwarded": 'for=1.2.3.4;proto=https;host="scim.acme.com:8443"'}, "https://scim.acme.com:8443"),
    ({"Forwarded": "host=evil.com, For=1.2.3.4; Proto=HTTPS; Host=scim.acme.com"}, "https://scim.acme.com"),
    ({"X-Forwarded-Proto": "https"}, "https://own.host"),
    ({"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": 'x"><script>'}, "http://own.host"),
    ({"X-Forwarded-Host": "a.com/evil?"}, "http://own.host"),
]


@pytest.mark.parametrize(("headers", "origin"), FORWARDED)
@pytest.mark.parametrize("trusted", ["127.0.0.0/8", "10.0.0.0/8", None])
def test_only_a_trusted_proxy_is_believed(
    crm: Any, tmp_path: Path, headers: dict[str, str], origin: str, trusted: str | None
) -> None:
    """Scheme and host of the locations; what it adds itself is the last value."""
    networks = (ip_network(trusted),) if trusted else ()
    with serving(tokens=(STATIC,), database_url=f"sqlite:///{tmp_path}/x.db", trusted_proxies=networks) as url:
        sent = bearer(STATIC) | {"Host": "own.host"} | headers
        location = httpx.get(f"{url}/scim/v2/Roles/admin", headers=sent).json()["meta"]["location"]
    expected = origin if trusted == "127.0.0.0/8" else "http://own.host"
    assert location == f"{expected}/scim/v2/Roles/admin"


def test_behind_a_proxy_the_tenant_is_the_host_that_the_client_used(crm: Any, project: Path, tmp_path: Path) -> None:
    """The proxy's own name for the server is nobody's tenant."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "acme", "--tenant", "acme")
    proxies = (ip_network("127.0.0.1"),)
    settings = {"tenancy": "host", "tenant_domain": "scim.example.com", "trusted_proxies": proxies}
    with serving(database_url=database, **settings) as url:
        sent = bearer(secret) | {"Host": "backend:8000", "X-Forwarded-Proto": "https"}
        check_error(httpx.get(f"{url}/scim/v2/Roles/admin", headers=sent), 404)
        sent["X-Forwarded-Host"] = "acme.scim.example.com"
        location = httpx.get(f"{url}/scim/v2/Roles/admin", headers=sent).json()["meta"]["location"]
    assert location == "https://acme.scim.example.com/scim/v2/Roles/admin"


@pytest.mark.parametrize(
    ("proxies", "scheme"), [("", "http"), ("10.0.0.0/8", "http"), ("10.0.0.1, 127.0.0.1", "https")]
)
def test_the_command_believes_no_proxy_by_itself(project: Path, tmp_path: Path, proxies: str, scheme: str) -> None:
    """Not even one on this machine, whatever uvicorn would do; all settings come from the environment."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "acme", "--tenant", "acme")
    port = str(free_port())
    environment = {"SCIM_DATABASE_URL": database, "SCIM_TENANCY": "path", "SCIM_TRUSTED_PROXIES": proxies}
    process = command(project, "serve", "--port", port, **environment)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/healthz"), 30)
        headers = bearer(secret) | {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"}
        location = httpx.get(f"{url}/scim/v2/acme/Roles/admin", headers=headers).json()["meta"]["location"]
    finally:
        process.terminate()
        _, error = process.communicate(timeout=30)
    assert location == f"{scheme}://127.0.0.1:{port}/scim/v2/acme/Roles/admin"
    assert secret not in error


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"SCIM_TENANCY": "subdomain"}, "SCIM_TENANCY"),
        ({"SCIM_TENANT_DOMAIN": "x.com"}, "SCIM_TENANT_DOMAIN"),
        ({"SCIM_TENANCY": "host", "SCIM_PUBLIC_URL": "https://x.com"}, "SCIM_PUBLIC_URL"),
        ({"SCIM_RATE": "many"}, "SCIM_RATE"),
        ({"SCIM_RATE": "nan"}, "SCIM_RATE"),
        ({"SCIM_TRUSTED_PROXIES": "nginx"}, "SCIM_TRUSTED_PROXIES"),
        ({"SCIM_ACCESS_TOKEN_MINUTES": "0"}, "SCIM_ACCESS_TOKEN_MINUTES"),
        ({"SCIM_JWT_ISSUER": "https://x"}, "SCIM_JWT_AUDIENCE"),
    ],
)
def test_contradicting_settings_are_named(crm: Any, environment: dict[str, str], word: str) -> None:
    """Each by its variable."""
    settings = importlib.import_module("crm.settings")
    with pytest.raises(settings.SettingsError, match=word):
        settings.Settings.from_environment({"SCIM_TOKEN": "t"} | environment)


def test_an_access_token_must_name_its_tenant(crm: Any) -> None:
    """Where there are tenants: else it would open all of them."""
    settings = importlib.import_module("crm.settings")
    jwt = {"SCIM_JWT_ISSUER": "https://i", "SCIM_JWT_AUDIENCE": "a", "SCIM_JWT_JWKS_URL": "https://i/keys"}
    with pytest.raises(settings.SettingsError, match="SCIM_JWT_TENANT_CLAIM"):
        settings.Settings.from_environment(jwt | {"SCIM_TENANCY": "path"})
    for place in ("http://i/keys", "ftp://i/keys"):
        with pytest.raises(settings.SettingsError, match="SCIM_JWT_JWKS_URL"):
            settings.Settings.from_environment(jwt | {"SCIM_JWT_JWKS_URL": place})


def test_a_tenant_is_listed_with_its_tokens(served: Served) -> None:
    """`token list --tenant` shows its own alone."""
    listed = tool(served.project, served.database, "token", "list", "--tenant", "acme").stdout
    assert "acme-okta" in listed
    assert "globex" not in listed

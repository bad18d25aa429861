"""Many tenants in one process, isolated from each other; rate limits; headers of proxies."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen_server import Settings, SettingsError
from scimgen_server.testing.databases import DATABASES, database_url
from tests.server.commands import CommandLine, rows, start_process
from tests.server.servers import answers, bearer, check_error, serving, until
from tests.support import free_port

STATIC = "opens-every-tenant-in-these-tests"


@dataclass(frozen=True)
class Served:
    """A server with the tenants `acme` and `globex`, and how a request names its tenant."""

    tenancy: str
    url: str
    commands: CommandLine
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
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="module", params=["host", "path", "token"])
def served(
    request: pytest.FixtureRequest, database: str, commands: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server for each way to name a tenant; acme exists at start-up, globex is created later."""
    url = database_url(request, database, tmp_path_factory.mktemp("database"))
    secrets = {"acme": commands.make_token(url, "acme-okta", "--tenant", "acme")[1]}
    domain = "scim.example.com" if request.param == "host" else None
    with serving(tokens=(STATIC,), database_url=url, tenancy=request.param, tenant_domain=domain) as base:
        secrets["globex"] = commands.make_token(url, "globex-okta", "--tenant", "globex")[1]
        yield Served(request.param, base, commands, url, secrets)


def test_tenants_are_isolated(served: Served) -> None:
    """The same userName and externalId in both, with different ids. The resources of one are unknown in the other."""
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


def test_locations_have_the_tenant(served: Served) -> None:
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


def test_a_new_tenant_has_the_values_of_the_description(served: Served) -> None:
    """Also if it was created after start-up. They are seeded once, although several clients come first at once."""
    secret = served.commands.make_token(served.database, "new", "--tenant", "initech")[1]

    def ask(number: int) -> list[str]:
        with served.client("initech", secret) as client:
            return [one["id"] for one in client.get("/Roles").json()["Resources"]]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [["admin", "agent"]] * 8


def test_a_token_is_valid_for_its_own_tenant_only(served: Served) -> None:
    """403, whether the other tenant exists or not. Without a valid token always 401."""
    if served.tenancy == "token":
        pytest.skip("the tenant is that of the token")
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


def test_no_request_creates_a_tenant(served: Served) -> None:
    """Not even one with the static token, which is valid for all tenants that exist."""
    if served.tenancy == "token":
        pytest.skip("the tenant is that of the token")
    with served.client("globex", STATIC) as client:
        assert client.get("/Roles").json()["totalResults"] == 2
    before = tenants(served.database)
    for name in UNKNOWN[served.tenancy]:
        path, host = (f"/{name}", "x") if served.tenancy == "path" else ("", name)
        for token, status in ((STATIC, 404), ("wrong", 401)):
            response = httpx.get(f"{served.url}/scim/v2{path}/Roles", headers=bearer(token) | {"Host": host})
            check_error(response, status)
    assert tenants(served.database) == before


def tenants(database: str) -> set[str]:
    """The tenants of a database."""
    return {str(row[0]) for row in rows(database, "SELECT tenant FROM layouts UNION SELECT tenant FROM tokens")}


def test_without_tenancy_there_is_one_tenant(commands: CommandLine, sqlite_database: str) -> None:
    """The token of another tenant is not valid for it."""
    database = sqlite_database
    _, secret = commands.make_token(database, "acme", "--tenant", "acme")
    with serving(tokens=(STATIC,), database_url=database) as url:
        check_error(httpx.get(f"{url}/scim/v2/Users", headers=bearer(secret)), 403)
        assert httpx.get(f"{url}/scim/v2/Users", headers=bearer(STATIC)).status_code == 200


def test_the_whole_host_name_can_be_the_tenant(commands: CommandLine, sqlite_database: str) -> None:
    """Without a domain. Case and port are ignored."""
    database = sqlite_database
    _, secret = commands.make_token(database, "acme", "--tenant", "scim.acme.com")
    with serving(database_url=database, tenancy="host") as url:
        for host in ("scim.acme.com", "SCIM.Acme.com:443", "scim.acme.com."):
            response = httpx.get(f"{url}/scim/v2/Roles", headers=bearer(secret) | {"Host": host})
            assert response.json()["totalResults"] == 2
        for host in ("acme.com", "x.scim.acme.com", "scim.acme.com.evil.com"):
            check_error(httpx.get(f"{url}/scim/v2/Roles", headers=bearer(secret) | {"Host": host}), 403)


def test_the_log_has_actor_and_tenant(
    commands: CommandLine, sqlite_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No actor if the request was refused, no tenant without tenancy, never a secret."""
    database = sqlite_database
    _, secret = commands.make_token(database, "okta@acme", "--tenant", "acme")

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


def test_start_up_prepares_every_tenant(commands: CommandLine, sqlite_database: str) -> None:
    """The values of the description are there before the first request."""
    database = sqlite_database
    secrets = {name: commands.make_token(database, name, "--tenant", name)[1] for name in ("a", "b")}
    for _ in range(2):
        with serving(database_url=database, tenancy="path") as url:
            for name, secret in secrets.items():
                page = httpx.get(f"{url}/scim/v2/{name}/PermissionSets", headers=bearer(secret)).json()
                assert [one["id"] for one in page["Resources"]] == ["ps-sales"]


def test_the_rate_of_a_tenant_is_limited(commands: CommandLine, sqlite_database: str) -> None:
    """429 with Retry-After, for this tenant only, and never for requests without a valid token."""
    database = sqlite_database
    secrets = {name: commands.make_token(database, name, "--tenant", name)[1] for name in ("a", "b")}
    with (
        serving(database_url=database, tenancy="path", rate=5, rate_burst=5) as url,
        httpx.Client(base_url=url) as client,
    ):
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


TRUSTED = ("127.0.0.0/8", "10.0.0.0/8", None)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str | None, str]]:
    """A server for each network of trusted proxies."""
    urls: dict[str | None, str] = {}
    with ExitStack() as stack:
        for trusted in TRUSTED:
            networks = (ip_network(trusted),) if trusted else ()
            database = f"sqlite:///{tmp_path_factory.mktemp('proxied')}/scim.db"
            server = serving(tokens=(STATIC,), database_url=database, trusted_proxies=networks)
            urls[trusted] = stack.enter_context(server)
        yield urls


@pytest.mark.parametrize(("headers", "origin"), FORWARDED)
@pytest.mark.parametrize("trusted", TRUSTED)
def test_headers_of_untrusted_proxies_are_ignored(
    proxied: dict[str | None, str], headers: dict[str, str], origin: str, trusted: str | None
) -> None:
    """Scheme and host of the locations. The proxy adds the last value."""
    sent = bearer(STATIC) | {"Host": "own.host"} | headers
    location = httpx.get(f"{proxied[trusted]}/scim/v2/Roles/admin", headers=sent).json()["meta"]["location"]
    expected = origin if trusted == "127.0.0.0/8" else "http://own.host"
    assert location == f"{expected}/scim/v2/Roles/admin"


def test_behind_a_proxy_the_tenant_is_in_the_forwarded_host(commands: CommandLine, sqlite_database: str) -> None:
    """The name that the proxy uses for the server is no tenant."""
    database = sqlite_database
    _, secret = commands.make_token(database, "acme", "--tenant", "acme")
    proxies = (ip_network("127.0.0.1"),)
    settings: dict[str, Any] = {"tenancy": "host", "tenant_domain": "scim.example.com", "trusted_proxies": proxies}
    with serving(database_url=database, **settings) as url:
        sent = bearer(secret) | {"Host": "backend:8000", "X-Forwarded-Proto": "https"}
        check_error(httpx.get(f"{url}/scim/v2/Roles/admin", headers=sent), 404)
        sent["X-Forwarded-Host"] = "acme.scim.example.com"
        location = httpx.get(f"{url}/scim/v2/Roles/admin", headers=sent).json()["meta"]["location"]
    assert location == "https://acme.scim.example.com/scim/v2/Roles/admin"


@pytest.mark.parametrize(
    ("proxies", "scheme"), [("", "http"), ("10.0.0.0/8", "http"), ("10.0.0.1, 127.0.0.1", "https")]
)
def test_the_command_trusts_no_proxy_by_default(
    commands: CommandLine, project: Path, sqlite_database: str, proxies: str, scheme: str
) -> None:
    """Not even one on this machine, unlike uvicorn. All settings come from the environment."""
    database = sqlite_database
    _, secret = commands.make_token(database, "acme", "--tenant", "acme")
    port = str(free_port())
    environment = {"SCIM_DATABASE_URL": database, "SCIM_TENANCY": "path", "SCIM_TRUSTED_PROXIES": proxies}
    process = start_process(project, "serve", "--port", port, **environment)
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
def test_wrong_settings_are_reported(environment: dict[str, str], word: str) -> None:
    """With the name of the variable."""
    with pytest.raises(SettingsError, match=word):
        Settings.from_environment({"SCIM_TOKEN": "t"} | environment)


def test_tenancy_needs_a_tenant_claim() -> None:
    """An access token without a tenant would be valid for all of them."""
    jwt = {"SCIM_JWT_ISSUER": "https://i", "SCIM_JWT_AUDIENCE": "a", "SCIM_JWT_JWKS_URL": "https://i/keys"}
    with pytest.raises(SettingsError, match="SCIM_JWT_TENANT_CLAIM"):
        Settings.from_environment(jwt | {"SCIM_TENANCY": "path"})
    for place in ("http://i/keys", "ftp://i/keys"):
        with pytest.raises(SettingsError, match="SCIM_JWT_JWKS_URL"):
            Settings.from_environment(jwt | {"SCIM_JWT_JWKS_URL": place})


def test_tokens_are_listed_by_tenant(served: Served) -> None:
    """`token list --tenant`."""
    listed = served.commands.run(served.database, "token", "list", "--tenant", "acme")[0]
    assert "acme-okta" in listed
    assert "globex" not in listed

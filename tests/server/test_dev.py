"""`serve --dev`, which needs no credentials: from this machine, and not from web pages."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.server.commands import CommandLine
from tests.server.servers import check_error, serving
from tests.server.wire import head, wire

JSON = {"Content-Type": "application/scim+json"}
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server without credentials."""
    database = f"sqlite:///{tmp_path_factory.mktemp('dev')}/scim.db"
    with serving(dev=True, database_url=database) as url, httpx.Client(base_url=f"{url}/scim/v2") as found:
        yield found


def users(client: httpx.Client) -> int:
    """How many users there are."""
    return int(client.get("/Users").json()["totalResults"])


def test_a_program_of_this_machine_needs_nothing(client: httpx.Client) -> None:
    """It may name the machine in any way."""
    for name in ("localhost", "127.0.0.1", "127.1.2.3:80", "[::1]:8000", "acme.localhost"):
        created = client.post("/Users", json={"userName": name}, headers={"Host": name})
        assert created.status_code == 201, created.text
        assert client.delete(f"/Users/{created.json()['id']}").status_code == 204


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_simple_request_of_a_page_changes_nothing(client: httpx.Client, content_type: str) -> None:
    """A browser sends these without a preflight request. The Origin is enough to refuse them, and so is the type."""
    before = users(client)
    operation = {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "page"}}
    bodies = {
        "/Users": {"userName": "page"},
        "/Bulk": {"schemas": [BULK], "Operations": [operation]},
        "/Users/.search": {},
    }
    types = {"Content-Type": content_type} if content_type else {}
    for path, body in bodies.items():
        for origin, status in (({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({}, 415)):
            response = client.post(path, content=json.dumps(body), headers=types | origin)
            check_error(response, status)
    assert users(client) == before


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_page_of_another_origin_is_refused(client: httpx.Client, method: str) -> None:
    """Also one of another port of this machine. A page of the server itself is served."""
    port = client.base_url.port
    created = client.post("/Users", json={"userName": "kept"}).json()
    path = f"/Users/{created['id']}"
    for origin in (
        "https://evil.example",
        f"http://localhost:{port}",
        "http://127.0.0.1:1",
        f"https://127.0.0.1:{port}",
    ):
        response = client.request(method, path, content="{}", headers=JSON | {"Origin": origin})
        assert "origins" in check_error(response, 403)
    own = client.get(path, headers={"Origin": f"http://127.0.0.1:{port}"})
    assert own.json()["userName"] == "kept"
    client.delete(path)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io", "[", "::1"]
)
def test_another_host_name_is_refused(client: httpx.Client, host: str) -> None:
    """A page can let its own name point to this machine (DNS rebinding)."""
    with wire(str(client.base_url)) as connection:
        request = head("GET", "/scim/v2/Users").replace(b"app.example", host.encode())
        connection.send(request)
        answer = connection.answer()
    assert answer.status == 403
    assert "localhost" in answer.json()["detail"]


def test_the_names_of_the_settings_are_served(sqlite_database: str) -> None:
    """Those of tenants, and that of the public URL."""
    host = {"tenancy": "host", "tenant_domain": "scim.test"}
    with serving(dev=True, database_url=sqlite_database, **host) as url:
        for name, status in (("acme.scim.test", 404), ("acme.scim.test.evil.example", 403), ("evilscim.test", 403)):
            assert httpx.get(f"{url}/scim/v2/Users", headers={"Host": name}).status_code == status
    with serving(dev=True, database_url=sqlite_database, public_url="https://scim.test") as url:
        assert httpx.get(f"{url}/scim/v2/Users", headers={"Host": "scim.test"}).status_code == 200


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"])
def test_a_proxy_is_refused(client: httpx.Client, name: str) -> None:
    """It would let everybody in."""
    assert "proxy" in check_error(client.get("/Users", headers={name: "127.0.0.1"}), 403)


def test_nginx_as_it_is_installed_is_refused(client: httpx.Client) -> None:
    """It adds no header, and sends HTTP/1.0 to the host of its upstream."""
    with wire(str(client.base_url)) as connection:
        connection.send(b"GET /scim/v2/Users HTTP/1.0\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\n\r\n")
        assert connection.answer().status == 403


def test_nothing_of_this_holds_with_credentials(sqlite_database: str) -> None:
    """`--dev` has no effect then."""
    with serving(dev=True, tokens=("t",), database_url=sqlite_database) as url:
        headers = {"Authorization": "Bearer t", "Host": "scim.example", "Origin": "https://console.example"}
        body = b'{"userName": "ada"}'
        assert httpx.post(f"{url}/scim/v2/Users", content=body, headers=headers).status_code == 201


def test_another_address_needs_a_confirmation(commands: CommandLine, sqlite_database: str) -> None:
    """Or credentials. Without them it is one line and the exit code 2."""
    for host in ("0.0.0.0", "::", "192.0.2.1", "host.example"):
        _, errors = commands.run(sqlite_database, "serve", "--dev", "--host", host, code=2)
        assert "SCIM_TOKEN" in errors and host in errors and len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        (["--dev"], {}, "http://127.0.0.1:"),
        (["--dev"], {"HOST": "0.0.0.0"}, "http://127.0.0.1:"),
        (["--dev", "--host", "127.0.0.2"], {}, "http://127.0.0.2:"),
        (["--dev", "--host", "localhost"], {}, "http://127.0.0.1:"),
        (["--dev", "--host", "0.0.0.0", "--expose-dev"], {}, "http://0.0.0.0:"),
        (["--dev", "--host", "0.0.0.0"], {"SCIM_TOKEN": "t"}, "http://0.0.0.0:"),
        ([], {"HOST": "0.0.0.0", "SCIM_TOKEN": "t"}, "http://0.0.0.0:"),
    ],
)
def test_the_address_in_the_log_is_the_real_one(
    commands: CommandLine,
    sqlite_database: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    settings: dict[str, str],
    expected: str,
) -> None:
    """With the port that was free. The server listens there and nowhere else."""
    monkeypatch.delenv("HOST", raising=False)
    process = commands.start(sqlite_database, "serve", "--port", "0", *arguments, **settings)
    try:
        assert process.stderr
        line = next(line for line in process.stderr if '"event": "listening"' in line)
        url = httpx.URL(json.loads(line)["url"])
        assert str(url).startswith(expected) and url.port
        for address in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
            with socket.socket() as probe:
                is_open = probe.connect_ex((address, url.port)) == 0
            assert is_open == (url.host in ("0.0.0.0", address))
    finally:
        process.kill()
        process.communicate()

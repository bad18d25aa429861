"""The server from start-up to shutdown: settings, seeds, restarts, changed descriptions, the command line."""

import asyncio
import signal
import socket
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from scimgen_server import ScimApp, ScimError, Settings
from scimgen_server.auth.authentication import Authentication
from scimgen_server.messages.documents import Document
from scimgen_server.schema import attributes
from scimgen_server.testing.memory import MemoryStore
from tests.server.apps import every_application
from tests.server.commands import CommandLine, start_process
from tests.server.inside import play
from tests.server.processes import HEADERS, Server
from tests.server.servers import answers, until

TOKEN = {"Authorization": "Bearer t"}


def test_a_seed_that_was_deleted_does_not_come_back(sqlite_database: str) -> None:
    """A seed that was changed is not reset."""

    async def first(client: httpx.AsyncClient, app: ScimApp) -> None:
        assert (await client.delete("/Licenses/lic-free")).status_code == 204
        body = (await client.get("/Licenses/lic-pro")).json() | {"displayName": "Changed"}
        assert (await client.put("/Licenses/lic-pro", json=body)).status_code == 200

    async def second(client: httpx.AsyncClient, app: ScimApp) -> None:
        listed = (await client.get("/Licenses")).json()["Resources"]
        assert [(one["id"], one["displayName"]) for one in listed] == [("lic-pro", "Changed")]

    play(sqlite_database, first)
    play(sqlite_database, second)


def test_values_of_the_description_are_synchronised(sqlite_database: str) -> None:
    """Values are added, changed and removed. A value that somebody holds is not removed."""
    values = [{"id": f"ps-{name}", "displayName": name, "type": "Permission Set"} for name in ("a", "b", "c")]

    def described(type_name: str) -> list[Document]:
        return values if type_name == "Permission Set" else every_application().values(type_name)

    application = replace(every_application(), values=described)

    async def first(client: httpx.AsyncClient, app: ScimApp) -> None:
        body = {"userName": "ada", "entitlements": [{"value": "ps-b"}]}
        assert (await client.post("/Users", json=body)).status_code == 201

    async def second(client: httpx.AsyncClient, app: ScimApp) -> None:
        listed = (await client.get("/PermissionSets")).json()["Resources"]
        assert [(one["id"], one["displayName"]) for one in listed] == [("ps-a", "A"), ("ps-b", "b"), ("ps-d", "D")]

    play(sqlite_database, first, application=application)
    values[:] = [values[0] | {"displayName": "A"}, {"id": "ps-d", "displayName": "D", "type": "Permission Set"}]
    play(sqlite_database, second, application=application)


def test_a_changed_description_works_with_an_old_database(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newly indexed attribute finds old resources. Links to a type that was removed are hidden."""

    async def first(client: httpx.AsyncClient, app: ScimApp) -> None:
        body = {"userName": "ada", "title": "Dr", "entitlements": [{"value": "seat-a"}, {"value": "lic-pro"}]}
        assert (await client.post("/Users", json=body)).status_code == 201

    async def second(client: httpx.AsyncClient, app: ScimApp) -> None:
        page = (await client.get("/Users", params={"filter": 'title eq "dr"'})).json()
        assert page["totalResults"] == 1
        user = page["Resources"][0]
        assert [grant["value"] for grant in user["entitlements"]] == ["lic-pro"]
        changed = await client.put(user["meta"]["location"], json=user | {"title": "Prof"})
        assert changed.status_code == 200
        for title, total in (("dr", 0), ("prof", 1)):
            page = (await client.get("/Users", params={"filter": f'title eq "{title}"'})).json()
            assert page["totalResults"] == total

    play(sqlite_database, first)
    monkeypatch.setattr(attributes, "INDEXED_ALWAYS", attributes.INDEXED_ALWAYS | {"title"})
    kept = tuple(one for one in every_application().resource_types if one.name != "Seat")
    play(sqlite_database, second, application=replace(every_application(), resource_types=kept))


def test_it_can_be_mounted_in_another_app() -> None:
    """At another base path, which the locations have. Without its lifespan it answers 503."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    settings = Settings(tokens=("t",), weak_secrets=True, public_url="https://scim.example.com")
    scim_app = ScimApp(every_application(), settings=settings, store=MemoryStore())
    host = Starlette(routes=[Mount("/api/scim", scim_app)], lifespan=scim_app.lifespan)

    async def run() -> None:
        transport = httpx.ASGITransport(app=host)
        async with httpx.AsyncClient(transport=transport, base_url="http://h/api/scim", headers=TOKEN) as client:
            assert (await client.get("/Roles")).status_code == 503
            async with scim_app.lifespan():
                role = (await client.get("/Roles/admin")).json()
        assert role["meta"]["location"] == "https://scim.example.com/api/scim/Roles/admin"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "SCIM_TOKEN"),
        ({"SCIM_TOKEN": " , "}, "SCIM_TOKEN"),
        ({"SCIM_TOKEN": "t", "SCIM_DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/d"}, "127.0.0.1/d"),
        ({"SCIM_TOKEN": "t", "SCIM_DATABASE_URL": "mysql://h/d"}, "SCIM_DATABASE_URL"),
        ({"SCIM_TOKEN": "t", "SCIM_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "/nowhere/at/all.db"),
        ({"SCIM_TOKEN": "t", "SCIM_PUBLIC_URL": "https://h/scim/v2"}, "SCIM_PUBLIC_URL"),
        ({"SCIM_TOKEN": "t", "SCIM_STRICT": "maybe"}, "SCIM_STRICT"),
        ({"SCIM_BASIC": "nobody"}, "SCIM_BASIC"),
    ],
)
def test_a_wrong_setting_is_reported_in_one_line(
    commands: CommandLine, sqlite_database: str, environment: dict[str, str], word: str
) -> None:
    """On stderr, exit code 2, no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:  # ends a server that starts nevertheless
        port = str(taken.getsockname()[1])
        result = commands.execute(sqlite_database, "serve", "--port", port, **environment)
    assert result.code == 2
    assert word in result.errors
    assert "s3cret" not in result.errors
    assert len(result.errors.splitlines()) == 1


def test_a_port_in_use_is_reported_in_one_line(project: Path, tmp_path: Path) -> None:
    """And a file that is no database."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        database = f"sqlite:///{tmp_path}/x.db"
        process = start_process(project, "serve", "--port", port, SCIM_TOKEN="t", SCIM_DATABASE_URL=database)
        _, error = process.communicate(timeout=30)
    assert (process.returncode, len(error.splitlines())) == (2, 1)
    assert port in error
    (tmp_path / "text.db").write_text("this is no database at all, and long enough to be seen as none" * 20)
    process = start_process(project, "serve", SCIM_TOKEN="t", SCIM_DATABASE_URL=f"sqlite:///{tmp_path}/text.db")
    _, error = process.communicate(timeout=30)
    assert (process.returncode, len(error.splitlines())) == (2, 1)


def test_it_serves_and_logs_no_secrets(project: Path, tmp_path: Path) -> None:
    """One line for each request, without token, filter values or bodies. SIGTERM stops the server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    database = f"sqlite:///{tmp_path}/x.db"
    process = start_process(project, "serve", "--port", port, SCIM_TOKEN="s3cret-token", SCIM_DATABASE_URL=database)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/healthz"), 30)
        headers = {"Authorization": "Bearer s3cret-token"}
        httpx.get(f"{url}/scim/v2/Users", params={"filter": 'userName eq "s3cret-name"'}, headers=headers)
        httpx.post(
            f"{url}/scim/v2/Users", json={"userName": "a", "password": "s3cret-password", "x": 1}, headers=headers
        )
    finally:
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=30)
    assert "s3cret" not in error
    assert '"route": "/Users"' in error
    assert '"ignored": ["x"]' in error


def test_an_idle_connection_stays_open(project: Path, tmp_path: Path) -> None:
    """Longer than the default of uvicorn, five seconds, which is shorter than the pools of clients and proxies wait."""
    server = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db").start()
    try:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        for wait in (6, 0):
            connection.request("GET", "/scim/v2/ServiceProviderConfig", headers=HEADERS)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            time.sleep(wait)
    finally:
        server.kill()


def test_dev_mode_is_open_on_loopback_only() -> None:
    """A request from elsewhere is refused."""
    authentication = Authentication(open_to_loopback=True, tokens=MemoryStore().tokens)
    assert asyncio.run(authentication.principal({}, "127.0.0.1")).name == "dev"
    for headers, client in (({}, "10.0.0.1"), ({b"x-forwarded-for": b"127.0.0.1"}, "127.0.0.1")):
        with pytest.raises(ScimError):
            asyncio.run(authentication.principal(headers, client))

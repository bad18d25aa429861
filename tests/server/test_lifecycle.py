"""The server from start to end: settings, seeds, restarts, changed descriptions, the command line."""

import asyncio
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.processes import HEADERS, Server

TOKEN = {"Authorization": "Bearer t"}


def run(crm: Any, database: Path, scenario: Callable[[httpx.AsyncClient], Awaitable[None]], **options: Any) -> None:
    """Start the app over a database, play a scenario, stop it."""
    settings = importlib.import_module("crm.settings").Settings(tokens=("t",), database_url=f"sqlite:///{database}")
    app = importlib.import_module("crm.scim.app")

    async def play() -> None:
        scim_app = app.ScimApp(settings=settings, **options)
        transport = httpx.ASGITransport(app=app.build_app(scim_app))
        async with (
            scim_app.lifespan(),
            httpx.AsyncClient(transport=transport, base_url="http://h/scim/v2", headers=TOKEN) as client,
        ):
            await scenario(client)

    asyncio.run(play())


def test_a_seed_that_was_deleted_does_not_come_back(crm: Any, tmp_path: Path) -> None:
    """Nor is one that was changed set back."""

    async def first(client: httpx.AsyncClient) -> None:
        assert (await client.delete("/Licenses/lic-free")).status_code == 204
        body = (await client.get("/Licenses/lic-pro")).json() | {"displayName": "Changed"}
        assert (await client.put("/Licenses/lic-pro", json=body)).status_code == 200

    async def second(client: httpx.AsyncClient) -> None:
        listed = (await client.get("/Licenses")).json()["Resources"]
        assert [(one["id"], one["displayName"]) for one in listed] == [("lic-pro", "Changed")]

    run(crm, tmp_path / "x.db", first)
    run(crm, tmp_path / "x.db", second)


def test_described_values_are_synchronised(crm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, changed and removed, but never removed from somebody who holds them."""
    seeding = importlib.import_module("crm.scim.seeding")
    values = [{"id": f"ps-{name}", "displayName": name, "type": "Permission Set"} for name in ("a", "b", "c")]
    described = seeding._described
    monkeypatch.setattr(
        seeding,
        "_described",
        lambda package, tree: values if tree.name == "Permission Set" else described(package, tree),
    )

    async def first(client: httpx.AsyncClient) -> None:
        body = {"userName": "ada", "entitlements": [{"value": "ps-b"}]}
        assert (await client.post("/Users", json=body)).status_code == 201

    async def second(client: httpx.AsyncClient) -> None:
        listed = (await client.get("/PermissionSets")).json()["Resources"]
        assert [(one["id"], one["displayName"]) for one in listed] == [("ps-a", "A"), ("ps-b", "b"), ("ps-d", "D")]

    run(crm, tmp_path / "x.db", first)
    values[:] = [values[0] | {"displayName": "A"}, {"id": "ps-d", "displayName": "D", "type": "Permission Set"}]
    run(crm, tmp_path / "x.db", second)


def test_a_changed_description_meets_an_old_database(crm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newly indexed attribute finds old resources; a type that is gone harms nobody."""
    opening = importlib.import_module("crm.scim.opening")
    attributes = importlib.import_module("crm.scim.attributes")

    async def first(client: httpx.AsyncClient) -> None:
        body = {"userName": "ada", "title": "Dr", "entitlements": [{"value": "seat-a"}, {"value": "lic-pro"}]}
        assert (await client.post("/Users", json=body)).status_code == 201

    async def second(client: httpx.AsyncClient) -> None:
        page = (await client.get("/Users", params={"filter": 'title eq "dr"'})).json()
        assert page["totalResults"] == 1
        user = page["Resources"][0]
        assert [grant["value"] for grant in user["entitlements"]] == ["lic-pro"]
        changed = await client.put(user["meta"]["location"], json=user | {"title": "Prof"})
        assert changed.status_code == 200
        for title, total in (("dr", 0), ("prof", 1)):
            page = (await client.get("/Users", params={"filter": f'title eq "{title}"'})).json()
            assert page["totalResults"] == total

    run(crm, tmp_path / "x.db", first)
    monkeypatch.setattr(attributes, "INDEXED_ALWAYS", attributes.INDEXED_ALWAYS | {"title"})
    monkeypatch.setattr(opening, "RESOURCE_TYPES", [one for one in opening.RESOURCE_TYPES if one.name != "Seat"])
    run(crm, tmp_path / "x.db", second)


def test_it_mounts_into_another_app(crm: Any, tmp_path: Path) -> None:
    """At another base path, which the locations show; without its lifespan it says so."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    settings = importlib.import_module("crm.settings").Settings(
        tokens=("t",), database_url=f"sqlite:///{tmp_path}/x.db", public_url="https://scim.example.com"
    )
    scim_app = importlib.import_module("crm.scim.app").ScimApp(settings=settings)
    host = Starlette(routes=[Mount("/api/scim", scim_app)], lifespan=scim_app.lifespan)

    async def play() -> None:
        transport = httpx.ASGITransport(app=host)
        async with httpx.AsyncClient(transport=transport, base_url="http://h/api/scim", headers=TOKEN) as client:
            assert (await client.get("/Roles")).status_code == 503
            async with scim_app.lifespan():
                role = (await client.get("/Roles/admin")).json()
        assert role["meta"]["location"] == "https://scim.example.com/api/scim/Roles/admin"

    asyncio.run(play())


def command(project: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start the emitted command."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    return subprocess.Popen(
        [sys.executable, "-m", "crm", *arguments],
        cwd=project,
        env=clean | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
def test_what_it_cannot_start_with_is_one_line(project: Path, environment: dict[str, str], word: str) -> None:
    """On stderr, exit code 2, no traceback."""
    process = command(project, "serve", "--port", "0", **environment)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 2
    assert word in error
    assert "s3cret" not in error
    assert len(error.splitlines()) == 1


def test_a_port_in_use_is_one_line(project: Path, tmp_path: Path) -> None:
    """So is a file that is no database."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        database = f"sqlite:///{tmp_path}/x.db"
        process = command(project, "serve", "--port", port, SCIM_TOKEN="t", SCIM_DATABASE_URL=database)
        _, error = process.communicate(timeout=30)
    assert (process.returncode, len(error.splitlines())) == (2, 1)
    assert port in error
    (tmp_path / "text.db").write_text("this is no database at all, and long enough to be seen as none" * 20)
    process = command(project, "serve", SCIM_TOKEN="t", SCIM_DATABASE_URL=f"sqlite:///{tmp_path}/text.db")
    _, error = process.communicate(timeout=30)
    assert (process.returncode, len(error.splitlines())) == (2, 1)


def test_it_serves_and_logs_no_secrets(project: Path, tmp_path: Path) -> None:
    """A line a request, without token, filter values or bodies; it stops when it is told to."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    database = f"sqlite:///{tmp_path}/x.db"
    process = command(project, "serve", "--port", port, SCIM_TOKEN="s3cret-token", SCIM_DATABASE_URL=database)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                if httpx.get(f"{url}/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.05)
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
    """Longer than uvicorn's five seconds, which end just when a client's pool or a proxy may use it again."""
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


def test_dev_runs_open_on_loopback_only(crm: Any) -> None:
    """A request from elsewhere is refused."""
    authentication = importlib.import_module("crm.scim.authentication").Authentication(open_to_loopback=True)
    errors = importlib.import_module("crm.scim.errors")
    assert asyncio.run(authentication.principal({}, "127.0.0.1")).name == "dev"
    for headers, client in (({}, "10.0.0.1"), ({b"x-forwarded-for": b"127.0.0.1"}, "127.0.0.1")):
        with pytest.raises(errors.ScimError):
            asyncio.run(authentication.principal(headers, client))

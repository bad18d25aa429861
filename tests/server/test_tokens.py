"""Tokens of the database: made, used, rotated and revoked while the server runs."""

import asyncio
import hashlib
import importlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from templates.server.tests.databases import DATABASES, database_url
from tests.server.servers import bearer, check_error, make_token, serving, tool, until
from tests.server.test_lifecycle import command

STATIC = "a-static-token"


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, crm: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database."""
    return database_url(request, request.param, tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="module")
def url(database: str) -> Iterator[str]:
    """The base URL of a server over it."""
    with serving(tokens=(STATIC,), database_url=database) as url:
        yield f"{url}/scim/v2"


def status(url: str, token: str, path: str = "/Users") -> int:
    """What a token gets."""
    return httpx.get(url + path, headers=bearer(token)).status_code


def test_a_token_opens_the_running_server_at_once(project: Path, database: str, url: str) -> None:
    """Raw as well; its secret is on stdout alone, and not in the database."""
    made = tool(project, database, "token", "create", "okta", "--expires", "90d")
    secret = made.stdout.strip()
    assert made.stdout == f"{secret}\n"
    assert secret not in made.stderr
    assert len(secret) >= 43
    assert status(url, secret) == 200
    assert httpx.get(f"{url}/Users", headers={"Authorization": secret}).status_code == 200
    assert status(url, secret[:-1]) == 401
    assert status(url, hashlib.sha256(secret.encode()).hexdigest()) == 401
    if database.startswith("sqlite"):
        rows = sqlite3.connect(database.removeprefix("sqlite:///")).execute("SELECT * FROM tokens").fetchall()
        assert secret not in str(rows)
        assert hashlib.sha256(secret.encode()).hexdigest() in str(rows)


def test_a_revoked_token_is_refused_within_seconds(project: Path, database: str, url: str) -> None:
    """The static one and the others go on; whoever revokes twice is not told an error."""
    token_id, secret = make_token(project, database, "to-revoke")
    _, other = make_token(project, database, "other")
    assert status(url, secret) == 200
    assert tool(project, database, "token", "revoke", token_id).returncode == 0
    assert until(lambda: status(url, secret) == 401) < 5
    assert status(url, other) == status(url, STATIC) == 200
    assert tool(project, database, "token", "revoke", token_id).returncode == 0


def test_a_rotated_token_stays_valid_for_a_while(project: Path, database: str, url: str) -> None:
    """Both secrets open the server until the old one has ended; the new one has its rights."""
    token_id, old = make_token(project, database, "to-rotate", "--read-only")
    rotated = tool(project, database, "token", "rotate", token_id, "--keep", "4s")
    new = rotated.stdout.strip()
    assert new != old
    assert status(url, old) == status(url, new) == 200
    assert httpx.post(f"{url}/Users", json={"userName": "x"}, headers=bearer(new)).status_code == 403
    until(lambda: status(url, old) == 401)
    assert status(url, new) == 200
    again = tool(project, database, "token", "rotate", token_id)
    assert again.returncode == 2
    assert "expired" in again.stderr


def test_an_expired_token_is_refused_in_its_second(project: Path, database: str, url: str) -> None:
    """However lately it was seen."""
    _, secret = make_token(project, database, "short", "--expires", "2s")
    assert status(url, secret) == 200
    assert until(lambda: status(url, secret) == 401) < 2.5


def test_a_read_only_token_reads_and_searches(project: Path, database: str, url: str) -> None:
    """403 with the scope that is missing for anything that writes, bulk included."""
    _, secret = make_token(project, database, "reader", "--read-only")
    search = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1}
    with httpx.Client(base_url=url, headers=bearer(secret)) as client:
        assert client.get("/Roles/admin").status_code == client.head("/Users").status_code == 200
        assert client.post("/.search", json=search).status_code == 200
        assert client.post("/Users/.search", json=search).status_code == 200
        for response in (
            client.post("/Users", json={"userName": "x"}),
            client.put("/Roles/admin", json={}),
            client.patch("/Roles/admin", json={}),
            client.delete("/Roles/admin"),
            client.post("/Bulk", json={}),
        ):
            assert "scim.write" in check_error(response, 403)
            assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
        assert client.get("/Roles/admin").status_code == 200


def test_list_shows_no_secret_and_no_hash(project: Path, database: str, url: str) -> None:
    """Ids, names and states."""
    token_id, secret = make_token(project, database, "shown", "--client")
    tool(project, database, "token", "revoke", token_id)
    listed = tool(project, database, "token", "list").stdout
    line = next(line for line in listed.splitlines() if token_id in line)
    assert line.split()[1:4] == ["default", "shown", "client"]
    assert "revoked" in line
    assert secret not in listed
    assert hashlib.sha256(secret.encode()).hexdigest() not in listed
    assert token_id not in tool(project, database, "token", "list", "--tenant", "other").stdout


@pytest.mark.parametrize("arguments", [["token", "list"], ["audit"]])
def test_a_reader_may_stop_at_any_time(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    """As `head` does: no traceback, exit code 0."""
    database = f"sqlite:///{tmp_path}/x.db"
    make_token(project, database, "one")
    rows = [(f"2026-01-01T00:00:00.{number:06}Z",) for number in range(5000)]
    with sqlite3.connect(tmp_path / "x.db") as connection:
        values = "('default', ?, 'a', 'r', 'create', 'User', 'x', '{}')"
        names = "tenant, time, actor, request, action, type, id, detail"
        connection.executemany(f"INSERT INTO audit ({names}) VALUES {values}", rows)
    process = command(project, *arguments, SCIM_DATABASE_URL=database)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(30) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["create"],
        ["create", "a:b"],
        ["create", "x", "--tenant", "../etc"],
        ["create", "x", "--expires", "soon"],
        ["revoke", "nothing"],
        ["rotate", "nothing"],
    ],
)
def test_wrong_arguments_are_told(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    """Exit code 2, no traceback, nothing on stdout."""
    done = tool(project, f"sqlite:///{tmp_path}/x.db", "token", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_basic_is_told_only_where_it_is_on(project: Path, url: str, tmp_path: Path) -> None:
    """In ServiceProviderConfig and in the challenge."""

    def told(base: str) -> tuple[list[str], str]:
        config = httpx.get(f"{base}/ServiceProviderConfig", headers=bearer(STATIC)).json()
        schemes = config["authenticationSchemes"]
        assert [one["type"] for one in schemes if one.get("primary")] == [schemes[0]["type"]]
        return [one["type"] for one in schemes], httpx.get(f"{base}/Users").headers["www-authenticate"]

    assert told(url) == (["oauthbearertoken"], 'Bearer realm="SCIM"')
    with serving(tokens=(STATIC,), basic="a:b", database_url=f"sqlite:///{tmp_path}/x.db") as other:
        schemes, challenge = told(f"{other}/scim/v2")
    assert schemes == ["oauthbearertoken", "httpbasic"]
    assert "Basic" in challenge


def test_a_token_in_the_database_is_credential_enough(crm: Any, project: Path, tmp_path: Path) -> None:
    """Without one, and once it is revoked, the server does not start and says what to do."""
    database = f"sqlite:///{tmp_path}/x.db"
    refused = tool(project, database, "serve", "--port", "0")
    assert refused.returncode == 2
    assert "token create" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    token_id, secret = make_token(project, database, "only")
    with serving(database_url=database) as url:
        assert status(f"{url}/scim/v2", secret) == 200
    tool(project, database, "token", "revoke", token_id)
    assert tool(project, database, "serve", "--port", "0").returncode == 2


def test_strangers_fill_no_memory(crm: Any) -> None:
    """What was refused is not kept, and what was accepted is kept within bounds."""
    principal = importlib.import_module("crm.scim.principal")
    recent = principal.Recent(most=10)
    for number in range(100):
        recent.put(b"%d" % number, principal.Principal("x"))
        assert recent.get(b"%d" % number) is not None
    assert len(recent._kept) <= 10
    recent.put(b"gone", principal.Principal("x", expires=0.0))
    assert recent.get(b"gone") is None


def test_the_audit_trail_tells_of_tokens(project: Path, database: str) -> None:
    """Who was given one, when a new secret came, when it ended: once each, and never a secret."""
    token_id, secret = make_token(project, database, "noted", "--tenant", "acme", "--read-only")
    rotated = tool(project, database, "token", "rotate", token_id)
    for _ in range(2):
        assert tool(project, database, "token", "revoke", token_id).returncode == 0
    printed = tool(project, database, "audit", "--user", token_id).stdout
    entries = [json.loads(line) for line in printed.splitlines()]
    assert [one["action"] for one in entries] == ["created", "rotated", "revoked"]
    assert {(one["tenant"], one["actor"], one["type"]) for one in entries} == {("acme", "command line", "Token")}
    assert entries[0]["detail"] == {"name": "noted", "kind": "bearer", "scopes": "scim.read"}
    assert entries[1]["detail"]["new"] == rotated.stderr.partition(":")[0]
    everything = tool(project, database, "audit").stdout
    assert secret not in everything
    assert rotated.stdout.strip() not in everything


def test_the_audit_trail_is_printed_in_order(project: Path, database: str, url: str) -> None:
    """All of it, a resource's, from a time on, the newest; JSON a line."""
    entries = [(f"2026-01-{day:02}T00:00:00.000000Z", f"u{day % 2}") for day in range(1, 29)]

    async def write() -> None:
        store = importlib.import_module("crm.storage.stores").make_store(database)
        await store.open()

        async def job(tx: Any) -> None:
            await tx.connection.run("DELETE FROM audit")
            await tx.connection.run_many(
                "INSERT INTO audit (tenant, time, actor, request, action, type, id, detail)"
                " VALUES ('acme', ?, 'okta', 'r-1', 'replace', 'User', ?, '{\"granted\": [\"ä\"]}')",
                entries,
            )

        await store.write(job)
        await store.close()

    asyncio.run(write())

    def days(*arguments: str) -> list[int]:
        done = tool(project, database, "audit", *arguments)
        assert done.returncode == 0, done.stderr
        return [int(json.loads(line)["time"][8:10]) for line in done.stdout.splitlines()]

    assert days() == list(range(1, 29))
    assert days("--tenant", "acme", "--limit", "3") == [26, 27, 28]
    assert days("--user", "u1", "--limit", "2") == [25, 27]
    assert days("--since", "2026-01-20T01:00:00+01:00", "--user", "u0") == [20, 22, 24, 26, 28]
    assert days("--tenant", "other") == []
    entry = json.loads(tool(project, database, "audit", "--limit", "1").stdout)
    assert entry["detail"] == {"granted": ["ä"]}
    assert (entry["actor"], entry["action"], entry["id"]) == ("okta", "replace", "u0")

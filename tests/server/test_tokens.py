"""Tokens in the database: created, used, rotated and revoked while the server runs."""

import hashlib
import json
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scimgen_server.auth.principal import Principal, PrincipalCache
from scimgen_server.testing.databases import DATABASES, database_url
from tests.server.commands import CommandLine, Result, change, start_process
from tests.server.servers import bearer, check_error, serving, until

STATIC = "a-static-token"


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
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


def test_a_new_token_is_valid_at_once(commands: CommandLine, database: str, url: str) -> None:
    """Also without `Bearer`. The secret is only on stdout, and not in the database."""
    made = commands.execute(database, "token", "create", "okta", "--expires", "90d")
    secret = made.output.strip()
    assert made.output == f"{secret}\n"
    assert secret not in made.errors
    assert len(secret) >= 43
    assert status(url, secret) == 200
    assert httpx.get(f"{url}/Users", headers={"Authorization": secret}).status_code == 200
    assert status(url, secret[:-1]) == 401
    assert status(url, hashlib.sha256(secret.encode()).hexdigest()) == 401
    if database.startswith("sqlite"):
        rows = sqlite3.connect(database.removeprefix("sqlite:///")).execute("SELECT * FROM tokens").fetchall()
        assert secret not in str(rows)
        assert hashlib.sha256(secret.encode()).hexdigest() in str(rows)


def test_a_revoked_token_is_refused_after_seconds(commands: CommandLine, database: str, url: str) -> None:
    """Other tokens stay valid. To revoke a token twice is no error."""
    token_id, secret = commands.make_token(database, "to-revoke")
    _, other = commands.make_token(database, "other")
    assert status(url, secret) == 200
    assert commands.execute(database, "token", "revoke", token_id).code == 0
    assert until(lambda: status(url, secret) == 401) < 5
    assert status(url, other) == status(url, STATIC) == 200
    assert commands.execute(database, "token", "revoke", token_id).code == 0


def test_a_rotated_token_stays_valid_for_a_while(commands: CommandLine, database: str, url: str) -> None:
    """Both secrets are valid until the old one expires. The new one has the same rights."""
    token_id, old = commands.make_token(database, "to-rotate", "--read-only")
    rotated = commands.execute(database, "token", "rotate", token_id, "--keep", "4s")
    new = rotated.output.strip()
    assert new != old
    assert status(url, old) == status(url, new) == 200
    assert httpx.post(f"{url}/Users", json={"userName": "x"}, headers=bearer(new)).status_code == 403
    until(lambda: status(url, old) == 401)
    assert status(url, new) == 200
    again = commands.execute(database, "token", "rotate", token_id)
    assert again.code == 2
    assert "expired" in again.errors


def test_an_expired_token_is_refused_at_once(commands: CommandLine, database: str, url: str) -> None:
    """Although it was used a moment before."""
    _, secret = commands.make_token(database, "short", "--expires", "2s")
    assert status(url, secret) == 200
    assert until(lambda: status(url, secret) == 401) < 2.5


def test_a_read_only_token_can_read_and_search(commands: CommandLine, database: str, url: str) -> None:
    """A write, bulk too, gets 403 with the missing scope."""
    _, secret = commands.make_token(database, "reader", "--read-only")
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


def test_list_shows_no_secret_and_no_hash(commands: CommandLine, database: str, url: str) -> None:
    """Ids, names and states."""
    token_id, secret = commands.make_token(database, "shown", "--client")
    commands.execute(database, "token", "revoke", token_id)
    listed = commands.execute(database, "token", "list").output
    line = next(line for line in listed.splitlines() if token_id in line)
    assert line.split()[1:4] == ["default", "shown", "client"]
    assert "revoked" in line
    assert secret not in listed
    assert hashlib.sha256(secret.encode()).hexdigest() not in listed
    assert token_id not in commands.execute(database, "token", "list", "--tenant", "other").output


@pytest.mark.parametrize("arguments", [["token", "list"], ["audit"]])
def test_a_closed_pipe_is_no_error(commands: CommandLine, project: Path, tmp_path: Path, arguments: list[str]) -> None:
    """`head` closes it: no traceback, exit code 0."""
    database = f"sqlite:///{tmp_path}/x.db"
    commands.make_token(database, "one")
    rows = [(f"2026-01-01T00:00:00.{number:06}Z",) for number in range(5000)]
    with sqlite3.connect(tmp_path / "x.db") as connection:
        values = "('default', ?, 'a', 'r', 'create', 'User', 'x', '{}')"
        names = "tenant, time, actor, request, action, type, id, detail"
        connection.executemany(f"INSERT INTO audit ({names}) VALUES {values}", rows)
    process = start_process(project, *arguments, SCIM_DATABASE_URL=database)
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
def test_wrong_arguments_are_reported(commands: CommandLine, sqlite_database: str, arguments: list[str]) -> None:
    """Exit code 2, no traceback, nothing on stdout."""
    done = commands.execute(sqlite_database, "token", *arguments)
    assert done.code == 2
    assert done.output == ""
    assert done.errors
    assert "Traceback" not in done.errors


def test_basic_is_listed_only_if_it_is_enabled(url: str, tmp_path: Path) -> None:
    """In ServiceProviderConfig and in the challenge."""

    def listed(base: str) -> tuple[list[str], str]:
        config = httpx.get(f"{base}/ServiceProviderConfig", headers=bearer(STATIC)).json()
        schemes = config["authenticationSchemes"]
        assert [one["type"] for one in schemes if one.get("primary")] == [schemes[0]["type"]]
        return [one["type"] for one in schemes], httpx.get(f"{base}/Users").headers["www-authenticate"]

    assert listed(url) == (["oauthbearertoken"], 'Bearer realm="SCIM"')
    with serving(tokens=(STATIC,), basic="a:b", database_url=f"sqlite:///{tmp_path}/x.db") as other:
        schemes, challenge = listed(f"{other}/scim/v2")
    assert schemes == ["oauthbearertoken", "httpbasic"]
    assert "Basic" in challenge


def test_a_server_needs_a_valid_token(commands: CommandLine, sqlite_database: str) -> None:
    """A token in the database is enough. Without one, or after it was revoked, the server does not start."""
    refused = _serve(commands, sqlite_database)
    assert refused.code == 2
    assert "token create" in refused.errors
    assert len(refused.errors.splitlines()) == 1
    token_id, secret = commands.make_token(sqlite_database, "only")
    with serving(database_url=sqlite_database) as url:
        assert status(f"{url}/scim/v2", secret) == 200
    commands.execute(sqlite_database, "token", "revoke", token_id)
    assert _serve(commands, sqlite_database).code == 2


def _serve(commands: CommandLine, database: str) -> Result:
    """Try to serve on a port that is in use, so that a server ends that starts nevertheless."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return commands.execute(database, "serve", "--port", str(taken.getsockname()[1]))


def test_the_cache_of_principals_is_bounded() -> None:
    """It has a maximum size, and no principal is kept after it has expired."""
    cache = PrincipalCache(most=10)
    for number in range(100):
        cache.put(b"%d" % number, Principal("x"))
        assert cache.get(b"%d" % number) is not None
    assert len(cache._kept) <= 10
    cache.put(b"gone", Principal("x", expires=0.0))
    assert cache.get(b"gone") is None


def test_the_audit_trail_has_the_changes_of_tokens(commands: CommandLine, database: str) -> None:
    """Created, rotated, revoked: once each, and without secrets."""
    token_id, secret = commands.make_token(database, "noted", "--tenant", "acme", "--read-only")
    rotated = commands.execute(database, "token", "rotate", token_id)
    for _ in range(2):
        assert commands.execute(database, "token", "revoke", token_id).code == 0
    printed = commands.execute(database, "audit", "--user", token_id).output
    entries = [json.loads(line) for line in printed.splitlines()]
    assert [one["action"] for one in entries] == ["created", "rotated", "revoked"]
    assert {(one["tenant"], one["actor"], one["type"]) for one in entries} == {("acme", "command line", "Token")}
    assert entries[0]["detail"] == {"name": "noted", "kind": "bearer", "scopes": "scim.read"}
    assert entries[1]["detail"]["new"] == rotated.errors.partition(":")[0]
    everything = commands.execute(database, "audit").output
    assert secret not in everything
    assert rotated.output.strip() not in everything


def test_the_audit_trail_is_printed_in_order(commands: CommandLine, database: str, url: str) -> None:
    """All entries, those of a resource, since a time, the newest. One JSON object a line."""
    entries = [(f"2026-01-{day:02}T00:00:00.000000Z", f"u{day % 2}") for day in range(1, 29)]

    change(database, "DELETE FROM audit")
    change(
        database,
        "INSERT INTO audit (tenant, time, actor, request, action, type, id, detail)"
        " VALUES ('acme', ?, 'okta', 'r-1', 'replace', 'User', ?, '{\"granted\": [\"ä\"]}')",
        entries,
    )

    def days(*arguments: str) -> list[int]:
        done = commands.execute(database, "audit", *arguments)
        assert done.code == 0, done.errors
        return [int(json.loads(line)["time"][8:10]) for line in done.output.splitlines()]

    assert days() == list(range(1, 29))
    assert days("--tenant", "acme", "--limit", "3") == [26, 27, 28]
    assert days("--user", "u1", "--limit", "2") == [25, 27]
    assert days("--since", "2026-01-20T01:00:00+01:00", "--user", "u0") == [20, 22, 24, 26, 28]
    assert days("--tenant", "other") == []
    entry = json.loads(commands.execute(database, "audit", "--limit", "1").output)
    assert entry["detail"] == {"granted": ["ä"]}
    assert (entry["actor"], entry["action"], entry["id"]) == ("okta", "replace", "u0")

"""The token endpoint: a client gets an access token for its id and secret (RFC 6749 section 4.4)."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from scimgen_server.auth.tokens import hash_secret
from scimgen_server.schema.folding import fold_date_time
from tests.server.commands import CommandLine, change, rows
from tests.server.servers import ask, bearer, check_error, serving, until


def refused(response: httpx.Response, status: int, error: str) -> None:
    """Check an error (RFC 6749 section 5.2)."""
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"


def test_a_client_gets_access_tokens(commands: CommandLine, database: str) -> None:
    """For its id and secret, in the body or by HTTP basic, with its tenant and scopes. They end with the client."""
    client_id, secret = commands.make_token(database, "entra", "--client", "--tenant", "acme")
    _, reader = commands.make_token(database, "reader", "--client", "--tenant", "acme", "--read-only")
    grant = {"grant_type": "client_credentials"}
    with serving(database_url=database, tenancy="path", access_token_minutes=90) as url:
        endpoint = f"{url}/oauth/token"
        given = httpx.post(endpoint, data=grant | {"client_id": "entra", "client_secret": secret})
        assert given.headers["cache-control"] == "no-store"
        answer = given.json()
        assert (answer["token_type"], answer["expires_in"], answer["scope"]) == (
            "Bearer",
            5400,
            "scim.read scim.write",
        )
        access = answer["access_token"]
        assert ask(f"{url}/scim/v2/acme", access).status_code == 200
        check_error(ask(f"{url}/scim/v2/globex", access), 403)
        check_error(ask(f"{url}/scim/v2/acme", secret), 401)
        second = httpx.post(endpoint, data=grant, auth=("entra", secret)).json()["access_token"]
        assert second == access
        narrow = httpx.post(endpoint, data=grant | {"scope": "scim.read"}, auth=("entra", secret)).json()
        limited = httpx.post(endpoint, data=grant, auth=("reader", reader)).json()
        assert narrow["scope"] == limited["scope"] == "scim.read"
        for token in (narrow["access_token"], limited["access_token"]):
            written = httpx.post(f"{url}/scim/v2/acme/Users", json={"userName": "x"}, headers=bearer(token))
            check_error(written, 403)
        refused(
            httpx.post(endpoint, data=grant | {"scope": "scim.write"}, auth=("reader", reader)), 400, "invalid_scope"
        )
        assert access not in commands.execute(database, "token", "list").output
        commands.execute(database, "token", "revoke", client_id)
        refused(httpx.post(endpoint, data=grant, auth=("entra", secret)), 401, "invalid_client")
        assert until(lambda: ask(f"{url}/scim/v2/acme", access).status_code == 401) < 5
        assert ask(f"{url}/scim/v2/acme", limited["access_token"]).status_code == 200


def test_expired_access_tokens_are_deleted(commands: CommandLine, database: str) -> None:
    """When the next one is issued. Tokens that were made by a command stay."""
    _, secret = commands.make_token(database, "entra", "--client")
    commands.make_token(database, "old", "--expires", "0s")

    listed = "SELECT kind, name FROM tokens ORDER BY kind, name"

    with serving(database_url=database) as url:
        grant = {"grant_type": "client_credentials"}
        for scope in ("scim.read", "scim.write", "scim.read scim.write"):
            form = grant | {"scope": scope}
            assert httpx.post(f"{url}/oauth/token", data=form, auth=("entra", secret)).status_code == 200
        past = fold_date_time(datetime.now(UTC) - timedelta(seconds=1))
        change(database, "UPDATE tokens SET expires = ? WHERE kind = 'access'", [(past,)])
        assert len(rows(database, listed)) == 5
        last = httpx.post(f"{url}/oauth/token", data=grant, auth=("entra", secret)).json()["access_token"]
        assert ask(f"{url}/scim/v2", last).status_code == 200
    left = [tuple(row) for row in rows(database, listed)]
    assert left == [
        ("access", "entra"),
        ("bearer", "old"),
        ("client", "entra"),
    ]
    assert hash_secret(b"x") != b"x"


def test_the_token_endpoint_has_the_errors_of_the_rfc(commands: CommandLine, sqlite_database: str) -> None:
    """RFC 6749 section 5.2, never a 500."""
    database = sqlite_database
    _, secret = commands.make_token(database, "entra", "--client")
    _, plain = commands.make_token(database, "plain")
    grant = {"grant_type": "client_credentials"}
    good = {"client_id": "entra", "client_secret": secret}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with serving(database_url=database) as url, httpx.Client(base_url=url) as client:

        def post(**content: Any) -> httpx.Response:
            return client.post("/oauth/token", **content)

        refused(post(data=grant), 401, "invalid_client")
        refused(post(data=grant | {"client_id": "entra"}), 401, "invalid_client")
        refused(post(data=grant | good | {"client_id": "plain"}), 401, "invalid_client")
        refused(post(data=grant | {"client_id": "plain", "client_secret": plain}), 401, "invalid_client")
        wrong = post(data=grant, auth=("entra", "wrong"))
        refused(wrong, 401, "invalid_client")
        assert wrong.headers["www-authenticate"].startswith("Basic")
        for header in ("Basic %", "Basic " + base64.b64encode(b"\xff:\xff").decode(), "Bearer x", "x"):
            refused(post(data=grant, headers={"Authorization": header}), 401, "invalid_client")
        refused(post(data=good), 400, "invalid_request")
        refused(post(data=good | {"grant_type": "password"}), 400, "unsupported_grant_type")
        refused(post(data=grant | good | {"scope": "admin"}), 400, "invalid_scope")
        refused(post(data=grant | good, auth=("entra", secret)), 400, "invalid_request")
        refused(post(json=grant | good), 400, "invalid_request")
        twice = f"grant_type=client_credentials&client_id=entra&client_secret={secret}&scope=scim.read&scope=scim.read"
        refused(post(content=twice, headers=form), 400, "invalid_request")
        refused(post(content="a=1&" * 1000, headers=form), 400, "invalid_request")
        refused(post(content=b"x" * 100_000, headers=form), 400, "invalid_request")
        refused(post(content=b"\xff\xfe", headers=form), 400, "invalid_request")
        refused(post(content="client_id=%ff%00&client_secret=%00&grant_type=x", headers=form), 401, "invalid_client")
        assert client.get("/oauth/token").status_code == 405
        assert post(data=grant | good).status_code == 200

"""The token endpoint: a client's id and secret for an access token (RFC 6749 section 4.4)."""

import asyncio
import base64
import importlib
from pathlib import Path
from typing import Any

import httpx

from tests.server.servers import ask, bearer, check_error, make_token, serving, tool, until


def refused(response: httpx.Response, status: int, error: str) -> None:
    """An error as RFC 6749 section 5.2 writes it."""
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"


def test_a_client_is_given_access_tokens(project: Path, database: str) -> None:
    """By its id and secret, in the body or by basic; of its own tenant and scopes; they end with the client."""
    client_id, secret = make_token(project, database, "entra", "--client", "--tenant", "acme")
    _, reader = make_token(project, database, "reader", "--client", "--tenant", "acme", "--read-only")
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
        assert second != access
        narrow = httpx.post(endpoint, data=grant | {"scope": "scim.read"}, auth=("entra", secret)).json()
        limited = httpx.post(endpoint, data=grant, auth=("reader", reader)).json()
        assert narrow["scope"] == limited["scope"] == "scim.read"
        for token in (narrow["access_token"], limited["access_token"]):
            written = httpx.post(f"{url}/scim/v2/acme/Users", json={"userName": "x"}, headers=bearer(token))
            check_error(written, 403)
        refused(
            httpx.post(endpoint, data=grant | {"scope": "scim.write"}, auth=("reader", reader)), 400, "invalid_scope"
        )
        assert access not in tool(project, database, "token", "list").stdout
        tool(project, database, "token", "revoke", client_id)
        refused(httpx.post(endpoint, data=grant, auth=("entra", secret)), 401, "invalid_client")
        assert until(lambda: ask(f"{url}/scim/v2/acme", access).status_code == 401) < 5
        assert ask(f"{url}/scim/v2/acme", limited["access_token"]).status_code == 200


def test_expired_access_tokens_are_forgotten(crm: Any, database: str, project: Path) -> None:
    """The next one that is given out takes them along; what people have made stays."""
    tokens = importlib.import_module("crm.storage.tokens")
    folding = importlib.import_module("crm.scim.folding")
    datetime = importlib.import_module("datetime")
    _, secret = make_token(project, database, "entra", "--client")
    make_token(project, database, "old", "--expires", "0s")

    async def rows(then: str | None = None) -> list[tuple[str, str]]:
        store = importlib.import_module("crm.storage.stores").make_store(database)
        await store.open()

        async def job(tx: Any) -> None:
            await tx.connection.run("UPDATE tokens SET expires = ? WHERE kind = 'access'", [then])

        if then is not None:
            await store.write(job)
        found = await store.connection.rows("SELECT kind, name FROM tokens ORDER BY kind, name")
        await store.close()
        return [(row[0], row[1]) for row in found]

    with serving(database_url=database) as url:
        grant = {"grant_type": "client_credentials"}
        for _ in range(3):
            assert httpx.post(f"{url}/oauth/token", data=grant, auth=("entra", secret)).status_code == 200
        past = folding.fold_date_time(datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1))
        assert len(asyncio.run(rows(past))) == 5
        last = httpx.post(f"{url}/oauth/token", data=grant, auth=("entra", secret)).json()["access_token"]
        assert ask(f"{url}/scim/v2", last).status_code == 200
    assert asyncio.run(rows()) == [("access", "entra"), ("bearer", "old"), ("client", "entra")]
    assert tokens.hash_of(b"x") != b"x"


def test_the_token_endpoint_refuses_in_the_words_of_the_rfc(crm: Any, project: Path, tmp_path: Path) -> None:
    """RFC 6749 section 5.2, never a 500."""
    database = f"sqlite:///{tmp_path}/x.db"
    _, secret = make_token(project, database, "entra", "--client")
    _, plain = make_token(project, database, "plain")
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

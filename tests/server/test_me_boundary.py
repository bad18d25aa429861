"""The access token of a user reaches that user alone, unless it has the scope of an administrator."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.servers import bearer, check_error, serving
from tests.server.steps import GROUP, PATCH, Json
from tests.server.test_oauth import Issuer, accepting, issuer

__all__ = ["issuer"]

STATIC = "a-static-token-of-the-tests-of-me"


class Served:
    """A server with two users, and clients with different tokens."""

    def __init__(self, url: str, issuer: Issuer) -> None:
        self.url = url
        self.issuer = issuer
        self.app = httpx.Client(base_url=url, headers=bearer(STATIC))
        self.ada = self.made("/Users", {"userName": "ada", "externalId": "00u-ada", "active": True})
        self.eve = self.made("/Users", {"userName": "eve", "externalId": "00u-eve"})
        self.group = self.made("/Groups", {"schemas": [GROUP], "displayName": "Group"})

    def made(self, path: str, body: Json) -> Json:
        """A new resource."""
        response = self.app.post(path, json=body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def client(self, **claims: Any) -> httpx.Client:
        """A client with an access token of Ada."""
        token = self.issuer.sign(**{"sub": "00u-ada", "client_id": "portal"} | claims)
        return httpx.Client(base_url=self.url, headers=bearer(token))


@pytest.fixture
def served(issuer: Issuer, tmp_path: Path) -> Any:
    """A server that accepts the tokens of the issuer."""
    with serving(jwt=accepting(issuer), tokens=(STATIC,), database_url=f"sqlite:///{tmp_path}/x.db") as url:
        yield Served(f"{url}/scim/v2", issuer)


def patching(**value: Any) -> Json:
    """A PATCH that replaces attributes."""
    return {"schemas": [PATCH], "Operations": [{"op": "replace", "value": value}]}


def test_the_token_of_a_user_reaches_that_user_alone(served: Served) -> None:
    """At /Me and at its own location. Discovery is open; whether another id exists is not shown."""
    with served.client() as client:
        own = f"/Users/{served.ada['id']}"
        for path in ("/Me", own, "/ServiceProviderConfig", "/Schemas", "/ResourceTypes"):
            assert client.get(path).status_code == 200, path
        assert client.patch(own, json=patching(title="Countess")).json()["title"] == "Countess"
        bulk = {"schemas": [], "Operations": [{"method": "DELETE", "path": f"/Users/{served.eve['id']}"}]}
        other = f"/Users/{served.eve['id']}"
        attempts = [
            client.get("/Users"),
            client.get("/Users", params={"filter": 'userName eq "ada"'}),
            client.get("/"),
            client.post("/.search", json={}),
            client.post("/Users/.search", json={}),
            client.get(other),
            client.get("/Users/nobody"),
            client.put(other, json={"userName": "eve"}),
            client.patch(other, json=patching(active=False)),
            client.delete(other),
            client.post("/Users", json={"userName": "new"}),
            client.get("/Groups"),
            client.get(f"/Groups/{served.group['id']}"),
            client.delete(f"/Groups/{served.group['id']}"),
            client.get("/Roles/admin"),
            client.post("/Bulk", json=bulk),
        ]
        for response in attempts:
            assert "scim.admin" in check_error(response, 403), response.request.url
    assert served.app.get(other).status_code == 200


@pytest.mark.parametrize("claims", [{"sub": "00u-nobody"}, {"sub": "00u-nobody", "client_id": None}, {"sub": "eve"}])
def test_a_subject_without_a_user_reaches_nobody(served: Served, claims: dict[str, Any]) -> None:
    """It is still that of a user. Eve reaches herself by her userName, but not Ada."""
    with served.client(**claims) as client:
        for path in ("/Users", f"/Users/{served.ada['id']}", "/Groups"):
            check_error(client.get(path), 403)
        assert client.get("/Me").status_code == (200 if claims["sub"] == "eve" else 501)


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "scim.read scim.write scim.admin"},
        {"scp": ["scim.admin", "scim.write"], "scope": None},
        {"sub": "portal"},
        {"sub": "portal", "client_id": None, "azp": "portal"},
        {"sub": None},
        {"sub": "object-id", "idtyp": "app"},
        {"sub": "portal@clients", "gty": "client-credentials"},
    ],
)
def test_administrators_and_services_reach_everybody(served: Served, claims: dict[str, Any]) -> None:
    """RFC 9068 section 2.2: the subject of a client that acts for no user is the client itself."""
    with served.client(**claims) as client:
        assert client.get("/Users").json()["totalResults"] == 2
        assert client.patch(f"/Users/{served.eve['id']}", json=patching(title="Dr")).status_code == 200


def test_the_scope_of_an_administrator_gives_no_right_to_write(served: Served) -> None:
    """Reading and writing need their scopes as well."""
    with served.client(scope="scim.admin") as client:
        check_error(client.get("/Users"), 403)
    with served.client(scope="scim.read scim.admin") as client:
        assert client.get("/Users").status_code == 200
        check_error(client.delete(f"/Users/{served.eve['id']}"), 403)


@pytest.mark.parametrize(
    "value",
    [
        {"roles": [{"value": "admin"}]},
        {"entitlements": [{"value": "lic-pro"}]},
        {"active": False},
        {"userName": "root"},
        {"externalId": "00u-eve"},
    ],
)
def test_users_do_not_change_their_own_rights(served: Served, value: Json) -> None:
    """Neither by PATCH nor by PUT, at /Me or at their location. Nothing is stored."""
    before = served.app.get(f"/Users/{served.ada['id']}").json()
    with served.client() as client:
        for path in ("/Me", f"/Users/{served.ada['id']}"):
            for response in (client.patch(path, json=patching(**value)), client.put(path, json=before | value)):
                assert next(iter(value)) in check_error(response, 403)
        assert client.put("/Me", json=before | {"title": "Dr"}).status_code == 200
    after = served.app.get(f"/Users/{served.ada['id']}").json()
    assert after == before | {"title": "Dr", "meta": after["meta"]}
    with served.client(scope="scim.write scim.admin") as client:
        assert client.patch("/Me", json=patching(**value)).status_code == 200

"""Access tokens of an issuer, checked with the keys that it publishes."""

import asyncio
import base64
import hmac
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from scimgen_server import SettingsError
from scimgen_server.auth import jwks
from scimgen_server.auth.jwt_bearer import JwtBearer
from scimgen_server.settings import JwtSettings
from tests.server.servers import ask, bearer, check_error, serving

STATIC = "a-static-token"
AUDIENCE = "https://scim.example.com"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


class Issuer:
    """Signs access tokens and publishes its keys over HTTP."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {
            "rsa-1": rsa.generate_private_key(public_exponent=65537, key_size=2048),
            "ec-1": ec.generate_private_key(ec.SECP256R1()),
        }
        self.published = ["rsa-1", "ec-1"]
        self.asked = 0
        self.failing = False
        self.content: bytes | None = None
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                content = issuer.content or issuer.document()
                self.send_response(500 if issuer.failing else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/keys"

    def document(self) -> bytes:
        """The published keys (RFC 7517), with one that is for something else."""
        keys = []
        for kid in self.published:
            key = self.keys[kid].public_key()
            kind = jwt.algorithms.RSAAlgorithm if kid.startswith("rsa") else jwt.algorithms.ECAlgorithm
            keys.append(json.loads(kind.to_jwk(key)) | {"kid": kid, "use": "sig"})
        other = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys["rsa-1"].public_key()))
        return json.dumps({"keys": [*keys, other | {"kid": "enc-1", "use": "enc"}]}).encode()

    def sign(self, kid: str = "rsa-1", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """An access token; a claim that is None is left out."""
        now = int(time.time())
        content = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "someone",
            "client_id": "someone",
            "iat": now,
            "exp": now + 300,
            "scope": "openid scim.read scim.write",
        } | claims
        kept = {name: value for name, value in content.items() if value is not None}
        algorithm = "RS256" if kid.startswith("rsa") else "ES256"
        headers = {name: value for name, value in ({"kid": kid} | (header or {})).items() if value is not None}
        return jwt.encode(kept, self.keys[kid], algorithm=algorithm, headers=headers)


def _issuer() -> Iterator[Issuer]:
    one = Issuer()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A new issuer for each test."""
    yield from _issuer()


@pytest.fixture
def stranger() -> Iterator[Issuer]:
    """An issuer that no server trusts."""
    yield from _issuer()


def accepting(issuer: Issuer, **more: Any) -> JwtSettings:
    """Settings that accept its tokens."""
    return JwtSettings(**{"issuer": issuer.url, "audience": AUDIENCE, "jwks": issuer.url} | more)


@pytest.fixture
def url(issuer: Issuer, tmp_path: Path) -> Iterator[str]:
    """The base URL of a server that accepts its tokens."""
    with serving(jwt=accepting(issuer), tokens=(STATIC,), database_url=f"sqlite:///{tmp_path}/x.db") as url:
        yield f"{url}/scim/v2"


def test_tokens_of_the_issuer_are_accepted(issuer: Issuer, url: str) -> None:
    """With RSA and elliptic curves, and one of several audiences. The keys are fetched once."""
    for kid in ("rsa-1", "ec-1"):
        assert ask(url, issuer.sign(kid)).status_code == 200
    assert ask(url, issuer.sign(aud=["other", AUDIENCE])).status_code == 200
    assert ask(url, issuer.sign(exp=int(time.time()) - 5)).status_code == 200, "within the leeway for clocks"
    assert issuer.asked == 1
    assert ask(url, STATIC).status_code == 200


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"nbf": 2**33}, "not yet valid"),
        ({"iss": "https://evil.com"}, "issuer"),
        ({"iss": None}, "iss"),
        ({"aud": "other"}, "udience"),
        ({"aud": None}, "aud"),
    ],
)
def test_claims_are_checked(issuer: Issuer, url: str, claims: dict[str, Any], word: str) -> None:
    """401 with the reason."""
    assert word in check_error(ask(url, issuer.sign(**claims)), 401)


def encoded(part: Any) -> str:
    """A part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_only_signatures_of_the_issuer_are_accepted(issuer: Issuer, stranger: Issuer, url: str) -> None:
    """Not `none`, no HMAC with the public key, no other key, no key in the token, no changed content."""
    good = issuer.sign()
    head, content, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    public = issuer.keys["rsa-1"].public_key()
    format_ = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, format_)
    hs256 = hmac.digest(pem, f"{encoded({'alg': 'HS256', 'kid': 'rsa-1'})}.{content}".encode(), "sha256")
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.keys["rsa-1"].public_key()))
    forged = [
        f"{encoded({'alg': 'none', 'kid': 'rsa-1'})}.{content}.",
        f"{encoded({'alg': 'None', 'kid': 'rsa-1'})}.{content}.{signature}",
        f"{encoded({'alg': 'HS256', 'kid': 'rsa-1'})}.{content}."
        + base64.urlsafe_b64encode(hs256).rstrip(b"=").decode(),
        jwt.encode(claims, stranger.keys["rsa-1"], algorithm="RS256", headers={"kid": "rsa-1"}),
        jwt.encode(claims, stranger.keys["rsa-1"], algorithm="RS256", headers={"kid": "rsa-1", "jwk": own}),
        jwt.encode(claims, stranger.keys["rsa-1"], algorithm="RS256", headers={"kid": "x", "jku": stranger.url}),
        jwt.encode(claims, issuer.keys["rsa-1"], algorithm="RS384", headers={"kid": "rsa-1"}),
        jwt.encode(claims, issuer.keys["rsa-1"], algorithm="RS256", headers={"kid": "enc-1"}),
        jwt.encode(claims, issuer.keys["rsa-1"], algorithm="RS256", headers={"kid": "ec-1"}),
        jwt.encode(claims, issuer.keys["rsa-1"], algorithm="RS256"),
        issuer.sign(header={"crit": ["exp"]}),
        f"{head}.{encoded(claims | {'scope': 'scim.read scim.write admin'})}.{signature}",
        f"{head}.{content}.",
        "..",
        "a.b.c",
        f"{encoded([])}.{encoded([])}.x",
        base64.urlsafe_b64encode(b"[" * 20_000).decode() + f".{content}.{signature}",
        base64.urlsafe_b64encode(b'{"alg": ' + b"9" * 20_000).decode() + f".{content}.{signature}",
        issuer.sign(exp=float("inf")),
        f"{encoded({'alg': ['RS256'], 'kid': {}})}.{content}.{signature}",
        f"{encoded({'alg': 'RS256', 'kid': {'a': 1}})}.{content}.{signature}",
    ]
    for token in forged:
        check_error(ask(url, token), 401)
    assert stranger.asked == 0
    assert ask(url, good).status_code == 200


def test_scopes_are_read_in_every_form(issuer: Issuer, url: str) -> None:
    """`scope` as text, `scp` as text or list. Without any, everything is refused."""

    def codes(**claims: Any) -> tuple[int, int]:
        token = issuer.sign(**({"scope": None} | claims))
        written = httpx.post(f"{url}/Users", json={"userName": str(time.time_ns())}, headers=bearer(token))
        return ask(url, token).status_code, written.status_code

    assert codes(scope="scim.read") == (200, 403)
    assert codes(scp="scim.read other") == (200, 403)
    assert codes(scp=["scim.read", "scim.write"]) == (200, 201)
    assert codes(scope="scim.write") == (200, 201)
    assert codes() == codes(scope="scim.reader", scp={"scim.read": 1}) == (403, 403)


def test_a_new_key_is_fetched_once_in_a_while(issuer: Issuer, url: str) -> None:
    """However many tokens have an unknown key."""
    assert ask(url, issuer.sign()).status_code == 200
    issuer.keys["rsa-2"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer.published.append("rsa-2")
    for _ in range(10):
        check_error(ask(url, issuer.sign("rsa-2")), 401)
    assert issuer.asked == 1
    pause, jwks._PAUSE = jwks._PAUSE, 0.2
    try:
        keys = jwks.Jwks(issuer.url, jwt)

        async def fetch() -> None:
            issuer.published.remove("rsa-2")
            assert await keys.key("rsa-1") is not None
            issuer.published.append("rsa-2")
            assert await keys.key("rsa-2") is None
            await asyncio.sleep(0.3)
            found = await asyncio.gather(*(keys.key("rsa-2") for _ in range(20)))
            assert None not in found
            issuer.failing = True
            await asyncio.sleep(0.3)
            assert await keys.key("rsa-3") is None
            assert await keys.key("rsa-1") is not None, "known keys stay valid while the issuer is down"

        before = issuer.asked
        asyncio.run(fetch())
        assert issuer.asked == before + 3
    finally:
        jwks._PAUSE = pause


@pytest.mark.parametrize("content", [None, b"[]", b'{"keys": [1]}', b'{"keys": []}', b"[" * 20_000])
def test_a_failing_issuer_is_503_and_not_401(issuer: Issuer, url: str, content: bytes | None) -> None:
    """With Retry-After, whatever it answers. The static token stays valid."""
    issuer.failing = content is None
    issuer.content = content
    response = ask(url, issuer.sign())
    check_error(response, 503)
    assert int(response.headers["retry-after"]) > 0
    assert ask(url, STATIC).status_code == 200


def test_the_keys_can_be_a_file(issuer: Issuer, tmp_path: Path) -> None:
    """A token needs no key id if there is one key."""
    issuer.published = ["rsa-1"]
    (tmp_path / "keys.json").write_bytes(issuer.document())
    settings = accepting(issuer, jwks=str(tmp_path / "keys.json"))
    with serving(jwt=settings, database_url=f"sqlite:///{tmp_path}/x.db") as url:
        assert ask(f"{url}/scim/v2", issuer.sign()).status_code == 200
        assert ask(f"{url}/scim/v2", issuer.sign(header={"kid": None})).status_code == 200
        check_error(ask(f"{url}/scim/v2", issuer.sign("ec-1", header={"kid": None})), 401)


def test_the_tenant_is_a_claim(issuer: Issuer, tmp_path: Path) -> None:
    """A tenant is created by its first valid token, unless its name is invalid."""
    settings = accepting(issuer, tenant_claim="org")
    database = f"sqlite:///{tmp_path}/x.db"
    with serving(jwt=settings, tenancy="path", database_url=database) as url:
        for tenant in ("acme", "globex"):
            page = ask(f"{url}/scim/v2/{tenant}", issuer.sign(org=tenant)).json()
            assert [one["id"] for one in page["Resources"]] == ["admin", "agent"]
        check_error(ask(f"{url}/scim/v2/globex", issuer.sign(org="acme")), 403)
        for org in (None, "", 1, ["acme"], "a\0b"):
            check_error(ask(f"{url}/scim/v2/acme", issuer.sign(org=org)), 401)
    with serving(jwt=settings, tenancy="token", database_url=database) as url:
        assert ask(f"{url}/scim/v2", issuer.sign(org="acme")).status_code == 200
        for org in ("../x", "a b", "x" * 101):
            check_error(ask(f"{url}/scim/v2", issuer.sign(org=org)), 404)


def test_me_is_the_user_of_the_token(issuer: Issuer, url: str) -> None:
    """By id, userName or externalId. Every method; every response has the location of the user."""
    headers = bearer(STATIC)
    user = httpx.post(f"{url}/Users", json={"userName": "Ada", "externalId": "00u1"}, headers=headers).json()
    location = user["meta"]["location"]
    for subject in (user["id"], "ada", "00u1"):
        with httpx.Client(base_url=url, headers=bearer(issuer.sign(sub=subject))) as client:
            found = client.get("/Me")
            assert found.json() == user
            assert found.headers["location"] == location
            assert found.headers["etag"] == user["meta"]["version"]
    with httpx.Client(base_url=url, headers=bearer(issuer.sign(sub="00u1"))) as client:
        assert set(client.get("/Me", params={"attributes": "userName"}).json()) == {"schemas", "id", "userName"}
        put = client.put("/Me", json=user | {"title": "Countess"})
        assert (put.json()["title"], put.headers["location"]) == ("Countess", location)
        operation = {"op": "replace", "value": {"title": "Dr"}}
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        patch = client.patch("/Me", json={"schemas": schemas, "Operations": [operation]})
        assert (patch.json()["title"], patch.headers["location"]) == ("Dr", location)
        stale = client.patch("/Me", json={"schemas": schemas, "Operations": []}, headers={"If-Match": 'W/"999"'})
        assert stale.status_code in (400, 412)
        assert stale.headers["location"] == location
        check_error(client.post("/Me", json={"userName": "x"}), 405)
        deleted = client.delete("/Me")
        assert (deleted.status_code, deleted.headers["location"]) == (204, location)
        check_error(client.get("/Me"), 501)
    assert httpx.get(location, headers=headers).status_code == 404


def test_me_is_501_if_the_subject_matches_no_user_or_several(issuer: Issuer, url: str) -> None:
    """A read-only token cannot delete its own user."""
    headers = bearer(STATIC)
    for body in ({"userName": "ada"}, {"userName": "eve", "externalId": "ada"}):
        assert httpx.post(f"{url}/Users", json=body, headers=headers).status_code == 201
    for subject in ("ada", "nobody", 'x" or id pr or id eq "'):
        check_error(ask(url, issuer.sign(sub=subject), "/Me"), 501)
    check_error(ask(url, STATIC, "/Me"), 501)
    reader = issuer.sign(sub="eve", scope="scim.read")
    assert ask(url, reader, "/Me").json()["userName"] == "eve"
    check_error(httpx.delete(f"{url}/Me", headers=bearer(reader)), 403)


def test_without_pyjwt_the_message_has_what_to_install(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line."""
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(SettingsError, match=r"pip install 'pyjwt\[crypto\]'"):
        JwtBearer(accepting(issuer))


@pytest.mark.parametrize("lifetime", [1e308, 10**400, 10**9 * 10**9, 40 * 86400, "4102444800", True])
def test_a_token_that_hardly_expires_is_refused(issuer: Issuer, url: str, lifetime: Any) -> None:
    """401 with the reason: nobody can withdraw it. No 500 for a number of any size."""
    expires = int(time.time()) + lifetime if type(lifetime) is int else lifetime
    detail = check_error(ask(url, issuer.sign(exp=expires)), 401)
    assert "exp" in detail or "31 days" in detail
    assert ask(url, issuer.sign(exp=int(time.time()) + 30 * 86400)).status_code == 200


@pytest.mark.parametrize("name", ["sub", "client_id"])
def test_a_subject_of_any_length_is_no_error_of_a_filter(issuer: Issuer, url: str, name: str) -> None:
    """A log line repeats it, so it is refused beyond 255 characters."""
    for length in (256, 5_000, 20_000):
        token = issuer.sign(**{"sub": None, name: "x" * length})
        if len(token) < 30_000:
            assert "255 characters" in check_error(ask(url, token, "/Me"), 401)
    check_error(ask(url, issuer.sign(sub="\u20ac" * 255), "/Me"), 501)

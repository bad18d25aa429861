"""The headers of every response that a browser can open."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from scimgen_server import ScimApp, Settings, build_app
from scimgen_server.testing.memory import MemoryStore
from tests.server.apps import every_application
from tests.server.servers import bearer, serving
from tests.server.wire import wire

EXPECTED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with metrics."""
    database = f"sqlite:///{tmp_path_factory.mktemp('headers')}/scim.db"
    with serving(tokens=("t",), metrics=True, database_url=database) as found:
        yield found


def check(response: httpx.Response) -> None:
    """Check that a response has each header once."""
    for name, value in EXPECTED.items():
        assert response.headers.get_list(name) == [value], (name, response.request.url, response.headers)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/scim/v2/Users", 200),
        ("GET", "/scim/v2/Schemas", 200),
        ("GET", "/scim/v2/Users/nobody", 404),
        ("PUT", "/scim/v2/Users", 405),
        ("POST", "/scim/v2/Users", 400),
        ("GET", "/scim/v2", 307),
        ("POST", "/oauth/token", 400),
        ("GET", "/oauth/token", 405),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/", 404),
        ("OPTIONS", "/scim/v2/Users", 405),
    ],
)
def test_every_response_has_them(url: str, method: str, path: str, status: int) -> None:
    """Also errors, with and without credentials."""
    response = httpx.request(method, url + path, headers=bearer("t"))
    assert response.status_code == status
    check(response)
    check(httpx.request(method, url + path))


def test_an_unchanged_resource_has_them(url: str) -> None:
    """A 304 too; the version of the client is compared although nothing is stored by a browser."""
    created = httpx.post(f"{url}/scim/v2/Users", json={"userName": "ada"}, headers=bearer("t"))
    check(created)
    known = {"If-None-Match": created.headers["etag"]}
    unchanged = httpx.get(created.headers["location"], headers=bearer("t") | known)
    assert unchanged.status_code == 304
    check(unchanged)


def test_a_refused_head_has_them(url: str) -> None:
    """It is refused before the app sees it."""
    with wire(url) as connection:
        connection.send(b"GET / HTTP/9.9\r\n\r\n")
        answer = connection.answer()
    assert answer.status == 400
    assert EXPECTED.items() <= answer.headers.items()


def test_middleware_of_the_owner_changes_nothing() -> None:
    """Requests then go through Starlette. Each header still comes once."""

    class Framed:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)

    async def scenario() -> None:
        scim_app = ScimApp(
            every_application(), settings=Settings(tokens=("t",), weak_secrets=True), store=MemoryStore()
        )
        app = build_app(scim_app)
        app.user_middleware.append(Middleware(Framed))
        async with (
            scim_app.lifespan(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://h") as client,
        ):
            for path in ("/scim/v2/Users", "/healthz"):
                check(await client.get(path, headers=bearer("t")))

    asyncio.run(scenario())

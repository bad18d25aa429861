"""Credentials cannot be guessed: weak ones are refused, wrong ones are counted, and the log has each attempt."""

import json
import time
from typing import Any

import httpx
import pytest

from scimgen_server import Settings, SettingsError
from scimgen_server.auth.rate import Buckets, Failures
from scimgen_server.auth.strength import check_secrets, only_loopback
from scimgen_server.messages.errors import ScimError
from tests.server.commands import CommandLine, rows
from tests.server.servers import ask, bearer, check_error, serving

STRONG = "VxkW0Hh2bXlT3m8n5qYt7rZc1aPd9sLf"
PASSWORD = "ada:correct-horse-battery-staple"
WEBHOOK = {"SCIM_WEBHOOK_URL": "https://app.example.com/events"}


def requests(text: str) -> list[dict[str, Any]]:
    """The lines of a log for requests."""
    return [one for one in map(json.loads, text.splitlines()) if one["event"] == "request"]


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"SCIM_TOKEN": "a"}, "SCIM_TOKEN"),
        ({"SCIM_TOKEN": f"{STRONG},second-token"}, "SCIM_TOKEN"),
        ({"SCIM_TOKEN": "a" * 64}, "SCIM_TOKEN"),
        ({"SCIM_TOKEN": "0123456789abcdef"}, "SCIM_TOKEN"),
        ({"SCIM_BASIC": ":"}, "SCIM_BASIC"),
        ({"SCIM_BASIC": "ada:"}, "SCIM_BASIC"),
        ({"SCIM_BASIC": "ada:password"}, "SCIM_BASIC"),
        ({"SCIM_TOKEN": STRONG, "SCIM_WEBHOOK_SECRET": "x"} | WEBHOOK, "SCIM_WEBHOOK_SECRET"),
    ],
)
def test_a_weak_secret_ends_the_start(
    commands: CommandLine, sqlite_database: str, environment: dict[str, str], word: str
) -> None:
    """With one line that has the correction and not the secret. Other commands work."""
    strict = {"SCIM_WEAK_SECRETS": ""} | environment
    result = commands.execute(sqlite_database, "serve", "--host", "192.0.2.1", **strict)
    assert result.code == 2
    assert word in result.errors
    assert len(result.errors.splitlines()) == 1
    assert "second-token" not in result.errors
    if environment.get("SCIM_BASIC") not in (":", "ada:"):
        assert commands.execute(sqlite_database, "token", "list", **strict).code == 0


@pytest.mark.parametrize("token", [STRONG, "c0ffee11" * 2 + "0123456789abcdef", "6f1c1f0e-8d2b-4b1e-9d6f-0a3c5b7e9f12"])
def test_random_tokens_are_strong(token: str) -> None:
    """Base64, 32 hexadecimal digits, a UUID."""
    settings = Settings(tokens=(token,), basic=PASSWORD)
    assert check_secrets(settings) == []
    assert not only_loopback(settings)


def test_with_dev_a_weak_secret_serves_this_machine_only() -> None:
    """Requests through a proxy are refused as well."""
    with pytest.raises(SettingsError):
        check_secrets(Settings(tokens=("t",)))
    assert len(check_secrets(Settings(tokens=("t",), dev=True))) == 1
    with serving(tokens=("t",), weak_secrets=False, dev=True) as url:
        assert ask(f"{url}/scim/v2", "t").status_code == 200
        proxied = bearer("t") | {"X-Forwarded-For": "192.0.2.7"}
        assert "weak" in check_error(httpx.get(f"{url}/scim/v2/Roles", headers=proxied), 403)


def test_a_webhook_over_http_is_a_warning(capsys: pytest.CaptureFixture[str], sqlite_database: str) -> None:
    """Events have personal data. On this machine nobody else can read them."""
    for host, warnings in (("app.example.com", 1), ("127.0.0.1", 0)):
        webhook = {"webhook_url": f"http://{host}/events", "webhook_secret": STRONG}
        with serving(tokens=(STRONG,), database_url=sqlite_database, **webhook):
            pass
        written = capsys.readouterr().err
        assert STRONG not in written
        found = [one for one in map(json.loads, written.splitlines()) if one["event"] == "weak setting"]
        assert len(found) == warnings


def test_the_rate_is_limited_by_default(sqlite_database: str) -> None:
    """25 requests a second after a burst of 250."""
    default = Settings()
    assert (default.rate, default.rate_burst) == (25, 250)
    assert Settings.from_environment({"SCIM_TOKEN": STRONG}).rate == 25
    assert Settings.from_environment({"SCIM_TOKEN": STRONG, "SCIM_RATE": "0"}).rate == 0
    with (
        serving(tokens=(STRONG,), database_url=sqlite_database, rate=2, rate_burst=250) as url,
        httpx.Client(base_url=url, headers=bearer(STRONG)) as client,
    ):
        began = time.monotonic()
        codes = [client.get("/scim/v2/Roles/admin").status_code for _ in range(300)]
        passed = 250 + 2 * (time.monotonic() - began)
    assert codes[:250] == [200] * 250
    assert codes.count(200) <= passed + 1
    assert 429 in codes


def test_the_token_endpoint_has_the_rate_of_its_tenant(commands: CommandLine, sqlite_database: str) -> None:
    """429 with Retry-After, as an OAuth error."""
    _, secret = commands.make_token(sqlite_database, "entra", "--client")
    form = {"grant_type": "client_credentials"}
    with serving(database_url=sqlite_database, rate=1, rate_burst=3) as url:
        answers = [httpx.post(f"{url}/oauth/token", data=form, auth=("entra", secret)) for _ in range(5)]
        assert [one.status_code for one in answers[:3]] == [200] * 3
        refused = answers[-1]
        assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
        assert int(refused.headers["retry-after"]) >= 1
        assert ask(f"{url}/scim/v2", answers[0].json()["access_token"]).status_code == 429


def test_a_client_that_asks_before_each_request_makes_one_token(commands: CommandLine, sqlite_database: str) -> None:
    """The same one again for a minute, for the same client and scopes."""
    _, secret = commands.make_token(sqlite_database, "entra", "--client")
    _, other = commands.make_token(sqlite_database, "okta", "--client")
    count = "SELECT count(*) FROM tokens WHERE kind = 'access'"
    with serving(database_url=sqlite_database) as url, httpx.Client(base_url=url) as client:

        def token(name: str, key: str, **more: str) -> Any:
            return client.post(
                "/oauth/token", data={"grant_type": "client_credentials"} | more, auth=(name, key)
            ).json()

        answers = [token("entra", secret) for _ in range(50)]
        assert len({one["access_token"] for one in answers}) == 1
        assert all(3540 <= one["expires_in"] <= 3600 for one in answers)
        assert rows(sqlite_database, count) == [(1,)]
        others = [token("entra", secret, scope="scim.read"), token("okta", other)]
        assert len({one["access_token"] for one in (*others, answers[0])}) == 3
        assert rows(sqlite_database, count) == [(3,)]


def test_passwords_cannot_be_tried_at_any_rate(sqlite_database: str) -> None:
    """After 50 failures an address has one attempt a second; a right token is accepted in any case."""
    with (
        serving(tokens=(STRONG,), basic=PASSWORD, database_url=sqlite_database) as url,
        httpx.Client(base_url=f"{url}/scim/v2") as client,
    ):
        name, _, password = PASSWORD.partition(":")
        assert client.get("/Roles", auth=(name, password)).status_code == 200
        began = time.monotonic()
        answers = [client.get("/Roles", auth=(name, f"guess {number}")) for number in range(300)]
        seconds = time.monotonic() - began
        codes = [one.status_code for one in answers]
        assert codes[:50] == [401] * 50
        assert codes.count(401) <= 51 + seconds
        refused = next(one for one in answers if one.status_code == 429)
        assert "wrong credentials" in check_error(refused, 429)
        assert int(refused.headers["retry-after"]) >= 1
        # One attempt a second is allowed, so the right password can pass once.
        assert 429 in [client.get("/Roles", auth=(name, password)).status_code for _ in range(3)]
        assert client.get("/Roles", headers=bearer(STRONG)).status_code == 200


def test_the_wrong_credentials_at_once_are_a_setting(sqlite_database: str) -> None:
    """For a security scan, which sends wrong credentials to each route."""
    failures = Settings.from_environment({"SCIM_TOKEN": STRONG, "SCIM_FAILURES": "90"}).failures
    with (
        serving(tokens=(STRONG,), database_url=sqlite_database, failures=failures) as url,
        httpx.Client(base_url=f"{url}/scim/v2") as client,
    ):
        codes = [client.get("/Roles", headers=bearer(f"guess {number}")).status_code for number in range(150)]
    assert codes[:90] == [401] * 90
    assert 429 in codes[-3:]


@pytest.mark.parametrize("path", ["/scim/v2/Roles", "/oauth/token"])
def test_wrong_tokens_and_client_secrets_are_counted(sqlite_database: str, path: str) -> None:
    """429 instead of 401 after 50. A request without credentials is no attempt."""
    form = {"grant_type": "client_credentials", "client_id": "x"}
    with serving(tokens=(STRONG,), database_url=sqlite_database) as url, httpx.Client(base_url=url) as client:
        codes: list[int] = []
        for number in range(100):
            if path == "/oauth/token":
                sent = client.post(path, data=form | {"client_secret": f"guess {number}"})
            else:
                assert client.get(path).status_code == 401
                sent = client.get(path, headers=bearer(f"guess {number}"))
            codes.append(sent.status_code)
        assert codes[:50] == [401] * 50
        assert 429 in codes[-3:]


def test_each_address_has_its_own_count(sqlite_database: str) -> None:
    """Behind a trusted proxy it is that of the client; an IPv6 network counts as one address."""
    failures = Failures(50)
    for number in range(50):
        failures.count(f"2001:db8::{number:x}")
    with pytest.raises(ScimError):
        failures.check("2001:db8::ffff")
    failures.check("2001:db8:0:1::1")
    failures.check("192.0.2.1")
    proxies = Settings.from_environment({"SCIM_TRUSTED_PROXIES": "127.0.0.1"}).trusted_proxies
    credentials = {"tokens": (STRONG,), "basic": PASSWORD}
    with (
        serving(database_url=sqlite_database, trusted_proxies=proxies, **credentials) as url,
        httpx.Client(base_url=f"{url}/scim/v2", auth=("ada", "guess")) as client,
    ):
        for number in (1, 2):
            by_proxy = {"X-Forwarded-For": f"evil, 192.0.2.{number}"}
            codes = [client.get("/Roles", headers=by_proxy).status_code for _ in range(90)]
            assert 429 in codes[-3:]
            forwarded = {"Forwarded": f'for="192.0.2.{number}:47"'}
            assert 429 in [client.get("/Roles", headers=forwarded).status_code for _ in range(3)]
        assert client.get("/Roles", headers={"X-Forwarded-For": "192.0.2.3"}).status_code == 401
        assert client.get("/Roles", headers={"Forwarded": 'for="[2001:db8::1]:47"'}).status_code == 401


def test_buckets_need_bounded_memory() -> None:
    """Anyone can send from many addresses."""
    buckets = Buckets(1, 2)
    for number in range(50_000):
        buckets.take(str(number))
    assert len(buckets._buckets) <= 10_000


def test_a_refused_request_is_logged_with_its_reason(
    commands: CommandLine, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reason, route, address and the name of the token; never what the client has sent."""
    commands.make_token(sqlite_database, "old", "--expires", "0s")
    _, expired = commands.make_token(sqlite_database, "late", "--expires", "0s")
    _, reader = commands.make_token(sqlite_database, "reader", "--read-only")
    capsys.readouterr()
    with serving(tokens=(STRONG,), basic=PASSWORD, database_url=sqlite_database, rate=0) as url:
        with httpx.Client(base_url=f"{url}/scim/v2") as client:
            client.get("/Users/some-id")
            client.get("/Users", headers=bearer("wrong-and-secret"))
            client.get("/Users", headers=bearer(expired))
            client.get("/Users", auth=("ada", "wrong-and-secret"))
            client.post("/Users", json={"userName": "wrong-and-secret"}, headers=bearer(reader))
            client.get("/Users", params={"filter": 'x eq "wrong-and-secret"'}, headers=bearer(STRONG))
            client.get("/Users/wrong-and-secret", headers=bearer(STRONG))
            client.get("/Users", headers=bearer(STRONG))
        httpx.post(f"{url}/oauth/token", data={"client_id": "x", "client_secret": "wrong-and-secret"})
    written = capsys.readouterr().err
    for secret in ("wrong-and-secret", expired, STRONG, reader):
        assert secret not in written
    *refused, last = requests(written)
    assert not {"reason", "address"} & last.keys()
    shown = [(one["status"], one["level"], one["route"], one.get("actor"), one["reason"]) for one in refused]
    assert shown == [
        (401, "warning", "/Users/{id}", None, "Send an Authorization header with the bearer token."),
        (401, "warning", "/Users", None, "The token is unknown."),
        (401, "warning", "/Users", None, "The token 'late' has expired."),
        (401, "warning", "/Users", None, "The user or password is unknown."),
        (403, "warning", "/Users", "reader", shown[4][4]),
        (400, "info", "/Users", "SCIM_TOKEN", "invalidFilter"),
        (404, "info", "/Users/{id}", "SCIM_TOKEN", "There is no User with this id."),
    ]
    assert "scim.write" in shown[4][4]
    assert {one["address"] for one in refused} == {"127.0.0.1"}
    (token,) = [one for one in map(json.loads, written.splitlines()) if one["event"] == "access token refused"]
    assert token["address"] == "127.0.0.1"


def test_no_brute_force_goes_unseen(sqlite_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each attempt has a line, also those that are refused because of their number."""
    with (
        serving(basic=PASSWORD, tokens=(STRONG,), database_url=sqlite_database, tenancy="path") as url,
        httpx.Client(base_url=f"{url}/scim/v2/acme", auth=("ada", "guess")) as client,
    ):
        for number in range(100):
            client.get(f"/Users/{number}")
    lines = requests(capsys.readouterr().err)
    assert len(lines) == 100
    assert {one["status"] for one in lines} == {401, 429}
    assert {(one["route"], one["address"], one["level"]) for one in lines} == {("/Users/{id}", "127.0.0.1", "warning")}

"""Settings of the server, from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

from .errors import ScimServerError

Tenancy: TypeAlias = Literal["", "host", "path", "token"]
"""The part of a request that names its tenant; "" for a server with one tenant."""


_RATE = 25
_RATE_BURST = 250
_FAILURES = 50
"""Entra needs 25 requests per second for each tenant. A burst covers a first synchronisation."""


class SettingsError(ScimServerError):
    """A wrong setting. The message is one line that names the variable and the correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtSettings:
    """The issuer whose access tokens are accepted.

    Args:
        issuer: the required value of `iss` (SCIM_JWT_ISSUER).
        audience: the required value of `aud`, which names this server (SCIM_JWT_AUDIENCE).
        jwks: an https URL or a file with the public keys of the issuer (SCIM_JWT_JWKS_URL).
        tenant_claim: the claim that names the tenant (SCIM_JWT_TENANT_CLAIM).
        me_claim: the claim that names the user of `/Me` (SCIM_ME_CLAIM).
    """

    issuer: str
    audience: str
    jwks: str
    tenant_claim: str | None = None
    me_claim: str = "sub"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Limits of connections, which apply before authentication.

    Args:
        connections: how many connections one process has open (SCIM_MAX_CONNECTIONS). A new one
            then replaces the one that has waited longest for its client.
        per_address: how many of them one IPv4 address or one IPv6 network of 64 bits has; 0 for no
            limit (SCIM_CONNECTIONS_PER_ADDRESS). It does not apply to trusted proxies.
        head_bytes: bytes of the request line and the headers (SCIM_MAX_HEAD_BYTES).
        head_seconds: how long a client may take to send them (SCIM_HEAD_SECONDS).
        body_seconds: how long a client may take to send a body (SCIM_BODY_SECONDS).
        send_seconds: how long a client may read nothing of its response (SCIM_SEND_SECONDS).
        idle_seconds: how long a connection may be idle between two requests (SCIM_IDLE_SECONDS).
            Proxies usually wait 60 seconds. A longer time lets the proxy close it first.
    """

    connections: int = 1000
    per_address: int = 0
    head_bytes: int = 32 * 1024
    head_seconds: float = 10
    body_seconds: float = 30
    send_seconds: float = 60
    idle_seconds: float = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the server.

    Args:
        tokens: the valid bearer tokens (SCIM_TOKEN, separated by commas). There are several while a
            token is rotated. More tokens are in the database, see the command `token`.
        basic: user and password for basic authentication (SCIM_BASIC, `user:password`).
        jwt: the issuer whose access tokens are accepted (SCIM_JWT_…); None for no issuer.
        access_token_minutes: how long a token of the token endpoint is valid
            (SCIM_ACCESS_TOKEN_MINUTES).
        tenancy: the part of a request that names its tenant (SCIM_TENANCY).
        tenant_domain: the domain after the tenant in host names (SCIM_TENANT_DOMAIN).
        rate: requests per second of each tenant; 0 for no limit (SCIM_RATE).
        rate_burst: how many requests of a tenant can come at once (SCIM_RATE_BURST).
        failures: how many wrong credentials an address can send at once (SCIM_FAILURES). Then it
            can send one per second.
        trusted_proxies: the proxies whose `Forwarded` and `X-Forwarded-…` headers are read
            (SCIM_TRUSTED_PROXIES).
        connections: the limits of connections.
        database_url: the URL of the database (SCIM_DATABASE_URL, see `storage.stores`).
        statement_seconds: how long a search or another read may take (SCIM_STATEMENT_SECONDS). A
            search beyond it is refused with 400 tooMany.
        lock_seconds: how long a write waits for a lock of another transaction, or for a SQLite file
            that another process has locked (SCIM_LOCK_SECONDS). Then the answer is 503.
        pool_seconds: how long a request waits for a free connection to the database, or a long
            search for its turn (SCIM_POOL_SECONDS). Then the answer is 503.
        public_url: scheme and host as clients see them, without the base path (SCIM_PUBLIC_URL).
        webhook_url: the URL to which events are sent (SCIM_WEBHOOK_URL, see `events.webhook`).
        webhook_secret: the key that signs these events (SCIM_WEBHOOK_SECRET).
        event_days: how long an event is delivered again after errors (SCIM_EVENT_DAYS).
        metrics: whether `/metrics` is served; it needs no credentials (SCIM_METRICS).
        strict: whether unknown attributes are refused instead of ignored (SCIM_STRICT).
        dev: whether requests from this machine need no credentials (SCIM_DEV, `serve --dev`). It
            has no effect if credentials are set.
        weak_secrets: whether weak secrets are accepted (SCIM_WEAK_SECRETS), for tests: with a weak
            secret only requests from this machine are answered.
    """

    tokens: tuple[str, ...] = ()
    basic: str | None = None
    jwt: JwtSettings | None = None
    access_token_minutes: int = 60
    tenancy: Tenancy = ""
    tenant_domain: str | None = None
    rate: float = _RATE
    rate_burst: float = _RATE_BURST
    failures: float = _FAILURES
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    connections: ConnectionLimits = ConnectionLimits()
    database_url: str = "sqlite:///scim.db"
    statement_seconds: float = 10
    lock_seconds: float = 5
    pool_seconds: float = 5
    public_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: str = ""
    event_days: float = 3
    metrics: bool = False
    strict: bool = False
    dev: bool = False
    weak_secrets: bool = False

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, app: str = "scim"
    ) -> "Settings":
        """Read the settings from environment variables.

        Args:
            environment: the variables; those of the process by default.
            app: the app's name, for the name of the default database file.

        Raises:
            SettingsError: a setting is wrong.
        """
        values = os.environ if environment is None else environment
        settings = cls(
            tokens=tuple(_listed(values, "SCIM_TOKEN")),
            basic=values.get("SCIM_BASIC") or None,
            jwt=_jwt(values),
            access_token_minutes=int(_number(values, "SCIM_ACCESS_TOKEN_MINUTES", 60, 1, 1440)),
            tenancy=cast(Tenancy, values.get("SCIM_TENANCY", "").strip().lower()),
            tenant_domain=values.get("SCIM_TENANT_DOMAIN", "").strip().strip(".").lower() or None,
            rate=_number(values, "SCIM_RATE", _RATE, 0, 1_000_000),
            rate_burst=_number(values, "SCIM_RATE_BURST", _RATE_BURST, 1, 1_000_000),
            failures=_number(values, "SCIM_FAILURES", _FAILURES, 1, 1_000_000),
            trusted_proxies=tuple(
                _network(text) for text in _listed(values, "SCIM_TRUSTED_PROXIES")
            ),
            connections=_connections(values),
            database_url=values.get("SCIM_DATABASE_URL") or f"sqlite:///{app}.db",
            statement_seconds=_number(values, "SCIM_STATEMENT_SECONDS", 10, 0.1, 3600),
            lock_seconds=_number(values, "SCIM_LOCK_SECONDS", 5, 0.1, 3600),
            pool_seconds=_number(values, "SCIM_POOL_SECONDS", 5, 0.1, 3600),
            public_url=_public_url(values.get("SCIM_PUBLIC_URL", "")),
            webhook_url=values.get("SCIM_WEBHOOK_URL") or None,
            webhook_secret=values.get("SCIM_WEBHOOK_SECRET", ""),
            event_days=_number(values, "SCIM_EVENT_DAYS", 3, 0.001, 365),
            metrics=_flag(values, "SCIM_METRICS"),
            strict=_flag(values, "SCIM_STRICT"),
            dev=_flag(values, "SCIM_DEV"),
            weak_secrets=_flag(values, "SCIM_WEAK_SECRETS"),
        )
        settings.check()
        return settings

    @property
    def has_credentials(self) -> bool:
        """Whether the settings have a credential, so that no token in the database is needed."""
        return bool(self.tokens or self.basic or self.jwt)

    @property
    def open_to_loopback(self) -> bool:
        """Whether requests from this machine need no credentials."""
        return self.dev and not self.has_credentials

    def check(self) -> None:
        """Check settings that depend on each other.

        Raises:
            SettingsError: a setting is wrong.
        """
        if self.basic is not None and not all(self.basic.partition(":")):
            raise SettingsError("SCIM_BASIC must be user:password, and neither may be empty")
        if self.webhook_url and not self.webhook_url.startswith(("https://", "http://")):
            raise SettingsError("SCIM_WEBHOOK_URL must be an https:// URL")
        if self.webhook_url and not self.webhook_secret:
            raise SettingsError(
                "SCIM_WEBHOOK_URL needs SCIM_WEBHOOK_SECRET, the key that signs its messages"
            )
        if self.tenancy not in ("", "host", "path", "token"):
            raise SettingsError("SCIM_TENANCY must be host, path or token; unset it for one tenant")
        if self.tenant_domain and self.tenancy != "host":
            raise SettingsError("SCIM_TENANT_DOMAIN needs SCIM_TENANCY=host")
        if self.public_url and self.tenancy == "host":
            raise SettingsError(
                "SCIM_PUBLIC_URL has one host, but with SCIM_TENANCY=host each tenant has another:"
                " unset it, and behind a proxy set SCIM_TRUSTED_PROXIES"
            )
        if self.jwt and self.tenancy and not self.jwt.tenant_claim:
            raise SettingsError(
                "SCIM_JWT_TENANT_CLAIM is missing: access tokens would be valid for all tenants"
            )


def _jwt(values: Mapping[str, str]) -> JwtSettings | None:
    names = ("SCIM_JWT_ISSUER", "SCIM_JWT_AUDIENCE", "SCIM_JWT_JWKS_URL")
    issuer, audience, jwks = (values.get(name, "").strip() for name in names)
    if not (issuer or audience or jwks):
        return None
    if not (issuer and audience and jwks):
        raise SettingsError(f"{', '.join(names)}: set all three or none")
    if "://" in jwks and not is_safe(jwks):
        raise SettingsError(
            "SCIM_JWT_JWKS_URL must be an https URL or a file: changed keys can sign any token"
        )
    return JwtSettings(
        issuer=issuer,
        audience=audience,
        jwks=jwks,
        tenant_claim=values.get("SCIM_JWT_TENANT_CLAIM", "").strip() or None,
        me_claim=values.get("SCIM_ME_CLAIM", "").strip() or "sub",
    )


def _connections(values: Mapping[str, str]) -> ConnectionLimits:
    normal = ConnectionLimits()

    def count(name: str, default: int, least: int, most: int) -> int:
        return int(_number(values, name, default, least, most))

    def seconds(name: str, default: float) -> float:
        return _number(values, name, default, 1, 3600)

    return ConnectionLimits(
        connections=count("SCIM_MAX_CONNECTIONS", normal.connections, 10, 100_000),
        per_address=count("SCIM_CONNECTIONS_PER_ADDRESS", normal.per_address, 0, 100_000),
        head_bytes=count("SCIM_MAX_HEAD_BYTES", normal.head_bytes, 1024, 1024 * 1024),
        head_seconds=seconds("SCIM_HEAD_SECONDS", normal.head_seconds),
        body_seconds=seconds("SCIM_BODY_SECONDS", normal.body_seconds),
        send_seconds=seconds("SCIM_SEND_SECONDS", normal.send_seconds),
        idle_seconds=seconds("SCIM_IDLE_SECONDS", normal.idle_seconds),
    )


def is_safe(url: str) -> bool:
    """Return whether a response cannot be changed on its way: https, or http on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme, parts.hostname) == ("http", "127.0.0.1")


def _listed(values: Mapping[str, str], name: str) -> list[str]:
    """Return the values of a variable that are separated by commas."""
    parts = (text.strip() for text in values.get(name, "").split(","))
    return [part for part in parts if part]


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            "SCIM_TRUSTED_PROXIES must be addresses or networks, separated by commas,"
            " such as 10.0.0.0/8"
        ) from None


def _number(
    values: Mapping[str, str], name: str, default: float, least: float, most: float
) -> float:
    text = values.get(name, "").strip()
    try:
        number = float(text or default)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise SettingsError(f"{name} must be a number from {least:g} to {most:g}")
    return number


def _public_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    if not is_web or parts.path.strip("/") or parts.query:
        raise SettingsError(
            "SCIM_PUBLIC_URL must be scheme and host only, such as https://scim.example.com"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _flag(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "").strip().lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes", "off", "on"):
        raise SettingsError(f"{name} must be 1 or 0")
    return value in ("1", "true", "yes", "on")

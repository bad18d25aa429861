"""Settings, all from the environment, so that a container, a service and a laptop are set up alike."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

Tenancy: TypeAlias = Literal["", "host", "path", "token"]
"""How a request names its tenant; the empty text for a server that has one."""


class SettingsError(Exception):
    """A setting that the server cannot start with; one line that says what to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtSettings:
    """Whose access tokens are accepted.

    Args:
        issuer: who signs them, as `iss` names it (SCIM_JWT_ISSUER).
        audience: this server, as `aud` names it (SCIM_JWT_AUDIENCE).
        jwks: an https URL or a file with the issuer's public keys (SCIM_JWT_JWKS_URL).
        tenant_claim: the claim that names the tenant (SCIM_JWT_TENANT_CLAIM).
        me_claim: the claim that names the user of `/Me` (SCIM_ME_CLAIM).
    """

    issuer: str
    audience: str
    jwks: str
    tenant_claim: str | None = None
    me_claim: str = "sub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the server runs.

    Args:
        tokens: the bearer tokens that are valid, several while one is rotated out (SCIM_TOKEN, separated by commas);
            more are in the database, see the command `token`.
        basic: user and password for basic authentication (SCIM_BASIC, `user:password`).
        jwt: whose access tokens are accepted (SCIM_JWT_…), None for nobody's.
        access_token_minutes: how long a token of the token endpoint lasts (SCIM_ACCESS_TOKEN_MINUTES).
        tenancy: how a request names its tenant (SCIM_TENANCY).
        tenant_domain: what follows the tenant in host names (SCIM_TENANT_DOMAIN).
        rate: how many requests a second each tenant may send, 0 for any number (SCIM_RATE).
        trusted_proxies: whose `Forwarded` and `X-Forwarded-…` headers count (SCIM_TRUSTED_PROXIES).
        database_url: where the resources are (SCIM_DATABASE_URL, see `storage.stores`).
        public_url: scheme and host as clients see them, without the base path (SCIM_PUBLIC_URL).
        webhook_url: where every change to a user is sent (SCIM_WEBHOOK_URL), see `scim.webhook`.
        webhook_secret: what those messages are signed with (SCIM_WEBHOOK_SECRET).
        metrics: whether `/metrics` answers, to whoever reaches it (SCIM_METRICS).
        strict: whether unknown attributes are refused instead of ignored (SCIM_STRICT).
        dev: whether it runs open, without credentials, on loopback alone (`serve --dev`).
    """

    tokens: tuple[str, ...] = ()
    basic: str | None = None
    jwt: JwtSettings | None = None
    access_token_minutes: int = 60
    tenancy: Tenancy = ""
    tenant_domain: str | None = None
    rate: float = 0
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    database_url: str = "sqlite:///scim.db"
    public_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: str = ""
    metrics: bool = False
    strict: bool = False
    dev: bool = False

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, app: str = "scim"
    ) -> "Settings":
        """Read the settings from environment variables.

        Args:
            environment: the variables, those of the process by default.
            app: the app's name, after which the default database file is named.

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
            rate=_number(values, "SCIM_RATE", 0, 0, 1_000_000),
            trusted_proxies=tuple(
                _network(text) for text in _listed(values, "SCIM_TRUSTED_PROXIES")
            ),
            database_url=values.get("SCIM_DATABASE_URL") or f"sqlite:///{app}.db",
            public_url=_public_url(values.get("SCIM_PUBLIC_URL", "")),
            webhook_url=values.get("SCIM_WEBHOOK_URL") or None,
            webhook_secret=values.get("SCIM_WEBHOOK_SECRET", ""),
            metrics=_flag(values, "SCIM_METRICS"),
            strict=_flag(values, "SCIM_STRICT"),
            dev=_flag(values, "SCIM_DEV"),
        )
        settings.check()
        return settings

    @property
    def has_credentials(self) -> bool:
        """Whether somebody can authenticate without a token of the database."""
        return bool(self.tokens or self.basic or self.jwt)

    @property
    def open_to_loopback(self) -> bool:
        """Whether nobody is asked for credentials."""
        return self.dev and not self.has_credentials

    def check(self) -> None:
        """Refuse settings that contradict each other: SettingsError."""
        if self.basic is not None and ":" not in self.basic:
            raise SettingsError("SCIM_BASIC is user:password")
        if self.webhook_url and not self.webhook_url.startswith(("https://", "http://")):
            raise SettingsError("SCIM_WEBHOOK_URL is an https:// URL")
        if self.webhook_url and not self.webhook_secret:
            raise SettingsError(
                "SCIM_WEBHOOK_URL needs SCIM_WEBHOOK_SECRET, which its messages are signed with"
            )
        if self.tenancy not in ("", "host", "path", "token"):
            raise SettingsError("SCIM_TENANCY is host, path or token; leave it out for one tenant")
        if self.tenant_domain and self.tenancy != "host":
            raise SettingsError("SCIM_TENANT_DOMAIN belongs to SCIM_TENANCY=host")
        if self.public_url and self.tenancy == "host":
            raise SettingsError(
                "SCIM_PUBLIC_URL names one host, with SCIM_TENANCY=host each tenant has its own:"
                " leave it out, and behind a proxy set SCIM_TRUSTED_PROXIES"
            )
        if self.jwt and self.tenancy and not self.jwt.tenant_claim:
            raise SettingsError(
                "SCIM_JWT_TENANT_CLAIM is missing: without it an access token would open every tenant"
            )


def _jwt(values: Mapping[str, str]) -> JwtSettings | None:
    names = ("SCIM_JWT_ISSUER", "SCIM_JWT_AUDIENCE", "SCIM_JWT_JWKS_URL")
    issuer, audience, jwks = (values.get(name, "").strip() for name in names)
    if not (issuer or audience or jwks):
        return None
    if not (issuer and audience and jwks):
        raise SettingsError(f"{', '.join(names)}: set all three, or none")
    parts = urlsplit(jwks)
    if (
        "://" in jwks
        and parts.scheme != "https"
        and (parts.scheme, parts.hostname) != ("http", "127.0.0.1")
    ):
        raise SettingsError(
            "SCIM_JWT_JWKS_URL is an https URL or a file: whoever can change the keys can write tokens"
        )
    return JwtSettings(
        issuer=issuer,
        audience=audience,
        jwks=jwks,
        tenant_claim=values.get("SCIM_JWT_TENANT_CLAIM", "").strip() or None,
        me_claim=values.get("SCIM_ME_CLAIM", "").strip() or "sub",
    )


def _listed(values: Mapping[str, str], name: str) -> list[str]:
    return [text.strip() for text in values.get(name, "").split(",") if text.strip()]


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            "SCIM_TRUSTED_PROXIES is addresses or networks such as 10.0.0.0/8, with commas"
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
        raise SettingsError(f"{name} is a number from {least:g} to {most:g}")
    return number


def _public_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.path.strip("/")
        or parts.query
    ):
        raise SettingsError(
            "SCIM_PUBLIC_URL is scheme and host alone, such as https://scim.example.com"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _flag(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "").strip().lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes", "off", "on"):
        raise SettingsError(f"{name} is 1 or 0")
    return value in ("1", "true", "yes", "on")

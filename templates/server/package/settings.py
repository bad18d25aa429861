"""Settings, all from the environment, so that a container, a service and a laptop are set up alike."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PACKAGE = __name__.partition(".")[0]
APP = PACKAGE.replace("_", "-")
"""The app's name, as its console script bears it."""


class SettingsError(Exception):
    """A setting that the server cannot start with; one line that says what to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the server runs.

    Args:
        tokens: the bearer tokens that are valid, several while one is rotated out (SCIM_TOKEN, separated by commas).
        basic: user and password for basic authentication (SCIM_BASIC, `user:password`).
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
    database_url: str = f"sqlite:///{APP}.db"
    public_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: str = ""
    metrics: bool = False
    strict: bool = False
    dev: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, *, check: bool = True) -> "Settings":
        """Read the settings; SettingsError where one is wrong, or missing to run a server (`check`)."""
        values = os.environ if environment is None else environment
        settings = cls(
            tokens=tuple(token.strip() for token in values.get("SCIM_TOKEN", "").split(",") if token.strip()),
            basic=values.get("SCIM_BASIC") or None,
            database_url=values.get("SCIM_DATABASE_URL") or f"sqlite:///{APP}.db",
            public_url=_public_url(values.get("SCIM_PUBLIC_URL", "")),
            webhook_url=values.get("SCIM_WEBHOOK_URL") or None,
            webhook_secret=values.get("SCIM_WEBHOOK_SECRET", ""),
            metrics=_flag(values, "SCIM_METRICS"),
            strict=_flag(values, "SCIM_STRICT"),
            dev=_flag(values, "SCIM_DEV"),
        )
        if check:
            settings.check()
        return settings

    def check(self) -> None:
        """Refuse to run open to everybody."""
        if not self.tokens and not self.basic and not self.dev:
            raise SettingsError("no credential: set SCIM_TOKEN (or SCIM_BASIC), or use serve --dev on your own machine")
        if self.basic is not None and ":" not in self.basic:
            raise SettingsError("SCIM_BASIC is user:password")
        if self.webhook_url is not None:
            if not self.webhook_url.startswith(("https://", "http://")):
                raise SettingsError("SCIM_WEBHOOK_URL is an https:// URL")
            if not self.webhook_secret:
                raise SettingsError("SCIM_WEBHOOK_URL needs SCIM_WEBHOOK_SECRET, which its messages are signed with")


def _public_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise SettingsError("SCIM_PUBLIC_URL is scheme and host alone, such as https://scim.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def _flag(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "").strip().lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes", "off", "on"):
        raise SettingsError(f"{name} is 1 or 0")
    return value in ("1", "true", "yes", "on")

"""Access tokens of an issuer: JWTs (RFC 7519) as bearer tokens (RFC 9068).

Only signatures with a key pair are accepted (RFC 8725 section 3.1). A token with the algorithm
`none` is not signed. With a shared secret, everyone who can read the server's settings could sign
tokens.
"""

import importlib
import time
from typing import Any

from ..messages.documents import is_array, is_text
from ..settings import JwtSettings, SettingsError
from .jwks import Jwks
from .principal import ADMIN, Principal

_ALGORITHMS = ["RS256", "ES256"]
_LEEWAY = 30
"""Seconds that the clocks of issuer and server may differ."""

_LONGEST_LIFETIME = 31 * 24 * 3600
"""Seconds until a token expires, at most: a token that is valid for longer cannot be withdrawn."""

_CLIENT_CLAIMS = ("client_id", "azp", "appid", "cid")
"""The claims that name the client: of RFC 9068, OpenID Connect, Entra and Okta."""

_LONGEST_NAME = 255
"""Characters of a subject (OpenID Connect Core section 2), which each log line repeats."""


class JwtBearer:
    """Checks the access tokens of one issuer."""

    def __init__(self, settings: JwtSettings) -> None:
        """Import PyJWT, which is an optional dependency.

        Raises:
            SettingsError: PyJWT is not installed.
        """
        try:
            self._jwt: Any = importlib.import_module("jwt")
            importlib.import_module("cryptography")
        except ImportError:
            raise SettingsError(
                "SCIM_JWT_ISSUER needs PyJWT: pip install 'pyjwt[crypto]'"
            ) from None
        self._settings = settings
        self._keys = Jwks(settings.jwks, self._jwt)

    async def principal(self, token: bytes) -> Principal:
        """Authenticate the holder of an access token.

        Raises:
            ValueError: the token is not valid. The message has the reason, but no content of it.
            ScimError: 503 if the keys of the issuer cannot be fetched.
        """
        try:
            claims = await self._claims(token)
        except self._jwt.PyJWTError as error:
            raise ValueError(f"{str(error)[:200]}.") from None
        except (RecursionError, OverflowError):
            raise ValueError("it is not a JWT.") from None
        _check_lifetime(claims["exp"])
        return self._of_claims(claims)

    async def _claims(self, token: bytes) -> dict[str, Any]:
        """Verify a token, and return its claims."""
        header = self._jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in _ALGORITHMS:
            raise ValueError(f"it is not signed with {' or '.join(_ALGORITHMS)}.")
        # RFC 7515 section 4.1.11: a token with an unknown critical header must be refused.
        if "crit" in header:
            raise ValueError("it has critical headers that this server does not know.")
        kid = header.get("kid")
        key = await self._keys.key(kid if isinstance(kid, str) else None)
        # RFC 8725 section 3.1: a key is used with one algorithm only.
        if key is None or key.algorithm_name != algorithm:
            raise ValueError("its issuer has no such key.")
        claims: dict[str, Any] = self._jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._settings.audience,
            issuer=self._settings.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iss", "aud"]},
        )
        return claims

    def _of_claims(self, claims: dict[str, Any]) -> Principal:
        subject = _text(claims, self._settings.me_claim)
        name = _text(claims, "sub") or _text(claims, "client_id") or _text(claims, "azp") or "?"
        if max(len(name), len(subject or "")) > _LONGEST_NAME:
            raise ValueError(f"its subject has more than {_LONGEST_NAME} characters.")
        tenant = None
        if self._settings.tenant_claim is not None:
            tenant = _text(claims, self._settings.tenant_claim)
            if tenant is None:
                raise ValueError(f"it has no claim {self._settings.tenant_claim} with its tenant.")
        scopes = frozenset(_words(claims.get("scope"))) | frozenset(_words(claims.get("scp")))
        confined = ADMIN not in scopes and not _is_service(claims)
        expires = float(claims["exp"])
        return Principal(f"jwt:{name}", tenant, scopes, subject, expires, confined)


def _is_service(claims: dict[str, Any]) -> bool:
    """Return whether a token is that of a client that acts for no user.

    Its subject is then the client (RFC 9068 section 2.2). Entra and Auth0 have claims for it.
    """
    if claims.get("idtyp") == "app" or claims.get("gty") == "client-credentials":
        return True
    clients = {_text(claims, name) for name in _CLIENT_CLAIMS} - {None}
    subject = _text(claims, "sub")
    return subject in clients or (subject is None and bool(clients))


def _check_lifetime(expires: object) -> None:
    """Refuse a token that is valid for too long.

    Raises:
        ValueError: with the reason.
    """
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise ValueError("exp must be a number (RFC 7519 section 2).")
    # Also false for a value that is not a number. Large integers are compared without conversion.
    if not expires <= time.time() + _LONGEST_LIFETIME:
        raise ValueError(f"it is valid for more than {_LONGEST_LIFETIME // 86400} days.")


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value and is_text(value) else None


def _words(value: Any) -> list[str]:
    """Read a list of scopes.

    `scope` is a text with spaces (RFC 8693 section 4.2). `scp` is such a text in tokens of Entra,
    and a list in tokens of Okta.
    """
    if isinstance(value, str):
        return value.split()
    return [str(word) for word in value] if is_array(value) else []

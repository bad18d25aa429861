"""Authentication of requests (RFC 7644 section 2).

Schemes: bearer tokens of the settings and of the store, access tokens of an issuer, and basic
authentication.
"""

import hmac
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from ..messages.errors import ScimError
from ..ports.tokens import Tokens
from ..settings import Settings, SettingsError
from .jwt_bearer import JwtBearer
from .principal import Principal, PrincipalCache
from .strength import check_secrets
from .tokens import hash_secret

_LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "testclient"})
_PROXIED = frozenset({b"forwarded", b"x-forwarded-for"})
_WRONG = "The credentials are not valid: check the token that the SCIM client is set up with."


class Authentication:
    """Authenticates requests. It keeps hashes of the credentials, not the credentials.

    Args:
        static: bearer tokens from the settings.
        basic: `user:password` for basic authentication.
        tokens: the tokens of the store.
        jwt: checks the access tokens of an issuer.
        open_to_loopback: whether requests from this machine need no credentials (`serve --dev`).
        only_loopback: whether requests from other machines are refused, because a secret is weak.
    """

    def __init__(
        self,
        static: Sequence[str] = (),
        basic: str | None = None,
        *,
        tokens: Tokens | None = None,
        jwt: JwtBearer | None = None,
        open_to_loopback: bool = False,
        only_loopback: bool = False,
    ) -> None:
        self._static = [hash_secret(token.encode()) for token in static]
        self._from_settings = Principal("SCIM_TOKEN")
        self._basic = hash_secret(basic.encode()) if basic else None
        self._user = Principal(f"basic:{(basic or '').partition(':')[0]}")
        self._tokens = tokens
        self._jwt = jwt
        self._open = Principal("dev") if open_to_loopback else None
        self._only_loopback = only_loopback
        self._recent = PrincipalCache()
        schemes = ['Bearer realm="SCIM"']
        if basic:
            schemes.append('Basic realm="SCIM"')
        self._challenge = {"WWW-Authenticate": ", ".join(schemes)}

    async def principal(self, headers: Mapping[bytes, bytes], client: str | None) -> Principal:
        """Authenticate a request.

        Args:
            headers: by their names in lower case.
            client: the address of the sender.

        Raises:
            ScimError: 401 without valid credentials; 403 for another machine with `--dev` or with a
                weak secret.
        """
        is_local = client in _LOOPBACK and _PROXIED.isdisjoint(headers)
        if self._only_loopback and not is_local:
            raise ScimError(
                403,
                "A secret of this server is weak; it serves requests from its own machine only.",
            )
        if self._open is not None:
            if not is_local:
                raise ScimError(
                    403,
                    "This server runs with --dev; it serves requests from its own machine only.",
                )
            return self._open
        authorization = headers.get(b"authorization")
        if authorization is None:
            raise self._refusal("Send an Authorization header with the bearer token.")
        scheme, _, credentials = authorization.strip().partition(b" ")
        match scheme.lower():
            case b"bearer":
                found = await self._of_token(credentials.strip())
            case b"basic":
                found = self._of_basic(credentials.strip())
            case _:
                # Okta can be set up to send a token without a scheme before it.
                found = await self._of_token(authorization.strip())
        if found is None:
            kind = "user or password" if scheme.lower() == b"basic" else "token"
            raise self._refusal(_WRONG, f"The {kind} is unknown.")
        return found

    async def _of_token(self, token: bytes) -> Principal | None:
        hashed = hash_secret(token)
        # Every hash is compared, so that the time does not depend on which one matches.
        if sum(hmac.compare_digest(hashed, known) for known in self._static):
            return self._from_settings
        found = self._recent.get(hashed)
        if found is None:
            found = await self._look_up(token, hashed)
            if found is not None:
                self._recent.put(hashed, found)
        return found

    async def _look_up(self, token: bytes, hashed: bytes) -> Principal | None:
        if self._jwt is not None and token.count(b".") == 2:
            try:
                return await self._jwt.principal(token)
            except ValueError as error:
                raise self._refusal(f"The access token is not valid: {error}") from None
        row = await self._tokens.find(hashed) if self._tokens is not None else None
        if row is None:
            return None
        if row.kind == "client":
            raise self._refusal(_WRONG, f"The secret of the client {row.name!r} is not a token.")
        if not row.valid(datetime.now(UTC)):
            end = "was revoked" if row.revoked else "has expired"
            raise self._refusal(_WRONG, f"The token {row.name!r} {end}.")
        expires = datetime.fromisoformat(row.expires).timestamp() if row.expires else None
        return Principal(row.name, row.tenant, frozenset(row.scopes.split()), expires=expires)

    def _of_basic(self, credentials: bytes) -> Principal | None:
        try:
            decoded = b64decode(credentials, validate=True)
        except ValueError:
            return None
        known = self._basic is not None and hmac.compare_digest(hash_secret(decoded), self._basic)
        return self._user if known else None

    def _refusal(self, detail: str, logged: str = "") -> ScimError:
        return ScimError(401, detail, headers=dict(self._challenge), logged=logged)


async def check_credentials(settings: Settings, tokens: Tokens) -> None:
    """Check that a client can authenticate, and that nobody can guess how.

    Raises:
        SettingsError: there is no credential, neither in the settings nor in the store, or a secret
            of the settings is weak.
    """
    check_secrets(settings)
    if settings.dev or settings.has_credentials or await tokens.any_valid(datetime.now(UTC)):
        return
    raise SettingsError(
        "no credential: create a token with `token create NAME`, set SCIM_TOKEN (or SCIM_BASIC),"
        " or use serve --dev on your own machine"
    )

"""The token endpoint: issues access tokens for client credentials (RFC 6749 section 4.4).

`token create --client` creates a client. Without clients the endpoint refuses every request.
"""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import NamedTuple, NoReturn
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .. import logs
from ..errors import ScimServerError
from ..messages.documents import dump
from ..messages.errors import ScimError
from ..ports.resources import StatementError, StorageError, Store, Transaction
from ..ports.tokens import Token
from .middleware import RequestAuthenticator
from .tokens import create_token, hash_secret

_MAX_BYTES = 16 * 1024
_REUSED = timedelta(minutes=1)
"""How long the same token is issued again, at most. A client that asks for a token before each
request then causes no write, and few tokens exist."""

_MOST_REUSED = 1000
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthError(ScimServerError):
    """An error of the token endpoint (RFC 6749 section 5.2).

    Args:
        error: the error code of the RFC.
        description: the text for `error_description`.
        status: the HTTP status.
        headers: more HTTP headers of the response.
    """

    def __init__(
        self,
        error: str,
        description: str,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.error = error
        self.status = status
        self.headers = dict(headers or {})


class _Issued(NamedTuple):
    """An access token that can be issued again.

    Args:
        secret: the token.
        created: the time at which it was created.
    """

    secret: str
    created: datetime


class TokenEndpoint:
    """Issues access tokens. They are random, expire, and are stored as hashes.

    Args:
        store: the store with the clients and tokens.
        minutes: how long an access token is valid.
        authenticator: of the SCIM endpoints, which count requests and failures as well.
    """

    def __init__(self, store: Store, minutes: int, authenticator: RequestAuthenticator) -> None:
        self._store = store
        self._lifetime = timedelta(minutes=minutes)
        self._reused = min(_REUSED, self._lifetime / 10)
        self._authenticator = authenticator
        self._issued: dict[tuple[str, str], _Issued] = {}

    async def answer(self, request: Request) -> Response:
        """Respond to a POST with a token or an OAuth error, never with a SCIM message."""
        basic = request.headers.get("authorization")
        headers: dict[bytes, bytes] = dict(request.scope["headers"])
        address = self._authenticator.proxies.client(request.scope, headers)
        try:
            form = await _form(request)
            now = datetime.now(UTC)
            client = await self._client(form, basic, now)
            self._authenticator.rate.take(client.tenant)
            return await self._grant(client, form, now)
        except OAuthError as error:
            return self._refuse(error, address, challenge=basic is not None)
        except ScimError as error:
            return self._refuse(_temporary(error), address)
        except ClientDisconnect:
            detail = "The connection ended before the body did."
            return _refusal(OAuthError("invalid_request", detail), address)
        except Exception as error:
            return _refusal(_unexpected(error), address)

    def _refuse(self, error: OAuthError, address: str, *, challenge: bool = False) -> Response:
        """Refuse a request, and count it if its credentials are wrong."""
        if error.status == 401:
            try:
                self._authenticator.failures.count(address)
            except ScimError as too_many:
                error = _temporary(too_many)
        return _refusal(error, address, challenge=challenge)

    async def _client(self, form: dict[str, str], basic: str | None, now: datetime) -> Token:
        client_id, secret = _credentials(form, basic)
        client = await self._store.tokens.find(hash_secret(secret.encode()))
        if client and client.kind == "client" and client.name == client_id and client.valid(now):
            return client
        description = "There is no such client, or this is not its secret."
        raise OAuthError("invalid_client", description, 401)

    async def _grant(self, client: Token, form: dict[str, str], now: datetime) -> Response:
        grant = form.get("grant_type")
        if not grant:
            _invalid("grant_type is missing.")
        if grant != "client_credentials":
            raise OAuthError("unsupported_grant_type", "grant_type must be client_credentials.")
        allowed = client.scopes.split()
        asked = form.get("scope", "").split() or allowed
        if not set(asked) <= set(allowed):
            raise OAuthError(
                "invalid_scope", f"This client may request the scopes {client.scopes}."
            )
        scopes = " ".join(scope for scope in allowed if scope in asked)

        issued = self._issued.get((client.id, scopes))
        if issued is None or not await self._is_reusable(issued, now):
            issued = _Issued(await self._create(client, scopes, now), now)
            if len(self._issued) >= _MOST_REUSED:
                self._issued.clear()
            self._issued[client.id, scopes] = issued
        seconds = round((issued.created + self._lifetime - now).total_seconds())
        answer = {
            "access_token": issued.secret,
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": scopes,
        }
        return _json(answer, 200, _NO_STORE)

    async def _is_reusable(self, issued: _Issued, now: datetime) -> bool:
        """Return whether a token can be issued again: it is new, and nobody has revoked it."""
        if now - issued.created >= self._reused:
            return False
        token = await self._store.tokens.find(hash_secret(issued.secret.encode()))
        return token is not None and token.valid(now)

    async def _create(self, client: Token, scopes: str, now: datetime) -> str:
        async def job(tx: Transaction) -> str:
            await tx.tokens.purge(now)
            _, secret = await create_token(
                tx.tokens,
                now,
                tenant=client.tenant,
                name=client.name,
                scopes=scopes,
                kind="access",
                lifetime=self._lifetime,
            )
            return secret

        secret = await self._store.write(job)
        logs.write("access token", client=client.name, tenant=client.tenant)
        return secret


async def _form(request: Request) -> dict[str, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        _invalid("Send application/x-www-form-urlencoded.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            _invalid(f"The body is larger than {_MAX_BYTES} bytes.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        _invalid("The body is not form-encoded.")
    form = dict(pairs)
    # RFC 6749 section 3.2: parameters must not occur more than once.
    if len(form) != len(pairs):
        _invalid("A parameter occurs twice.")
    return form


def _credentials(form: dict[str, str], authorization: str | None) -> tuple[str, str]:
    """Return the id and secret of a client (RFC 6749 section 2.3).

    They are in the Authorization header or in the body, but not in both.
    """
    if authorization is None:
        if not form.get("client_id") or not form.get("client_secret"):
            raise OAuthError("invalid_client", "Send client_id and client_secret.", 401)
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        _invalid("Send the client's secret in the header or in the body, not in both.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, _, secret = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError:
        scheme = name = secret = ""
    if scheme.lower() != "basic":
        raise OAuthError(
            "invalid_client", "Send client_id and client_secret by basic authentication.", 401
        )
    return unquote_plus(name), unquote_plus(secret)


def _temporary(error: ScimError) -> OAuthError:
    """Return the error 429 of a limit as an OAuth error."""
    return OAuthError("temporarily_unavailable", error.detail, error.status, error.headers)


def _unexpected(error: Exception) -> OAuthError:
    """Write an error to the log, and return what the client gets."""
    if isinstance(error, StorageError) and not isinstance(error, StatementError):
        logs.write("storage", level="error", message=str(error))
        detail = "The database does not respond; try again later."
        return OAuthError("temporarily_unavailable", detail, 503)
    request_id = token_hex(6)
    logs.failure(error, request_id=request_id)
    detail = f"The server failed. Its log has details under the id {request_id}."
    return OAuthError("server_error", detail, 500)


def _refusal(error: OAuthError, address: str, *, challenge: bool = False) -> Response:
    logs.write(
        "access token refused",
        level="warning",
        error=error.error,
        status=error.status,
        message=str(error),
        address=address,
    )
    headers = _NO_STORE | error.headers
    if challenge and error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="SCIM"'
    content = {"error": error.error, "error_description": str(error)}
    return _json(content, error.status, headers)


def _invalid(description: str) -> NoReturn:
    raise OAuthError("invalid_request", description)


def _json(content: Mapping[str, object], status: int, headers: dict[str, str]) -> Response:
    return Response(dump(content), status, headers, "application/json")

"""New tokens and their secrets. The store keeps the SHA-256 of a secret, never the secret."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from ..ports.tokens import Kind, Token, Tokens
from ..schema.folding import fold_date_time


def hash_secret(secret: bytes) -> bytes:
    """Return the hash that the store keeps of a secret."""
    return sha256(secret).digest()


async def create_token(
    tokens: Tokens,
    now: datetime,
    *,
    tenant: str,
    name: str,
    scopes: str,
    kind: Kind = "bearer",
    lifetime: timedelta | None = None,
) -> tuple[Token, str]:
    """Create a token.

    Args:
        tokens: of the transaction.
        now: the time of creation.
        tenant: the only tenant that the token is valid for.
        name: the name in lists and in the audit trail.
        scopes: separated by spaces.
        kind: the use of the token.
        lifetime: how long it is valid; None for a token that does not expire.

    Returns:
        The token, and its secret, which cannot be read again.
    """
    secret = f"scim_{token_urlsafe(32)}"
    expires = fold_date_time(now + lifetime) if lifetime is not None else None
    token = Token(token_hex(6), tenant, name, kind, scopes, fold_date_time(now), expires)
    await tokens.add(token, hash_secret(secret.encode()))
    return token, secret


async def rotate_token(
    tokens: Tokens, now: datetime, token: Token, keep: timedelta
) -> tuple[Token, str]:
    """Create a token with the same rights. The old one expires after `keep`, or earlier as before.

    Returns:
        The new token, and its secret.
    """
    lifetime = None
    if token.expires is not None:
        created = datetime.fromisoformat(token.created)
        lifetime = datetime.fromisoformat(token.expires) - created
    new, secret = await create_token(
        tokens,
        now,
        tenant=token.tenant,
        name=token.name,
        scopes=token.scopes,
        kind=token.kind,
        lifetime=lifetime,
    )
    until = fold_date_time(now + keep)
    await tokens.set_expiry(token.id, min(token.expires or until, until))
    return new, secret

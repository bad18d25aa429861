"""The command `token`: creates, lists, rotates and revokes tokens for clients.

A running server applies the change within seconds.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from ..application import Application
from ..auth.principal import READ, WRITE
from ..auth.tenancy import TENANT, is_tenant_name
from ..auth.tokens import create_token, rotate_token
from ..messages.documents import dump
from ..ports.audit import AuditEntry
from ..ports.resources import Store, Transaction
from ..ports.tokens import Token
from ..schema.folding import fold_date_time
from .arguments import CommandError, Commands
from .database import opened_store

T = TypeVar("T")

_ACTOR = "command line"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_is_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}").fullmatch


def add(commands: Commands, app: str) -> None:
    """Declare the command and its actions."""
    text = "A secret is printed once, on stdout. The database has only its hash."
    parser = commands.add_parser(
        "token", help="create, list, rotate and revoke tokens", description=text
    )
    actions = parser.add_subparsers(dest="action", required=True)
    _add_create(
        actions.add_parser("create", help="create a token, print its secret", description=text)
    )

    listing = actions.add_parser(
        "list", help="list the tokens without their secrets", description="One line for each token."
    )
    listing.add_argument("--tenant", help="list the tokens of this tenant only")
    listing.set_defaults(run=run, work=_list)

    rotate = actions.add_parser(
        "rotate", help="print a new secret and let the old one expire", description=text
    )
    rotate.add_argument("id", help="the id of the token, from list")
    rotate.add_argument(
        "--keep", type=_duration, default="24h", help="how long the old secret stays valid"
    )
    rotate.set_defaults(run=run, work=_rotate)

    revoke = actions.add_parser(
        "revoke", help="revoke a token", description="A running server rejects it within seconds."
    )
    revoke.add_argument("id", help="the id of the token, from list")
    revoke.set_defaults(run=run, work=_revoke)


def _add_create(create: argparse.ArgumentParser) -> None:
    create.add_argument(
        "name",
        type=_name,
        help="the client's name, for the audit trail; with --client also its client_id",
    )
    create.add_argument(
        "--tenant", type=_tenant, default=TENANT, help="the tenant that the token is valid for"
    )
    create.add_argument("--read-only", action="store_true", help="allow reading and searching only")
    create.add_argument(
        "--expires",
        type=_duration,
        help="how long it is valid, such as 90d or 12h (default: without limit)",
    )
    create.add_argument(
        "--client",
        action="store_true",
        help="create the secret of a client of /oauth/token, not a bearer token",
    )
    create.set_defaults(run=run, work=_create)


def run(options: argparse.Namespace) -> int:
    """Run the action."""
    return int(asyncio.run(options.work(options)))


async def _create(options: argparse.Namespace) -> int:
    async def job(tx: Transaction) -> tuple[Token, str]:
        now = datetime.now(UTC)
        token, secret = await create_token(
            tx.tokens,
            now,
            tenant=options.tenant,
            name=options.name,
            scopes=READ if options.read_only else f"{READ} {WRITE}",
            kind="client" if options.client else "bearer",
            lifetime=options.expires,
        )
        await _audit(tx, now, "created", token)
        return token, secret

    token, secret = await _with_store(options.application, lambda store: store.write(job))
    return _print_secret(token, secret)


async def _list(options: argparse.Namespace) -> int:
    found = await _with_store(options.application, lambda store: store.tokens.list(options.tenant))
    rows = [("ID", "TENANT", "NAME", "KIND", "SCOPES", "CREATED", "STATE")]
    rows += [
        (one.id, one.tenant, one.name, one.kind, one.scopes, one.created[:10], _state(one))
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
    return 0


async def _rotate(options: argparse.Namespace) -> int:
    async def job(tx: Transaction) -> tuple[Token, str]:
        now = datetime.now(UTC)
        token = await _get(tx, options.id)
        if not token.valid(now):
            raise CommandError(f"the token {token.id} is {_state(token)}: create a new one")
        new, secret = await rotate_token(tx.tokens, now, token, options.keep)
        await _audit(tx, now, "rotated", token, {"new": new.id})
        return new, secret

    token, secret = await _with_store(options.application, lambda store: store.write(job))
    return _print_secret(token, secret)


async def _revoke(options: argparse.Namespace) -> int:
    async def job(tx: Transaction) -> Token:
        token, now = await _get(tx, options.id), datetime.now(UTC)
        await tx.tokens.revoke(token, now)
        if token.revoked is None:
            await _audit(tx, now, "revoked", token)
        return token

    token = await _with_store(options.application, lambda store: store.write(job))
    print(f"revoked {token.id} ({token.name}, tenant {token.tenant})", file=sys.stderr)
    return 0


async def _audit(
    tx: Transaction, now: datetime, action: str, token: Token, more: Mapping[str, str] | None = None
) -> None:
    """Append an entry to the audit trail, without the secret.

    The actor is the same for every operator, because the command does not know who runs it.
    """
    detail = {"name": token.name, "kind": token.kind, "scopes": token.scopes, **(more or {})}
    entry = AuditEntry(
        tenant=token.tenant,
        time=fold_date_time(now),
        actor=_ACTOR,
        request="",
        action=action,
        type="Token",
        id=token.id,
        detail=dump(detail).decode(),
    )
    await tx.audit.append([entry])


async def _with_store(application: Application, work: Callable[[Store], Awaitable[T]]) -> T:
    async with opened_store(application) as store:
        return await work(store)


async def _get(tx: Transaction, token_id: str) -> Token:
    token = await tx.tokens.get(token_id)
    if token is None or token.kind == "access":
        raise CommandError(f"there is no token {token_id[:40]!r}: use an id that token list prints")
    return token


def _print_secret(token: Token, secret: str) -> int:
    """Print the secret on stdout, so that it can be piped, and everything else on stderr."""
    kind = f"bearer token of {token.name}"
    if token.kind == "client":
        kind = f"client, client_id {token.name}"
    print(
        f"{token.id}: {kind}, tenant {token.tenant}, {token.scopes}, {_state(token)}",
        file=sys.stderr,
    )
    print(secret)
    return 0


def _state(token: Token) -> str:
    if token.revoked:
        return f"revoked {token.revoked[:16]}Z"
    if token.expires is None:
        return "valid"
    state = "valid until" if token.valid(datetime.now(UTC)) else "expired"
    return f"{state} {token.expires[:16]}Z"


def _name(text: str) -> str:
    if not _is_name(text):
        raise argparse.ArgumentTypeError("must have only letters, digits and . _ @ -")
    return text


def _tenant(text: str) -> str:
    if not is_tenant_name(text):
        raise argparse.ArgumentTypeError(
            "must have only lower-case letters, digits and . _ -, for host names and paths"
        )
    return text


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError("must be a number and s, m, h or d, such as 90d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})

"""`token` makes, lists, rotates and revokes the tokens by which clients authenticate; a running server follows suit."""

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
from ..storage.stores import make_store
from .arguments import CommandError, Commands
from .database import settings_of

T = TypeVar("T")

_ACTOR = "command line"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_is_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}").fullmatch


def add(commands: Commands, app: str) -> None:
    """Declare the command and what it can do."""
    text = "Secrets are shown once, on stdout alone; the database has their hashes."
    parser = commands.add_parser(
        "token", help="make, list, rotate and revoke tokens", description=text
    )
    actions = parser.add_subparsers(dest="action", required=True)

    create = actions.add_parser(
        "create", help="make a token and print its secret", description=text
    )
    create.add_argument(
        "name", type=_name, help="whose it is, for the audit trail; of a client also its client_id"
    )
    create.add_argument(
        "--tenant", type=_tenant, default=TENANT, help="the one tenant that it opens"
    )
    create.add_argument(
        "--read-only", action="store_true", help="it may read and search, not write"
    )
    create.add_argument(
        "--expires", type=_duration, help="when it ends, such as 90d or 12h; never if left out"
    )
    create.add_argument(
        "--client",
        action="store_true",
        help="the secret of a client of /oauth/token, no bearer token",
    )
    create.set_defaults(run=run, work=_create)

    listing = actions.add_parser(
        "list", help="list tokens, never their secrets", description="One line each."
    )
    listing.add_argument("--tenant", help="of this tenant alone")
    listing.set_defaults(run=run, work=_list)

    rotate = actions.add_parser(
        "rotate", help="print a new secret; the old one ends after a while", description=text
    )
    rotate.add_argument("id", help="as list shows it")
    rotate.add_argument(
        "--keep", type=_duration, default="24h", help="how long the old one stays valid"
    )
    rotate.set_defaults(run=run, work=_rotate)

    revoke = actions.add_parser(
        "revoke", help="end a token", description="A running server follows within seconds."
    )
    revoke.add_argument("id", help="as list shows it")
    revoke.set_defaults(run=run, work=_revoke)


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
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
        await _note(tx, now, "created", token)
        return token, secret

    return _show(*await _with_store(options.application, lambda store: store.write(job)))


async def _list(options: argparse.Namespace) -> int:
    found = await _with_store(options.application, lambda store: store.tokens.list(options.tenant))
    rows = [("ID", "TENANT", "NAME", "KIND", "SCOPES", "CREATED", "STATE")]
    rows += [
        (one.id, one.tenant, one.name, one.kind, one.scopes, one.created[:10], _state(one))
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0


async def _rotate(options: argparse.Namespace) -> int:
    async def job(tx: Transaction) -> tuple[Token, str]:
        now = datetime.now(UTC)
        token = await _get(tx, options.id)
        if not token.valid(now):
            raise CommandError(f"the token {token.id} is {_state(token)}: make a new one")
        new, secret = await rotate_token(tx.tokens, now, token, options.keep)
        await _note(tx, now, "rotated", token, {"new": new.id})
        return new, secret

    return _show(*await _with_store(options.application, lambda store: store.write(job)))


async def _revoke(options: argparse.Namespace) -> int:
    async def job(tx: Transaction) -> Token:
        token, now = await _get(tx, options.id), datetime.now(UTC)
        await tx.tokens.revoke(token, now)
        if token.revoked is None:
            await _note(tx, now, "revoked", token)
        return token

    token = await _with_store(options.application, lambda store: store.write(job))
    print(f"revoked {token.id} ({token.name}, tenant {token.tenant})", file=sys.stderr)
    return 0


async def _note(
    tx: Transaction, now: datetime, action: str, token: Token, more: Mapping[str, str] | None = None
) -> None:
    """Tell the audit trail, which names whoever may run commands here by one name; never a secret."""
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
    store = make_store(settings_of(application).database_url)
    await store.open()
    try:
        return await work(store)
    finally:
        await store.close()


async def _get(tx: Transaction, token_id: str) -> Token:
    token = await tx.tokens.get(token_id)
    if token is None or token.kind == "access":
        raise CommandError(
            f"there is no token {token_id[:40]!r}; token list shows those that there are"
        )
    return token


def _show(token: Token, secret: str) -> int:
    """The secret on stdout, for a pipe into wherever secrets are kept; all else on stderr."""
    kind = (
        f"client, client_id {token.name}"
        if token.kind == "client"
        else f"bearer token of {token.name}"
    )
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
    return f"{'valid until' if token.valid(datetime.now(UTC)) else 'expired'} {token.expires[:16]}Z"


def _name(text: str) -> str:
    if not _is_name(text):
        raise argparse.ArgumentTypeError("letters, digits and . _ @ - alone")
    return text


def _tenant(text: str) -> str:
    if not is_tenant_name(text):
        raise argparse.ArgumentTypeError(
            "small letters, digits and . _ - alone, as it stands in host names and paths"
        )
    return text


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError("a number and s, m, h or d, such as 90d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})

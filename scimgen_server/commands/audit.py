"""`audit` prints the audit trail: who changed what, one JSON object a line, the newest last."""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from ..schema.folding import fold_date_time
from ..storage.connection import Connection
from ..storage.stores import make_store
from .arguments import Commands, number
from .database import settings_of

_NAMES = ("position", "time", "tenant", "actor", "request", "action", "type", "id", "detail")
_PAGE = 1000


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    text = "Who changed what, one JSON object a line, the newest last."
    parser = commands.add_parser("audit", help="print the audit trail", description=text)
    parser.add_argument("--tenant", help="of this tenant alone")
    parser.add_argument(
        "--user", metavar="ID", help="what was done to this user, or any other resource, by its id"
    )
    parser.add_argument(
        "--since", type=_moment, metavar="ISO", help="from this time on, such as 2026-01-31T09:30Z"
    )
    parser.add_argument("--limit", type=number(1, 10**12), help="only the newest ones, so many")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the trail."""
    asyncio.run(_print(options))
    return 0


async def _print(options: argparse.Namespace) -> None:
    store = make_store(settings_of(options.application).database_url)
    await store.open()
    try:
        async for entry in entries(
            store.connection,
            tenant=options.tenant,
            resource=options.user,
            since=options.since,
            limit=options.limit,
        ):
            print(json.dumps(entry))
    finally:
        await store.close()


async def entries(
    connection: Connection,
    *,
    tenant: str | None = None,
    resource: str | None = None,
    since: str | None = None,
    limit: int | None = None,
) -> AsyncGenerator[dict[str, Any]]:
    """The entries of the trail in their order, read page by page, however many there are.

    Args:
        resource: the id of a resource.
        since: a time, as `folding.fold_date_time` writes it.
        limit: how many of the newest.
    """
    wanted = [("tenant = ?", tenant), ("id = ?", resource), ("time >= ?", since)]
    where = "".join(f" AND {test}" for test, value in wanted if value is not None)
    values: list[Any] = [value for _, value in wanted if value is not None]
    after = 0
    if limit is not None:
        statement = f"SELECT position FROM audit WHERE position > 0{where} ORDER BY position DESC LIMIT 1 OFFSET ?"
        first = await connection.rows(statement, [*values, limit - 1])
        after = first[0][0] - 1 if first else 0
    statement = f"SELECT {', '.join(_NAMES)} FROM audit WHERE position > ?{where} ORDER BY position LIMIT {_PAGE}"
    while page := await connection.rows(statement, [after, *values]):
        for row in page:
            entry = dict(zip(_NAMES, row, strict=True))
            yield entry | {"detail": json.loads(entry["detail"])}
        after = page[-1][0]


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "a date or time such as 2026-01-31 or 2026-01-31T09:30:00Z"
        ) from None
    return fold_date_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

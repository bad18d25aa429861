"""The command `audit`: prints the audit trail."""

import argparse
import asyncio
import json
from datetime import UTC, datetime

from ..ports.audit import AuditFilter
from ..schema.folding import fold_date_time
from .arguments import Commands, number
from .database import opened_store


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    text = "Print the changes of resources and tokens, one JSON object per line, the newest last."
    parser = commands.add_parser("audit", help="print the audit trail", description=text)
    parser.add_argument("--tenant", help="print the changes of this tenant only")
    parser.add_argument(
        "--user", metavar="ID", help="print the changes of the user or other resource with this id"
    )
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="ISO",
        help="print the changes from this time on, such as 2026-01-31T09:30Z",
    )
    parser.add_argument(
        "--limit", type=number(1, 10**12), help="print at most so many, the newest ones"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the trail."""
    asyncio.run(_print(options))
    return 0


async def _print(options: argparse.Namespace) -> None:
    which = AuditFilter(
        tenant=options.tenant, resource=options.user, since=options.since, limit=options.limit
    )
    async with opened_store(options.application) as store:
        async for position, entry in store.audit.read(which):
            detail = {"detail": json.loads(entry.detail)}
            print(json.dumps({"position": position} | entry._asdict() | detail))


def _moment(text: str) -> str:
    """Read a date or time. Without an offset it is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "must be a date or time such as 2026-01-31 or 2026-01-31T09:30:00Z"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return fold_date_time(moment)

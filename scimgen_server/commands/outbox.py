"""The command `outbox`: prints the dead letters, delivers them again, or deletes them."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from ..ports.outbox import QueuedEvent
from ..ports.resources import Store
from ..schema.folding import fold_date_time
from .arguments import Commands
from .database import opened_store


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "outbox",
        help="print the dead letters, replay them, or discard them",
        description="Print the events that were given up after SCIM_EVENT_DAYS of errors, one JSON"
        " object per line. Later events of the same user, group or resource wait behind them. With"
        " --replay, deliver them again. With --discard, DELETE them. Both deliver the later events"
        " afterwards.",
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--replay", action="store_true", help="deliver the events again, for SCIM_EVENT_DAYS"
    )
    action.add_argument("--discard", action="store_true", help="DELETE the events")
    parser.add_argument(
        "--id",
        type=int,
        action="append",
        help="only the event with this id; repeat it for several events",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the dead letters on stdout, replay them, or delete them. Returns 0."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with opened_store(options.application) as store:
        dead = await store.outbox.dead()
        chosen = [one for one in dead if not options.id or one.position in options.id]
        if options.replay:
            count = await _replay(store, [one.position for one in chosen])
            print(f"{count} events will be delivered again", file=sys.stderr)
            return 0
        if options.discard:
            positions = [one.position for one in chosen]
            count = await store.write(lambda tx: tx.outbox.discard(positions))
            print(f"{count} events were deleted", file=sys.stderr)
            return 0
        for one in chosen:
            print(json.dumps(_line(one)))
        backlog = await store.outbox.backlog()
        oldest = f", the oldest since {backlog.oldest}" if backlog.oldest else ""
        print(f"{backlog.dead} dead letters, {backlog.waiting} waiting{oldest}", file=sys.stderr)
        return 0


def _line(one: QueuedEvent) -> dict[str, Any]:
    return {
        "id": one.position,
        "tenant": one.tenant,
        "consumer": one.consumer,
        "resource": one.subject,
        "event": json.loads(one.event)["event"],
        "time": one.time,
        "error": one.error,
        "behind": one.behind,
    }


async def _replay(store: Store, positions: list[int]) -> int:
    now = fold_date_time(datetime.now(UTC))
    return await store.write(lambda tx: tx.outbox.replay(positions, now))

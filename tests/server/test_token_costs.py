"""Issuing tokens costs the same for any number of tokens."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from scimgen_server import make_store
from scimgen_server.schema.folding import fold_date_time

TOKENS = 50_000


def test_the_removal_of_expired_tokens_reads_no_others(database: str) -> None:
    """It is a part of each request for a token."""

    async def run() -> None:
        store = make_store(database)
        await store.open()
        now = datetime.now(UTC)

        async def seconds() -> float:
            times: list[float] = []
            for _ in range(15):
                began = time.perf_counter()
                await store.write(lambda tx: tx.tokens.purge(now))
                times.append(time.perf_counter() - began)
            return sorted(times)[7]

        few = await seconds()
        expires, created = fold_date_time(now + timedelta(hours=1)), fold_date_time(now)
        columns = ("id", "tenant", "name", "hash", "kind", "scopes", "created", "expires")

        async def fill(tx: Any) -> None:
            rows = [
                (f"t{number}", "default", "okta", f"h{number}", "access", "scim.read", created, expires)
                for number in range(TOKENS)
            ]
            await tx.connection.copy("tokens", columns, rows)
            await tx.analyze()

        await store.write(fill)
        assert await seconds() < 2 * few + 0.002
        await store.close()

    asyncio.run(run())

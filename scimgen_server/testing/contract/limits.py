"""Time limits."""

import asyncio

import pytest

from ...ports.limits import HasLimits, Limits
from ...ports.resources import TimeLimit, Transaction
from ..models import user
from .scenarios import NOW, TENANT, MakeStore, StoreTests, find

_USERS = 300
_SECONDS = 0.1
_TERMS = " or ".join(f'value co "absent{number}"' for number in range(150))
_EMAILS = [{"value": f"present{number}@example.com"} for number in range(30)]
_EXPENSIVE = f"emails[{_TERMS}]"


class LimitTests(StoreTests):
    """The limits port. A store without limits does not implement it."""

    def test_a_search_beyond_the_limit_is_interrupted(self, make_store: MakeStore) -> None:
        """Other searches are answered."""

        async def insert(tx: Transaction) -> None:
            for number in range(_USERS):
                await tx.insert(TENANT, user(f"user{number}", emails=_EMAILS), NOW)

        async def scenario() -> None:
            store = make_store()
            if not isinstance(store, HasLimits):
                pytest.skip("the store has no limits")
            store.limit(Limits(statement=_SECONDS))
            await store.open()
            try:
                # One by one, because the limit can concern the statements of a write too.
                await store.write(insert)
                with pytest.raises(TimeLimit):
                    await find(store, _EXPENSIVE)
                assert (await find(store, 'userName eq "user1"')).total == 1
            finally:
                await store.close()

        asyncio.run(scenario())

"""Tokens and tenants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ...ports.resources import Store, Transaction
from ...ports.tokens import Kind, Token
from ...schema.folding import fold_date_time
from .scenarios import MakeStore, StoreTests, run, with_store

_TIME = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def _token(token_id: str, tenant: str = "a", kind: Kind = "bearer", name: str = "okta") -> Token:
    return Token(token_id, tenant, name, kind, "read write", fold_date_time(_TIME))


def _hash(token_id: str) -> bytes:
    return token_id.encode().ljust(32, b"\xff")


async def _add(store: Store, *tokens: Token) -> None:
    async def job(tx: Transaction) -> None:
        for token in tokens:
            await tx.tokens.add(token, _hash(token.id))

    await store.write(job)


async def _revoke(store: Store, token: Token, moment: datetime = _TIME) -> None:
    await store.write(lambda tx: tx.tokens.revoke(token, moment))


class TokensContract(StoreTests):
    """The tokens port."""

    @with_store
    async def test_a_token_is_found_by_its_hash_and_id(self, store: Store) -> None:
        """With all of its fields; another hash finds nothing."""
        token = replace(_token("t1"), expires=fold_date_time(_TIME + _HOUR))
        await _add(store, token, _token("t2"))
        assert await store.tokens.find(_hash("t1")) == token
        assert await store.tokens.get("t1") == token
        assert await store.tokens.find(_hash("t3")) is None
        assert await store.tokens.get("t3") is None

    def test_tokens_survive_a_restart(self, make_store: MakeStore) -> None:
        """So does their revocation."""

        async def write(store: Store) -> None:
            await _add(store, _token("t1"))
            await _revoke(store, _token("t1"))

        async def read(store: Store) -> None:
            found = await store.tokens.find(_hash("t1"))
            assert found == replace(_token("t1"), revoked=fold_date_time(_TIME))

        run(make_store, write)
        if self.durable:
            run(make_store, read)

    @with_store
    async def test_tokens_are_listed_by_tenant_and_time(self, store: Store) -> None:
        """Without access tokens."""
        early = replace(_token("t9"), created=fold_date_time(_TIME - _HOUR))
        tokens = [early, _token("t1"), _token("t2", "b", "client")]
        await _add(store, tokens[2], tokens[1], _token("t3", kind="access"), early)
        assert await store.tokens.list() == tokens
        assert await store.tokens.list("a") == tokens[:2]
        assert await store.tokens.list("c") == []

    @with_store
    async def test_a_token_expires(self, store: Store) -> None:
        """`any_valid` knows; the token is still found."""
        assert not await store.tokens.any_valid(_TIME)
        token = _token("t1")
        await _add(store, token)
        assert await store.tokens.any_valid(_TIME)
        expires = fold_date_time(_TIME + _HOUR)
        await store.write(lambda tx: tx.tokens.set_expiry("t1", expires))
        assert await store.tokens.find(_hash("t1")) == replace(token, expires=expires)
        assert await store.tokens.any_valid(_TIME)
        assert not await store.tokens.any_valid(_TIME + 2 * _HOUR)

    @with_store
    async def test_a_token_is_revoked_once(self, store: Store) -> None:
        """The time of the first revocation stays."""
        token = _token("t1")
        await _add(store, token, _token("t2"))
        for moment in (_TIME, _TIME + _HOUR):
            await _revoke(store, token, moment)
        found = await store.tokens.get("t1")
        assert found == replace(token, revoked=fold_date_time(_TIME))
        assert await store.tokens.get("t2") == _token("t2")
        assert await store.tokens.any_valid(_TIME)

    @with_store
    async def test_a_revoked_client_loses_its_access_tokens(self, store: Store) -> None:
        """Those of other clients and tenants stay."""
        client = _token("c1", kind="client")
        await _add(
            store,
            client,
            _token("a1", kind="access"),
            _token("a2", kind="access", name="entra"),
            _token("a3", "b", "access"),
        )
        await _revoke(store, client)
        left = [one for one in ("c1", "a1", "a2", "a3") if await store.tokens.get(one)]
        assert left == ["c1", "a2", "a3"]

    @with_store
    async def test_expired_access_tokens_are_purged(self, store: Store) -> None:
        """Nothing else is."""
        past, future = (fold_date_time(_TIME + change) for change in (-_HOUR, _HOUR))
        await _add(
            store,
            replace(_token("a1", kind="access"), expires=past),
            replace(_token("a2", kind="access"), expires=future),
            replace(_token("t1"), expires=past),
        )
        await store.write(lambda tx: tx.tokens.purge(_TIME))
        left = [one for one in ("a1", "a2", "t1") if await store.tokens.get(one)]
        assert left == ["a2", "t1"]

    @with_store
    async def test_a_failed_transaction_adds_no_token(self, store: Store) -> None:
        """Tokens are part of the transaction."""

        async def failing(tx: Transaction) -> None:
            await tx.tokens.add(_token("t1"), _hash("t1"))
            raise LookupError("no")

        with pytest.raises(LookupError):
            await store.write(failing)
        assert await store.tokens.get("t1") is None

    @with_store
    async def test_a_token_makes_a_tenant(self, store: Store) -> None:
        """As long as it is not revoked."""
        token = _token("t1", "acme")
        await _add(store, token)
        assert "acme" in await store.tenants()
        assert await store.is_tenant("acme")
        assert not await store.is_tenant("unknown")
        await _revoke(store, token)
        assert "acme" not in await store.tenants()
        assert not await store.is_tenant("acme")

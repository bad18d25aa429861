"""SQLAlchemy in the server's own transaction, whichever the database is."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from ._server.storage.connection import Connection
from ._server.storage.postgres import PostgresConnection
from ._server.storage.sqlite import SqliteConnection

T = TypeVar("T")


async def within(connection: Connection, work: Callable[[Session], T]) -> T:
    """Do some work with a session; what it changes becomes durable with what the server changes, or not at all."""
    try:
        if isinstance(connection, PostgresConnection):
            async with AsyncSession(_on_postgres(connection)) as waiting:
                result = await waiting.run_sync(work)
                await waiting.commit()
                return result
        assert isinstance(connection, SqliteConnection)
        with Session(_on_sqlite(connection)) as session:
            result = work(session)
            session.commit()
            return result
    except DBAPIError as error:
        found = error.orig or error
        raise found.__cause__ or found from None  # the database's own fault: the server knows what to do about it


class _Joined:
    """The server's connection as SQLAlchemy sees it: in a transaction that is not SQLAlchemy's to end.

    asyncpg makes a savepoint of a transaction within another, so that there SQLAlchemy may end what it has begun.
    """

    def __init__(self) -> None:
        self.raw: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class _JoinedSqlite(_Joined):
    def commit(self) -> None:
        """The server commits, once its own tables are written too."""

    rollback = close = commit


@lru_cache(maxsize=1)
def _on_sqlite(connection: SqliteConnection) -> Engine:
    """Made once, since that takes milliseconds: all writes of a server come over one connection."""
    joined = _JoinedSqlite()
    joined.raw = connection.raw
    return create_engine("sqlite://", creator=lambda: joined, poolclass=StaticPool)


def _on_postgres(connection: PostgresConnection) -> AsyncEngine:
    joined, engine = _joined_postgres(connection.raw.get_settings())
    joined.raw = connection.raw
    return engine


@lru_cache(maxsize=100)
def _joined_postgres(settings: object) -> tuple[_Joined, AsyncEngine]:
    """Made once for each connection of the pool: it is known by its settings, while what the pool lends is new."""
    joined = _Joined()

    async def lend() -> _Joined:
        return joined

    def connect() -> Any:
        driver: Any = engine.dialect.dbapi
        return driver.connect(async_creator_fn=lend, prepared_statement_cache_size=0)  # each is good for one loan

    engine = create_async_engine("postgresql+asyncpg://", creator=connect, poolclass=StaticPool)
    return joined, engine

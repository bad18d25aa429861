"""The shop's users and licences behind SCIM; everything else is the stock store's."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from ._server.messages.documents import Document
from ._server.storage.connection import Connection
from ._server.storage.own_tables import OwnTable, OwnTables, Row
from ._server.storage.stores import make_store as make_sql_store
from .resource_types import RESOURCE_TYPES
from .runtime import Store, Taken
from .sessions import within
from .tables import Base, Licence, User, UserLicence, engine_of


def make_store(url: str) -> Store:
    """The shop's own tables and SCIM's, in one database."""
    engine = engine_of(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return OwnTables(make_sql_store(url), [Licences(), Users()], resource_types=RESOURCE_TYPES)


class Licences(OwnTable):
    """`licences` as /Licenses: clients read them, the shop writes them."""

    type = "License"
    watched: Mapping[str, str] = {"licences": "code"}

    async def read(self, connection: Connection, known: Mapping[str, Document]) -> Mapping[str, Row]:
        def rows(session: Session) -> Mapping[str, Row]:
            found = session.scalars(select(Licence).where(Licence.code.in_(known)))
            return {
                one.code: Row(known[one.code] | {"displayName": one.title, EXTENSION: {"seats": one.seats}})
                for one in found
            }

        return await within(connection, rows)


class Users(OwnTable):
    """`users` as /Users, with their `user_licences` as entitlements."""

    type = "User"
    watched: Mapping[str, str] = {"users": "id", "user_licences": "user_id"}
    granted = ("License",)
    prefix = "u-"

    async def read(self, connection: Connection, known: Mapping[str, Document]) -> Mapping[str, Row]:
        def rows(session: Session) -> Mapping[str, Row]:
            chosen = select(User).where(User.id.in_(map(int, known))).options(selectinload(User.licences))
            return {
                str(user.id): Row(
                    as_scim(user, known[str(user.id)]), {"License": [one.licence_code for one in user.licences]}
                )
                for user in session.scalars(chosen)
            }

        return await within(connection, rows)

    async def create(self, connection: Connection, document: Document) -> str:
        def add(session: Session) -> str:
            user = User(**as_columns(document))
            session.add(user)
            flush(session, document)
            return str(user.id)

        return await within(connection, add)

    async def change(self, connection: Connection, key: str, document: Document) -> None:
        def change(session: Session) -> None:
            user = session.get_one(User, int(key))
            for column, value in as_columns(document).items():
                setattr(user, column, value)
            flush(session, document)

        await within(connection, change)

    async def delete(self, connection: Connection, key: str) -> None:
        await within(connection, lambda session: session.delete(session.get_one(User, int(key))))

    async def grant(self, connection: Connection, key: str, type_name: str, ids: Collection[str]) -> None:
        def grant(session: Session) -> None:
            for code in ids:
                session.merge(UserLicence(user_id=int(key), licence_code=code))

        await within(connection, grant)

    async def revoke(self, connection: Connection, key: str, type_name: str, ids: Collection[str]) -> None:
        held = UserLicence.licence_code.in_(ids)
        chosen = delete(UserLicence).where(UserLicence.user_id == int(key), held)
        await within(connection, lambda session: session.execute(chosen))


EXTENSION = "urn:acme:scim:schemas:extension:shop:1.0:License"


def as_scim(user: User, known: Document) -> Document:
    """The user as SCIM shows it: the columns' values, and what only SCIM has."""
    before = known.get("userName")
    emails: list[dict[str, Any]] = known.get("emails") or ([] if known else [{"value": user.email, "primary": True}])
    return known | {
        "userName": user.email,
        "name": known.get("name", {}) | {"givenName": user.first_name, "familyName": user.last_name},
        "active": user.is_active,
        "emails": [one | {"value": user.email} if one.get("value") == before else one for one in emails],
    }


def as_columns(document: Document) -> dict[str, Any]:
    """What of a SCIM user the columns hold; without `active` a user may sign in."""
    name = document.get("name", {})
    return {
        "email": document["userName"],
        "first_name": name.get("givenName"),
        "last_name": name.get("familyName"),
        "is_active": document.get("active", True),
    }


def flush(session: Session, document: Document) -> None:
    """Write; the table's own constraint on addresses is a conflict, as SCIM's own is."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Taken("username", str(document["userName"])) from error

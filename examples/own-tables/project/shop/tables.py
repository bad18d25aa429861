"""The shop's own tables, as they were before anybody thought of SCIM."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Engine, ForeignKey, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables of the shop."""


def engine_of(url: str) -> Engine:
    """The shop's own way to its database; what is PostgreSQL's is psycopg's."""
    place = make_url(url)
    return create_engine(place.set(drivername="postgresql+psycopg") if place.drivername == "postgresql" else place)


class User(Base):
    """Somebody with an account; signs in with the email address and a password."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None]
    basket_total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))
    licences: Mapped[list["UserLicence"]] = relationship(cascade="all, delete-orphan")


class Licence(Base):
    """What the shop sells."""

    __tablename__ = "licences"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    seats: Mapped[int | None]
    price_cents: Mapped[int] = mapped_column(default=0)


class UserLicence(Base):
    """Who has which licence, and since when."""

    __tablename__ = "user_licences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    licence_code: Mapped[str] = mapped_column(ForeignKey("licences.code"), primary_key=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))

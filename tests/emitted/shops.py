"""A shop whose tables are served by SCIM, as the README of `examples/own-tables` describes."""

import atexit
import compileall
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from scimgen.data import folder
from scimgen.emit.files import RuntimeMode
from scimgen_server.testing.server import running_app
from tests.support import TOKEN, Running, emit_into, running

WRITTEN = folder("examples") / "own-tables" / "project"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@dataclass(frozen=True)
class Shop:
    """A shop's project and its database; `server` runs over both. The logs of processes are in `data`."""

    app: Any
    folder: Path
    data: Path
    database: str
    server: Running | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def client(self) -> httpx.Client:
        """A SCIM client."""
        assert self.server is not None
        return self.server.client()

    def running(self, name: str = "data") -> AbstractContextManager[Running]:
        """Start a server over the database, as a process; its log is `name`/server.log."""
        data = self.data / name
        data.mkdir()
        return running(self.app, self.folder, data, SCIM_DATABASE_URL=self.database)

    @contextmanager
    def serving(self) -> Iterator[Running]:
        """The same in this process, which is faster. Its log is on stderr; its code is that of the example."""
        app, settings = _served(self.database)
        with running_app(app, settings) as url:
            yield Running(self.app, url, self.folder)

    def log(self, name: str = "data") -> str:
        """What a server has logged."""
        return (self.data / name / "server.log").read_text()


@cache
def _project() -> tuple[Any, Path]:
    """The app and its project, generated and compiled once: a server starts seconds earlier with compiled modules."""
    project = Path(mkdtemp(prefix="shop-"))
    atexit.register(shutil.rmtree, project, ignore_errors=True)
    app = emit_into(WRITTEN / "shop.scim.yaml", project, RuntimeMode.VENDORED)
    shutil.copytree(WRITTEN, project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(project, quiet=1)
    return app, project


def _served(database: str) -> tuple[Any, Any]:
    """The ASGI app of the shop over a database, and its settings."""
    _, project = _project()
    sys.path.insert(0, str(project))
    try:
        shop = import_module("shop.app")
    finally:
        sys.path.remove(str(project))
    settings = shop.Settings(tokens=(TOKEN,), rate=0, weak_secrets=True, database_url=database)
    return shop.build(settings), settings


def put_together(target: Path) -> Any:
    """The emitted project with what the shop's owner has written in it."""
    app, project = _project()
    shutil.copytree(project, target, dirs_exist_ok=True)
    return app


@contextmanager
def connected(shop: Shop) -> Iterator[Connection]:
    """The database as the shop's owner reaches it, in a transaction."""
    url = make_url(shop.database)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    patience = {"timeout": 30} if url.drivername == "sqlite" else {}
    with create_engine(url, poolclass=NullPool, connect_args=patience).begin() as connection:
        yield connection


def sql(shop: Shop, statement: str, **parameters: object) -> list[tuple[Any, ...]]:
    """What the shop's owner might type into the database's own shell."""
    with connected(shop) as connection:
        result = connection.execute(text(statement), parameters)
        return [tuple(row) for row in result] if result.returns_rows else []


ADD_USER = (
    "INSERT INTO users (email, is_active, basket_total, created_at) VALUES (:email, true, 0, '2020-01-01 00:00:00')"
)


def add_user(shop: Shop, email: str) -> None:
    """A row that no application code has looked at."""
    sql(shop, ADD_USER, email=email)


def notes(shop: Shop) -> int:
    """How many rows SCIM has not looked at since they changed."""
    schema = "scim." if shop.database.startswith("postgresql") else ""
    return int(sql(shop, f"SELECT count(*) FROM {schema}scim_changed_rows")[0][0])


def patch(client: httpx.Client, user: str, path: str, value: object) -> httpx.Response:
    """Replace one attribute."""
    operation = {"op": "replace", "path": path, "value": value}
    return client.patch(f"/Users/{user}", json={"schemas": [PATCH], "Operations": [operation]})


def other_shop(folder: Path, database: str) -> Shop:
    """A shop with a copy of the project, whose code a test can change, and an empty database."""
    project = folder / "project"
    project.mkdir()
    return Shop(put_together(project), project, folder, database)


def old_shop(folder: Path, database: str) -> Shop:
    """A shop whose database had users and licences before SCIM came."""
    shop = Shop(*_project(), folder, database)
    create_tables(shop)
    sql(shop, "INSERT INTO licences VALUES ('trial', 'Trial', NULL, 0), ('pro', 'Professional', 25, 900)")
    sql(
        shop,
        "INSERT INTO users (email, first_name, is_active, password_hash, basket_total, created_at)"
        " VALUES ('old@example.com', 'Olga', true, 'hash', 7, '2020-01-01 00:00:00')",
    )
    sql(shop, "INSERT INTO user_licences VALUES (1, 'pro', '2020-01-01 00:00:00')")
    return shop


def create_tables(shop: Shop) -> None:
    """The shop's tables, made by its own code."""
    spec = spec_from_file_location("tables_of_the_shop", shop.folder / "shop" / "tables.py")
    assert spec and spec.loader
    tables = module_from_spec(spec)
    sys.modules[spec.name] = tables  # SQLAlchemy looks up the names of annotations there
    try:
        spec.loader.exec_module(tables)
        engine = tables.engine_of(shop.database)
        tables.Base.metadata.create_all(engine)
        engine.dispose()
    finally:
        del sys.modules[spec.name]

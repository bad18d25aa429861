"""Functions that the commands on the database share."""

import argparse
import importlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..application import Application
from ..auth.tenancy import TENANT
from ..ports.resources import Store
from ..protocol.app import ScimApp
from ..schema.attributes import Tree
from ..service.reindex import reindex_at_startup
from ..service.seeding import seed
from ..service.service import Service
from ..service.startup import open_service
from ..settings import Settings
from ..storage.own_tables import OwnTables
from ..storage.stores import SqlStore, is_sql_store
from .arguments import CommandError


def settings_of(application: Application) -> Settings:
    """Read the settings from the environment.

    Credentials may be missing: a command has the database and does not authenticate clients.
    """
    return Settings.from_environment({**os.environ, "SCIM_DEV": "1"}, app=application.name)


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Declare the argument `--tenant`."""
    parser.add_argument("--tenant", default=TENANT, help=f"the tenant (default: {TENANT})")


async def check_tenant(service: Service, tenant: str) -> None:
    """Check that a tenant exists.

    Raises:
        CommandError: it does not. Most likely its name is misspelt.
    """
    if tenant != TENANT and not await service.store.is_tenant(tenant):
        raise CommandError(
            f"there is no tenant {tenant!r}: check its name,"
            f" or create it with token create NAME --tenant {tenant}"
        )


def scim_app_of(application: Application) -> ScimApp:
    """The `scim_app` of the app's module `app`, which belongs to the app's owner.

    If the owner composes the server in another way and the module has no `scim_app`, the commands
    use one with the app's store, without hooks and catalog.
    """
    module = importlib.import_module(f"{application.package}.app")
    scim_app = getattr(module, "scim_app", None)
    if isinstance(scim_app, ScimApp):
        return scim_app
    store = importlib.import_module(f"{application.package}.store")
    return ScimApp(application, make_store=store.make_store)


def app_store(application: Application) -> Store:
    """Make the store of the app, without opening it."""
    scim_app = scim_app_of(application)
    return scim_app.store or scim_app.make_store(settings_of(application).database_url)


@asynccontextmanager
async def opened_store(application: Application) -> AsyncGenerator[Store]:
    """Open the store with the tokens, the audit trail and the events of the app.

    With host tables this is the SQL store beside them: the host tables stay as they are.

    Raises:
        StorageError: the database cannot be opened.
    """
    store = app_store(application)
    if isinstance(store, OwnTables):
        store = store.stock
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def sql_store(application: Application, command: str) -> SqlStore:
    """Make the SQL store of the app, without opening it; with host tables, the one beside them.

    Raises:
        CommandError: the app has another store, for which the command has no meaning.
    """
    store = app_store(application)
    if isinstance(store, OwnTables):
        store = store.stock
    if is_sql_store(store):
        return store
    raise CommandError(
        f"{command} is for SQLite and PostgreSQL: the store of this app, {type(store).__name__},"
        " needs its own means"
    )


@asynccontextmanager
async def app_service(application: Application) -> AsyncGenerator[Service]:
    """Open the service provider with the app's store, until the block ends.

    Raises:
        StorageError: the database cannot be opened.
    """
    strict = settings_of(application).strict
    async with open_service(application, app_store(application), strict=strict) as service:
        yield service


@asynccontextmanager
async def started_service(application: Application, tenant: str) -> AsyncGenerator[Service]:
    """Open the service provider and do what a server does at start-up: reindex and seed.

    Raises:
        CommandError: there is no such tenant.
        StorageError: the database cannot be opened, or `migrate` must run first.
    """
    async with app_service(application) as service:
        await check_tenant(service, tenant)
        await reindex_at_startup(service, tenant)
        await seed(service, tenant, application, scim_app_of(application).catalog)
        yield service


def find_type(service: Service, name: str) -> Tree:
    """Find a resource type by its name, in any case.

    Raises:
        CommandError: there is no such resource type.
    """
    for tree in service.trees.values():
        if tree.name.lower() == name.lower():
            return tree
    raise CommandError(f"there is no resource type {name!r}; there are {', '.join(service.trees)}")

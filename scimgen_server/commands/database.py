"""What the commands on the database have in common."""

import argparse
import importlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..application import Application
from ..auth.tenancy import TENANT
from ..protocol.app import ScimApp
from ..schema.attributes import Tree
from ..service.reindex import reindex_at_startup
from ..service.seeding import seed
from ..service.service import Service
from ..service.startup import open_service
from ..settings import Settings
from .arguments import CommandError


def settings_of(application: Application) -> Settings:
    """The settings from the environment. A command asks for no credentials: it has the database itself."""
    return Settings.from_environment({**os.environ, "SCIM_DEV": "1"}, app=application.name)


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Whose resources a command means."""
    parser.add_argument("--tenant", default=TENANT, help=f"whose resources, {TENANT} if not said")


async def check_tenant(service: Service, tenant: str) -> None:
    """CommandError where nobody has made the tenant: most likely its name is misspelt."""
    if tenant != TENANT and not await service.store.is_tenant(tenant):
        raise CommandError(
            f"there is no tenant {tenant!r}; token create NAME --tenant {tenant} makes it"
        )


def scim_app_of(application: Application) -> ScimApp:
    """The `scim_app` of the app's module `app`, which belongs to the app's owner.

    Raises:
        CommandError: the module has none.
    """
    module = f"{application.package}.app"
    scim_app = getattr(importlib.import_module(module), "scim_app", None)
    if isinstance(scim_app, ScimApp):
        return scim_app
    raise CommandError(
        f"{module} has no scim_app: the commands need it, see the comment in {module}"
    )


@asynccontextmanager
async def app_service(application: Application) -> AsyncGenerator[Service]:
    """The service provider over the app's own store, as long as the block runs.

    Raises:
        StorageError: the database cannot be opened.
    """
    scim_app = scim_app_of(application)
    settings = settings_of(application)
    store = scim_app.store or scim_app.make_store(settings.database_url)
    async with open_service(application, store, strict=settings.strict) as service:
        yield service


@asynccontextmanager
async def ready(application: Application, tenant: str) -> AsyncGenerator[Service]:
    """The service provider as after a server's start: indexes are up to date and values are seeded.

    Raises:
        CommandError: there is no such tenant.
        StorageError: the database cannot be opened, or `migrate` has to run first.
    """
    async with app_service(application) as service:
        await check_tenant(service, tenant)
        await reindex_at_startup(service, tenant)
        await seed(service, tenant, application, scim_app_of(application).catalog)
        yield service


def the_type(service: Service, name: str) -> Tree:
    """The resource type of a name, in any case; CommandError where there is none."""
    for tree in service.trees.values():
        if tree.name.lower() == name.lower():
            return tree
    raise CommandError(f"there is no resource type {name!r}; there are {', '.join(service.trees)}")

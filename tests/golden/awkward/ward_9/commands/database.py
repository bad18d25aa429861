# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""What the commands on the database have in common."""

import argparse
import importlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..scim.app import ScimApp
from ..scim.attributes import Tree
from ..scim.opening import opened
from ..scim.relaying import relay
from ..scim.seeding import seed
from ..scim.service import Service
from ..scim.tenancy import TENANT
from ..settings import PACKAGE, Settings
from ..storage.interface import Store
from ..storage.tokens import is_tenant
from .arguments import CommandError


def settings() -> Settings:
    """From the environment; no credentials are asked of somebody who has the database itself."""
    return Settings.from_environment({**os.environ, "SCIM_DEV": "1"})


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Whose resources a command means."""
    parser.add_argument("--tenant", default=TENANT, help=f"whose resources, {TENANT} if not said")


async def check_tenant(service: Service, tenant: str) -> None:
    """CommandError where nobody has made the tenant: most likely its name is misspelt."""
    if tenant != TENANT and not await is_tenant(service.store.connection, tenant):
        raise CommandError(f"there is no tenant {tenant!r}; token create NAME --tenant {tenant} makes it")


@asynccontextmanager
async def ready(tenant: str) -> AsyncGenerator[Service]:
    """The service provider as it stands when a server has started: laid down by today's description, and seeded.

    Raises:
        CommandError: there is no such tenant.
        StorageError: the database cannot be opened, or `migrate` has to run first.
    """
    scim_app = _scim_app()
    async with opened(settings(), scim_app.store) as service:
        await check_tenant(service, tenant)
        await relay(service, tenant)
        await seed(service, tenant, PACKAGE, scim_app.catalog)
        yield service


def own_store() -> Store | None:
    """The store that the app has put in the place of ours."""
    return _scim_app().store


def _scim_app() -> ScimApp:
    """As `app.py` composes it, which is its owner's."""
    mine = getattr(importlib.import_module(f"{PACKAGE}.app"), "scim_app", None)
    return mine if isinstance(mine, ScimApp) else ScimApp()


def the_type(service: Service, name: str) -> Tree:
    """The resource type of a name, in any case; CommandError where there is none."""
    for tree in service.trees.values():
        if tree.name.lower() == name.lower():
            return tree
    raise CommandError(f"there is no resource type {name!r}; there are {', '.join(service.trees)}")

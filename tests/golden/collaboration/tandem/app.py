"""Your app. This file is yours: scimgen writes it once and never changes it.

`app` is the whole server. To add the SCIM endpoints to a FastAPI or Starlette app, mount `scim_app`
and compose its lifespan, because the lifespan of a mounted app does not run by itself:

    from fastapi import FastAPI
    from .app import scim_app

    app = FastAPI(lifespan=scim_app.lifespan)
    app.mount("/scim/v2", scim_app)
"""

from . import catalog
from .hooks import hooks
from .resource_types import APPLICATION
from .runtime import ScimApp, build_app
from .store import make_store

scim_app = ScimApp(APPLICATION, hooks=hooks, catalog=catalog.values, make_store=make_store)
app = build_app(scim_app)

"""Your app: yours to change, it is written once and never touched again.

`app` is the whole server. To put the SCIM endpoints into a FastAPI or Starlette app of your own, mount `scim_app` and
compose its lifespan, since the one of a mounted app does not run by itself:

    from fastapi import FastAPI
    from .app import scim_app

    app = FastAPI(lifespan=scim_app.lifespan)
    app.mount("/scim/v2", scim_app)
"""

from . import catalog
from .hooks import hooks
from .scim.app import ScimApp, build_app

scim_app = ScimApp(hooks=hooks, catalog=catalog.values)
app = build_app(scim_app)

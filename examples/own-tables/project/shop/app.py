"""The shop: its pages and the SCIM endpoints, over the same users."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from .hooks import hooks
from .resource_types import APPLICATION
from .runtime import ScimApp, Settings, build_app
from .store import make_store
from .tables import User, UserLicence, engine_of


def build(settings: Settings) -> Starlette:
    """The whole shop."""
    engine = engine_of(settings.database_url)

    def people(request: Request) -> JSONResponse:
        """The accounts and their licences."""
        with Session(engine) as session:
            return JSONResponse([_shown(user) for user in session.scalars(select(User).order_by(User.id))])

    def sign_up(request: Request) -> JSONResponse:
        """Create an account with a trial licence. This is code of the shop without SCIM."""
        with Session(engine) as session, session.begin():
            user = User(email=request.path_params["email"], password_hash="…")
            user.licences.append(UserLicence(licence_code="trial"))
            session.add(user)
            session.flush()
            return JSONResponse(_shown(user), 201)

    def rename(request: Request) -> JSONResponse:
        """Change the last name of a user."""
        with Session(engine) as session, session.begin():
            user = session.get_one(User, request.path_params["id"])
            user.last_name = request.query_params["last_name"]
            return JSONResponse(_shown(user))

    scim_app = ScimApp(APPLICATION, settings=settings, hooks=hooks, make_store=make_store)
    routes = [
        Route("/people", people),
        Route("/people/{email:str}", sign_up, methods=["POST"]),
        Route("/people/{id:int}", rename, methods=["PATCH"]),
        Mount("/", build_app(scim_app)),
    ]
    return Starlette(routes=routes, lifespan=scim_app.lifespan)


def _shown(user: User) -> dict[str, object]:
    licences = [held.licence_code for held in user.licences]
    return {"id": user.id, "email": user.email, "last_name": user.last_name, "licences": licences}


def __getattr__(name: str) -> Starlette:
    """`app` for uvicorn, with the settings of the environment at the time."""
    if name == "app":
        return build(Settings.from_environment(app=APPLICATION.name))
    raise AttributeError(name)

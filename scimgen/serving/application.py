"""An app of the model as the runtime serves it."""

from typing import TYPE_CHECKING, Any

from scimgen.emit.documents import discovery
from scimgen.model import App, Kind, ResourceType
from scimgen.serving.models import resource_models
from scimgen.serving.runtime import runtime_module

if TYPE_CHECKING:
    import scimgen_server as server
else:
    server = runtime_module("")


def application_of(app: App) -> "server.Application":
    """The application of an app, with models, documents and values in memory.

    Args:
        app: the model of a description.
    """
    models = resource_models(app)
    documents = discovery(app)
    values = {one.name: [value.resource for value in one.values] for one in app.resource_types}

    def document(name: str) -> dict[str, Any]:
        return documents[name]

    def values_of(type_name: str) -> list[dict[str, Any]]:
        return [dict(value) for value in values[type_name]]

    return server.Application(
        name=app.name,
        package=app.package,
        resource_types=tuple(
            _resource_type(app, one, models[one.name]) for one in app.resource_types
        ),
        document=document,
        values=values_of,
    )


def _resource_type(app: App, resource_type: ResourceType, model: Any) -> "server.ResourceType":
    granted = resource_type.kind in (Kind.ROLE, Kind.ENTITLEMENT)
    return server.ResourceType(
        name=resource_type.name,
        endpoint=resource_type.endpoint,
        model=model,
        description=resource_type.description,
        kind=resource_type.kind.value,
        managed=resource_type.managed.value,
        limit=resource_type.limit or None,
        limit_from=resource_type.limit_from,
        limit_active=resource_type.limit_active,
        dialect="ietf" if granted and app.dialect == "ietf" else "okta",
        required_extensions=tuple(
            one.schema.id for one in resource_type.extensions if one.required
        ),
    )

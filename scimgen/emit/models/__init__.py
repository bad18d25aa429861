"""The emitted pydantic models: one module a resource type, each independent of the others.

The order of work: `plan` decides every name, `json_schema` puts the plan into the code generator's terms, `generate`
calls it once, `module` finishes each module.
"""

from collections.abc import Collection

from scimgen.emit.models.names import class_name, field_name, field_names, module_name
from scimgen.emit.models.plan import ResourceName, plan_modules, resource_names
from scimgen.model import App

__all__ = [
    "ResourceName",
    "class_name",
    "emit_models",
    "field_name",
    "field_names",
    "module_name",
    "resource_names",
]


def emit_models(app: App, only: Collection[str] | None = None) -> dict[str, bytes]:
    """The modules of an app's models, by path relative to the emitted package.

    Args:
        app: the model.
        only: the names of the resource types to emit; all where None. `models/__init__.py` is always there and always
            of the whole app.
    """
    from scimgen.emit.models.generate import generate_classes
    from scimgen.emit.models.module import init_source, module_source

    modules = list(plan_modules(app, only))
    files = {"models/__init__.py": init_source(resource_names(app).values())}
    if modules:
        for module, classes in zip(modules, generate_classes(modules), strict=True):
            files[module.path] = module_source(module, classes.values())
    return dict(sorted(files.items()))

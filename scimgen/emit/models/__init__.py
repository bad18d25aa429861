"""The emitted pydantic models: one independent module per resource type.

The steps are: `plan` decides all names, `json_schema` converts the plan to the input of the code
generator, `generate` calls the code generator once, and `module` finishes each module.
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
    """Emit the modules of the models of an app, by path relative to the emitted package.

    Args:
        app: The model.
        only: The names of the resource types to emit. None is all. `models/__init__.py` is always
            included and always covers the whole app.
    """
    from scimgen.emit.models.generate import generate_classes
    from scimgen.emit.models.module import init_source, module_source

    modules = list(plan_modules(app, only))
    files = {"models/__init__.py": init_source(resource_names(app).values())}
    if modules:
        for module, classes in zip(modules, generate_classes(modules), strict=True):
            files[module.path] = module_source(module, classes.values())
    return dict(sorted(files.items()))

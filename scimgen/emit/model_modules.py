"""The modules of the models as files of the project.

A module is reused if its resource type has not changed.
"""

from collections.abc import Iterator
from dataclasses import replace

from scimgen.emit.files import EmittedFile, Ownership, ProjectTarget, Reuse, fingerprint, header
from scimgen.emit.models import emit_models, resource_names
from scimgen.model import App


def emit_model_modules(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit `models/__init__.py`, and one module for each resource type."""
    names = resource_names(app)
    first = header(target.source_name)
    modules = {}
    for resource_type in app.resource_types:
        named = names[resource_type.name]
        # A module does not depend on values. It depends on its names, which other types can change.
        source = fingerprint([first, named, replace(resource_type, values=())])
        modules[f"{app.package}/models/{named.module}.py"] = (resource_type.name, source)
    missing = set()
    for path, (name, source) in modules.items():
        content = reuse(path, source)
        if content is None:
            missing.add(name)
        else:
            yield EmittedFile(path, content, Ownership.EMITTED, "models", source)
    for module, content in emit_models(app, missing).items():
        path = f"{app.package}/{module}"
        _, source = modules.get(path, ("", ""))
        yield EmittedFile(path, first.encode() + content, Ownership.EMITTED, "models", source)

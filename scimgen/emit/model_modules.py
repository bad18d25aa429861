"""The models as files of the project; a module whose resource type is as it was is taken over, not made again."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from scimgen.emit.files import EmittedFile, Ownership, Reuse, header
from scimgen.emit.models import ResourceName, emit_models, resource_names
from scimgen.model import App, ResourceType


def emit_model_modules(app: App, source_name: str, reuse: Reuse) -> Iterator[EmittedFile]:
    """`models/__init__.py` and one module a resource type."""
    names = resource_names(app)
    first = header(source_name)
    modules = {}
    for resource_type in app.resource_types:
        named = names[resource_type.name]
        source = _fingerprint(resource_type, named, first)
        modules[f"{app.package}/models/{named.module}.py"] = (resource_type.name, source)
    dear = set()
    for path, (name, source) in modules.items():
        content = reuse(path, source)
        if content is None:
            dear.add(name)
        else:
            yield EmittedFile(path, content, Ownership.EMITTED, "models", source)
    for module, content in emit_models(app, dear).items():
        path = f"{app.package}/{module}"
        _, source = modules.get(path, ("", ""))
        yield EmittedFile(path, first.encode() + content, Ownership.EMITTED, "models", source)


def _fingerprint(resource_type: ResourceType, name: ResourceName, first: str) -> str:
    """One hash of all that a module is made from: its resource type without values and places, and its names."""
    text = json.dumps([first, name.module, name.class_name, _plain(resource_type)])
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kept = (field for field in fields(value) if field.name not in ("place", "values"))
        return [_plain(getattr(value, field.name)) for field in kept]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value

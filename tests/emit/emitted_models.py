"""Emitted models as a package that can be imported, and the attributes as their fields define them."""

import importlib
import itertools
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from scimgen.data import folder
from scimgen.emit.models import emit_models
from scimgen.emit.server import render
from scimgen.model import App, Attribute, AttributeType, Kind, Mutability, ResourceType, Schema, SchemaExtension

_numbers = itertools.count()

LICENSE = ResourceType(
    name="License",
    endpoint="/Licenses",
    description="Product licences that a user can hold",
    kind=Kind.ENTITLEMENT,
    schema=Schema(
        id="urn:okta:scim:schemas:core:1.0:Entitlement",
        attributes=(
            Attribute(name="id", required=True),
            Attribute(name="displayName", required=True),
            Attribute(name="type", required=True),
        ),
    ),
    extensions=(
        SchemaExtension(
            required=True,
            schema=Schema(
                id="urn:acme:scim:schemas:extension:crm:1.0:License",
                description="What a licence of Acme CRM allows",
                attributes=(
                    Attribute(
                        name="tier",
                        required=True,
                        canonical_values=("free", "pro", "enterprise"),
                        description="What is paid for",
                    ),
                    Attribute(name="seats", type=AttributeType.INTEGER),
                    Attribute(name="renewsAt", type=AttributeType.DATE_TIME),
                    Attribute(
                        name="owners",
                        type=AttributeType.REFERENCE,
                        multi_valued=True,
                        case_exact=True,
                        reference_types=("User",),
                    ),
                    Attribute(
                        name="limits",
                        type=AttributeType.COMPLEX,
                        multi_valued=True,
                        sub_attributes=(
                            Attribute(name="name"),
                            Attribute(name="value", type=AttributeType.DECIMAL),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


def app_of(*resource_types: ResourceType) -> App:
    return App(name="crm", vendor="acme", resource_types=resource_types)


def resource(name: str, *attributes: Attribute, description: str = "") -> ResourceType:
    """A resource type with a separate schema."""
    return ResourceType(
        name=name,
        endpoint="/Things",
        description=description,
        schema=Schema(id="urn:acme:scim:schemas:crm:1.0:Thing", attributes=attributes),
    )


def write_package(app: App, parent: Path) -> Path:
    """The emitted models below `parent`, in a package of a name that no other test has."""
    package = parent / f"emitted_{next(_numbers)}"
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(folder("templates") / "server/package/models/base.py", package / "models/base.py")
    wiring = render("server/package/runtime.py.jinja", {"mode": "package", "runtime": "scimgen_server"})
    (package / "runtime.py").write_text(wiring)
    for path, content in emit_models(app).items():
        (package / path).write_bytes(content)
    return package


def import_models(app: App, parent: Path) -> ModuleType:
    """The emitted `models` package, imported."""
    package = write_package(app, parent)
    sys.path.insert(0, str(parent))
    try:
        importlib.invalidate_caches()
        return importlib.import_module(f"{package.name}.models")
    finally:
        sys.path.remove(str(parent))


def stated(attribute: Attribute) -> dict[str, Any]:
    """The attribute that a model must define, in the form of `read_back`."""
    words = attribute.type in (AttributeType.STRING, AttributeType.REFERENCE)
    return {
        "name": attribute.name,
        "type": str(attribute.type),
        "multi_valued": attribute.multi_valued,
        "required": attribute.required,
        "mutability": str(attribute.mutability),
        "returned": str(attribute.returned),
        "uniqueness": str(attribute.uniqueness),
        "case_exact": attribute.case_exact,
        "reference_types": attribute.reference_types,
        "indexed": attribute.indexed,
        "canonical_values": set(attribute.canonical_values) if words else set(),
        "closed": bool(attribute.closed and attribute.canonical_values and words),
        "must_be_given": attribute.required and attribute.mutability is not Mutability.READ_ONLY,
        "sub_attributes": [stated(sub) for sub in attribute.sub_attributes],
    }


def read_back(model: type[BaseModel], common: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The attributes of a model, read from its fields alone."""
    return [_read_field(name, info) for name, info in model.model_fields.items() if name not in common]


def _read_field(name: str, info: Any) -> dict[str, Any]:
    (marker,) = [mark for mark in info.metadata if type(mark).__name__ == "Scim"]
    options = [option for option in _options(info.annotation) if option is not NoneType]
    multi_valued = get_origin(options[0]) is list
    values = _options(get_args(options[0])[0]) if multi_valued else options
    literals = [value for option in values if get_origin(option) is Literal for value in get_args(option)]
    models = [option for option in values if isinstance(option, type) and issubclass(option, BaseModel)]
    return {
        "name": info.alias or name,
        "type": marker.type,
        "multi_valued": multi_valued,
        **{key: getattr(marker, key) for key in ("required", "mutability", "returned", "uniqueness", "case_exact")},
        "reference_types": marker.reference_types,
        "indexed": marker.indexed,
        "canonical_values": set(literals),  # a set: `typing` takes Literals of another order for the same, and caches
        "closed": bool(literals) and all(get_origin(option) is Literal for option in values),
        "must_be_given": info.is_required(),
        "sub_attributes": read_back(models[0]) if models else [],
    }


def _options(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]

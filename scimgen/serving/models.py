"""The pydantic models of an app, created in memory by the same plan as the emitted ones.

No source text is made, so nothing of a description becomes code.
"""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from scimgen.emit.models.plan import Class, plan_modules
from scimgen.emit.models.plan import Field as PlannedField
from scimgen.model import App, Attribute, AttributeType
from scimgen.model.characteristics import IN_MARKER
from scimgen.serving.runtime import runtime_module

if TYPE_CHECKING:
    from scimgen_server.schema import models as base
else:
    base = runtime_module("schema.models")

_BASES: dict[str, type[BaseModel]] = {
    "Resource": base.Resource,
    "Extension": base.Extension,
    "Complex": base.Complex,
}
_TYPES: dict[AttributeType, Any] = {
    AttributeType.STRING: str,
    AttributeType.BOOLEAN: bool,
    AttributeType.DECIMAL: base.Decimal,
    AttributeType.INTEGER: int,
    AttributeType.DATE_TIME: base.DateTime,
    AttributeType.BINARY: base.Binary,
    AttributeType.REFERENCE: base.Reference,
}
_WORDS = (AttributeType.STRING, AttributeType.REFERENCE)


def resource_models(app: App) -> dict[str, "type[base.Resource]"]:
    """The model of each resource type, by the name of the resource type."""
    found: dict[str, type[base.Resource]] = {}
    for resource_type, module in zip(app.resource_types, plan_modules(app), strict=True):
        models: dict[str, type[BaseModel]] = {}
        for class_ in module.classes:
            models[class_.name] = _model(class_, models)
        resource = models[module.classes[-1].name]
        assert issubclass(resource, base.Resource)
        found[resource_type.name] = resource
    return found


def _model(class_: Class, models: dict[str, type[BaseModel]]) -> type[BaseModel]:
    """One class of the plan.

    Args:
        models: the classes before it, which its fields refer to.
    """
    fields: dict[str, Any] = {field.name: _field(field, models) for field in class_.fields}
    model = create_model(
        class_.name, __base__=_BASES[class_.base], __doc__=class_.description, **fields
    )
    if class_.schema is not None:
        setattr(model, "SCHEMA", class_.schema)  # noqa: B010 - a class variable that the base only declares
    return model


def _field(field: PlannedField, models: dict[str, type[BaseModel]]) -> tuple[Any, Any]:
    """The annotation and the default of a field."""
    value = models[field.model] if field.model else _simple(field.attribute)
    if field.attribute is not None and field.attribute.multi_valued:
        value = list[value]  # type: ignore[valid-type]
    default: Any = ...
    if field.default is not None:
        default = field.default
    elif not field.required:
        value, default = value | None, None
    metadata: list[Any] = [_marker(field.attribute)]
    if field.alias != field.name:
        metadata.insert(0, Field(alias=field.alias))
    return Annotated[value, *metadata], default


def _simple(attribute: Attribute | None) -> Any:
    """The type of one value of an attribute that is not complex."""
    assert attribute is not None  # an extension has a model
    value = _TYPES[attribute.type]
    if not attribute.canonical_values or attribute.type not in _WORDS:
        return value
    allowed = Literal[tuple(dict.fromkeys(attribute.canonical_values))]  # type: ignore[valid-type]
    # RFC 7643 section 7: canonical values are suggestions, unless the service provider restricts to
    # them.
    return allowed if attribute.closed else allowed | value


def _marker(attribute: Attribute | None) -> "base.Scim":
    if attribute is None:
        return base.Scim("complex")
    return base.Scim(
        type=attribute.type.value,
        **{
            entry.field: _plain(entry.of(attribute))
            for entry in IN_MARKER
            if entry.applies_to(attribute.type)
        },
    )


def _plain(value: Any) -> Any:
    """The value of a characteristic in the runtime, which does not have the toolkit's enums."""
    return value.value if isinstance(value, Enum) else value

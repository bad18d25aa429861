"""The plan of the modules: all classes and fields with their final names."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scimgen.emit.models.names import (
    FIELD_RESERVED,
    RESOURCE_FIELD_RESERVED,
    class_name,
    extension_name,
    field_names,
    module_name,
    settle,
)
from scimgen.emit.models.text import sentence
from scimgen.model import (
    App,
    Attribute,
    AttributeType,
    Kind,
    Mutability,
    ResourceType,
    SchemaExtension,
)

# RFC 7643 section 3.1: every resource has these attributes, so the class `Resource` already has
# them.
_COMMON = frozenset(("schemas", "id", "externalid", "meta"))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class.

    Args:
        name: The name in Python.
        alias: The name in SCIM messages: that of the attribute, or the URN of the extension.
        attribute: The attribute. None for an extension.
        model: The class of the values of a complex attribute, or of the extension.
        default: The default value, if it is not None.
    """

    name: str
    alias: str
    attribute: Attribute | None
    model: str | None = None
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether a caller must give a value.

        Read-only attributes are never required (RFC 7643 section 7).
        """
        attribute = self.attribute
        return (
            attribute is not None
            and attribute.required
            and attribute.mutability is not Mutability.READ_ONLY
        )


@dataclass(frozen=True, slots=True)
class Class:
    """A class for a resource type, an extension, or the values of a complex attribute."""

    name: str
    base: str
    description: str
    schema: str | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """A module with the classes of one resource type.

    Each class comes after those that it needs.
    """

    name: str
    description: str
    classes: tuple[Class, ...]

    @property
    def path(self) -> str:
        return f"models/{self.name}.py"


@dataclass(frozen=True, slots=True)
class ResourceName:
    """The module and the name of the class of a resource type."""

    module: str
    class_name: str


def resource_names(app: App) -> dict[str, ResourceName]:
    """The module and class of every resource type, by its name.

    >>> from scimgen.model import Schema
    >>> schema = Schema(id="urn:a:b")
    >>> profile = ResourceType(name="Access Profile", endpoint="/Profiles", schema=schema)
    >>> resource_names(App(name="crm", vendor="acme", resource_types=(profile,)))
    {'Access Profile': ResourceName(module='access_profile', class_name='AccessProfile')}
    """
    names = [resource_type.name for resource_type in app.resource_types]
    modules = settle({name: [module_name(name)] for name in names})
    classes = settle({name: [class_name(name)] for name in names})
    return {name: ResourceName(modules[name], classes[name]) for name in names}


def plan_modules(app: App, only: Collection[str] | None = None) -> Iterator[Module]:
    """Plan the independent modules of all resource types, or of those in `only`."""
    names = resource_names(app)
    for resource_type in app.resource_types:
        if only is None or resource_type.name in only:
            yield _module(resource_type, names[resource_type.name])


def _module(resource_type: ResourceType, name: ResourceName) -> Module:
    resource = name.class_name
    attributes = [a for a in resource_type.schema.attributes if a.name.lower() not in _COMMON]
    models = _ClassNames(resource, resource_type.extensions, attributes)
    texts = (resource_type.description, resource_type.schema.description)
    description = next((text for text in texts if text and text != resource_type.name), "")
    classes: list[Class] = []
    for extension in resource_type.extensions:
        schema = extension.schema
        own = models.of(schema.id)
        fields = tuple(_fields(own, schema.attributes, models))
        text = sentence(schema.description or schema.name or f"The extension {schema.id}")
        classes += [
            *_complex_classes(own, schema.attributes, models),
            Class(own, "Extension", text, schema.id, fields),
        ]
    fields = tuple(_fields(resource, attributes, models, resource_type))
    text = sentence(description or f"The resource type {resource_type.name}")
    classes += [
        *_complex_classes(resource, attributes, models),
        Class(resource, "Resource", text, resource_type.schema.id, fields),
    ]
    summary = f"{resource_type.name}: {description}" if description else resource_type.name
    return Module(name.module, sentence(summary), tuple(classes))


class _ClassNames:
    """The class names of one module.

    That of the resource is fixed. Extensions come before complex attributes.
    """

    def __init__(
        self, resource: str, extensions: Sequence[SchemaExtension], attributes: Sequence[Attribute]
    ) -> None:
        urns = [extension.schema.id for extension in extensions]
        shorts = {urn: [class_name(extension_name(urn)), class_name(urn)] for urn in urns}
        self._names = {(urn, ""): name for urn, name in settle(shorts, {resource}).items()}
        owners = [
            (resource, attributes),
            *((self.of(e.schema.id), e.schema.attributes) for e in extensions),
        ]
        self.all = {resource, *self._names.values()}
        while owners:
            owners = self._add(owners)

    def of(self, owner: str, attribute: str = "") -> str:
        """The class of an extension by its URN, or of a complex attribute of an owner."""
        return self._names[owner, attribute]

    def _add(
        self, owners: list[tuple[str, Sequence[Attribute]]]
    ) -> list[tuple[str, Sequence[Attribute]]]:
        """Name the complex attributes of all owners at one depth.

        Returns:
            The owners at the next depth.
        """
        found = {
            f"{owner}.{a.name}": (owner, a)
            for owner, attributes in owners
            for a in attributes
            if _is_complex(a)
        }
        settled = settle(
            {key: [class_name(f"{owner} {a.name}")] for key, (owner, a) in found.items()}, self.all
        )
        self._names |= {(owner, a.name): settled[key] for key, (owner, a) in found.items()}
        self.all |= set(settled.values())
        return [(settled[key], a.sub_attributes) for key, (_, a) in found.items()]


def _fields(
    owner: str,
    attributes: Sequence[Attribute],
    models: _ClassNames,
    resource_type: ResourceType | None = None,
) -> Iterator[Field]:
    extensions = resource_type.extensions if resource_type else ()
    wire = [*(a.name for a in attributes), *(extension.schema.id for extension in extensions)]
    reserved = (RESOURCE_FIELD_RESERVED if resource_type else FIELD_RESERVED) | models.all
    names = field_names(wire, reserved)
    for a in attributes:
        model = models.of(owner, a.name) if _is_complex(a) else None
        default = _default(resource_type, a) if resource_type else None
        yield Field(names[a.name], a.name, a, model, default)
    for extension in extensions:
        urn = extension.schema.id
        yield Field(names[urn], urn, None, models.of(urn))


def _default(resource_type: ResourceType, attribute: Attribute) -> str | None:
    """The default of the `type` of an entitlement is the name of its resource type."""
    named = resource_type.kind is Kind.ENTITLEMENT and attribute.name.lower() == "type"
    fits = attribute.type is AttributeType.STRING and not attribute.multi_valued
    closed = attribute.closed and attribute.canonical_values
    allowed = not closed or resource_type.name in attribute.canonical_values
    return resource_type.name if named and fits and allowed else None


def _complex_classes(
    owner: str, attributes: Sequence[Attribute], models: _ClassNames
) -> Iterator[Class]:
    for a in attributes:
        if _is_complex(a):
            name = models.of(owner, a.name)
            text = f"One value of `{a.name}`." if a.multi_valued else f"The value of `{a.name}`."
            yield from _complex_classes(name, a.sub_attributes, models)
            yield Class(name, "Complex", text, None, tuple(_fields(name, a.sub_attributes, models)))


def _is_complex(attribute: Attribute) -> bool:
    return attribute.type is AttributeType.COMPLEX

"""Report the differences between the documents that were read and those of the description."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scimgen.documents import (
    resource_type_to_json,
    schema_to_json,
    service_provider_config_to_json,
    urns,
)
from scimgen.importing.config import member, scheme_types
from scimgen.importing.read import Read, ReadType
from scimgen.model import App, Attribute, ResourceType, Schema
from scimgen.model.characteristics import IN_DOCUMENTS

Json = dict[str, Any]

PROTOCOL = frozenset(
    urn.lower() for urn in (urns.SCHEMA, urns.RESOURCE_TYPE, urns.SERVICE_PROVIDER_CONFIG)
)
"""The schemas of discovery itself (RFC 7643 section 8.7.2). They contain nothing about an app."""

_COMMON = frozenset(("schemas", "id", "externalid", "meta"))


class Effect(StrEnum):
    """The kind of a difference."""

    LOST = "lost"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Args:
        owner: The name of the resource type, the URN of the schema, or `ServiceProviderConfig`.
        what: The part that differs. "" is the whole.
        message: The old and the new value.
    """

    effect: Effect
    owner: str
    what: str
    message: str = ""

    def __str__(self) -> str:
        name = f"{self.owner}: {self.what}" if self.what else self.owner
        return f"{self.effect}: {name}" + (f", {self.message}" if self.message else "")


def differences(read: Read, app: App) -> Iterator[Difference]:
    """Find the differences between the documents of an app and those that were read.

    All documents that were read belong to one service provider. Some differences are not reported:

    - Additional parts of a kind that was not read at all. A /Schemas alone does not define resource
    types.
    - The schemas of discovery itself.
    - The common attributes, if a schema lists them. They are part of every resource (RFC 7643
    section 3.1).
    - A characteristic that has no effect for the type of the attribute (section 2.3).
    """
    served = {schema.id.lower(): schema for schema in app.schemas()}
    for folded, schema in read.schemas.items():
        if folded not in served and folded not in PROTOCOL:
            yield Difference(Effect.LOST, schema.id, "", "the schema")
        elif folded in served:
            yield from schema_differences(schema, served[folded])
    types = {type_.name: type_ for type_ in app.resource_types}
    for read_type in read.types:
        if read_type.schema.lower() in PROTOCOL:
            continue
        if read_type.name not in types:
            yield Difference(Effect.LOST, read_type.name, "", "the resource type")
        else:
            yield from _type_differences(read_type, types[read_type.name])
    if read.schemas and read.types:
        yield from _added(read, app)
    if read.config:
        yield from _config_differences(read.config, service_provider_config_to_json(app))


def _added(read: Read, app: App) -> Iterator[Difference]:
    for schema in app.schemas():
        if read.schema(schema.id) is None:
            yield Difference(Effect.ADDED, schema.id, "", "the schema")
    names = {type_.name for type_ in read.types}
    for type_ in app.resource_types:
        if type_.name not in names:
            yield Difference(Effect.ADDED, type_.name, "", "the resource type")


def schema_differences(read: Schema, served: Schema) -> Iterator[Difference]:
    """Find the differences between a schema that was read and the schema that the app serves."""
    ours, theirs = schema_to_json(read), schema_to_json(served)
    for key in ("id", "name", "description"):
        yield from _member(read.id, key, ours.get(key), theirs.get(key))
    yield from _attributes(read.id, "", read.attributes, served.attributes)


def _attributes(
    owner: str, path: str, read: tuple[Attribute, ...], served: tuple[Attribute, ...]
) -> Iterator[Difference]:
    """Compare attributes by name. Case and order do not matter (RFC 7643 sections 2.1 and 2.5)."""
    ours = {attribute.name.lower(): attribute for attribute in read}
    theirs = {attribute.name.lower(): attribute for attribute in served}
    for folded, attribute in ours.items():
        name = f"{path}{attribute.name}"
        if folded not in theirs:
            if path or folded not in _COMMON:
                yield Difference(Effect.LOST, owner, name)
            continue
        other = theirs[folded]
        yield from _characteristics(owner, name, attribute, other)
        yield from _attributes(owner, f"{name}.", attribute.sub_attributes, other.sub_attributes)
    for folded, attribute in theirs.items():
        if folded not in ours:
            yield Difference(Effect.ADDED, owner, f"{path}{attribute.name}")


def _characteristics(
    owner: str, name: str, read: Attribute, served: Attribute
) -> Iterator[Difference]:
    yield from _member(owner, f"{name}.name", read.name, served.name)
    yield from _member(owner, f"{name}.type", read.type, served.type)
    for entry in IN_DOCUMENTS:
        ours, theirs = entry.of(read), entry.of(served)
        if isinstance(ours, tuple):
            # The order of a multi-valued attribute has no meaning (RFC 7643 section 2.4).
            yield from _member(owner, f"{name}.{entry.name}", sorted(ours), sorted(theirs))
        elif entry.applies_to(served.type):
            yield from _member(owner, f"{name}.{entry.name}", ours, theirs)


def _member(owner: str, what: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    if ours == theirs:
        return
    if ours in (None, "", []):
        yield Difference(Effect.ADDED, owner, what, _shown(theirs))
    elif theirs in (None, "", []):
        yield Difference(Effect.LOST, owner, what, _shown(ours))
    else:
        yield Difference(Effect.CHANGED, owner, what, f"{_shown(theirs)} instead of {_shown(ours)}")


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = ", ".join(map(str, value)) if isinstance(value, list) else text
    return text if len(text) <= 60 else f"{text[:57]}…"


def _type_differences(read: ReadType, served: ResourceType) -> Iterator[Difference]:
    document = resource_type_to_json(served)
    for key in ("id", "endpoint", "schema", "description"):
        ours = getattr(read, key)
        if key == "id" and not ours:
            continue  # RFC 7643 section 6: "id" is OPTIONAL
        yield from _member(read.name, key, ours, document[key])
    ours = dict(read.extensions)
    theirs = {
        extension["schema"]: extension["required"]
        for extension in document.get("schemaExtensions", ())
    }
    for urn in sorted({*ours, *theirs}):
        yield from _member(read.name, f"schemaExtensions {urn}", ours.get(urn), theirs.get(urn))


def _config_differences(read: Json, served: Json) -> Iterator[Difference]:
    """Compare the members of RFC 7643 section 5.

    The descriptions of authentication schemes are not compared.
    """
    owner = "ServiceProviderConfig"
    yield from _member(
        owner, "documentationUri", member(read, "documentationUri"), served.get("documentationUri")
    )
    for feature in ("patch", "bulk", "filter", "changePassword", "sort", "etag", "pagination"):
        ours = member(read, feature)
        if not isinstance(ours, dict):
            if feature != "pagination":  # most servers are older than RFC 9865
                yield Difference(Effect.ADDED, owner, feature)
            continue
        for key, value in ours.items():
            yield from _member(owner, f"{feature}.{key}", value, member(served.get(feature), key))
    ours, theirs = (
        scheme_types(member(config, "authenticationSchemes")) for config in (read, served)
    )
    yield from _member(owner, "authenticationSchemes", ours, theirs)

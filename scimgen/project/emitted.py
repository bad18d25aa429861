"""The model that a project was emitted from last, read from its files: documents, values, and models for the rest.

Only the resource types that are another now are read, so that one change among many is found quickly.
"""

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from scimgen.compare.common import kind_of_schema
from scimgen.compare.comparison import Comparison, compare
from scimgen.documents import schema_from_json
from scimgen.emit.documents import value_file
from scimgen.emit.models import resource_names
from scimgen.model import App, Attribute, Managed, ResourceType, Schema, SchemaExtension, Value

Read = Callable[[str], bytes | None]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Emitted:
    """One emission: documents by name and URN; by type the arguments in `resource_types.py`, values and models."""

    types: dict[str, Json]
    schemas: dict[str, Json]
    declared: dict[str, Json]
    values: dict[str, bytes]
    models: dict[str, bytes]

    def whole(self, name: str) -> tuple[Any, ...]:
        """All that was emitted for one resource type."""
        parts = (self.types, self.declared, self.values, self.models)
        return (*(part.get(name) for part in parts), *self.schemas_of(name))

    def schemas_of(self, name: str) -> Iterator[Json]:
        """Its base schema, then its extensions'."""
        type_ = self.types.get(name, {})
        for urn in [type_.get("schema"), *(extension["schema"] for extension in type_.get("schemaExtensions", ()))]:
            if urn in self.schemas:
                yield self.schemas[urn]


def compare_emitted(old: Read, new: Read, app: App) -> Comparison | None:
    """What changed since the last emission; None where there was none, or its files are no longer whole.

    Args:
        old: gives a path's bytes as they were emitted before.
        new: gives them as they are emitted now.
        app: the model that is emitted now.
    """
    types = {type_.name: type_ for type_ in app.resource_types}
    try:
        before, after = _emitted(old, app), _emitted(new, app)
        changed = [name for name in types if before.whole(name) != after.whole(name)]
        concerned = {*changed, *(before.types.keys() - types.keys())}
        known = tuple(_type(before, name, types.get(name)) for name in before.types if name in concerned)
    except (LookupError, TypeError, ValueError, SyntaxError):  # not there, or as another release wrote them
        return None
    return compare(
        replace(app, resource_types=known), replace(app, resource_types=tuple(types[name] for name in changed))
    )


def _emitted(read: Read, app: App) -> _Emitted:
    def resources(name: str) -> list[Json]:
        found: list[Json] = json.loads(read(f"{app.package}/documents/{name}.json") or b"null")["Resources"]
        return found

    types = {one["name"]: one for one in resources("ResourceTypes")}
    schemas = {one["id"]: one for one in resources("Schemas")}
    values = {name: read(f"{app.package}/values/{value_file(name)}") for name in types}
    modules = {name: read(f"{app.package}/models/{named.module}.py") for name, named in resource_names(app).items()}
    declared = _declared((read(f"{app.package}/resource_types.py") or b"").decode())
    return _Emitted(types, schemas, declared, _present(values), _present(modules))


def _present(texts: dict[str, bytes | None]) -> dict[str, bytes]:
    return {name: text for name, text in texts.items() if text is not None}


def _type(emitted: _Emitted, name: str, new: ResourceType | None) -> ResourceType:
    """A resource type as it was.

    Args:
        new: as it is now.
    """
    document = emitted.types[name]
    unsaid = _unsaid(emitted.models.get(name, b"").decode())
    schemas = [_filled(schema_from_json(schema), unsaid) for schema in emitted.schemas_of(name)]
    required = {extension["schema"]: extension["required"] for extension in document.get("schemaExtensions", ())}
    values = json.loads(emitted.values.get(name, b"[]"))
    base, declared = schemas[0], emitted.declared.get(name, {})
    return ResourceType(
        name=name,
        endpoint=document["endpoint"],
        schema=base,
        description=document["description"],
        extensions=tuple(SchemaExtension(schema=one, required=required[one.id]) for one in schemas[1:]),
        kind=new.kind if new and new.schema.id == base.id else kind_of_schema(base.id),
        values=tuple(Value(id=str(value["id"]), resource=value) for value in values),
        managed=Managed(declared.get("managed", "scim")),
        limit=declared.get("limit"),
    )


def _declared(module: str) -> dict[str, Json]:
    """What `resource_types.py` has of each resource type and its discovery document has not; parsed, never run."""
    calls = (
        {keyword.arg: keyword.value for keyword in node.keywords}
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.Call)
    )
    return {
        ast.literal_eval(call["name"]): {
            name: ast.literal_eval(call[name]) for name in ("managed", "limit") if name in call
        }
        for call in calls
        if "name" in call
    }


Unsaid = dict[tuple[str, ...], tuple[bool, bool]]
"""What /Schemas does not have of an attribute: whether it is indexed, and its canonical values closed.

By the URN of its schema and its names, all in small letters."""


def _filled(schema: Schema, unsaid: Unsaid) -> Schema:
    def fill(attribute: Attribute, path: tuple[str, ...]) -> Attribute:
        path = (*path, attribute.name.lower())
        indexed, closed = unsaid.get(path, (False, False))
        subs = tuple(fill(sub, path) for sub in attribute.sub_attributes)
        return replace(attribute, indexed=indexed, closed=closed, sub_attributes=subs)

    return replace(schema, attributes=tuple(fill(one, (schema.id.lower(),)) for one in schema.attributes))


def _unsaid(module: str) -> Unsaid:
    """The attributes of an emitted module of models; parsed, never run."""
    classes = {node.name: node for node in ast.parse(module).body if isinstance(node, ast.ClassDef)}
    found: Unsaid = {}

    def walk(class_: ast.ClassDef, path: tuple[str, ...]) -> None:
        for node in class_.body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.annotation, ast.Subscript):
                continue
            annotation = node.annotation.slice
            if not isinstance(annotation, ast.Tuple) or not isinstance(node.target, ast.Name):
                continue
            keywords = {
                keyword.arg: ast.literal_eval(keyword.value)
                for call in annotation.elts[1:]
                if isinstance(call, ast.Call)
                for keyword in call.keywords
            }
            here = (*path, str(keywords.get("alias", node.target.id)).lower())
            names = {name.id for name in ast.walk(annotation.elts[0]) if isinstance(name, ast.Name)}
            found[here] = (bool(keywords.get("indexed")), "Literal" in names and "str" not in names)
            for name in names & classes.keys():
                if not _urn(classes[name]):
                    walk(classes[name], here)

    for class_ in classes.values():
        if urn := _urn(class_):
            walk(class_, (urn.lower(),))
    return found


def _urn(class_: ast.ClassDef) -> str:
    """The `SCHEMA` of a class, "" for that of a complex attribute."""
    for node in class_.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "SCHEMA":
            return str(ast.literal_eval(node.value)) if node.value else ""
    return ""

"""`.scimgen/model.jsonl`: the model that the project was generated from.

The next run compares its own model with it, so that it can report what a change means for stored
data. The file has one JSON object per line, so that its diff is short and branches merge: the app,
its schemas with their attributes, its resource types. Values are not in it: they have their own
files, `values/`.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scimgen.emit.files import EmittedFile, Ownership, ProjectTarget, Reuse
from scimgen.errors import ScimgenError
from scimgen.model import App, ResourceType
from scimgen.model.data import from_data, to_data

PATH = ".scimgen/model.jsonl"


class NotAModel(ScimgenError, ValueError):
    """The text is not from `dump`. It was edited, or another release wrote it."""


def emit_last_model(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit the file."""
    yield EmittedFile(PATH, dump(app).encode(), Ownership.EMITTED, "documents")


def dump(app: App) -> str:
    """Write the model as text, without values and positions."""
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in _lines(app))


def _lines(app: App) -> Iterator[dict[str, Any]]:
    yield {"app": to_data(replace(app, resource_types=(), allowed_breaks=()))}
    for schema in app.schemas():
        yield {"schema": to_data(replace(schema, attributes=()))}
        for attribute in schema.attributes:
            yield {"attribute": to_data(attribute)}
    for type_ in app.resource_types:
        yield {"resourceType": _type_data(type_)}


def _type_data(type_: ResourceType) -> dict[str, Any]:
    """A resource type with the URNs of its schemas instead of the schemas."""
    data: dict[str, Any] = to_data(replace(type_, values=()))
    data["schema"] = type_.schema.id
    for extension in data.get("extensions", ()):
        extension["schema"] = extension["schema"]["id"]
    return data


def parse(text: str) -> App:
    """Read a model from the text of `dump`.

    Raises:
        NotAModel: the text is something else.
    """
    app: dict[str, Any] | None = None
    schemas: dict[str, dict[str, Any]] = {}
    types: list[dict[str, Any]] = []
    try:
        # Not splitlines: texts may contain other line separators.
        for line in text.removesuffix("\n").split("\n"):
            ((kind, data),) = json.loads(line).items()
            match kind:
                case "app":
                    app = data
                case "schema":
                    schemas[data["id"].lower()] = {**data, "attributes": []}
                case "attribute":
                    schemas[next(reversed(schemas))]["attributes"].append(data)
                case "resourceType":
                    types.append(data)
                case _:
                    raise NotAModel(f"{kind!r} is no part of a model")
        resolved = [_with_schemas(data, schemas) for data in types]
        return _app({**(app or {}), "resource_types": resolved})
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        raise NotAModel(str(error)) from error


def _with_schemas(type_: dict[str, Any], schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A resource type with its schemas instead of their URNs."""
    extensions = [
        {**extension, "schema": schemas[extension["schema"].lower()]}
        for extension in type_.get("extensions", ())
    ]
    return {**type_, "schema": schemas[type_["schema"].lower()], "extensions": extensions}


def _app(data: dict[str, Any]) -> App:
    app: App = from_data(App, data)
    return app

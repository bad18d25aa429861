"""Load the two sides of a comparison.

A description, documents in a file or folder, a git revision, or a live server.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from scimgen.comparison.common import Loaded
from scimgen.comparison.documents import load_documents
from scimgen.comparison.git import Revision, is_revision
from scimgen.description import load
from scimgen.diagnostics import Diagnostic
from scimgen.documents.recognise import Shape, recognise
from scimgen.errors import ScimgenError
from scimgen.model import App, ResourceType, Value
from scimgen.place import Place
from scimgen.source import Document, Scalar, Unreadable, read_text, walk
from scimgen.validation.inputs import files, is_url, read

ENDINGS = (".scim.yaml", ".scim.yml", ".scim.json")


class Faulty(ScimgenError):
    """The description has errors and cannot be compared."""

    def __init__(self, name: str, findings: list[Diagnostic]) -> None:
        super().__init__(f"{name}: the description has errors")
        self.findings = findings


def load_source(
    name: str,
    token: str | None,
    note: Callable[[str], None],
    *,
    values: bool = False,
    progress: Callable[[str], None] = lambda step: None,
    tolerate: Callable[[str], None] | None = None,
) -> Loaded:
    """Load one side of a comparison.

    Args:
        name: A file, a folder, `-`, `REV:PATH`, or the base URL of a live server.
        token: The bearer token for a live server.
        note: Called with a message about each part that is left out.
        values: Whether to read the values of roles and entitlements from a live server as well.
        progress: Called with the name of what is read.
        tolerate: Called with each fault of a document that is compared nevertheless. None refuses
            such a document.

    Raises:
        Unreadable: It cannot be read, or contains nothing to compare.
        Faulty: It is a description with errors.
    """
    if is_url(name):
        from scimgen.discovery import read_server

        found = load_documents(name, read_server(name, token, (), note), tolerate)
        return _with_values(found, token, progress) if values else found
    if name == "-" or os.path.lexists(name):
        return _local(name, tolerate)
    if is_revision(name):
        return _revision(name, tolerate)
    raise Unreadable(f"{name}: no such file, and no git revision with a path (REV:PATH)")


def _with_values(loaded: Loaded, token: str | None, progress: Callable[[str], None]) -> Loaded:
    """Add all values of a server, read page by page."""
    from scimgen.discovery import has_values, read_values

    endpoints = {
        type_.name: type_.endpoint
        for type_ in loaded.app.resource_types
        if has_values(type_.schema.id)
    }
    found = read_values(loaded.name, endpoints, token, progress)
    resource_types = tuple(
        _with_resources(type_, found.get(type_.name, ())) for type_ in loaded.app.resource_types
    )
    return replace(loaded, app=replace(loaded.app, resource_types=resource_types), has_values=True)


def _with_resources(type_: ResourceType, found: Iterable[dict[str, Any]]) -> ResourceType:
    values = (Value(id=one["id"], resource=one, place=type_.place) for one in found)
    return replace(type_, values=tuple(values))


def _local(name: str, tolerate: Callable[[str], None] | None) -> Loaded:
    if name != "-" and os.path.isdir(name):
        # The folder of an app also contains its documents. The description defines more than they
        # do.
        descriptions = sorted(
            entry.path for entry in os.scandir(name) if entry.name.endswith(ENDINGS)
        )
        if len(descriptions) > 1:
            raise Unreadable(
                f"{name}: more than one description: {', '.join(descriptions)}; name one"
            )
        if descriptions:
            return _description(name, read(Path(descriptions[0])))
        documents = [read(file) for file, _ in files([name])]
        return load_documents(name, _documents(name, documents), tolerate)
    document = read(Path(name))
    if is_description(document):
        return _description(name, document)
    return load_documents(name, [document], tolerate)


def is_description(document: Document) -> bool:
    """Whether a document is a description, by its keys, or by its name if it cannot be read."""
    if document.root is None:
        return document.source.name.lower().endswith(ENDINGS)
    return recognise(document.root) is Shape.DESCRIPTION


def _documents(name: str, documents: list[Document]) -> Iterator[Document]:
    """The SCIM documents of a folder. Other documents are skipped."""
    for document in documents:
        if is_description(document):
            raise Unreadable(
                f"{name}: a description below other files, {document.source.name}; name one of them"
            )
        if document.root is not None and recognise(document.root) is not Shape.UNKNOWN:
            yield document


def _description(name: str, document: Document) -> Loaded:
    app, findings = load(document)
    if app is None:
        raise Faulty(name, findings)
    return Loaded(name, app)


def _revision(name: str, tolerate: Callable[[str], None] | None) -> Loaded:
    revision = Revision(name)
    documents = list(revision.documents())
    descriptions = [document for document in documents if is_description(document)]
    if revision.type == "tree" and len(descriptions) > 1:
        raise Unreadable(f"{name}: more than one description; name one")
    if not descriptions:
        return load_documents(name, _documents(name, documents), tolerate)
    found = descriptions[0]
    path = found.source.name
    whole = Revision(path) if revision.type == "tree" else revision
    return _description_of(name, whole, found)


def _description_of(name: str, revision: Revision, document: Document) -> Loaded:
    """Load a description with the CSV files of the same revision."""
    # The description reader needs CSV files in a folder, so they are written to a temporary one.
    with TemporaryDirectory(prefix="scimgen-") as folder:
        for _, node in walk(document.root) if document.root else ():
            text = node.value if isinstance(node, Scalar) else None
            if not isinstance(text, str) or not text.endswith(".csv") or ".." in Path(text).parts:
                continue
            target = Path(folder, Path(text).relative_to(Path(text).anchor))
            try:
                data = revision.read(text)
            except Unreadable:
                continue  # reported by the description reader
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        shown = PurePosixPath(document.source.name)
        here = read_text(
            str(Path(folder, shown.name.rpartition(":")[2])),
            document.source.text.encode("utf-8"),
            document.language,
        )
        app, findings = load(here)

    base = document.source.name.removesuffix(shown.name.rpartition(":")[2])
    moved: tuple[App | None, list[Diagnostic]] = _moved(
        (app, findings), lambda file: f"{base}{Path(file).relative_to(folder).as_posix()}"
    )
    if moved[0] is None:
        raise Faulty(name, moved[1])
    return Loaded(name, moved[0])


def _moved(node: Any, named: Callable[[str], str]) -> Any:
    """Replace the file name in all places."""
    if isinstance(node, Place):
        return replace(node, file=named(node.file))
    if isinstance(node, tuple | list):
        return type(node)(_moved(item, named) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(
            node, **{field.name: _moved(getattr(node, field.name), named) for field in fields(node)}
        )
    return node

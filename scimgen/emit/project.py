"""The whole project: a table of parts, each a function from the app to files."""

from collections.abc import Callable, Collection, Iterator

from scimgen.emit.documents import emit_documents, emit_golden
from scimgen.emit.files import EmittedFile, ProjectTarget, Reuse, UnknownPart, nothing_to_reuse
from scimgen.emit.last_model import emit_last_model
from scimgen.emit.model_modules import emit_model_modules
from scimgen.emit.openapi import emit_openapi
from scimgen.emit.runtime import emit_runtime
from scimgen.emit.server import emit_server
from scimgen.model import App

Part = Callable[[App, ProjectTarget, Reuse], Iterator[EmittedFile]]

PARTS: dict[str, tuple[Part, ...]] = {
    "documents": (emit_documents, emit_openapi, emit_last_model),
    "models": (emit_model_modules,),
    "server": (emit_server, emit_runtime, emit_golden),
}


def emit_project(
    app: App, target: ProjectTarget, only: Collection[str] = (), reuse: Reuse = nothing_to_reuse
) -> dict[str, EmittedFile]:
    """Emit the files of a project, by path.

    Args:
        app: the model.
        target: the name of the description, and how the app gets the server runtime.
        only: the parts to emit. The default is all parts.
        reuse: returns the earlier bytes of a path if their source is the same; see `Reuse`.

    Raises:
        UnknownPart: `only` has a part that does not exist.
    """
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        hint = ": scimgen docs writes the pages for administrators" if "docs" in unknown else ""
        raise UnknownPart(f"{', '.join(unknown)}: no part; the parts are {', '.join(PARTS)}{hint}")
    chosen = [part for name, parts in PARTS.items() if not only or name in only for part in parts]
    files = {file.path: file for part in chosen for file in part(app, target, reuse)}
    return dict(sorted(files.items()))

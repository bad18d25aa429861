"""The command `import`: what to read, where to write, what was lost."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scimgen.cli.console import colour, count, fail, note
from scimgen.diagnostics import render_text
from scimgen.documents.recognise import Shape, recognise
from scimgen.importing.describe import CannotImport, Imported, describe
from scimgen.importing.guess import APP, VENDOR
from scimgen.importing.read import read_documents
from scimgen.source import Document, Unreadable
from scimgen.validation.inputs import files, is_url, read

_MOST_SHOWN = 50
_YAML = (".yaml", ".yml")


@dataclass(slots=True)
class _Inputs:
    documents: list[Document] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run_import(
    paths: tuple[str, ...],
    *,
    output: Path | None = None,
    force: bool = False,
    values: bool = False,
    app: str = "",
    vendor: str = "",
    token: str | None = None,
    quiet: bool = False,
) -> int:
    """Import, print the result, and return the exit code; see `scimgen import --help`."""
    wrong = _arguments(paths, output, force, values, app, vendor)
    if wrong:
        return fail(wrong)
    try:
        inputs = _read(paths, token)
        for failure in inputs.failures:
            note(f"scimgen: {failure}")
        # A description of half a server would look like one of the whole; a configuration has
        # defaults.
        if any("/ServiceProviderConfig" not in failure for failure in inputs.failures):
            return 2
        found = _values(paths, inputs.documents, token, quiet) if values else {}
        origin = ", ".join(path if is_url(path) else Path(path).name or path for path in paths)
        imported = describe(inputs.documents, app=app, vendor=vendor, values=found, origin=origin)
    except Unreadable as error:
        return fail(str(error))
    except CannotImport as error:
        for line in render_text(error.findings, colour(sys.stderr)):
            print(line, file=sys.stderr)
        note(f"scimgen: {error}")
        return 1
    code = _write(imported.text, output, force)
    if not code and not quiet:
        _tell(imported)
    return code


def _arguments(
    paths: tuple[str, ...], output: Path | None, force: bool, values: bool, app: str, vendor: str
) -> str:
    """What is wrong with the arguments, or ""."""
    urls = [path for path in paths if is_url(path)]
    if app and not APP.match(app):
        return f"--app {app}: lower-case letters, digits and -, beginning with a letter"
    if vendor and not VENDOR.match(vendor):
        return (
            f"--vendor {vendor}: lower-case letters, digits and -, at least two (RFC 8141"
            " section 2)"
        )
    if len(urls) > 1:
        return "one server at a time"
    if values and not urls:
        return "--values reads from a live server: give its base URL"
    if output and output.suffix.lower() not in _YAML:
        return f"{output}: a description with comments is YAML: NAME.scim.yaml"
    if output and os.path.lexists(output) and not force:
        return f"{output}: exists; --force overwrites it"
    return ""


def _read(paths: tuple[str, ...], token: str | None) -> _Inputs:
    """Every document of every path.

    Raises:
        Unreadable: a file, folder or server cannot be read at all.
    """
    inputs = _Inputs()
    for file, found in files(path for path in paths if not is_url(path)):
        document = read(file)
        shape = recognise(document.root) if document.root else None
        if found and shape in (Shape.UNKNOWN, Shape.DESCRIPTION):
            continue
        if shape is Shape.DESCRIPTION:
            raise Unreadable(f"{file}: is a description already")
        inputs.documents.append(document)
    for url in filter(is_url, paths):
        from scimgen.validation.live import read_server

        inputs.documents.extend(read_server(url, token, (), inputs.failures.append))
    return inputs


def _values(
    paths: tuple[str, ...], documents: list[Document], token: str | None, quiet: bool
) -> dict[str, list[dict[str, Any]]]:
    """The values of the one server among the paths.

    Raises:
        Unreadable: they cannot be had.
    """
    from scimgen.importing.values import NoValues, read_values
    from scimgen.validation.live import TOKEN

    url = next(filter(is_url, paths))
    types = read_documents(document for document in documents if document.root).types
    try:
        return read_values(
            url, types, token or os.environ.get(TOKEN), (lambda step: None) if quiet else note
        )
    except NoValues as error:
        raise Unreadable(f"{url}: {error}") from error


def _write(text: str, output: Path | None, force: bool) -> int:
    """The description, in one step: a file that came to be in the meantime stays."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
        return 0
    from scimgen.atomic import write_atomically

    if os.path.lexists(output) and not force:
        return fail(f"{output}: exists; --force overwrites it")
    try:
        write_atomically(output, text.encode("utf-8"))
    except OSError as error:
        return fail(f"{output}: {(error.strerror or str(error)).lower()}")
    return 0


def _tell(imported: Imported) -> None:
    """What is not as it was read, on stderr."""
    from scimgen.diagnostics.text import printable

    lines = [*imported.notes, *map(str, imported.differences)]
    for line in lines[:_MOST_SHOWN]:
        note(printable(line))
    if len(lines) > _MOST_SHOWN:
        note(f"and {len(lines) - _MOST_SHOWN} more")
    if imported.differences:
        found = count(len(imported.differences), "difference")
        note(f"{found} from what was read; the description's comments note why")
    elif imported.notes:
        note(
            f"{count(len(imported.notes), 'part')} of what was read cannot be described, see above"
        )
    else:
        note("the documents come back equal in content")

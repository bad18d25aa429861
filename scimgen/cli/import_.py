"""`scimgen import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scimgen.cli.console import fail, note
from scimgen.cli.options import Token

if TYPE_CHECKING:
    from scimgen.importing.describe import Imported
    from scimgen.source import Document

_MOST_SHOWN = 50
_YAML = (".yaml", ".yml")


Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH…|URL",
        help=(
            "/Schemas and /ResourceTypes documents, folders of them, - for standard input, or"
            " the base URL of a live server; together they are one service provider."
        ),
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help="Where the description goes; stdout if left out."
    ),
]
Values = Annotated[
    bool,
    typer.Option(
        "--values", help="Also read the values of roles and entitlements from the server."
    ),
]


def import_(
    paths: Paths,
    output: Output = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    values: Values = False,
    app: Annotated[
        str, typer.Option(help="The app's name; guessed from the URNs if left out.")
    ] = "",
    vendor: Annotated[
        str, typer.Option(help="The namespace of its URNs; guessed from them if left out.")
    ] = "",
    token: Token = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No differences and no progress on stderr.")
    ] = False,
) -> None:
    """Make a description of existing documents or a live server.

    `generate` makes the same documents from it again.

    The description leaves out what follows from scimgen's conventions. It lists in comments what a
    description cannot contain. Every difference is printed on stderr.

    Exit code 0: imported; 1: no description can be made of the input; 2: something could not be
    read or written.

    Examples:

      scimgen import Schemas.json ResourceTypes.json -o crm.scim.yaml

      scimgen import https://crm.example/scim/v2 --values -o crm.scim.yaml
    """
    code = run_import(
        tuple(paths),
        output=output,
        force=force,
        values=values,
        app=app,
        vendor=vendor,
        token=token,
        quiet=quiet,
    )
    raise typer.Exit(code)


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
    import sys

    from scimgen.cli.console import colour
    from scimgen.diagnostics import render_text
    from scimgen.errors import ScimgenError
    from scimgen.importing.describe import CannotImport, describe
    from scimgen.validation.inputs import is_url

    wrong = _fault_of_arguments(paths, output, force, values, app, vendor)
    if wrong:
        return fail(wrong)
    try:
        documents, failures = _read(paths, token)
        for failure in failures:
            note(f"scimgen: {failure}")
        # A description of a part of the server would look complete. Only the
        # ServiceProviderConfig has defaults.
        if any("/ServiceProviderConfig" not in failure for failure in failures):
            return 2
        found = _values(paths, documents, token, quiet) if values else {}
        origin = ", ".join(path if is_url(path) else Path(path).name or path for path in paths)
        imported = describe(documents, app=app, vendor=vendor, values=found, origin=origin)
    except CannotImport as error:
        for line in render_text(error.findings, colour(sys.stderr)):
            print(line, file=sys.stderr)
        fail(str(error))
        return 1
    except ScimgenError as error:
        return fail(str(error))
    code = _write(imported.text, output, force)
    if not code and not quiet:
        _print_losses(imported)
    return code


def _fault_of_arguments(
    paths: tuple[str, ...], output: Path | None, force: bool, values: bool, app: str, vendor: str
) -> str:
    """What is wrong with the arguments, or ""."""
    import os

    from scimgen.importing.guess import APP, VENDOR
    from scimgen.validation.inputs import is_url

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


def _read(paths: tuple[str, ...], token: str | None) -> "tuple[list[Document], list[str]]":
    """Read all documents.

    Returns:
        the documents, and a message for each part of a server that cannot be read.

    Raises:
        Unreadable: a file, folder or server cannot be read.
    """
    from scimgen.documents.recognise import Shape, recognise
    from scimgen.source import Unreadable
    from scimgen.validation.inputs import files, is_url, read

    documents: list[Document] = []
    failures: list[str] = []
    for file, found in files(path for path in paths if not is_url(path)):
        document = read(file)
        shape = recognise(document.root) if document.root else None
        if found and shape in (Shape.UNKNOWN, Shape.DESCRIPTION):
            continue
        if shape is Shape.DESCRIPTION:
            raise Unreadable(f"{file}: is a description already")
        documents.append(document)
    for url in filter(is_url, paths):
        from scimgen.discovery import read_server

        documents.extend(read_server(url, token, (), failures.append))
    return documents, failures


def _values(
    paths: tuple[str, ...], documents: "list[Document]", token: str | None, quiet: bool
) -> dict[str, list[dict[str, Any]]]:
    """Read the values of roles and entitlements from the server among the paths.

    Raises:
        Unreadable: the server does not return them.
    """
    from scimgen.discovery import has_values, read_values
    from scimgen.importing.read import read_documents
    from scimgen.validation.inputs import is_url

    url = next(filter(is_url, paths))
    types = read_documents(document for document in documents if document.root).types
    endpoints = {type_.name: type_.endpoint for type_ in types if has_values(type_.schema)}
    return read_values(url, endpoints, token, (lambda step: None) if quiet else note)


def _write(text: str, output: Path | None, force: bool) -> int:
    """Write the description in one step, but not over a file that was created meanwhile."""
    import os
    import sys

    from scimgen.atomic import write_atomically

    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
        return 0
    if os.path.lexists(output) and not force:
        return fail(f"{output}: exists; --force overwrites it")
    try:
        write_atomically(output, text.encode("utf-8"))
    except OSError as error:
        return fail(f"{output}: {(error.strerror or str(error)).lower()}")
    return 0


def _print_losses(imported: "Imported") -> None:
    """Print the differences from what was read on stderr."""
    from scimgen.diagnostics.text import count, printable

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

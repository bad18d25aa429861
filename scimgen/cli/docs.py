"""`scimgen docs`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.cli.console import fail, note, show
from scimgen.cli.options import Description, NothingToDoQuiet

if TYPE_CHECKING:
    from scimgen.project.reference_pages import ReferenceFolder

_URL = r"https?://[^\s`<>\"\\]+\Z"

Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        help="Where the pages go; docs beside the description if left out.",
    ),
]
BaseUrl = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="The SCIM base URL that people enter, such as https://scim.example.com/scim/v2.",
    ),
]
Since = Annotated[
    str,
    typer.Option(
        metavar="REV|OLD",
        help=(
            "Also list what changed since a git revision of the description, or since OLD, as"
            " for scimgen diff."
        ),
    ),
]
Values = Annotated[int, typer.Option(min=0, help="How many values of a type to list.")]
Check = Annotated[
    bool,
    typer.Option("--check", help="Write nothing; exit 1 if a page is not up to date."),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Also overwrite pages that are not as scimgen wrote them."),
]


def docs(
    file: Description = None,
    output: Output = None,
    base_url: BaseUrl = "",
    since: Since = "",
    values: Values = 50,
    check: Check = False,
    force: Force = False,
    quiet: NothingToDoQuiet = False,
) -> None:
    """Write reference pages for the administrators who connect the app to a client.

    They describe how to connect it, every type with its attributes and values, and requests that
    the server accepts. reference.html needs no other file: mail it, print it, put it on any web
    server. reference.md and its picture, reference.svg, have the same content for a repository.

    A page that somebody else wrote, or edited, is not overwritten without --force.

    Exit code 0: written, or up to date; 1: the description has errors, a page is in the way or not
    up to date; 2: something could not be read or written.

    Examples:

      scimgen docs --base-url https://scim.example.com/scim/v2

      scimgen docs crm.scim.yaml -o site --since v1.2

      scimgen docs --check
    """
    wrong = _fault_of_url(base_url)
    if wrong:
        raise typer.Exit(fail(f"--base-url {base_url}: {wrong}"))
    code, folder = _pages(file, output, base_url, since, values)
    if folder is None:
        raise typer.Exit(code)
    try:
        raise typer.Exit(_check(folder) if check else _write(folder, force, quiet))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise typer.Exit(fail(f"{error.filename or folder.path}: {reason}")) from None


def _fault_of_url(base_url: str) -> str:
    """What is wrong with a base URL, or ""."""
    import re
    from urllib.parse import urlsplit

    if not base_url:
        return ""
    try:
        parts = urlsplit(base_url)
    except ValueError as error:
        return str(error).lower()
    if not re.match(_URL, base_url) or not parts.hostname:
        return "not an http or https address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "an address without a password, ? and #: the pages are for everybody"
    return ""


def _pages(
    file: Path | None, output: Path | None, base_url: str, since: str, values: int
) -> "tuple[int, ReferenceFolder | None]":
    """Make the pages.

    Returns:
        the exit code, and the folder with its pages, None if they cannot be made.
    """
    from urllib.parse import urlsplit

    from scimgen.api import load
    from scimgen.clients import chosen_profiles
    from scimgen.comparison.sources import Faulty
    from scimgen.diagnostics.text import count
    from scimgen.emit.docs import emit_docs
    from scimgen.errors import ScimgenError
    from scimgen.project.find import find_description
    from scimgen.project.reference_pages import ReferenceFolder, release_since

    try:
        path = find_description(file)
        app, findings = load(path)
        show(findings)
        if app is None:
            note(f"{count(len(findings), 'finding')} in {path}: nothing was written")
            return 1, None
        release = release_since(since, path, app, note) if since else None
    except Faulty as error:
        show(error.findings)
        return fail(str(error)), None
    except ScimgenError as error:
        return fail(str(error)), None
    for profile in chosen_profiles(app.clients):
        if profile.refuses_underscore and "_" in (urlsplit(base_url).hostname or ""):
            note(f"--base-url {base_url}: {profile.short} accepts no host with _ in it")
    url = base_url.rstrip("/")
    pages = emit_docs(app, path.name, base_url=url, most_values=values, release=release)
    return 0, ReferenceFolder(output or path.parent / "docs", pages)


def _check(folder: "ReferenceFolder") -> int:
    stale = folder.stale()
    for name in stale:
        note(f"{folder.path / name}: not up to date, or made with other options")
    return 1 if stale else 0


def _write(folder: "ReferenceFolder", force: bool, quiet: bool) -> int:
    """Write all pages or none."""
    foreign = [] if force else folder.foreign()
    for name in foreign:
        page = folder.path / name
        note(f"{page}: edited, or not written by scimgen: use -o with another folder, or --force")
    if foreign:
        note("nothing was written")
        return 1
    written = folder.write()
    if not quiet:
        for name in written:
            note(f"wrote {folder.path / name}")
        if not written:
            note("up to date")
    return 0

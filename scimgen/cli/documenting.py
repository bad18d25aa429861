"""The command `docs`: what to read, which pages to write, and what prevents it."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scimgen.api import NoDescription, find_description, load
from scimgen.cli.console import count, fail, note, show
from scimgen.source import Unreadable

if TYPE_CHECKING:
    from scimgen.compare import Change
    from scimgen.emit.docs import ChangeNote, Release
    from scimgen.model import App

_MOST_CHANGES = 200
_HEADINGS = {"do": "What to do", "stored values": "Stored values"}
_URL = re.compile(r"https?://[^\s`<>\"\\]+\Z")


def run_docs(
    file: Path | None,
    *,
    output: Path | None = None,
    base_url: str = "",
    since: str = "",
    values: int = 50,
    check: bool = False,
    force: bool = False,
    quiet: bool = False,
) -> int:
    """Make the pages, write or check them, and give the exit code; see `scimgen docs --help`."""
    from scimgen.compare.sources import Faulty
    from scimgen.emit.docs import emit_docs

    wrong = _wrong(base_url)
    if wrong:
        return fail(f"--base-url {base_url}: {wrong}")
    try:
        path = find_description(file)
        app, findings = load(path)
        show(findings)
        if app is None:
            note(f"{count(len(findings), 'finding')} in {path}: nothing was written")
            return 1
        release = release_since(since, path, app) if since else None
    except Faulty as error:
        show(error.findings)
        return fail(str(error))
    except (NoDescription, Unreadable) as error:
        return fail(str(error))
    if "okta" in app.clients and "_" in (urlsplit(base_url).hostname or ""):
        note(f"--base-url {base_url}: Okta takes no host with _ in it")
    pages = emit_docs(
        app, path.name, base_url=base_url.rstrip("/"), most_values=values, release=release
    )
    return _Writer(output or path.parent / "docs", force, quiet).run(pages, check)


def _wrong(base_url: str) -> str:
    """What is wrong with a base URL, or ""."""
    if not base_url:
        return ""
    try:
        parts = urlsplit(base_url)
    except ValueError as error:
        return str(error).lower()
    if not _URL.match(base_url) or not parts.hostname:
        return "not an http or https address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "an address without a password, ? and #: the pages are for everybody"
    return ""


def release_since(since: str, path: Path, app: "App") -> "Release":
    """What changed since a revision of the description, or since anything that `scimgen diff`
    reads.

    Raises:
        Unreadable, Faulty: the old side cannot be read.
    """
    from scimgen.compare import compare
    from scimgen.compare.advice import advice
    from scimgen.compare.common import Loaded, in_common
    from scimgen.compare.sources import load_source
    from scimgen.emit.docs import Release
    from scimgen.validation.inputs import is_url

    named = since
    if not (is_url(since) or ":" in since or os.path.lexists(since)):
        relative = Path(os.path.relpath(path)).as_posix()
        named = f"{since}:{relative}" if relative.startswith("../") else f"{since}:./{relative}"
    old = load_source(named, None, note)
    comparison = compare(*in_common(old, Loaded(path.name, app)))
    notes = tuple(_note(change, app.clients) for change in comparison.shown)
    return Release(
        since, notes[:_MOST_CHANGES], tuple(advice(comparison)), max(0, len(notes) - _MOST_CHANGES)
    )


def _note(change: "Change", clients: tuple[str, ...]) -> "ChangeNote":
    """A change for an administrator: what the client shows comes before what the developers do."""
    from scimgen.compare import Severity
    from scimgen.compare.advice import steps
    from scimgen.emit.docs import ChangeNote

    advice = (
        [] if change.severity is Severity.SAFE or change.allowed else list(steps(change, clients))
    )
    advice.sort(key=lambda entry: entry[0] in _HEADINGS)
    headed = tuple((_HEADINGS.get(name, name), text) for name, text in advice)
    return ChangeNote(
        str(change.severity),
        change.message,
        headed,
        change.allowed.reason if change.allowed else "",
    )


class _Writer:
    """Writes pages, except over files that scimgen did not write."""

    def __init__(self, folder: Path, force: bool, quiet: bool) -> None:
        self.folder = folder
        self.force = force
        self.quiet = quiet

    def run(self, pages: dict[str, bytes], check: bool) -> int:
        """All pages or none; gives the exit code."""
        try:
            found = {name: self._read(self.folder / name) for name in pages}
        except OSError as error:
            return fail(f"{error.filename}: {(error.strerror or str(error)).lower()}")
        stale = [name for name, content in pages.items() if found[name] != content]
        if check:
            for name in stale:
                note(f"{self.folder / name}: not up to date, or made with other options")
            return 1 if stale else 0
        in_the_way = [name for name in stale if not self.force and not self._is_ours(found[name])]
        for name in in_the_way:
            note(
                f"{self.folder / name}: not as scimgen made it: take another folder with -o, or"
                " --force"
            )
        if in_the_way:
            note("nothing was written")
            return 1
        return self._write({name: pages[name] for name in stale})

    def _read(self, path: Path) -> bytes | None:
        """The present content; a broken link counts as a file of somebody else."""
        if not os.path.lexists(path):
            return None
        return path.read_bytes() if path.exists() else b""

    def _is_ours(self, content: bytes | None) -> bool:
        from scimgen.emit.docs.render import is_ours

        return content is None or is_ours(content)

    def _write(self, pages: dict[str, bytes]) -> int:
        from scimgen.atomic import write_atomically

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, content in pages.items():
                write_atomically(self.folder / name, content)
        except OSError as error:
            return fail(
                f"{error.filename or self.folder}: {(error.strerror or str(error)).lower()}"
            )
        if not self.quiet:
            for name in pages:
                note(f"wrote {self.folder / name}")
            if not pages:
                note("up to date")
        return 0

"""The entry point of the package: read a document into an App, or report all faults."""

import sys
from collections.abc import Iterable
from keyword import iskeyword
from pathlib import Path

from scimgen.clients import chosen_profiles
from scimgen.description.collisions import check_collisions
from scimgen.description.report import Page, Report
from scimgen.description.resource_types import ResourceTypes
from scimgen.description.structure import check_structure
from scimgen.diagnostics import Diagnostic
from scimgen.model import (
    AllowedBreak,
    App,
    Authentication,
    Kind,
    Mutability,
    ResourceType,
    ServiceProviderConfig,
)
from scimgen.place import Place
from scimgen.source import Document, read_file

_TAKEN = {
    "asyncpg",
    "click",
    "h11",
    "httpx",
    "jwt",
    "pydantic",
    "pytest",
    "starlette",
    "tests",
    "uvicorn",
}
"""The modules that a generated project imports. Its own package cannot have one of these names."""

_AUTHENTICATION = {"bearer": Authentication.BEARER, "basic": Authentication.BASIC}


def load_file(path: Path) -> tuple[App | None, list[Diagnostic]]:
    """Read a description from a file. See `load`.

    Raises:
        Unreadable: The file cannot be read.
    """
    return load(read_file(path))


def load(document: Document) -> tuple[App | None, list[Diagnostic]]:
    """Read a description.

    Args:
        document: The tree of a YAML or JSON text. CSV files are relative to the folder of
            `document.source.name`.

    Returns:
        The app, or None if a finding is an error, and all findings in the order of the text.
    """
    report = Report(document)
    for fault in document.faults:
        place = document.source.place(fault.start, fault.end)
        report.error("description-syntax", fault.message, place, fix=fault.fix)
    if document.root is None:
        return None, report.findings
    page = check_structure(report)
    app = _app(report, page) if page is not None else None
    findings = sorted(report.findings, key=lambda finding: finding.order)
    return (None if report.failed else app), findings


def _app(report: Report, page: Page) -> App:
    _check_package(report, page)
    name, vendor = str(page.get("app", "app")), str(page.get("vendor", "vendor"))
    dialect = page.get("dialect", "okta")
    resource_types = tuple(ResourceTypes(report, page, name, vendor, dialect).read())
    check_collisions(report, resource_types)
    _check_deactivation(report, page, resource_types)
    _check_dialect(report, page, dialect)
    return App(
        name=name,
        vendor=vendor,
        title=page.get("title", name),
        description=page.get("description", ""),
        clients=tuple(page.get("clients", ())),
        dialect=dialect,
        resource_types=resource_types,
        authentication=_authentication(page),
        service_provider_config=ServiceProviderConfig(
            filter_max_results=page.get("maxResults", 1000),
            documentation_uri=page.get("documentationUri", ""),
        ),
        allowed_breaks=_allowed_breaks(report, page),
        place=report.place("/app", key=True),
        places=_places(report, page),
    )


def _places(report: Report, page: Page) -> dict[str, Place | None]:
    """The places of the members of the ServiceProviderConfig."""
    places = report.places("", page, {"documentationUri": "documentationUri"})
    if "maxResults" in page:
        places["/filter/maxResults"] = report.place("/maxResults")
    return places


def _check_dialect(report: Report, page: Page, dialect: str) -> None:
    """Check that every client reads the representation of roles and entitlements."""
    for profile in chosen_profiles(page.get("clients", ())):
        if dialect not in profile.dialects:
            message = f"{profile.short} reads its own resource types, not the draft's"
            fix = f"dialect: {profile.dialects[0]}, or clients without {profile.id}"
            report.error("dialect", message, "/dialect", fix=fix, source=profile.source)


def _authentication(page: Page) -> tuple[Authentication, ...]:
    """The authentication schemes.

    A value that the language does not have was reported, and is left out.
    """
    ways = page.get("authentication", ("bearer", "basic"))
    return tuple(_AUTHENTICATION[way] for way in ways if way in _AUTHENTICATION)


def _check_package(report: Report, page: Page) -> None:
    """Check that the name of the app does not hide another Python module."""
    package = App(name=str(page.get("app", "")), vendor="").package
    if iskeyword(package) or package in _TAKEN or package in sys.stdlib_module_names:
        whose = (
            "a keyword of Python" if iskeyword(package) else "a module of Python or of a library"
        )
        message = f"{package} is {whose}, and the app's package would have the same name"
        fix = f"another name, such as app: {package}-app"
        report.error(
            "name-collision",
            message,
            "/app",
            fix=fix,
            source="Python: modules are found by their names",
        )


def _check_deactivation(report: Report, page: Page, resource_types: Iterable[ResourceType]) -> None:
    """Check that clients can deactivate users.

    Some need `active`, which RFC 7643 makes optional.
    """
    users = next((type_ for type_ in resource_types if type_.kind is Kind.USER), None)
    active = users.schema.attribute("active") if users else None
    names = [
        profile.short
        for profile in chosen_profiles(page.get("clients", ()))
        if profile.needs_active
    ]
    if names and (active is None or active.mutability is Mutability.READ_ONLY):
        problem = "users have no active" if active is None else "active cannot be written"
        verb = "sets" if len(names) == 1 else "set"
        message = f"{problem}: {' and '.join(names)} {verb} it to false to deactivate a user"
        at = "/user/base/attributes/active" if active else "/user/base/without"
        report.warning(
            "user-active",
            message,
            at,
            fix="keep active as the RFC defines it",
            source="RFC 7643 section 4.1.1",
        )


def _allowed_breaks(report: Report, page: Page) -> tuple[AllowedBreak, ...]:
    return tuple(
        AllowedBreak(**entry, place=report.place(f"/allowedBreaks/{index}"))
        for index, entry in enumerate(page.get("allowedBreaks") or ())
        if entry and {"change", "at", "reason"} <= entry.keys()
    )

"""Guess what documents do not contain: the app, its vendor, its title, the version of its URNs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from scimgen.documents import known_schema
from scimgen.importing.read import Read

APP = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
VENDOR = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]\Z")
_OWN = re.compile(
    r"urn:(?P<vendor>[a-z0-9-]+):(?P<params>params:)?scim:schemas:(?P<extension>extension:)?"
    r"(?P<app>[^:]+):(?P<version>[0-9]+(?:\.[0-9]+)*):[^:]+\Z",
    re.IGNORECASE,
)


def own_urns(read: Read) -> list[str]:
    """Every URN that is not defined by the RFCs, Okta or the draft."""
    urns = [schema.id for schema in read.schemas.values()]
    for type_ in read.types:
        urns += [type_.schema, *(urn for urn, _ in type_.extensions)]
    return [urn for urn in dict.fromkeys(urns) if known_schema(urn) is None]


def guess_names(urns: Iterable[str]) -> tuple[str, str]:
    """The most frequent names of app and vendor in the URNs, or "".

    >>> guess_names(["urn:acme:scim:schemas:extension:crm:1.0:User"])
    ('crm', 'acme')
    """
    # A URN in the form of scimgen's own conventions is more reliable than one that is only similar.
    exact: Counter[tuple[str, str]] = Counter()
    for match in _matches(urns):
        app, vendor = match["app"].lower(), match["vendor"].lower()
        if APP.match(app) and VENDOR.match(vendor) and vendor != "ietf":
            exact[app, vendor] += 1 if match["params"] else 1000
    return exact.most_common(1)[0][0] if exact else ("", "")


def guess_version(urns: Iterable[str], app: str, vendor: str) -> str:
    """The most frequent version in the URNs of the app.

    >>> guess_version(["urn:acme:scim:schemas:extension:crm:2.0:User"], "crm", "acme")
    '2.0'
    """
    counted = Counter(
        match["version"]
        for match in _matches(urns)
        if (match["app"], match["vendor"]) == (app, vendor)
    )
    return counted.most_common(1)[0][0] if counted else "1.0"


def _matches(urns: Iterable[str]) -> Iterator[re.Match[str]]:
    return (match for urn in urns if (match := _OWN.match(urn)))


def guess_title(read: Read) -> str:
    """The title at the end of the conventional description of an extension."""
    counted: Counter[str] = Counter()
    for schema in read.schemas.values():
        before = f"{schema.name} attributes of "
        if (
            schema.name
            and schema.description.startswith(before)
            and known_schema(schema.id) is None
        ):
            counted[schema.description[len(before) :]] += 1
    title = counted.most_common(1)[0][0] if counted else ""
    return title if len(title) <= 200 else ""


def last_word(urn: str) -> str:
    """The last part of a URN.

    >>> last_word("urn:acme:scim:schemas:extension:crm:1.0:User")
    'User'
    """
    return re.split(r"[:/#]", urn.rstrip(":/#"))[-1]

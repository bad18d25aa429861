"""What to do about the changes as a whole: which version each URN should bear, and whether to release at all."""

import re
from collections.abc import Iterator

from scimgen.compare.change import Change, Severity
from scimgen.compare.comparison import Comparison
from scimgen.documents import known_schema

_VERSION = re.compile(r"(?<=:)([0-9]+)((?:\.[0-9]+)*)(?=:)")


def next_urn(urn: str) -> str:
    """The URN with its next major version, or "" where it holds none.

    >>> next_urn("urn:acme:scim:schemas:extension:crm:1.4:License")
    'urn:acme:scim:schemas:extension:crm:2.0:License'
    >>> next_urn("urn:acme:License")
    ''
    """
    found = list(_VERSION.finditer(urn))
    if not found:
        return ""
    last = found[-1]
    rest = ".0" if last[2] else ""
    return f"{urn[: last.start()]}{int(last[1]) + 1}{rest}{urn[last.end() :]}"


def advice(comparison: Comparison) -> Iterator[str]:
    """A sentence a schema that changed: the version to put in its URN."""
    by_schema: dict[str, list[Change]] = {}
    for change in comparison.changes:
        if change.schema:
            by_schema.setdefault(change.schema, []).append(change)
    for urn, changes in by_schema.items():
        if any(change.kind.id == "schema-urn-changed" for change in changes):
            yield f"{urn}: every client has to learn this URN; the old one ends with this release"
        elif known_schema(urn) is not None:
            if any(change.severity is Severity.BREAKING for change in changes):
                yield f"{urn}: not yours to change: clients take it as the standard has it"
        elif not all(change.field == "" and change.address[-1][0] == "extension" for change in changes):
            yield _version(urn, changes)


def _version(urn: str, changes: list[Change]) -> str:
    breaking = [change for change in changes if change.severity is Severity.BREAKING]
    if not breaking:
        return f"{urn}: keep the version: nothing that clients rely on has gone"
    said = ", ".join(dict.fromkeys(change.path for change in breaking[:3])) + (" …" if len(breaking) > 3 else "")
    after = next_urn(urn)
    if not after:
        return f"{urn}: another URN would keep old clients apart from the new {said}; it holds no version to raise"
    version = _VERSION.findall(after)[-1]
    return (
        f"{urn}: either take back what breaks ({said}), or publish it as {after} (version: '{''.join(version)}'), "
        "so that no client takes the one for the other"
    )


def whom(change: Change, clients: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What to do about one change, for whom: pairs of a heading and a text.

    Args:
        change: the change.
        clients: the clients of the app; all where it names none.
    """
    if change.kind.do:
        yield "do", change.kind.do
    if change.kind.stored:
        yield "stored values", change.kind.stored
    for name, client, text in (("Okta", "okta", change.kind.okta), ("Entra", "entra", change.kind.entra)):
        if text and (not clients or client in clients):
            yield name, text

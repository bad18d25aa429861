"""Advice about changes: the version of each schema URN, and the steps for each change."""

import re
from collections.abc import Iterator

from scimgen.comparison.change import Change, Severity
from scimgen.comparison.comparison import Comparison
from scimgen.documents import known_schema

_VERSION = re.compile(r"(?<=:)([0-9]+)((?:\.[0-9]+)*)(?=:)")


def next_urn(urn: str) -> str:
    """The URN with the next major version, or "" if it has no version.

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
    """Write one sentence for each changed schema: whether its URN needs a new version."""
    by_schema: dict[str, list[Change]] = {}
    for change in comparison.changes:
        if change.schema:
            by_schema.setdefault(change.schema, []).append(change)
    for urn, changes in by_schema.items():
        if any(change.kind.id == "schema-urn-changed" for change in changes):
            yield (
                f"{urn}: every client must be configured for this URN; the old one ends with this"
                " release"
            )
        elif known_schema(urn) is not None:
            if any(change.severity is Severity.BREAKING for change in changes):
                yield f"{urn}: do not change it: clients expect the schema of the standard"
        elif not all(
            change.field == "" and change.address[-1][0] == "extension" for change in changes
        ):
            yield _version(urn, changes)


def _version(urn: str, changes: list[Change]) -> str:
    breaking = [change for change in changes if change.severity is Severity.BREAKING]
    if not breaking:
        return f"{urn}: keep the version: everything that clients rely on still exists"
    broken = ", ".join(dict.fromkeys(change.path for change in breaking[:3])) + (
        " …" if len(breaking) > 3 else ""
    )
    after = next_urn(urn)
    if not after:
        return (
            f"{urn}: old clients need the old URN because of {broken}; use a new URN (this one has"
            " no version to raise)"
        )
    version = _VERSION.findall(after)[-1]
    return (
        f"{urn}: either undo the breaking changes ({broken}), or publish it as {after} "
        f"(version: '{''.join(version)}'), so that clients can distinguish the two"
    )


def steps(change: Change, clients: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The steps for one change, as pairs of a heading (the audience) and a text.

    Args:
        change: The change.
        clients: The clients of the app. If it is empty, the steps for all clients are included.
    """
    if change.kind.do:
        yield "do", change.kind.do
    if change.kind.stored:
        yield "stored values", change.kind.stored
    for profile, effect in change.kind.effects():
        if effect.note and (not clients or profile.id in clients):
            yield profile.short, effect.note

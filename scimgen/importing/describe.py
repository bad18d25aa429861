"""The entry point of the import: documents to the text of a description.

It also lists the differences.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.documents import known_schema
from scimgen.errors import ScimgenError
from scimgen.importing.compare import PROTOCOL, Difference, Effect, differences
from scimgen.importing.guess import guess_names, own_urns
from scimgen.importing.page import Page, make_page
from scimgen.importing.read import Read, read_documents
from scimgen.importing.refused import CannotDescribe, load_without_refused
from scimgen.importing.rows import put_values
from scimgen.model import App
from scimgen.source import Document

_MOST_COMMENTS = 20
_NAME = "imported.scim.yaml"
_HEAD = "yaml-language-server: $schema=./scimgen.schema.json"


class CannotImport(ScimgenError):
    """The documents cannot be converted to a description.

    Args:
        findings: The faults that have a place.
    """

    def __init__(self, message: str, findings: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported description.

    Args:
        text: The description in YAML.
        app: The model of the description.
        differences: The differences between its documents and those that were read.
        notes: What was left out while reading.
    """

    text: str
    app: App
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def describe(
    documents: Iterable[Document],
    *,
    app: str = "",
    vendor: str = "",
    values: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    origin: str = "",
) -> Imported:
    """Convert the discovery documents of one service provider to a description.

    Args:
        documents: The documents.
        app: The name of the app. If it is "", it is guessed from the URNs.
        vendor: The namespace of the URNs. If it is "", it is guessed as well.
        values: The resources of each role and entitlement type, by the name of the resource type.
        origin: The source of the documents, for a comment in the description.

    Raises:
        CannotImport: A document cannot be read, or there is nothing to describe.

    >>> from scimgen.source import read_text
    >>> schema = b'{"id": "urn:acme:scim:schemas:crm:1.0:Badge", "attributes": []}'
    >>> document = read_text("a.json", schema, "json")
    >>> describe([document]).app.resource_types[-1].endpoint
    '/Badges'
    """
    documents = list(documents)
    faults = [_fault(document) for document in documents if document.root is None]
    if faults:
        raise CannotImport("some documents cannot be read", faults)
    read = read_documents(documents)
    if read.is_empty:
        raise CannotImport("no schema, resource type or ServiceProviderConfig was read")
    for folded in sorted(PROTOCOL.intersection(read.schemas)):
        urn = read.schemas[folded].id
        read.notes.add(
            f"{urn} is left out: it belongs to the protocol, not to the app (RFC 7643 section"
            " 8.7.2)"
        )
    guessed = guess_names(own_urns(read))
    names = [given or found for given, found in zip((app, vendor), guessed, strict=True)]
    page = make_page(read, names[0] or "app", names[1] or "vendor")
    unknown = [
        option for option, name in zip(("--app", "--vendor"), names, strict=True) if not name
    ]
    _head(page, read, origin, unknown)
    left_out = put_values(page, values or {}, read)
    try:
        loaded, _ = load_without_refused(page, _NAME)
        found = list(differences(read, loaded))
        _comment_losses(page, found)
        loaded, text = load_without_refused(page, _NAME)
    except CannotDescribe as error:
        raise CannotImport(str(error)) from error
    return Imported(text, loaded, found, [*read.notes.lines, *left_out])


def _fault(document: Document) -> Diagnostic:
    fault = document.faults[0]
    place = document.source.place(fault.start, fault.end)
    return Diagnostic("json-syntax", Severity.ERROR, fault.message, place, "", fault.fix)


def _head(page: Page, read: Read, origin: str, unknown: list[str]) -> None:
    """Add the comments at the start of the description: its origin, guessed names, and notes."""
    lines = [_HEAD]
    if origin:
        lines.append(f"Imported from {origin}")
    if unknown:
        lines.append(
            f"The URNs do not contain it, so it is a placeholder: give {' and '.join(unknown)}"
        )
    lines += read.notes.lines[:_MOST_COMMENTS]
    if len(read.notes.lines) > _MOST_COMMENTS:
        lines.append(f"and {len(read.notes.lines) - _MOST_COMMENTS} more notes")
    page.comments[""] = lines + page.comments.get("", [])


def _comment_losses(page: Page, found: list[Difference]) -> None:
    """Add comments for differences without one.

    They are in schemas of the RFCs and in the ServiceProviderConfig.
    """
    counted: Counter[str] = Counter()
    added = [
        difference
        for difference in found
        if difference.effect is Effect.ADDED and not difference.what
    ]
    if added:
        page.add_comment(
            "", f"Added by convention: {', '.join(difference.owner for difference in added)}"
        )
    for difference in found:
        if difference in added:
            continue
        owner = difference.owner
        described = owner.lower() in page.places and known_schema(owner) is None
        if described or (owner in page.places and difference.effect is Effect.ADDED):
            continue
        counted[owner] += 1
        if counted[owner] <= _MOST_COMMENTS:
            page.add_comment(_pointer(page, owner), f"Different from what was read: {difference}")
    for owner, count in counted.items():
        if count > _MOST_COMMENTS:
            more = (
                f"{count - _MOST_COMMENTS} more differences of {owner}; scimgen import prints all"
                " of them on stderr"
            )
            page.add_comment(_pointer(page, owner), f"and {more}")


def _pointer(page: Page, owner: str) -> str:
    """The pointer of the type with a difference, or "" for the start of the description."""
    pointer = page.places.get(owner) or page.places.get(owner.lower(), "")
    return pointer if pointer.strip("/").split("/")[0] in page.content else ""

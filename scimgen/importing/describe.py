"""The room's door: documents in, a description's text out, with every difference that is left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.documents import known_schema
from scimgen.importing.compare import PROTOCOL, Difference, Effect, differences
from scimgen.importing.guess import guess_names, own_urns
from scimgen.importing.mend import Unmendable, load_mended
from scimgen.importing.page import Page, make_page
from scimgen.importing.read import Read, read_documents
from scimgen.importing.rows import put_values
from scimgen.model import App
from scimgen.source import Document

_MOST_COMMENTS = 20
_NAME = "imported.scim.yaml"
_HEAD = "yaml-language-server: $schema=./scimgen.schema.json"


class CannotImport(Exception):
    """What was read makes no description.

    Args:
        findings: what is wrong with it, where it has a place.
    """

    def __init__(self, message: str, findings: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Imported:
    """A description.

    Args:
        text: YAML.
        app: what it means.
        differences: how its documents differ from those that were read.
        notes: what was left out while reading.
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
    """Make a description of discovery documents; together they are one service provider.

    Args:
        app: the app's name, guessed from the URNs where it is "".
        vendor: the namespace of its URNs, guessed likewise.
        values: the resources of each role and entitlement type, by the resource type's name.
        origin: what the description says that it was made of.

    Raises:
        CannotImport: nothing of it can be described.

    >>> from scimgen.source import read_text
    >>> document = read_text("a.json", b'{"id": "urn:acme:scim:schemas:crm:1.0:Badge", "attributes": []}', "json")
    >>> describe([document]).app.resource_types[-1].endpoint
    '/Badges'
    """
    documents = list(documents)
    faults = [_fault(document) for document in documents if document.root is None]
    if faults:
        raise CannotImport("what cannot be read cannot be imported", faults)
    read = read_documents(documents)
    if read.is_empty:
        raise CannotImport("no schema, resource type or ServiceProviderConfig was read")
    for folded in sorted(PROTOCOL.intersection(read.schemas)):
        urn = read.schemas[folded].id
        read.notes.add(f"{urn} is left out: it is the protocol's own, not the app's (RFC 7643 section 8.7.2)")
    guessed = guess_names(own_urns(read))
    names = [given or found for given, found in zip((app, vendor), guessed, strict=True)]
    page = make_page(read, names[0] or "app", names[1] or "vendor")
    unknown = [option for option, name in zip(("--app", "--vendor"), names, strict=True) if not name]
    _head(page, read, origin, unknown)
    left_out = put_values(page, values or {}, read)
    try:
        loaded, _ = load_mended(page, _NAME)
        found = list(differences(read, loaded))
        _tell_core(page, found)
        loaded, text = load_mended(page, _NAME)
    except Unmendable as error:
        raise CannotImport(str(error)) from error
    return Imported(text, loaded, found, [*read.notes.lines, *left_out])


def _fault(document: Document) -> Diagnostic:
    fault = document.faults[0]
    place = document.source.place(fault.start, fault.end)
    return Diagnostic("json-syntax", Severity.ERROR, fault.message, place, "", fault.mend)


def _head(page: Page, read: Read, origin: str, unknown: list[str]) -> None:
    """The page's first lines: where it comes from, and what it could not tell."""
    lines = [_HEAD]
    if origin:
        lines.append(f"Imported from {origin}")
    if unknown:
        lines.append(f"No URN tells it, so it is made up: give {' and '.join(unknown)}")
    lines += read.notes.lines[:_MOST_COMMENTS]
    if len(read.notes.lines) > _MOST_COMMENTS:
        lines.append(f"and {len(read.notes.lines) - _MOST_COMMENTS} more of the kind")
    page.comments[""] = lines + page.comments.get("", [])


def _tell_core(page: Page, found: list[Difference]) -> None:
    """Say on the page what is lost and has no reason beside it: schemas that are the RFCs', and the server's ways."""
    counted: Counter[str] = Counter()
    besides = [difference for difference in found if difference.effect is Effect.ADDED and not difference.what]
    if besides:
        page.say("", f"There besides, by convention: {', '.join(difference.owner for difference in besides)}")
    for difference in found:
        if difference in besides:
            continue
        owner = difference.owner
        described = owner.lower() in page.places and known_schema(owner) is None
        if described or (owner in page.places and difference.effect is Effect.ADDED):
            continue
        counted[owner] += 1
        if counted[owner] <= _MOST_COMMENTS:
            page.say(_pointer(page, owner), f"Not as it was read, {difference}")
    for owner, count in counted.items():
        if count > _MOST_COMMENTS:
            more = f"{count - _MOST_COMMENTS} more differences of {owner}; scimgen import tells them all on stderr"
            page.say(_pointer(page, owner), f"and {more}")


def _pointer(page: Page, owner: str) -> str:
    """The type that a difference is about, or the page's head."""
    pointer = page.places.get(owner) or page.places.get(owner.lower(), "")
    return pointer if pointer.strip("/").split("/")[0] in page.content else ""

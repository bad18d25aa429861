"""Rules about ListResponses."""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape, is_discovery_array, recognise, strings
from scimgen.fixes.edit import Edit, add_first_member, add_member, written
from scimgen.rules.members import addition, meant
from scimgen.rules.nodes import ListResponse
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Document, Scalar


def is_answer_to_list(document: Document) -> bool:
    """Whether a document is the answer of a live server to a request for a list.

    Its name is the URL.
    """
    path = document.source.name.partition("?")[0].rstrip("/").lower()
    return path.startswith(("http://", "https://")) and path.endswith(
        ("/schemas", "/resourcetypes")
    )


def _whole(listing: ListResponse, name: str) -> int | None:
    """The member as an integer, or None."""
    value = listing.scalar(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_page(listing: ListResponse, total: int) -> bool:
    """Whether a list is one page of resources (RFC 7644 section 3.4.2.4).

    Discovery documents have no pages.
    """
    if (
        "?count=" in listing.document.source.name
    ):  # the page that `validate URL --client okta` requested
        return True
    found = listing.value("Resources")
    items = found.items if isinstance(found, Array) else []
    return (
        len(items) < total
        and bool(items)
        and all(recognise(item) is Shape.RESOURCE for item in items)
    )


@rule(
    "list-schemas-uri",
    Severity.ERROR,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2",
    bad='"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"]',
    good='"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]',
)
def list_schemas_uri(listing: ListResponse, report: Report) -> None:
    """The `schemas` of a ListResponse contains its URI

    Clients recognise the kind of a message by this URI. Each resource of the list has its own
    `schemas`.
    """
    node = listing.value("schemas")
    if urns.LIST_RESPONSE.lower() in (uri.lower() for uri in strings(node)):
        return
    right = f"[{written(urns.LIST_RESPONSE)}]"
    if node is None:
        edits: tuple[Edit, ...] = ()
        if listing.member("schemas") is None and "schemas" not in meant(listing):
            edits = add_first_member(
                listing.document, listing.node, "schemas", [urns.LIST_RESPONSE]
            )
        fix = addition(listing, "schemas", f'add "schemas": {right}')
        report(listing.at("schemas"), "a ListResponse without schemas", fix, edits=edits)
        return
    edits = (Edit(node.start, node.end, right),) if strings(node) else ()
    report(
        listing.at("schemas"),
        "schemas does not contain the URI of a ListResponse",
        f"write {right}",
        edits=edits,
    )


@rule(
    "list-total-missing",
    Severity.ERROR,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2",
    bad='{"Resources": [{…}]}',
    good='{"totalResults": 1, "Resources": [{…}]}',
)
def list_total_missing(listing: ListResponse, report: Report) -> None:
    """A ListResponse has totalResults

    It is REQUIRED. Only a page with a cursor may omit it (RFC 9865 section 2).
    """
    if (
        listing.value("totalResults")
        or listing.value("nextCursor")
        or listing.value("previousCursor")
    ):
        return
    total = len(listing.items("Resources"))
    member = listing.member("totalResults")
    edits: tuple[Edit, ...] = ()
    if not is_discovery_array(listing.value("Resources")) or "totalResults" in meant(listing):
        pass  # the number is unknown, or it is there with another name
    elif member:
        edits = (Edit(member.value.start, member.value.end, str(total)),)
    else:
        edits = add_member(listing.document, listing.node, "totalResults", total)
    fix = addition(listing, "totalResults", f'add "totalResults": {total}')
    report(listing.here, "a ListResponse without totalResults", fix, edits=edits)


@rule(
    "list-total-mismatch",
    Severity.WARNING,
    Kind.LIST_RESPONSE,
    "RFC 7644 sections 3.4.2 and 4",
    bad='"totalResults": 7 with six Resources',
    good='"totalResults": 6',
)
def list_total_mismatch(listing: ListResponse, report: Report) -> None:
    """totalResults is the number of Resources

    Discovery endpoints ignore paging, so their lists are complete. With a greater total, a client
    requests further pages again and again.
    """
    total, found = _whole(listing, "totalResults"), listing.value("Resources")
    if (
        total is None
        or not isinstance(found, Array)
        or total == len(found.items)
        or _is_page(listing, total)
    ):
        return
    spot = listing.at("totalResults")
    edits = (Edit(spot.start, spot.end, str(len(found.items))),)
    message = f"totalResults is {total}, but there are {len(found.items)} Resources"
    report(spot, message, f"write {len(found.items)}", edits=edits)


@rule(
    "list-resources-missing",
    Severity.ERROR,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2",
    bad='{"totalResults": 1}',
    good='{"totalResults": 1, "Resources": [{…}]}',
)
def list_resources_missing(listing: ListResponse, report: Report) -> None:
    """A ListResponse has Resources, unless there are none

    "REQUIRED if totalResults is non-zero".
    """
    if not isinstance(listing.value("Resources"), Array) and _whole(listing, "totalResults") != 0:
        fix = addition(listing, "Resources", 'add "Resources": […]')
        report(listing.at("Resources"), "a ListResponse without an array of Resources", fix)


@rule(
    "list-number-type",
    Severity.ERROR,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2",
    bad='"totalResults": "1"',
    good='"totalResults": 1',
)
def list_number_type(listing: ListResponse, report: Report) -> None:
    """totalResults, itemsPerPage and startIndex are integers

    A typed client cannot read the list otherwise.
    """
    for name in ("totalResults", "itemsPerPage", "startIndex"):
        node = listing.value(name)
        if node is None or _whole(listing, name) is not None:
            continue
        text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
        right = text.strip() if text.strip().isdecimal() and text.isascii() else ""
        edits = (Edit(node.start, node.end, str(int(right))),) if right else ()
        fix = f"write {int(right)}" if right else "write a number without a fraction"
        report(
            listing.at(name), f"{name} is {listing.text(name)}, not an integer", fix, edits=edits
        )


@rule(
    "list-items-per-page",
    Severity.INFO,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2.4",
    bad='"itemsPerPage": 10 with two Resources',
    good='"itemsPerPage": 2',
)
def list_items_per_page(listing: ListResponse, report: Report) -> None:
    """itemsPerPage is the number of Resources in this response

    It is not the maximum size of a page (although figure 9 of the RFC has 10 for two resources).
    """
    stated, found = _whole(listing, "itemsPerPage"), listing.value("Resources")
    if stated is not None and isinstance(found, Array) and stated != len(found.items):
        spot = listing.at("itemsPerPage")
        edits = (Edit(spot.start, spot.end, str(len(found.items))),)
        message = f"itemsPerPage is {stated}, but there are {len(found.items)} Resources"
        report(spot, message, f"write {len(found.items)}", edits=edits)


@rule(
    "list-start-index",
    Severity.INFO,
    Kind.LIST_RESPONSE,
    "RFC 7644 section 3.4.2.4",
    bad='"startIndex": 0',
    good='"startIndex": 1',
)
def list_start_index(listing: ListResponse, report: Report) -> None:
    """startIndex is 1 at a discovery endpoint

    The first result has the index 1, and discovery endpoints ignore paging.
    """
    stated = _whole(listing, "startIndex")
    if (
        stated is not None
        and stated != 1
        and not _is_page(listing, _whole(listing, "totalResults") or 0)
    ):
        spot = listing.at("startIndex")
        report(
            spot,
            f"startIndex is {stated}: the first result is 1",
            "write 1",
            edits=(Edit(spot.start, spot.end, "1"),),
        )

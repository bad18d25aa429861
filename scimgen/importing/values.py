"""Read the values of roles and entitlements from a live server, page by page, with limits (RFC 7644
section 3.4.2).
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from scimgen.documents import urns
from scimgen.documents.endpoints import is_plain_endpoint
from scimgen.errors import ScimgenError
from scimgen.importing.read import ReadType
from scimgen.probe.report import Probe
from scimgen.probe.session import Session, Unreachable

PAGE = 100
MOST_PAGES = 1000
MOST_SECONDS = 600.0
ANSWER_SECONDS = 60.0
_CATALOGUES = frozenset(
    urn.lower()
    for urn in (urns.OKTA_ROLE, urns.OKTA_ENTITLEMENT, urns.DRAFT_ROLE, urns.DRAFT_ENTITLEMENT)
)

Json = dict[str, Any]


class NoValues(ScimgenError):
    """The values cannot be read. The message contains the reason."""


def read_values(
    base_url: str, types: Iterable[ReadType], token: str | None, progress: Callable[[str], None]
) -> dict[str, list[Json]]:
    """Read the resources of every role and entitlement type, by the name of the resource type.

    Args:
        base_url: The SCIM base URL.
        types: The resource types of the server. Those that are not roles or entitlements are
            skipped.
        token: The bearer token.
        progress: Called with the name of what is read.

    Raises:
        NoValues: The server does not respond, returns something else, has too many pages or takes
            too long.
    """
    ends = time.monotonic() + MOST_SECONDS
    found = {}
    try:
        with Session(Probe(base_url.rstrip("/")), token, ANSWER_SECONDS, ends) as session:
            for type_ in types:
                if type_.schema.lower() in _CATALOGUES:
                    found[type_.name] = _pages(session, type_.endpoint, progress, ends)
    except Unreachable as error:
        raise NoValues(str(error)) from error
    return found


def _pages(
    session: Session, endpoint: str, progress: Callable[[str], None], ends: float
) -> list[Json]:
    """Read all resources of an endpoint.

    A repeated resource means that the server does not support paging.
    """
    if not is_plain_endpoint(endpoint):
        raise NoValues(
            f"{endpoint}: an absolute endpoint is not followed (RFC 7643 section 6: relative)"
        )
    path = f"/{endpoint.strip('/')}"
    found: dict[str, Json] = {}
    start = 1
    for _ in range(MOST_PAGES):
        if time.monotonic() > ends:
            raise NoValues(
                f"{path}: {len(found)} values after {MOST_SECONDS:g} seconds, and not all of them"
            )
        status, body = session.call("GET", path, params={"startIndex": start, "count": PAGE})
        if status != 200:
            hint = ": give a token with --token or SCIMGEN_TOKEN" if status in (401, 403) else ""
            raise NoValues(f"{path}: answers {status}{hint}")
        listed = body.get("Resources", []) if isinstance(body, dict) else None
        total = body.get("totalResults") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not isinstance(total, int) or isinstance(total, bool):
            raise NoValues(f"{path}: the body is not a ListResponse (RFC 7644 section 3.4.2)")
        page = [
            resource
            for resource in listed
            if isinstance(resource, dict) and isinstance(resource.get("id"), str)
        ]
        if len(page) < len(listed):
            raise NoValues(f"{path}: a resource without an id (RFC 7643 section 3.1)")
        before = len(found)
        found |= {resource["id"]: resource for resource in page}
        progress(f"{path}: {len(found)} of {total} values")
        start += len(listed)
        if start > total or not listed:
            break
        if len(found) == before:
            raise NoValues(
                f"{path}: the page at startIndex {start - len(listed)} repeats an earlier one"
            )
    else:
        raise NoValues(f"{path}: more than {MOST_PAGES} pages")
    if len(found) < total:
        raise NoValues(f"{path}: {len(found)} values were returned, but totalResults is {total}")
    return list(found.values())

"""Read the values of roles and entitlements from a server (RFC 7644 section 3.4.2)."""

from collections.abc import Callable, Mapping

from scimgen.discovery import limits
from scimgen.discovery.client import Client
from scimgen.discovery.paging import Json, ListError, ListReader
from scimgen.documents import urns

_CATALOGUES = frozenset(
    urn.lower()
    for urn in (urns.OKTA_ROLE, urns.OKTA_ENTITLEMENT, urns.DRAFT_ROLE, urns.DRAFT_ENTITLEMENT)
)


def has_values(schema: str) -> bool:
    """Whether the resources with this schema are roles or entitlements."""
    return schema.lower() in _CATALOGUES


def read_values(
    base_url: str,
    endpoints: Mapping[str, str],
    token: str | None,
    progress: Callable[[str], None],
) -> dict[str, list[Json]]:
    """Read the resources of each role and entitlement type, by the name of the resource type.

    Args:
        base_url: The SCIM base URL.
        endpoints: The endpoint of each resource type by its name.
        token: The bearer token. See `Client`.
        progress: Called with the name of what is read.

    Raises:
        Unreadable: The server does not respond, returns something else, or exceeds
            `limits.VALUES`.
    """
    with Client(base_url, token, limits.VALUES) as client:
        reader = ListReader(client)
        return {
            name: _values(reader, client, endpoint, progress)
            for name, endpoint in endpoints.items()
        }


def _values(
    reader: ListReader, client: Client, endpoint: str, progress: Callable[[str], None]
) -> list[Json]:
    """Read all resources of an endpoint, each once."""
    path = f"/{endpoint.strip('/')}"
    url = f"{client.base_url}{path}"
    found: dict[str, Json] = {}
    total = None
    for page in reader.pages(endpoint):
        with_id = [item for item in page.resources if isinstance(item.get("id"), str)]
        if len(with_id) < page.count:
            raise ListError(url, "a resource without an id (RFC 7643 section 3.1)")
        found |= {item["id"]: item for item in with_id}
        total = page.total
        progress(f"{path}: {len(found)} of {total or len(found)} values")
    if total is not None and len(found) < total:
        raise ListError(url, f"{len(found)} values were returned, but totalResults is {total}")
    return list(found.values())

"""Read the discovery documents of a server (RFC 7644 section 4)."""

from collections.abc import Callable, Iterator

from scimgen.discovery import limits
from scimgen.discovery.client import Client, Refused
from scimgen.documents.endpoints import is_plain_endpoint
from scimgen.source import Array, Document, Object, Scalar, read_text

ENDPOINTS = ("ServiceProviderConfig", "ResourceTypes", "Schemas")
_OKTA = "urn:okta:scim:schemas:core:1.0:"


def read_server(
    base_url: str, token: str | None, clients: tuple[str, ...], failed: Callable[[str], None]
) -> Iterator[Document]:
    """Read the discovery documents of a server. The name of each document is its URL.

    A server ignores paging at these endpoints (RFC 7644 section 4), so each is one request.

    Args:
        base_url: The SCIM base URL, such as `https://crm.example/scim/v2`.
        token: The bearer token. See `Client`.
        clients: With `okta`, one entitlement of each type is read as well, as in Okta's own test.
        failed: Called with a message for every document that the server does not return.

    Raises:
        Unreachable: The server cannot be reached, or exceeds `limits.DISCOVERY`.
    """
    with Client(base_url, token, limits.DISCOVERY) as client:
        waiting = [f"/{endpoint}" for endpoint in ENDPOINTS]
        for path in waiting:
            try:
                response = client.get(path)
            except Refused as error:
                failed(str(error))
                continue
            document = read_text(response.url, response.body, "json")
            yield document
            if path == "/ResourceTypes" and "okta" in clients:
                waiting.extend(_okta_pages(document, response.url, failed))


def _okta_pages(document: Document, url: str, failed: Callable[[str], None]) -> list[str]:
    """The paths with one entitlement of each type, up to the limit."""
    most = limits.DISCOVERY.types
    endpoints = list(dict.fromkeys(endpoint.strip("/") for endpoint in _okta_endpoints(document)))
    if len(endpoints) > most:
        failed(f"{url}: the values of {most} of {len(endpoints)} types were read")
    return [f"/{endpoint}?count=1&startIndex=1" for endpoint in endpoints[:most]]


def _okta_endpoints(document: Document) -> Iterator[str]:
    """The endpoints of the roles and entitlements in /ResourceTypes."""
    root = document.root
    listed = root.get("Resources") if isinstance(root, Object) else None
    for item in listed.items if isinstance(listed, Array) else ():
        schema = item.get("schema") if isinstance(item, Object) else None
        endpoint = item.get("endpoint") if isinstance(item, Object) else None
        if not (isinstance(schema, Scalar) and isinstance(endpoint, Scalar)):
            continue
        if str(schema.value).startswith(_OKTA) and is_plain_endpoint(str(endpoint.value)):
            yield str(endpoint.value)

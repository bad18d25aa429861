"""Read the discovery documents of a server (RFC 7644 section 4)."""

from collections.abc import Callable, Iterable, Iterator

from scimgen.clients import chosen_profiles
from scimgen.discovery import limits
from scimgen.discovery.client import Client, Refused
from scimgen.documents.endpoints import is_plain_endpoint
from scimgen.source import Array, Document, Object, Scalar, read_text

ENDPOINTS = ("ServiceProviderConfig", "ResourceTypes", "Schemas")


def read_server(
    base_url: str, token: str | None, clients: tuple[str, ...], failed: Callable[[str], None]
) -> Iterator[Document]:
    """Read the discovery documents of a server. The name of each document is its URL.

    A server ignores paging at these endpoints (RFC 7644 section 4), so each is one request.

    Args:
        base_url: The SCIM base URL, such as `https://crm.example/scim/v2`.
        token: The bearer token. See `Client`.
        clients: The ids of client profiles. One resource of each type that they sample is read as
            well, see `ClientProfile.sampled_schemas`.
        failed: Called with a message for every document that the server does not return.

    Raises:
        Unreachable: The server cannot be reached, or exceeds `limits.DISCOVERY`.
    """
    sampled = tuple(
        profile.sampled_schemas for profile in chosen_profiles(clients) if profile.sampled_schemas
    )
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
            if path == "/ResourceTypes":
                endpoints = _endpoints(document, sampled)
                waiting.extend(_samples(endpoints, response.url, failed))


def _samples(found: Iterable[str], url: str, failed: Callable[[str], None]) -> list[str]:
    """The paths with one resource of each endpoint, up to the limit."""
    most = limits.DISCOVERY.types
    endpoints = list(dict.fromkeys(endpoint.strip("/") for endpoint in found))
    if len(endpoints) > most:
        failed(f"{url}: the values of {most} of {len(endpoints)} types were read")
    return [f"/{endpoint}?count=1&startIndex=1" for endpoint in endpoints[:most]]


def _endpoints(document: Document, prefixes: tuple[str, ...]) -> Iterator[str]:
    """The endpoints in /ResourceTypes whose schema has one of the prefixes."""
    root = document.root
    listed = root.get("Resources") if isinstance(root, Object) else None
    for item in listed.items if isinstance(listed, Array) else ():
        schema = item.get("schema") if isinstance(item, Object) else None
        endpoint = item.get("endpoint") if isinstance(item, Object) else None
        if not (isinstance(schema, Scalar) and isinstance(endpoint, Scalar)):
            continue
        if str(schema.value).startswith(prefixes) and is_plain_endpoint(str(endpoint.value)):
            yield str(endpoint.value)

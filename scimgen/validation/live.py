"""Read the discovery endpoints of a live server (RFC 7644 section 4)."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scimgen.deadline import Overdue, TooLarge, decoded_body, within
from scimgen.documents.endpoints import is_plain_endpoint
from scimgen.source import Array, Document, Object, Scalar, Unreadable, read_text

if TYPE_CHECKING:
    import httpx

ENDPOINTS = ("ServiceProviderConfig", "ResourceTypes", "Schemas")
TOKEN = "SCIMGEN_TOKEN"
ANSWER_SECONDS = 60.0  # the limit of Okta
MOST_SECONDS = 180.0
MOST_TYPES = 100
_TIMEOUT = 15.0
_MOST = 32 * 1024 * 1024
_REDIRECTS = 5
_OKTA = "urn:okta:scim:schemas:core:1.0:"


class Refused(Unreadable):
    """The server responds, but not with the document. Other documents may still be readable."""


def read_server(
    base: str, token: str | None, clients: tuple[str, ...], failed: Callable[[str], None]
) -> Iterator[Document]:
    """Read the discovery documents of a server. The name of each document is its URL.

    Args:
        base: The base URL, such as `https://crm.example/scim/v2`.
        token: The bearer token. The default is the environment variable SCIMGEN_TOKEN.
        clients: With `okta`, one entitlement of each type is read as well, as in Okta's own test.
        failed: Called with a message for every document that the server does not return.

    Raises:
        Unreadable: The server cannot be reached, or needs more than `MOST_SECONDS` for all
            documents.
    """
    import httpx

    token = token or os.environ.get(TOKEN)
    headers = {"Accept": "application/scim+json, application/json", "Accept-Encoding": "gzip"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with httpx.Client(
        headers=headers, timeout=_TIMEOUT, follow_redirects=False, trust_env=True
    ) as client:
        ends = time.monotonic() + MOST_SECONDS
        waiting = [f"{base.rstrip('/')}/{endpoint}" for endpoint in ENDPOINTS]
        for number, url in enumerate(waiting):
            left = ends - time.monotonic()
            if left <= 0:
                progress = f"{number} of {len(waiting)} documents after {MOST_SECONDS:.3g} seconds"
                raise Unreadable(f"{base}: {progress}: the server is too slow")
            try:
                document = read_text(*_get_in_time(client, url, min(left, ANSWER_SECONDS)), "json")
            except Refused as error:
                failed(str(error))
                continue
            yield document
            if url.endswith("/ResourceTypes") and "okta" in clients:
                endpoints = dict.fromkeys(
                    endpoint.strip("/") for endpoint in _okta_endpoints(document)
                )
                if len(endpoints) > MOST_TYPES:
                    failed(f"{url}: the values of {MOST_TYPES} of {len(endpoints)} types were read")
                pages = [*endpoints][:MOST_TYPES]
                waiting += [
                    f"{base.rstrip('/')}/{endpoint}?count=1&startIndex=1" for endpoint in pages
                ]


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


def _get_in_time(client: "httpx.Client", url: str, seconds: float) -> tuple[str, bytes]:
    """Call `_get` with a time limit.

    A server that exceeds it for one document is not asked for the next.
    """
    try:
        return within(seconds, lambda: _get(client, url))
    except Overdue as error:
        raise Unreadable(f"{url}: {error}") from error


def _get(client: "httpx.Client", url: str) -> tuple[str, bytes]:
    """Read a URL. Redirects are followed on the same host only, because the requests contain a
    token.

    Returns:
        The URL after redirects, and the body.
    """
    import httpx

    for _ in range(_REDIRECTS):
        try:
            with client.stream("GET", url) as response:
                if response.has_redirect_location:
                    following = str(response.url.join(response.headers["location"]))
                    if _origin(following) != _origin(url):
                        raise Refused(f"{url}: redirects to another server, {following}")
                    url = following
                    continue
                if response.status_code != 200:
                    raise Refused(
                        f"{url}: answers {response.status_code}{_hint(response.status_code)}"
                    )
                return url, _body(response, url)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreadable(f"{url}: {str(error) or type(error).__name__}") from error
    raise Refused(f"{url}: more than {_REDIRECTS} redirects")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def _hint(status: int) -> str:
    return f": give a token with --token or {TOKEN}" if status in (401, 403) else ""


def _body(response: "httpx.Response", url: str) -> bytes:
    try:
        return decoded_body(
            response.iter_raw(), response.headers.get("content-encoding", ""), _MOST
        )
    except TooLarge:
        raise Refused(f"{url}: more than {_MOST >> 20} MiB") from None

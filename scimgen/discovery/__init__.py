"""The client for servers: HTTP with limits, discovery documents, and lists of resources by page."""

from scimgen.discovery.client import TOKEN, Client, Refused, Response, ServerError, Unreachable
from scimgen.discovery.documents import read_server
from scimgen.discovery.limits import Limits
from scimgen.discovery.paging import ListError, ListPage, ListReader
from scimgen.discovery.values import has_values, read_values

__all__ = [
    "TOKEN",
    "Client",
    "Limits",
    "ListError",
    "ListPage",
    "ListReader",
    "Refused",
    "Response",
    "ServerError",
    "Unreachable",
    "has_values",
    "read_server",
    "read_values",
]

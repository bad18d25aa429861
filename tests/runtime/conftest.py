"""The databases of the tests."""

from scimgen_server.testing.databases import postgresql as postgresql
from scimgen_server.testing.databases import shared_postgresql as shared_postgresql

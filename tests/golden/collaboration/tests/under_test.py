# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it and the runtime."""

from tandem._server.testing import Conformance as Conformance
from tandem._server.testing import StoreContract as StoreContract
from tandem.resource_types import APPLICATION as APPLICATION
from tandem.runtime import Application as Application
from tandem.runtime import Store as Store
from tandem.store import make_store as make_store

PLUGIN = "tandem._server.testing.plugin"

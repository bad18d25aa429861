# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it and the runtime."""

from drafty._server.testing import Conformance as Conformance
from drafty._server.testing import StoreContract as StoreContract
from drafty.resource_types import APPLICATION as APPLICATION
from drafty.runtime import Application as Application
from drafty.runtime import Store as Store
from drafty.store import make_store as make_store

PLUGIN = "drafty._server.testing.plugin"

# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it and the runtime."""

from ward_9._server.testing import Conformance as Conformance
from ward_9._server.testing import StoreContract as StoreContract
from ward_9.resource_types import APPLICATION as APPLICATION
from ward_9.runtime import Application as Application
from ward_9.runtime import Store as Store
from ward_9.store import make_store as make_store

PLUGIN = "ward_9._server.testing.plugin"

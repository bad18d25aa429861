# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it and the runtime."""

from crm._server.testing import Conformance as Conformance
from crm._server.testing import StoreContract as StoreContract
from crm.resource_types import APPLICATION as APPLICATION
from crm.runtime import Application as Application
from crm.runtime import Store as Store
from crm.store import make_store as make_store

PLUGIN = "crm._server.testing.plugin"

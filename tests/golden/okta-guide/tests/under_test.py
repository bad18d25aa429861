# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it and the runtime."""

from appname._server.testing import Conformance as Conformance
from appname._server.testing import StoreContract as StoreContract
from appname.resource_types import APPLICATION as APPLICATION
from appname.runtime import Application as Application
from appname.runtime import Store as Store
from appname.store import make_store as make_store

PLUGIN = "appname._server.testing.plugin"

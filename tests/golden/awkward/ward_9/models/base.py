# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The base classes of the models. They belong to the runtime."""

from ..runtime import Binary as Binary
from ..runtime import Complex as Complex
from ..runtime import DateTime as DateTime
from ..runtime import Decimal as Decimal
from ..runtime import Extension as Extension
from ..runtime import Reference as Reference
from ..runtime import Resource as Resource
from ..runtime import Scim as Scim

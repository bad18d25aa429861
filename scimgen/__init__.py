"""From one page of YAML to a SCIM 2.0 app that Okta and Entra can provision, entitlements included.

The names in `__all__` are the public API; docs/api.md describes them. They are imported when they
are first used, so that `import scimgen` and the command line are fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scimgen.api import Generated as Generated
    from scimgen.api import compare as compare
    from scimgen.api import generate as generate
    from scimgen.api import load as load
    from scimgen.api import validate as validate
    from scimgen.comparison.change import Affected as Affected
    from scimgen.comparison.change import Change as Change
    from scimgen.comparison.change import Kind as ChangeKind
    from scimgen.comparison.change import Severity as ChangeSeverity
    from scimgen.comparison.comparison import Comparison as Comparison
    from scimgen.diagnostics.diagnostic import Diagnostic as Diagnostic
    from scimgen.diagnostics.diagnostic import Severity as Severity
    from scimgen.emit.files import RuntimeMode as RuntimeMode
    from scimgen.errors import ScimgenError as ScimgenError
    from scimgen.model import AllowedBreak as AllowedBreak
    from scimgen.model import App as App
    from scimgen.model import Attribute as Attribute
    from scimgen.model import AttributeType as AttributeType
    from scimgen.model import Authentication as Authentication
    from scimgen.model import Kind as ResourceKind
    from scimgen.model import Managed as Managed
    from scimgen.model import Mutability as Mutability
    from scimgen.model import ResourceType as ResourceType
    from scimgen.model import Returned as Returned
    from scimgen.model import Schema as Schema
    from scimgen.model import SchemaExtension as SchemaExtension
    from scimgen.model import ServiceProviderConfig as ServiceProviderConfig
    from scimgen.model import Uniqueness as Uniqueness
    from scimgen.model import Value as Value
    from scimgen.place import Place as Place
    from scimgen.project.plan import Plan as Plan
    from scimgen.project.step import Action as Action
    from scimgen.project.step import Step as Step

    __version__: str

__all__ = [
    "Action",
    "Affected",
    "AllowedBreak",
    "App",
    "Attribute",
    "AttributeType",
    "Authentication",
    "Change",
    "ChangeKind",
    "ChangeSeverity",
    "Comparison",
    "Diagnostic",
    "Generated",
    "Managed",
    "Mutability",
    "Place",
    "Plan",
    "ResourceKind",
    "ResourceType",
    "Returned",
    "RuntimeMode",
    "Schema",
    "SchemaExtension",
    "ScimgenError",
    "ServiceProviderConfig",
    "Severity",
    "Step",
    "Uniqueness",
    "Value",
    "__version__",
    "compare",
    "generate",
    "load",
    "validate",
]

_MODULES = {
    "Action": "project.step",
    "Affected": "comparison.change",
    "Change": "comparison.change",
    "ChangeKind": "comparison.change",
    "ChangeSeverity": "comparison.change",
    "Comparison": "comparison.comparison",
    "Diagnostic": "diagnostics.diagnostic",
    "Place": "place",
    "Plan": "project.plan",
    "RuntimeMode": "emit.files",
    "ScimgenError": "errors",
    "Severity": "diagnostics.diagnostic",
    "Step": "project.step",
    "Generated": "api",
    "compare": "api",
    "generate": "api",
    "load": "api",
    "validate": "api",
}
"""The module of each name. That of the other names is `model`."""

# In its own module each of these has a name that other modules use for something else.
_NAMES_IN_MODULES = {"ChangeKind": "Kind", "ChangeSeverity": "Severity", "ResourceKind": "Kind"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version

        return version("scimgen")
    module = import_module(f"scimgen.{_MODULES.get(name, 'model')}")
    found = getattr(module, _NAMES_IN_MODULES.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

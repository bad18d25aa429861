"""From one page of YAML to a SCIM 2.0 app that Okta and Entra can provision, entitlements included.

`load` reads a description, `validate` checks SCIM documents and live servers, `generate` plans a
project. They are imported when they are asked for, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scimgen.api import Generated as Generated
    from scimgen.api import generate as generate
    from scimgen.api import load as load
    from scimgen.api import validate as validate

__all__ = ["Generated", "generate", "load", "validate"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from scimgen import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

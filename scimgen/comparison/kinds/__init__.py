"""The kinds of change, one function each. Importing this package registers all of them."""

from scimgen.comparison.kinds import (
    app,
    attribute,
    attribute_type,
    characteristics,
    references,
    resource_type,
    value,
)

__all__ = [
    "app",
    "attribute",
    "attribute_type",
    "characteristics",
    "references",
    "resource_type",
    "value",
]

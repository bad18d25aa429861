"""The kinds of change, one function each: importing this fills the registry. A new one is a function in its module."""

from scimgen.compare.kinds import app, attribute, characteristics, resource_type, value

__all__ = ["app", "attribute", "characteristics", "resource_type", "value"]

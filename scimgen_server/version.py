"""The version of the runtime and of scimgen: both are released together."""

__version__ = "0.1.0"

"""The server of a description, run in this process without a generated project."""

from scimgen.serving.application import application_of

__all__ = ["application_of"]

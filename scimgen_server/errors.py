"""The base class of the exceptions."""


class ScimServerError(Exception):
    """Base class of all exceptions that the runtime raises for an app."""

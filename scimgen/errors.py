"""The base class of the exceptions."""


class ScimgenError(Exception):
    """Base class of all exceptions that scimgen raises for its callers.

    The text is a message for people: what is wrong, where, and how to fix it.
    """

"""The errors of a store."""

from ..errors import ScimServerError


class StorageError(ScimServerError):
    """The store cannot do its work: it is missing, not writable, full, or busy for too long."""


class StatementError(StorageError):
    """The database refuses a statement of the store, or a constraint its values.

    To repeat it does not help: the server, or somebody who has changed the tables, has a bug. The
    message has no stored value.
    """


class TimeLimit(StorageError):
    """A statement took longer than `limits.Limits.statement`. The same statement will again."""


class CallerLimit(StorageError):
    """The caller runs as many long searches as one caller can, and more of its searches wait."""


class Taken(ScimServerError):
    """A value that must be unique belongs to another resource already.

    Args:
        attribute: the attribute's `key`, or `id`.
        value: the folded value.
    """

    def __init__(self, attribute: str, value: str) -> None:
        super().__init__(attribute, value)
        self.attribute = attribute
        self.value = value

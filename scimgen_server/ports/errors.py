"""The errors of a store."""


class StorageError(Exception):
    """The store cannot do its work: it is missing, not writable, full, or busy for too long."""


class TimeLimit(StorageError):
    """A statement took longer than `limits.Limits.statement`. The same statement will again."""


class Taken(Exception):
    """A value that must be unique belongs to another resource already.

    Args:
        attribute: the attribute's `key`, or `id`.
        value: the folded value.
    """

    def __init__(self, attribute: str, value: str) -> None:
        super().__init__(attribute, value)
        self.attribute = attribute
        self.value = value

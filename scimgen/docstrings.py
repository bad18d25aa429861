"""The docstrings of rules and kinds of change, which the output and the pages show."""

import inspect
from collections.abc import Callable
from typing import Any


def parts(function: Callable[..., Any]) -> tuple[str, str]:
    """The first paragraph of a docstring as one line, and the rest.

    Example:
        >>> def check() -> None:
        ...     '''An id is
        ...     unique
        ...
        ...     Because it is a key.
        ...     '''
        >>> parts(check)
        ('An id is unique', 'Because it is a key.')
    """
    summary, _, rest = (inspect.getdoc(function) or "").strip().partition("\n\n")
    return summary.replace("\n", " "), rest.strip()

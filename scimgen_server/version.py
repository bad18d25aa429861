"""The version of the runtime and of scimgen: both are released together."""

import re

__version__ = "0.1.0"


def is_compatible(generated_for: str, installed: str = __version__) -> bool:
    """Whether an app that was generated for one release runs on another.

    A release may change the public API when its first number other than 0 changes.

    >>> is_compatible("0.1.2", "0.1.4"), is_compatible("0.1.2", "0.1.1")
    (True, False)
    >>> is_compatible("0.1.2", "0.2.0")
    False
    >>> is_compatible("1.4.0", "1.5.0"), is_compatible("1.4.0", "2.0.0")
    (True, False)
    """
    wanted, found = _numbers(generated_for), _numbers(installed)
    series = 1 if wanted[0] else 2
    return wanted[:series] == found[:series] and wanted <= found


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]

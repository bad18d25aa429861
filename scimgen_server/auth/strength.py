"""The strength of the secrets in the settings, which is checked at startup."""

import math
import string
from collections.abc import Iterator

from ..settings import Settings, SettingsError, is_safe

LEAST_BITS = 128
"""The least strength of a secret that clients send or that signs messages."""

_LEAST_PASSWORD_BITS = 64
"""The least strength of a password. Guesses of passwords are limited, see `rate`."""

_HEXADECIMAL = (frozenset("0123456789abcdef"), frozenset("0123456789ABCDEF"))
_MAKE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'


def check_secrets(settings: Settings) -> list[str]:
    """Check the strength of the secrets, and that events cannot be read on their way.

    Returns:
        Warnings: one line for each weakness that is not refused.

    Raises:
        SettingsError: a secret is weak, and neither `dev` nor `weak_secrets` is set.
    """
    weak = list(_weak_secrets(settings))
    if weak and not (settings.dev or settings.weak_secrets):
        raise SettingsError(weak[0])
    if settings.webhook_url and not is_safe(settings.webhook_url):
        weak.append(
            "SCIM_WEBHOOK_URL is an http:// URL: others on the network can read the events;"
            " use https://"
        )
    return weak


def only_loopback(settings: Settings) -> bool:
    """Return whether only requests from this machine are answered: a secret is weak."""
    return any(True for _ in _weak_secrets(settings))


def _weak_secrets(settings: Settings) -> Iterator[str]:
    """Yield one line for each weak secret, with the correction and without the secret."""
    if any(_bits(token) < LEAST_BITS for token in settings.tokens):
        yield (
            f"SCIM_TOKEN has a token of less than {LEAST_BITS} bits, which can be guessed:"
            f" make one with {_MAKE}"
        )
    if settings.basic is not None:
        password = settings.basic.partition(":")[2]
        if _bits(password) < _LEAST_PASSWORD_BITS:
            yield (
                "SCIM_BASIC has a password that can be guessed: use 16 or more random letters and"
                f" digits, such as those of {_MAKE}"
            )
    if settings.webhook_url and _bits(settings.webhook_secret) < LEAST_BITS:
        yield (
            f"SCIM_WEBHOOK_SECRET has less than {LEAST_BITS} bits, so that others could sign"
            f" events: make one with {_MAKE}"
        )


def _bits(secret: str) -> float:
    """Return the bits of a random secret of this length with these kinds of characters.

    >>> [round(_bits(one)) for one in ("a" * 50, "0123456789abcdef" * 2, "scim")]
    [16, 128, 19]
    """
    characters = set(secret)
    if any(characters <= digits for digits in _HEXADECIMAL):
        alphabet = 16
    else:
        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        alphabet = sum(len(kind) for kind in kinds if characters & set(kind))
        # Other characters are counted as few: they are often separators.
        alphabet += 2 if characters - set("".join(kinds)) else 0
    # A repeated character adds little.
    return min(len(secret) * math.log2(alphabet), 16 * len(characters))

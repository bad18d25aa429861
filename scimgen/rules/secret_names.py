"""Names of attributes that look like secrets, such as `apiSecret`.

There are two tests, because a wrong answer costs differently. A warning about an attribute without
a secret is noise, so `is_secret` is narrow. A fix that makes a secret readable is a leak, so
`may_be_secret` is wide: `--fix` leaves such an attribute alone.
"""

import re

_SECRET = re.compile(
    r"(?:password|passwd|passphrase|secret|privatekey|apikey|secretkey"
    r"|(?:access|refresh|api|auth|bearer)token"
    r"|passwordhash|passwordsalt|hashedpassword)s?\Z"
)
_MAYBE_SECRET = re.compile(r"passw|secret|token|private|credential", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^a-z0-9]")


def is_secret(name: str) -> bool:
    """Whether an attribute with this name has a secret.

    >>> is_secret("apiSecret"), is_secret("secretQuestionId")
    (True, False)
    """
    return bool(_SECRET.search(_SEPARATORS.sub("", name.lower())))


def may_be_secret(name: str) -> bool:
    """Whether an attribute with this name can have a secret. Every name of `is_secret` is one.

    >>> may_be_secret("secretQuestionId"), may_be_secret("title"), may_be_secret("apiKey")
    (True, False, True)
    """
    return is_secret(name) or bool(_MAYBE_SECRET.search(name))

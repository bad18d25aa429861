"""The endpoint of a resource type, when it is requested from a server."""

import re

_PLAIN = re.compile(r"/?[A-Za-z0-9._~!$'()*+,;=:@%-]+(?:/[A-Za-z0-9._~!$'()*+,;=:@%-]+)*/?\Z")


def is_plain_endpoint(text: str) -> bool:
    """Whether an endpoint can be appended to the base URL.

    It is a relative path without query, dots and hidden characters.

    An absolute endpoint may be on another host, which must not get the token (RFC 7643 section 6:
    relative).

    >>> is_plain_endpoint("/Users")
    True
    >>> is_plain_endpoint("//x.example/Users"), is_plain_endpoint("/../Users")
    (False, False)
    """
    steps = text.strip("/").split("/")
    return bool(_PLAIN.match(text)) and not {".", ".."} & set(steps)

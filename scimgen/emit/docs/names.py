"""Names on a page: anchors of links, and shortened text."""

import re

from scimgen.emit.literals import one_line
from scimgen.model import ResourceType


def anchor(type_: ResourceType) -> str:
    """The URL fragment of a resource type. It is made from the endpoint, which is unique in an app.

    >>> from scimgen.model import Schema
    >>> anchor(ResourceType(name="Badge", endpoint="/PermissionSets", schema=Schema(id="urn:x")))
    'type-PermissionSets'
    """
    name = type_.endpoint.strip("/")
    return "type-" + re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)


def short(text: str, most: int) -> str:
    """Put text on one line, and cut it to a length.

    >>> short("a b c", 3)
    'a …'
    """
    text = one_line(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"

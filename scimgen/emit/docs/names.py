"""What things are called on a page: where a link leads, and text short enough to be read."""

import re

from scimgen.emit.literals import one_line
from scimgen.model import ResourceType


def anchor(type_: ResourceType) -> str:
    """The fragment that leads to a resource type; endpoints are unique in an app.

    >>> from scimgen.model import Schema
    >>> anchor(ResourceType(name="Permission Set", endpoint="/PermissionSets", schema=Schema(id="urn:x")))
    'type-PermissionSets'
    """
    name = type_.endpoint.strip("/")
    return "type-" + re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)


def short(text: str, most: int) -> str:
    """Text on one line, cut where it is long.

    >>> short("a b c", 3)
    'a …'
    """
    text = one_line(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"

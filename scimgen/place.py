"""The place of something in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A range of characters in a file.

    Lines and columns count from 1, columns in code points; the end is exclusive, as in an editor.
    `excerpt` is the first line, or the part of a long line around the column, so that a message can
    show it without the file. It begins at `excerpt_column`. `pointer` is the JSON pointer of the
    value (RFC 6901), or "" if it has none.

    >>> str(Place("crm.scim.yaml", 3, 5, 3, 8, "app: crm"))
    'crm.scim.yaml:3:5'
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: str = ""
    excerpt_column: int = 1
    pointer: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Places = Mapping[str, Place | None]
"""The places in a description of the members of a discovery document, by their JSON pointers inside
a part, such as `/caseExact` of an attribute. None if the description does not define the member.
"""

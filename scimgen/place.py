"""The place of something in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A range of characters in a file.

    Lines and columns count from 1, columns in code points; the end is exclusive, as in an editor.
    `excerpt` is the first line, or the part of a long line around the column, so that a message can
    show it without the file. It begins at `excerpt_column`.

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

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

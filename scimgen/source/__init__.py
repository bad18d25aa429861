"""Readers that turn a text into a tree with the position of every key and value."""

from scimgen.source.files import Unreadable, read_bytes, read_file, read_text
from scimgen.source.tree import (
    Array,
    Document,
    Fault,
    JsonValue,
    Member,
    Node,
    Object,
    Scalar,
    Source,
    find,
    plain,
    pointer_step,
    walk,
)

__all__ = [
    "Array",
    "Document",
    "Fault",
    "JsonValue",
    "Member",
    "Node",
    "Object",
    "Scalar",
    "Source",
    "Unreadable",
    "find",
    "plain",
    "pointer_step",
    "read_bytes",
    "read_file",
    "read_text",
    "walk",
]

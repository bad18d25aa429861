"""Read files.

Anything but a readable regular UTF-8 file of limited size is refused with one message.
"""

import os
import stat
import sys
from pathlib import Path

from scimgen.errors import ScimgenError
from scimgen.source.json import read_json
from scimgen.source.tree import Document, Fault, Source
from scimgen.source.yaml import read_yaml

_BOM = b"\xef\xbb\xbf"
MAX_BYTES = 64 * 1024 * 1024


class Unreadable(ScimgenError):
    """A file cannot be read. The message contains the file name and the reason."""


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read the bytes of a regular file. `-` is the standard input.

    Raises:
        Unreadable: No such file, no permission, a folder, a FIFO, a device, or more than `limit`
            bytes.
    """
    if str(path) == "-":
        data = sys.stdin.buffer.read(limit + 1)
        if len(data) > limit:
            raise Unreadable(f"standard input: more than {limit >> 20} MiB")
        return data
    try:
        # Without O_NONBLOCK, opening a FIFO without a writer never returns.
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if stat.S_ISDIR(status.st_mode):
                raise Unreadable(f"{path}: is a folder")
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(f"{path}: not a regular file")
            if status.st_size > limit:
                raise Unreadable(f"{path}: {status.st_size >> 20} MiB, more than {limit >> 20} MiB")
            return file.read()
    except OSError as error:
        raise Unreadable(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise Unreadable(f"{path!s}: {error}") from error


def read_text(name: str, data: bytes, language: str) -> Document:
    """Parse bytes into a tree.

    Args:
        name: The name of the text in messages.
        data: The text in UTF-8, with or without a byte order mark.
        language: "json" or "yaml".
    """
    decoded = _decoded(name, data)
    return (
        decoded
        if isinstance(decoded, Document)
        else _parsed(name, decoded, data.startswith(_BOM), language)
    )


def _decoded(name: str, data: bytes) -> str | Document:
    """The text without its byte order mark, or a document with the fault."""
    had_bom = data.startswith(_BOM)
    try:
        return data[3 if had_bom else 0 :].decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[3 if had_bom else 0 : error.start + (3 if had_bom else 0)].decode(
            "utf-8", "replace"
        )
        fault = Fault("not UTF-8", len(good), len(good) + 1, "save the file as UTF-8")
        return Document(Source(name, good + "\ufffd"), None, (fault,), had_bom)


def _parsed(name: str, text: str, had_bom: bool, language: str) -> Document:
    document = read_json(name, text) if language == "json" else read_yaml(name, text)
    document.had_bom = had_bom
    document.language = language
    return document


def language_of(path: Path, data: bytes) -> str:
    """Decide between "json" and "yaml" by the suffix of the name or the first character."""
    if path.suffix.lower() in (".yaml", ".yml"):
        return "yaml"
    if path.suffix.lower() == ".json":
        return "json"
    return "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"") else "yaml"


def read_file(path: Path, limit: int = MAX_BYTES) -> Document:
    """Read a JSON or YAML file.

    Raises:
        Unreadable: See `read_bytes`. A syntax error is not an exception but a fault of the
            document.
    """
    data = read_bytes(path, limit)
    name = "<stdin>" if str(path) == "-" else str(path)
    decoded, had_bom, language = (
        _decoded(name, data),
        data.startswith(_BOM),
        language_of(path, data),
    )
    del data  # a large file is not in memory twice while its tree is built
    return decoded if isinstance(decoded, Document) else _parsed(name, decoded, had_bom, language)

"""`scimgen.lock`: what was emitted, hash by hash, by which versions. Sorted, one file a line, so that branches merge."""

import hashlib
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from scimgen.emit import EmittedFile, Ownership

NAME = "scimgen.lock"
JOURNAL = ".scimgen/journal"
BASES = ".scimgen/bases"

_COMMENT = "# What scimgen emitted here, and by which versions. Commit this file; do not edit it.\n"
_GENERATORS = ("black", "datamodel-code-generator", "scimgen")


class LockError(Exception):
    """A lock that cannot be worked with; the message says why and what to do."""


def digest(content: bytes) -> str:
    """The hash that the lock keeps of a file."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One emitted file: whose it is, its hash as emitted, and whether its owner deleted it."""

    ownership: Ownership
    digest: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of a project.

    Args:
        versions: of what made the bytes, by name.
        entries: by path.
        journal: hashes of what an interrupted run may have written already, by path.
    """

    versions: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    journal: dict[str, str] = field(default_factory=dict)

    def emitted(self, path: str, content: bytes) -> bool:
        """Whether these bytes are scimgen's own: as the lock says, or as an interrupted run left them."""
        entry = self.entries.get(path)
        found = digest(content)
        return (entry is not None and found == entry.digest) or self.journal.get(path) == found

    def with_journal(self, text: str) -> "Lock":
        """The lock with what an interrupted run noted before it began to write."""
        lines = (line.split(" ", 1) for line in text.splitlines() if " " in line)
        return replace(self, journal={path: hash_ for hash_, path in lines})


def current_versions() -> dict[str, str]:
    """The versions of everything that the emitted bytes depend on."""
    return {name: version(name) for name in _GENERATORS}


def dump(lock: Lock) -> bytes:
    """The lock as its file's bytes."""
    lines = [f"version {name} {number}\n" for name, number in sorted(lock.versions.items())]
    for path, entry in sorted(lock.entries.items()):
        state = "deleted" if entry.deleted else str(entry.ownership)
        lines.append(f"{state} {entry.digest} {path}\n")
    return (_COMMENT + "".join(lines)).encode()


def parse(content: bytes) -> Lock:
    """The lock out of its file's bytes.

    Raises:
        LockError: it is no lock, or holds the marks of a merge conflict.
    """
    versions, entries = {}, {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        first, _, second = rest.partition(" ")
        if word == "version" and second:
            versions[first] = second
        elif word == "deleted" and second:
            entries[second] = Entry(Ownership.MERGED, first, deleted=True)
        elif word in set(Ownership) and second:
            entries[second] = Entry(Ownership(word), first)
        else:
            mend = "settle the merge in it" if word[:7] in ("<<<<<<<", "=======", ">>>>>>>") else "restore it from git"
            raise LockError(f"{NAME}:{number}: not a line of a lock; {mend}, or delete it and run scimgen generate")
    return Lock(versions, entries)

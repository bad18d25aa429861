"""`scimgen.lock`: what was emitted, hash by hash, by which versions.

Sorted, a file a line, so that branches merge.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from scimgen.data import runtime_version
from scimgen.emit import Ownership
from scimgen.errors import ScimgenError

NAME = "scimgen.lock"
JOURNAL = ".scimgen/journal"
BASES = ".scimgen/bases"

_COMMENT = "# What scimgen emitted here, and by which versions. Commit this file; do not edit it.\n"
_GENERATORS = ("black", "datamodel-code-generator")
_VENDORED = str(Ownership.VENDORED)


class LockError(ScimgenError):
    """A lock that cannot be used; the message has the reason and what to do."""


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
        inputs: the hashes of what they were made from: the description, its CSV files, the
            templates.
        sources: the fingerprint of the part of the model that a file was made from, for files that
            are slow to make.
        vendored: the hash of each vendored folder, by its path.
        entries: by path.
        journal: the hashes of all that interrupted runs may have written, by path.
    """

    versions: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    vendored: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    journal: dict[str, frozenset[str]] = field(default_factory=dict)

    def emitted(self, path: str, content: bytes) -> bool:
        """Whether these bytes are scimgen's own: by the lock, or by the journal of an interrupted
        run.
        """
        entry = self.entries.get(path)
        found = digest(content)
        return (entry is not None and found == entry.digest) or found in self.journal.get(path, ())

    def with_journal(self, text: str) -> "Lock":
        """The lock with what interrupted runs noted before they began to write."""
        journal: dict[str, frozenset[str]] = {}
        for line in text.splitlines():
            hash_, _, path = line.partition(" ")
            journal[path] = journal.get(path, frozenset()) | {hash_}
        return replace(self, journal=journal)


def current_versions() -> dict[str, str]:
    """The versions of everything that the emitted bytes depend on."""
    found = {name: version(name) for name in (*_GENERATORS, "scimgen")}
    return found | {"scimgen-server": runtime_version()}


def check_versions(lock: Lock, current: dict[str, str]) -> None:
    """Refuse to compare what two different generators made: every line would seem to have changed.

    A newer scimgen on an older project is an upgrade, and goes on.

    Raises:
        LockError: the lock is of a newer scimgen, or of the same one beside another black or code
            generator.
    """
    made, here = lock.versions.get("scimgen"), current["scimgen"]
    if made is None or _order(made) < _order(here):
        return
    if _order(made) > _order(here):
        raise LockError(
            f"{NAME} was written by scimgen {made}, this is {here}: pip install scimgen=={made}"
        )
    for name in _GENERATORS:
        if lock.versions.get(name, current[name]) != current[name]:
            wanted = lock.versions[name]
            raise LockError(
                f"{NAME} was written with {name} {wanted}, here is {current[name]}: they do not"
                f" give the same bytes; pip install {name}=={wanted}"
            )


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", number))


def dump(lock: Lock) -> bytes:
    """The lock as its file's bytes."""
    lines = [f"version {name} {number}\n" for name, number in sorted(lock.versions.items())]
    lines += [f"input {hash_} {name}\n" for name, hash_ in sorted(lock.inputs.items())]
    lines += [
        f"source {fingerprint} {path}\n" for path, fingerprint in sorted(lock.sources.items())
    ]
    lines += [f"{_VENDORED} {hash_} {path}\n" for path, hash_ in sorted(lock.vendored.items())]
    for path, entry in sorted(lock.entries.items()):
        state = "deleted" if entry.deleted else str(entry.ownership)
        lines.append(f"{state} {entry.digest} {path}\n")
    return (_COMMENT + "".join(lines)).encode()


def dump_journal(journal: Mapping[str, frozenset[str]]) -> bytes:
    """The journal as its file's bytes, which `Lock.with_journal` reads."""
    lines = [
        f"{hash_} {path}\n" for path, hashes in sorted(journal.items()) for hash_ in sorted(hashes)
    ]
    return "".join(lines).encode()


def parse(content: bytes) -> Lock:
    """The lock out of its file's bytes.

    Raises:
        LockError: it is no lock, or holds the marks of a merge conflict.
    """
    versions, inputs, sources, vendored, entries = {}, {}, {}, {}, {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        first, _, second = rest.partition(" ")
        if word == "version" and second:
            versions[first] = second
        elif word == "input" and second:
            inputs[second] = first
        elif word == "source" and second:
            sources[second] = first
        elif word == _VENDORED and second:
            vendored[second] = first
        elif word == "deleted" and second:
            entries[second] = Entry(Ownership.MERGED, first, deleted=True)
        elif word in set(Ownership) and second:
            entries[second] = Entry(Ownership(word), first)
        else:
            hint = (
                "resolve the merge in it"
                if word[:7] in ("<<<<<<<", "=======", ">>>>>>>")
                else "restore it from git"
            )
            raise LockError(
                f"{NAME}:{number}: not a line of a lock; {hint}, or delete it and run scimgen"
                " generate"
            )
    return Lock(versions, inputs, sources, vendored, entries)

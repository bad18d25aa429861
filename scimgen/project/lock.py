"""`scimgen.lock`: the hash of each generated file, and the versions of the generators.

It is sorted and has one line for each file, so that branches merge.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from scimgen.data import runtime_version
from scimgen.emit import Ownership
from scimgen.errors import ScimgenError
from scimgen.project.disk import Disk

NAME = "scimgen.lock"
JOURNAL = ".scimgen/journal"
BASES = ".scimgen/bases"

_COMMENT = "# What scimgen emitted here, and by which versions. Commit this file; do not edit it.\n"
_GENERATORS = ("black", "datamodel-code-generator")
_VENDORED = str(Ownership.VENDORED)


class LockError(ScimgenError):
    """The lock cannot be used. The message has the reason and the fix."""


def digest(content: bytes) -> str:
    """The hash of a file in the lock."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One generated file.

    Args:
        ownership: the owner.
        digest: the hash of the file as it was emitted.
        deleted: whether the owner deleted the file.
    """

    ownership: Ownership
    digest: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of a project.

    Args:
        versions: the versions of the generators, by name.
        inputs: the hashes of the description, its CSV files and the templates, by name.
        sources: the fingerprint of the source of each file that is slow to make, by path.
        vendored: the hash of each vendored folder, by path.
        entries: the entry of each file, by path.
        journal: the hashes of what interrupted runs may have written, by path.
    """

    versions: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    vendored: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    journal: dict[str, frozenset[str]] = field(default_factory=dict)

    def emitted(self, path: str, content: bytes) -> bool:
        """Whether scimgen wrote these bytes, by the lock or the journal of an interrupted run."""
        entry = self.entries.get(path)
        found = digest(content)
        return (entry is not None and found == entry.digest) or found in self.journal.get(path, ())

    def with_journal(self, text: str) -> "Lock":
        """The lock with the journal of interrupted runs."""
        journal: dict[str, frozenset[str]] = {}
        for line in text.splitlines():
            hash_, _, path = line.partition(" ")
            journal[path] = journal.get(path, frozenset()) | {hash_}
        return replace(self, journal=journal)


def current_versions() -> dict[str, str]:
    """The versions of all generators that the bytes of files depend on."""
    found = {name: version(name) for name in (*_GENERATORS, "scimgen")}
    return found | {"scimgen-server": runtime_version()}


def check_versions(lock: Lock, current: dict[str, str]) -> None:
    """Refuse a comparison with the files of a newer release or of another generator.

    Every line would seem to have changed. An older release is accepted: that is an upgrade.

    Raises:
        LockError: the lock has a newer scimgen, or another black or code generator.
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
    """Write a lock as the bytes of its file."""
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
    """Write a journal as the bytes of its file, which `Lock.with_journal` reads."""
    lines = [
        f"{hash_} {path}\n" for path, hashes in sorted(journal.items()) for hash_ in sorted(hashes)
    ]
    return "".join(lines).encode()


def parse(content: bytes) -> Lock:
    """Read a lock from the bytes of its file.

    Raises:
        LockError: it is not a lock, or contains the markers of a merge conflict.
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


def read_lock(disk: Disk) -> Lock:
    """Read the lock of a project with its journal. A new project has an empty lock.

    Raises:
        LockError: the file is not a valid lock.
    """
    content = disk.read(NAME)
    found = parse(content) if content is not None else Lock()
    journal = disk.read(JOURNAL)
    return found.with_journal(journal.decode("utf-8", "replace")) if journal is not None else found

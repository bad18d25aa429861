"""Ignored findings: from the settings, and from comments in a YAML text."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.place import Place
from scimgen.source import Document

_COMMENT = re.compile(r"#\s*scimgen:\s*ignore\[([^\]\n]*)\]")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One ignore.

    Args:
        rule: The id of the rule.
        place: The position of the ignore itself.
        files: A glob pattern for the files that it applies to. "" is all files.
        pointer: A glob pattern for the JSON pointers that it applies to. "" is all pointers.
        reason: Why the finding is ignored.
        line: The line that a comment applies to. 0 for an ignore from the settings.
    """

    rule: str
    place: Place
    files: str = ""
    pointer: str = ""
    reason: str = ""
    line: int = 0

    def holds(self, rule: str, file: str, pointer: str, line: int) -> bool:
        """Whether it applies to a finding of the rule at this position.

        `file` is relative to the settings.
        """
        if rule != self.rule:
            return False
        if self.line:
            return file == self.place.file and line == self.line
        in_file = not self.files or fnmatchcase(file, self.files)
        return in_file and (not self.pointer or fnmatchcase(pointer, self.pointer))


def comments(document: Document) -> Iterator[Ignore]:
    """Find the ignores in the comments of a YAML text: `# scimgen: ignore[rule] reason`.

    A comment after a value applies to its own line. A comment on a line without a value applies to
    the next line.

    >>> from scimgen.source import read_text
    >>> document = read_text("a.yaml", b"a: 1 # scimgen: ignore[some-rule] as agreed", "yaml")
    >>> [(ignore.rule, ignore.line) for ignore in comments(document)]
    [('some-rule', 1)]
    """
    text = document.source.text
    for match in _COMMENT.finditer(text):
        alone = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        at = match.start(1)
        for part in match[1].split(","):
            start = at + len(part) - len(part.lstrip())
            place = document.source.place(start, start + max(1, len(part.strip())))
            yield Ignore(part.strip(), place, line=place.line + 1 if alone else place.line)
            at += len(part) + 1


@dataclass(eq=False)
class Ignores:
    """All ignores of a run, and which of them were used."""

    folder: Path
    ignores: tuple[Ignore, ...]
    used: set[Ignore] = field(default_factory=set)

    def add(self, more: Iterable[Ignore]) -> None:
        """Add ignores from the comments of a text."""
        self.ignores = (*self.ignores, *more)

    def relative(self, file: str) -> str:
        """The file name relative to the settings, as their glob patterns expect it."""
        if file.startswith(("http://", "https://", "<")):
            return file
        try:
            return Path(os.path.relpath(file, self.folder)).as_posix()
        except ValueError:  # on Windows: a file on another drive
            return file

    def keep_back(self, rule: str, file: str, pointer: str, line: int) -> bool:
        """Whether a finding is ignored. The ignore that applies is marked as used."""
        for ignore in self.ignores:
            if ignore.rule == rule and ignore.holds(
                rule, file if ignore.line else self.relative(file), pointer, line
            ):
                self.used.add(ignore)
                return True
        return False

    def unneeded(self, known: Iterable[str], asked: Iterable[str]) -> Iterator[Diagnostic]:
        """Report ignores that had no effect: for a rule that does not exist, or without a finding.

        Args:
            known: The ids of all rules.
            asked: The ids of the rules of this run. An ignore of another rule may be needed in
                another run.
        """
        rules, active = set(known), set(asked)
        for ignore in self.ignores:
            if ignore in self.used:
                continue
            if ignore.rule not in rules:
                message, fix = (
                    f'there is no rule "{ignore.rule}", or it found nothing here',
                    "see scimgen rules",
                )
                yield Diagnostic("ignore-unknown", Severity.WARNING, message, ignore.place, "", fix)
            elif ignore.rule in active:
                message = f'this ignore of "{ignore.rule}" has no effect'
                yield Diagnostic(
                    "ignore-unused", Severity.WARNING, message, ignore.place, "", "remove it"
                )

"""Collect the findings about a description, and find the places of its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.place import Place
from scimgen.source import Document, Member, Node, Object, find, pointer_step

Page = dict[str, Any]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the most similar known word as a fix, or "".

    >>> did_you_mean("lable", ["label", "tier"])
    'did you mean label?'
    """
    folded = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[near[0]]}?" if near else ""


@dataclass(eq=False)
class Report:
    """Collects the findings about one description. JSON pointers identify its values.

    Args:
        document: The document of the description.
        findings: The findings so far.
        faulty: The names of attributes with an invalid definition. Their values are not checked.
    """

    document: Document
    findings: list[Diagnostic] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)

    def node(self, pointer: str) -> Node | None:
        """The value at a pointer."""
        return find(self.document.root, pointer) if self.document.root else None

    def place(self, pointer: str, key: bool = False) -> Place:
        """The place of the value at a pointer, or with `key` the place of its key."""
        return replace(self._position(pointer, key), pointer=pointer)

    def places(self, pointer: str, page: Page, keys: Mapping[str, str]) -> dict[str, Place | None]:
        """The places of the values in a mapping, for the source map of discovery documents.

        Args:
            pointer: The pointer of the mapping.
            page: The mapping.
            keys: The name in a discovery document of each key.
        """
        found: dict[str, Place | None] = {}
        for key, name in keys.items():
            if key in page:
                at = pointer_step(pointer, key)
                member = pointer_step("", name)
                found[member] = self.place(at)
                items = page[key] if isinstance(page[key], list) else ()
                for index in range(len(items)):
                    found[pointer_step(member, index)] = self.place(pointer_step(at, index))
        return found

    def _position(self, pointer: str, key: bool) -> Place:
        if key and pointer:
            parent, _, step = pointer.rpartition("/")
            owner = self.node(parent)
            member = (
                owner.member(step.replace("~1", "/").replace("~0", "~"))
                if isinstance(owner, Object)
                else None
            )
            if member:
                return self.document.place(member)
        node = self.node(pointer)
        return self.document.place(node) if node else self.document.source.place(0)

    def text(self, pointer: str) -> str:
        """The text of a value as written, so that `1.10` does not become the number 1.1."""
        node = self.node(pointer)
        return self.document.source.text[node.start : node.end] if node else ""

    def error(
        self,
        rule: str,
        message: str,
        at: str | Place | Member,
        *,
        key: bool = False,
        fix: str = "",
        source: str = "",
    ) -> None:
        """Add an error at a pointer or a place."""
        self.note(Severity.ERROR, rule, message, at, key=key, fix=fix, source=source)

    def warning(
        self,
        rule: str,
        message: str,
        at: str | Place | Member,
        *,
        key: bool = False,
        fix: str = "",
        source: str = "",
    ) -> None:
        """Add a warning at a pointer or a place."""
        self.note(Severity.WARNING, rule, message, at, key=key, fix=fix, source=source)

    def note(
        self,
        severity: Severity,
        rule: str,
        message: str,
        at: str | Place | Member,
        *,
        key: bool = False,
        fix: str = "",
        source: str = "",
    ) -> None:
        """Add a finding of any severity."""
        if isinstance(at, str):
            at = self.place(at, key)
        elif isinstance(at, Member):
            at = self.document.place(at)
        self.findings.append(Diagnostic(rule, severity, message, at, at.pointer, fix, source))

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

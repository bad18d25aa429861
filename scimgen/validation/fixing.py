"""Fix a document: apply the edits of its findings, round after round, until there are none left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import unified_diff

from scimgen.fixes.edit import BOM, apply
from scimgen.rules import Finding, check
from scimgen.source import Document, read_text

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class FixedDocument:
    """A document before and after its fixes."""

    before: Document
    after: Document

    @property
    def data(self) -> bytes:
        """The bytes of the fixed file."""
        return (b"\xef\xbb\xbf" if self.after.had_bom else b"") + self.after.source.text.encode("utf-8")

    def diff(self) -> str:
        """What changed, as a unified diff."""
        name = self.before.source.name
        old = self.before.source.text.splitlines(keepends=True)
        new = self.after.source.text.splitlines(keepends=True)
        lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
        shown = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
        if not shown:
            shown = [f"--- a/{name}\n+++ b/{name}\n(the byte order mark was removed)\n"]
        return "".join(shown)


def fix(document: Document, clients: Iterable[str], wanted: Callable[[Finding], bool]) -> FixedDocument | None:
    """Fix what has exactly one right answer.

    Args:
        document: a SCIM document.
        clients: the client profiles whose rules apply besides those of the RFCs.
        wanted: whether a finding is to be fixed. An ignored finding is not.

    Returns:
        The document before and after, or None if there is nothing to fix.
    """
    chosen, current = tuple(clients), document
    for _ in range(_ROUNDS):
        found = [finding for finding in check([current], chosen).findings if finding.edits and wanted(finding)]
        edits = [edit for finding in found for edit in finding.edits]
        if not edits:
            break
        had_bom = current.had_bom and BOM not in edits
        text = apply(current.source.text, edits)
        following = read_text(current.source.name, text.encode("utf-8"), "json")
        if following.root is None:  # an edit must never make a readable text unreadable
            break
        following.had_bom = had_bom
        current = following
    return FixedDocument(document, current) if current is not document else None

"""Mending a document: the edits of its findings, again and again until there are none left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import unified_diff

from scimgen.fixes.edit import BOM, apply
from scimgen.rules import Finding, check
from scimgen.source import Document, read_text

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Mended:
    """A document that was mended, and what it was before."""

    before: Document
    after: Document

    @property
    def data(self) -> bytes:
        """The new file's bytes."""
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


def mend(document: Document, clients: Iterable[str], wanted: Callable[[Finding], bool]) -> Mended | None:
    """Mend what has one right answer; None where nothing has.

    Args:
        document: a SCIM document.
        clients: whose rules apply besides the RFCs'.
        wanted: whether a finding is to be mended: one that is ignored is not.
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
        if following.root is None:  # no edit may make a text worse
            break
        following.had_bom = had_bom
        current = following
    return Mended(document, current) if current is not document else None

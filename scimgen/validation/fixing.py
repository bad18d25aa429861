"""Fix a document: apply the edits of its findings, round after round, until there are none left."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from scimgen.diagnostics.text import printable
from scimgen.fixes.edit import BOM, Edit, apply, compatible
from scimgen.rules import Finding, check
from scimgen.source import Document, read_text

_ROUNDS = 10
_CONTEXT = 3


class Reason(NamedTuple):
    """Why a part of the fixed text differs.

    Its offset in the original text, the rule, and the message.
    """

    offset: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class FixedDocument:
    """A document before and after its fixes."""

    before: Document
    after: Document
    reasons: tuple[Reason, ...]

    @property
    def data(self) -> bytes:
        """The bytes of the fixed file."""
        return (b"\xef\xbb\xbf" if self.after.had_bom else b"") + self.after.source.text.encode(
            "utf-8"
        )

    def diff(self) -> str:
        """What changed, as a unified diff.

        The heading of each hunk has the rules and the reasons.
        """
        name = self.before.source.name
        old, new = _lines(self.before.source.text), _lines(self.after.source.text)
        shown = [f"--- a/{name}\n", f"+++ b/{name}\n"]
        starts = _line_starts(old)
        for group in SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT):
            first, last = group[0][1], group[-1][2]
            inside = [
                reason
                for reason in self.reasons
                if first < bisect_right(starts, reason.offset) <= last
            ]
            ranges = f"-{_range(first, last)} +{_range(group[0][3], group[-1][4])}"
            shown.append(f"@@ {ranges} @@ {_heading(inside)}".rstrip() + "\n")
            for tag, i1, i2, j1, j2 in group:
                if tag == "equal":
                    shown += _marked(" ", old[i1:i2])
                else:
                    shown += _marked("-", old[i1:i2])
                    shown += _marked("+", new[j1:j2])
        if len(shown) == 2:
            shown.append("(json-bom: the byte order mark was removed)\n")
        return "".join(shown)


def _lines(text: str) -> list[str]:
    """The lines with their ends.

    `str.splitlines` also splits at characters that are no line ends in JSON.
    """
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _line_starts(lines: list[str]) -> list[int]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line)
    return starts


def _range(start: int, stop: int) -> str:
    """A range of lines as in a unified diff.

    The first line, and the number of lines if it is not one.
    """
    length = stop - start
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


def _marked(mark: str, lines: list[str]) -> list[str]:
    return [
        f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
        for line in lines
    ]


def _heading(reasons: list[Reason]) -> str:
    """The rules of a hunk, each with its first reason."""
    counts = Counter(reason.rule for reason in reasons)
    first = {reason.rule: reason.message for reason in reversed(reasons)}
    found = []
    for rule, count in counts.items():
        more = f" (and {count - 1} more)" if count > 1 else ""
        found.append(f"{rule}: {printable(first[rule])}{more}")
    return "; ".join(found)


class _Shifts:
    """Converts offsets of a text after edits to offsets of the text before."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.edits = sorted(edit for edit in set(edits) if edit != BOM)
        self.starts: list[int] = []
        shift = 0
        for edit in self.edits:
            self.starts.append(edit.start + shift)
            shift += len(edit.text) - (edit.end - edit.start)

    def back(self, offset: int) -> int:
        """The offset before the edits.

        An offset in an inserted text becomes the offset of the insertion.
        """
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return offset
        edit = self.edits[at]
        beyond = offset - self.starts[at] - len(edit.text)
        return (
            edit.end + beyond
            if beyond >= 0
            else min(edit.start + offset - self.starts[at], edit.end)
        )


def fix(
    document: Document, clients: Iterable[str], wanted: Callable[[Finding], bool]
) -> FixedDocument | None:
    """Fix what has exactly one right answer.

    Args:
        document: a SCIM document.
        clients: the client profiles whose rules apply besides those of the RFCs.
        wanted: whether a finding is to be fixed. A finding that is not shown or ignored is not.

    Returns:
        The document before and after, or None if there is nothing to fix.
    """
    chosen, current = tuple(clients), document
    shifts: list[_Shifts] = []
    reasons: list[Reason] = []
    for _ in range(_ROUNDS):
        found = [
            finding
            for finding in check([current], chosen).findings
            if finding.edits and wanted(finding)
        ]
        fits = compatible(finding.edits for finding in found)
        applied = [finding for finding, fit in zip(found, fits, strict=True) if fit]
        edits = [edit for finding in applied for edit in finding.edits]
        if not edits:
            break
        had_bom = current.had_bom and BOM not in edits
        text = apply(current.source.text, edits)
        following = read_text(current.source.name, text.encode("utf-8"), "json")
        if following.root is None:  # an edit must never make a readable text unreadable
            break
        following.had_bom = had_bom
        current = following
        reasons += [_reason(finding, shifts) for finding in applied]
        shifts.append(_Shifts(edits))
    if current is document:
        return None
    return FixedDocument(
        document, current, tuple(sorted(reasons, key=lambda reason: reason.offset))
    )


def _reason(finding: Finding, shifts: list[_Shifts]) -> Reason:
    offset = max(0, finding.edits[0].start)
    for shift in reversed(shifts):
        offset = shift.back(offset)
    return Reason(offset, finding.rule.id, finding.message)

"""Compare two models: the changes, their effects on stored data and clients, and advice."""

from scimgen.compare.apply import apply
from scimgen.compare.change import Affected, Change, Kind, Severity, all_kinds, find_kind
from scimgen.compare.comparison import Comparison, compare
from scimgen.compare.parts import Part, outline

__all__ = [
    "Affected",
    "Change",
    "Comparison",
    "Kind",
    "Part",
    "Severity",
    "all_kinds",
    "apply",
    "compare",
    "find_kind",
    "outline",
]

"""Compare two models: the changes, their effects on stored data and clients, and advice."""

from scimgen.comparison.apply import apply
from scimgen.comparison.change import Affected, Change, Kind, Severity, all_kinds, find_kind
from scimgen.comparison.comparison import Comparison, compare
from scimgen.comparison.parts import Part, outline

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

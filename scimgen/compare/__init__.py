"""The changes between two models: the effect of each on stored data and on clients, and what to do about it."""

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

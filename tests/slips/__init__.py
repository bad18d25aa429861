"""Slips that people make in SCIM documents, as data: a table of replacements in the text of a clean document.

A test applies a slip to every clean document that contains its `right` text, and checks the result of a tool.
`members.py` has slips in the names of members, `values.py` in values, and `lists.py` in lists and their numbers. A new
slip is a line in one of the tables. A new group is a module with a table, which `ALL` includes.
"""

from tests.slips.lists import LISTS
from tests.slips.members import MEMBERS
from tests.slips.slip import Slip
from tests.slips.values import VALUES

ALL: tuple[Slip, ...] = (*MEMBERS, *VALUES, *LISTS)
"""All slips."""

__all__ = ["ALL", "Slip"]

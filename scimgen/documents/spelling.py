"""Find what a misspelled name or URN means."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scimgen.documents import urns

_SEPARATOR = re.compile(r"[^a-z0-9]+")
_VERSION = re.compile(r"v?[0-9]+(?:[._-][0-9]+)*")
_GENERIC = frozenset(("ietf", "params", "scim", "schemas", "core", "extension", "api", "messages"))
_OLD_NAMESPACE = "urn:scim:schemas:"
_LONGEST_URN = 200
_MOST_MISSPELLED = 3
_LONG_NAME = 6


def distance(one: str, other: str) -> int:
    """The number of edits between two texts.

    Two neighbouring characters in the wrong order are one edit.

    >>> distance("pacth", "patch"), distance("usr", "user")
    (1, 1)
    """
    earlier: list[int] = []
    above: list[int] = [*range(len(other) + 1)]
    for row, char in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (char != wanted))
            swapped = (
                row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == wanted
            )
            if swapped:
                best = min(best, earlier[column - 2] + 1)
            line.append(best)
        earlier, above = above, line
    return above[-1]


def is_near(one: str, other: str) -> bool:
    """Whether two folded words differ by a slip.

    A slip is one edit, or two edits in a word of six characters or more.
    """
    allowed = 2 if min(len(one), len(other)) >= _LONG_NAME else 1
    return abs(len(one) - len(other)) <= allowed and distance(one, other) <= allowed


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that a misspelled name means, or "".

    >>> nearest_name("nmae", ("type", "name"))
    'name'
    """
    folded = name.lower()
    near = [candidate for candidate in known if is_near(folded, candidate.lower())]
    return min(near, key=lambda candidate: distance(folded, candidate.lower()), default="")


def nearest_urn(urn: str, known: Iterable[str]) -> str:
    """The URN that a misspelled URN means, or "" for an equal or another URN. Case is ignored.

    A slip is a misspelled segment, a wrong separator, a segment too few or twice, another version,
    or a word of the SCIM namespace in the place of another.

    >>> nearest_urn("urn:ietf:param:scim:schemas:core:2.0:User", [urns.USER])
    'urn:ietf:params:scim:schemas:core:2.0:User'
    >>> nearest_urn("urn:acme:scim:schemas:crm:1.0:User", [urns.USER])
    ''
    """
    if len(urn) > _LONGEST_URN:
        return ""
    folded, best, least = urn.lower(), "", 0
    spelled = folded
    if folded.startswith(_OLD_NAMESPACE):  # that of SCIM 1, which RFC 7643 section 10.2.1 replaced
        spelled = f"urn:ietf:params:scim:schemas:{folded.removeprefix(_OLD_NAMESPACE)}"
    parts = _parts(spelled)
    for candidate in known:
        due = _known_parts(candidate)
        if due.folded == folded:
            return ""
        cost = _slips(parts, due)
        if cost and (not best or cost < least):
            best, least = candidate, cost
    return best


@lru_cache(maxsize=4096)
def nearest_known_urn(urn: str) -> str:
    """The URN of the RFCs, of Okta or of the draft that a misspelled URN means, or "".

    >>> nearest_known_urn("urn:okta:scim:schemas:core:1.0:Entitlment")
    'urn:okta:scim:schemas:core:1.0:Entitlement'
    """
    return nearest_urn(urn, urns.ALL)


class _Parts(NamedTuple):
    """A folded URN, its letters and digits alone, and its segments."""

    folded: str
    plain: str
    segments: tuple[str, ...]


def _parts(folded: str) -> _Parts:
    return _Parts(folded, _SEPARATOR.sub("", folded), tuple(folded.split(":")))


@lru_cache(maxsize=4096)
def _known_parts(urn: str) -> _Parts:
    return _parts(urn.lower())


def _slips(urn: _Parts, known: _Parts) -> int:
    """How far a URN is from a known one: 0 if it is not a misspelling of it."""
    if urn.plain == known.plain or _is_one_edit(urn.folded, known.folded):
        return 1
    more = len(urn.segments) - len(known.segments)
    if more == 0:
        return _replaced(urn.segments, known.segments)
    if more == -1:
        return _left_out(urn.segments, known.segments)
    return _repeated(urn.segments, known.segments) if more == 1 else 0


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one character is missing, in addition or another one."""
    if abs(len(one) - len(other)) > 1:
        return False
    ahead = _equal_characters(one, other)
    behind = _equal_characters(one[ahead:][::-1], other[ahead:][::-1])
    return ahead + behind + 1 >= max(len(one), len(other))


def _equal_characters(one: str, other: str) -> int:
    """The number of equal characters at the start of two texts."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _replaced(segments: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """The edits of misspelled segments, or 0 if a segment is another word."""
    pairs = [(found, due) for found, due in zip(segments, wanted, strict=True) if found != due]
    if len(pairs) > _MOST_MISSPELLED:
        return 0
    if len(pairs) == 1:
        found, due = pairs[0]
        versions = bool(_VERSION.fullmatch(found) and _VERSION.fullmatch(due))
        if versions or (found in _GENERIC and due in _GENERIC):
            return 3
    if not all(is_near(found, due) for found, due in pairs):
        return 0
    edits = sum(distance(found, due) for found, due in pairs)
    return edits if edits <= _MOST_MISSPELLED else 0


def _left_out(segments: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """2 if one segment before the name is missing, otherwise 0."""
    without = ((*wanted[:index], *wanted[index + 1 :]) for index in range(len(wanted) - 1))
    return 2 if segments in without else 0


def _repeated(segments: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """2 if one word of the namespace is there twice or in addition, otherwise 0."""
    for index, segment in enumerate(segments):
        is_word = segment in _GENERIC or segment in wanted or segment == ""
        if is_word and (*segments[:index], *segments[index + 1 :]) == wanted:
            return 2
    return 0

"""Rules about unknown and misspelled members of discovery documents."""

from difflib import get_close_matches
from functools import cache

from scimgen.diagnostics import Severity
from scimgen.documents.spelling import nearest_name
from scimgen.fixes.edit import Edit, written
from scimgen.model.characteristics import MEMBERS
from scimgen.rules.nodes import View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, Layout, rule
from scimgen.source import Member

_COMMON = ("schemas", "id", "externalId", "meta")
_FEATURE_MEMBERS = {
    "patch": ("supported",),
    "bulk": ("supported", "maxOperations", "maxPayloadSize"),
    "filter": ("supported", "maxResults"),
    "changepassword": ("supported",),
    "sort": ("supported",),
    "etag": ("supported",),
    "pagination": (
        *(
            "cursor",
            "index",
            "defaultPaginationMethod",
            "defaultPageSize",
            "maxPageSize",
            "cursorTimeout",
        ),
    ),
}
_MEMBERS: dict[Kind, tuple[str, ...]] = {
    Kind.LIST_RESPONSE: (
        *(
            "schemas",
            "totalResults",
            "startIndex",
            "itemsPerPage",
            "Resources",
            "nextCursor",
            "previousCursor",
        ),
    ),
    Kind.SCHEMA: (*_COMMON, "name", "description", "attributes"),
    Kind.ATTRIBUTE: MEMBERS,
    Kind.RESOURCE_TYPE: (*_COMMON, "name", "description", "endpoint", "schema", "schemaExtensions"),
    Kind.SCHEMA_EXTENSION: ("schema", "required"),
    Kind.SERVICE_PROVIDER_CONFIG: (
        *(
            *_COMMON,
            "documentationUri",
            "patch",
            "bulk",
            "filter",
            "changePassword",
            "sort",
            "etag",
        ),
        *("authenticationSchemes", "pagination", "securityEvents", "RolesAndEntitlements"),
    ),
    Kind.AUTHENTICATION_SCHEME: (
        "type",
        "name",
        "description",
        "specUri",
        "documentationUri",
        "primary",
    ),
    Kind.META: ("resourceType", "created", "lastModified", "location", "version"),
}
_SCIM1: dict[Kind, dict[str, str]] = {
    Kind.ATTRIBUTE: {
        "readonly": 'write "mutability": "readOnly" or "readWrite"',
        "multivaluedattributechildname": "remove it: SCIM 2.0 has no XML",
        "plural": 'write "multiValued"',
        "schema": "remove it: the schema's id defines it",
    },
    Kind.SCHEMA: {
        "schema": "remove it: the id is the schema's URN",
        "endpoint": "write it in the ResourceType",
    },
    Kind.SERVICE_PROVIDER_CONFIG: {
        "xmldataformat": "remove it: SCIM 2.0 has no XML",
        "documentationurl": 'write "documentationUri"',
    },
    Kind.AUTHENTICATION_SCHEME: {
        "specurl": 'write "specUri"',
        "documentationurl": 'write "documentationUri"',
    },
}
_SHORTEST = 3
_WITH_MEMBERS = (*_MEMBERS, Kind.FEATURE)


def _known(view: View) -> tuple[str, ...]:
    if view.kind is Kind.FEATURE:
        return _FEATURE_MEMBERS[view.pointer.rpartition("/")[2].lower()]
    return _MEMBERS[view.kind]


@cache
def _folded(known: tuple[str, ...]) -> dict[str, str]:
    return {name.lower(): name for name in known}


@cache
def _near(name: str, known: tuple[str, ...]) -> str:
    """The known member that a misspelled name means, or "".

    Names with a prefix mark belong to vendors.
    """
    if not name[:1].isalpha():
        return ""
    if len(name) < _SHORTEST:
        return next((member for member in known if sorted(member) == sorted(name.lower())), "")
    near = nearest_name(name, known)
    if near:
        return near
    folded = _folded(known)
    similar = get_close_matches(name.lower(), folded, n=1, cutoff=0.84)
    return folded[similar[0]] if similar else ""


def _has_unusual_names(kind: Kind, layout: Layout) -> bool:
    """Whether a member is unknown or spelled in another case."""
    if kind is Kind.FEATURE:  # its members depend on its name
        return True
    names = _folded(_MEMBERS[kind])
    return any(names.get(name.lower()) != name for name in layout)


def _unknown_members(view: View) -> list[Member]:
    """The unknown members. Members with a URN as name are data of an extension."""
    names = _folded(_known(view))
    if view.members.keys() <= names.keys():
        return []
    return [
        member
        for member in view.node.members
        if member.key.lower() not in names and ":" not in member.key
    ]


def meant(view: View) -> frozenset[str]:
    """The members that exist with a misspelled or old name.

    `--fix` must not add them, which would contradict them.
    """
    old = _SCIM1.get(view.kind, {})
    names = {_typo_of(view, member) for member in _unknown_members(view)}
    replaced = {
        "mutability"
        for member in _unknown_members(view)
        if member.key.lower() == "readonly" and "readonly" in old
    }
    return frozenset(names | replaced)


def _typo_of(view: View, member: Member) -> str:
    """The known member that an unknown member means, or ""."""
    return (
        "" if member.key.lower() in _SCIM1.get(view.kind, {}) else _near(member.key, _known(view))
    )


def _renamed(view: View, member: Member, right: str) -> tuple[Edit, ...]:
    """The edit that renames a member, or none if there is another member that has or means the
    right name.
    """
    rivals = [other for other in view.node.members if other.key.lower() == right.lower()]
    rivals += [other for other in _unknown_members(view) if _typo_of(view, other) == right]
    if any(other is not member for other in rivals):
        return ()
    return (Edit(member.key_start, member.key_end, written(right)),)


def addition(view: View, name: str, fix: str) -> str:
    """The fix for a missing member: to rename the member that is a misspelling of it, or another
    fix.

    Args:
        view: The object without the member.
        name: The name of the missing member.
        fix: The fix if there is no misspelled member.
    """
    for member in _unknown_members(view):
        if _typo_of(view, member) == name:
            return f'write "{name}" instead of "{member.key}"'
    return fix


@rule(
    "key-case",
    Severity.WARNING,
    _WITH_MEMBERS,
    "RFC 7643 section 2.1",
    bad='"multivalued": true',
    good='"multiValued": true',
    applies=_has_unusual_names,
)
def key_case(view: View, report: Report) -> None:
    """A member's name has the spelling of the RFC

    Names are case-insensitive by the RFC, but most clients read JSON case-sensitively and do not
    find the member.
    """
    names = _folded(_known(view))
    for member in view.node.members:
        right = names.get(member.key.lower())
        if right and right != member.key:
            edits = _renamed(view, member, right)
            report(
                view.key(member),
                f'"{member.key}" is spelled "{right}"',
                f'write "{right}"',
                edits=edits,
            )


@rule(
    "scim1-key",
    Severity.WARNING,
    tuple(_SCIM1),
    "SCIM 1.1; RFC 7643 sections 5 to 7",
    bad='"readOnly": false',
    good='"mutability": "readWrite"',
    applies=_has_unusual_names,
)
def scim1_key(view: View, report: Report) -> None:
    """A 2.0 document has no member of SCIM 1.x

    Clients of SCIM 2.0 ignore it, so its meaning is lost, such as that an attribute is readOnly.
    """
    old = _SCIM1[view.kind]
    for member in _unknown_members(view):
        fix = old.get(member.key.lower())
        if fix:
            report(view.key(member), f'"{member.key}" is a member of SCIM 1', fix)


@rule(
    "key-typo",
    Severity.WARNING,
    _WITH_MEMBERS,
    "RFC 7643 sections 5 to 7; RFC 9865 section 4",
    bad='"uniquness": "server"',
    good='"uniqueness": "server"',
    applies=_has_unusual_names,
)
def key_typo(view: View, report: Report) -> None:
    """A member's name is not misspelled

    A client does not know the misspelled member, so the default applies without a message.
    """
    for member in _unknown_members(view):
        near = _typo_of(view, member)
        if near:
            edits = _renamed(view, member, near)
            report(
                view.key(member),
                f'there is no member "{member.key}"',
                f'did you mean "{near}"?',
                edits=edits,
            )


@rule(
    "unknown-key",
    Severity.INFO,
    _WITH_MEMBERS,
    "RFC 7643 section 7",
    bad='"pattern": "^x$"',
    good="remove it",
    applies=_has_unusual_names,
)
def unknown_key(view: View, report: Report) -> None:
    """A member is one that the RFC defines

    Clients ignore unknown members. Members with a URN as name are data of an extension and not
    reported.
    """
    known, old = _known(view), _SCIM1.get(view.kind, {})
    for member in _unknown_members(view):
        near = _near(member.key, known)
        if member.key.lower() not in old and not near:
            report(
                view.key(member),
                f'the RFC has no member "{member.key}"',
                "remove it: clients ignore it",
            )

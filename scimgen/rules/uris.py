"""Check whether URIs, URNs and SCIM URNs are well formed."""

import re
from collections.abc import Collection

from scimgen.clients import chosen_profiles
from scimgen.documents import urns
from scimgen.documents.spelling import nearest_known_urn

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_URN = re.compile(
    r"urn:(?!urn:)[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9\-._~!$&'()*+,;=:@/%?#]+\Z",
    re.IGNORECASE,
)
_SCIM = re.compile(r"urn:ietf:params:scim:([^:]*)", re.IGNORECASE)
_OLD = re.compile(r"urn:scim:schemas:(?:core|extension):", re.IGNORECASE)

REGISTERED = frozenset(
    urn.lower()
    for urn in (
        urns.USER,
        urns.GROUP,
        urns.ENTERPRISE_USER,
        urns.SCHEMA,
        urns.RESOURCE_TYPE,
        urns.SERVICE_PROVIDER_CONFIG,
    )
)
"""The case-folded URNs of the schemas in RFC 7643 section 10.3 (RFC 7644 section 3.10: case is
ignored).
"""

DISCOVERY = frozenset(
    urn.lower() for urn in (urns.SCHEMA, urns.RESOURCE_TYPE, urns.SERVICE_PROVIDER_CONFIG)
)
OKTA_KNOWN = frozenset(urn.lower() for urn in (urns.OKTA_ROLE, urns.OKTA_ENTITLEMENT))
DRAFT = frozenset(urn.lower() for urn in (urns.DRAFT_ROLE, urns.DRAFT_ENTITLEMENT))
DEVICES = frozenset(urn.lower() for urn in urns.DEVICES)
"""The case-folded URNs of RFC 9944."""
WELL_KNOWN = REGISTERED | OKTA_KNOWN
EXTENSION = "urn:ietf:params:scim:schemas:extension:"
CORE = "urn:ietf:params:scim:schemas:core:"


def known_by(clients: Collection[str]) -> frozenset[str]:
    """The case-folded URNs of the schemas that clients know without /Schemas.

    >>> sorted(known_by(["okta"]))[-1]
    'urn:okta:scim:schemas:core:1.0:role'
    """
    profiles = chosen_profiles(clients)
    return frozenset(urn.lower() for profile in profiles for urn in profile.known_schemas)


def is_urn(text: str) -> bool:
    """Whether a text starts like a URN."""
    return text[:4].lower() == "urn:"


def is_uri(text: str) -> bool:
    """Whether a text has a scheme and no blanks (RFC 3986 section 3).

    >>> is_uri("urn:acme:scim:Badge"), is_uri("Badge"), is_uri("urn: x")
    (True, False, False)
    """
    return bool(_SCHEME.match(text))


def urn_fault(text: str) -> str:
    """Why a text with `urn:` is not a valid URN (RFC 8141 section 2), or "".

    >>> urn_fault("urn:<vendor>:scim:x")
    'the namespace "<vendor>" is a placeholder'
    >>> urn_fault("urn:acme:scim:x")
    ''
    """
    if _URN.match(text):
        return ""
    namespace, _, rest = text[4:].partition(":")
    if re.fullmatch(r"<.*>|\{.*\}|\[.*\]", namespace):
        return f'the namespace "{namespace}" is a placeholder'
    placeholder = re.search(r"<[^>]*>|\{[^}]*\}", rest)
    if placeholder:
        return f'"{placeholder[0]}" is a placeholder'
    if (
        not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]", namespace)
        or namespace.lower() == "urn"
    ):
        return f'the namespace "{namespace}" is not 2 to 32 letters, digits and hyphens'
    return (
        "nothing follows the namespace"
        if not rest
        else "it contains a character that is invalid in a URN"
    )


def meant(urn: str, otherwise: str) -> str:
    """The fix for a URN: the known URN that it is a misspelling of, or another text.

    >>> meant("urn:ietf:params:scim:schemas:core:2.0:Users", "write another")
    'did you mean "urn:ietf:params:scim:schemas:core:2.0:User"?'
    """
    near = nearest_known_urn(urn)
    return f'did you mean "{near}"?' if near else otherwise


def scim_type(text: str) -> str | None:
    """The {type} of a `urn:ietf:params:scim:{type}:…`, or None for any other URN."""
    match = _SCIM.match(text)
    return match[1] if match else None


def is_old_namespace(text: str) -> bool:
    """Whether a URN is in the namespace of the old drafts, `urn:scim:schemas:`."""
    return bool(_OLD.match(text))


def is_extension_urn(text: str) -> bool:
    """Whether a URN is that of an extension."""
    return ":extension:" in text.lower()

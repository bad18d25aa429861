"""The schemas of SCIM, Okta and the IETF draft, read from the data files in `schemas/`."""

from functools import cache

from scimgen.data import load_json
from scimgen.documents import urns
from scimgen.documents.read import schema_from_json
from scimgen.model import Schema

_FILES = {
    urns.USER: "rfc7643/User.json",
    urns.GROUP: "rfc7643/Group.json",
    urns.ENTERPRISE_USER: "rfc7643/EnterpriseUser.json",
    urns.SERVICE_PROVIDER_CONFIG: "rfc7643/ServiceProviderConfig.json",
    urns.RESOURCE_TYPE: "rfc7643/ResourceType.json",
    urns.SCHEMA: "rfc7643/Schema.json",
    urns.OKTA_ROLE: "okta/Role.json",
    urns.OKTA_ENTITLEMENT: "okta/Entitlement.json",
    urns.DRAFT_ROLE: "draft-ietf-scim-roles-entitlements/Role.json",
    urns.DRAFT_ENTITLEMENT: "draft-ietf-scim-roles-entitlements/Entitlement.json",
}
_FOLDED = {urn.lower(): urn for urn in _FILES}


def known_schemas() -> tuple[str, ...]:
    """The URNs of the known schemas."""
    return tuple(_FILES)


@cache
def known_schema(urn: str) -> Schema | None:
    """The known schema with a URN, or None. Case is ignored (RFC 7644 section 3.10).

    >>> known_schema("urn:ietf:params:scim:schemas:core:2.0:user").attribute("username").required
    True
    """
    spelled = _FOLDED.get(urn.lower())
    return schema_from_json(load_json(_FILES[spelled])) if spelled else None

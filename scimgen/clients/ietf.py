"""Clients of the IETF draft on roles and entitlements."""

from scimgen.clients.profile import ClientProfile

PROFILE = ClientProfile(
    id="ietf",
    title="draft-ietf-scim-roles-entitlements",
    short="IETF draft",
    article="an",
    rules=("ietf",),
    changes={},
    has_setup=False,
    needs_active=False,
    source="draft-ietf-scim-roles-entitlements",
)

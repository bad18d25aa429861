"""Client profiles: what a kind of SCIM client needs beyond the RFCs.

One module for each, and a line in `PROFILES`.
"""

from collections.abc import Collection

from scimgen.clients import entra, ietf, okta, sailpoint
from scimgen.clients.profile import ClientProfile, Effect

__all__ = ["CLIENTS", "PROFILES", "ClientProfile", "Effect", "chosen_profiles"]

PROFILES = (okta.PROFILE, entra.PROFILE, ietf.PROFILE, sailpoint.PROFILE)
"""All client profiles, in the order of every list of clients."""

CLIENTS = tuple(profile.id for profile in PROFILES)
"""Their ids."""


def chosen_profiles(ids: Collection[str]) -> tuple[ClientProfile, ...]:
    """The profiles with these ids, in the order of `PROFILES`. Unknown ids are left out.

    >>> [profile.title for profile in chosen_profiles(("entra", "okta"))]
    ['Okta', 'Microsoft Entra']
    """
    return tuple(profile for profile in PROFILES if profile.id in ids)

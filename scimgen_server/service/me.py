"""`/Me`: the user that an access token stands for (RFC 7644 section 3.11)."""

from ..auth.principal import Principal
from ..filters.parser import parse_filter
from ..messages.documents import quoted
from ..messages.errors import ScimError
from ..ports.resources import Query
from ..schema.attributes import Tree
from .service import Service

_MOST = 2


async def me_id(service: Service, tenant: str, users: Tree, principal: Principal) -> str:
    """The id of the principal's user: the one whose id, userName or externalId its subject is; a 501 if it has none."""
    if principal.subject is None:
        raise _nobody("The credentials are a service's, not a user's: there is no /Me")
    found = {
        stored.id
        for stored in [await service.store.get(tenant, users.name, principal.subject)]
        if stored
    }
    for name in ("userName", "externalId"):
        condition = parse_filter(f"{name} eq {quoted(principal.subject)}", users)
        page = await service.store.search(tenant, Query([(users, condition)], count=_MOST))
        found.update(stored.id for stored in page.items)
    if (
        len(found) != 1
    ):  # several: one user's externalId may be another one's userName, and nobody may gain by that
        how = "no user's" if not found else "several users'"
        raise _nobody(f"The token's subject is {how} id, userName or externalId: there is no /Me")
    return found.pop()


def _nobody(detail: str) -> ScimError:
    return ScimError(501, f"{detail} (RFC 7644 section 3.11).")

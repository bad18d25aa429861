"""`/Me`: the user of an access token (RFC 7644 section 3.11)."""

from collections.abc import Sequence
from contextlib import suppress

from ..auth.principal import ADMIN, Principal
from ..filters.parser import parse_filter
from ..messages.documents import quoted
from ..messages.errors import ScimError
from ..ports.resources import Query
from ..schema.attributes import Tree
from .service import Service

_MOST = 2


async def me_id(service: Service, tenant: str, users: Tree, principal: Principal) -> str:
    """Return the id of the user whose id, userName or externalId is the subject of a principal.

    Raises:
        ScimError: 501 if there is not exactly one such user.
    """
    if principal.subject is None:
        raise _no_user("The credentials are those of a service, not of a user: there is no /Me")
    by_id = await service.store.get(tenant, users.name, principal.subject)
    found = {by_id.id} if by_id else set[str]()
    for name in ("userName", "externalId"):
        condition = parse_filter(f"{name} eq {quoted(principal.subject)}", users)
        page = await service.store.search(tenant, Query([(users, condition)], count=_MOST))
        found.update(stored.id for stored in page.items)
    # There can be several, because the externalId of a user can be the userName of another. None of
    # them is chosen, so that a user cannot get the rights of another one.
    if len(found) != 1:
        whose = "several users" if found else "no user"
        raise _no_user(
            f"The token's subject is the id, userName or externalId of {whose}: there is no /Me"
        )
    return found.pop()


async def check_own(
    service: Service, tenant: str, trees: Sequence[Tree], principal: Principal, resource_id: str
) -> None:
    """Refuse what is not the user of a principal, whether it exists or not.

    Args:
        service: the service.
        tenant: the tenant.
        trees: the resource types of the request.
        principal: the caller.
        resource_id: the id of the request; "" if it is about several resources.

    Raises:
        ScimError: 403.
    """
    if len(trees) == 1 and trees[0].resource_type.kind == "user" and resource_id:
        with suppress(ScimError):
            if await me_id(service, tenant, trees[0], principal) == resource_id:
                return
    raise ScimError(
        403,
        f"The token of {principal.name!r} is that of a user, who may use /Me only. The token of an"
        f" administrator needs the scope {ADMIN}, that of a service its client id as the subject.",
    )


def _no_user(detail: str) -> ScimError:
    return ScimError(501, f"{detail} (RFC 7644 section 3.11).")

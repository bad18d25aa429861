"""Your hooks: yours to change, it is written once and never touched again.

What your app does when a SCIM client has created, changed or deactivated a user, or has granted or revoked a role or an
entitlement. A hook is an async function, registered by a decorator:

    from .models import User
    from .scim.hooks import Grant

    @hooks.on_granted
    async def give_seat(user: User, grant: Grant) -> None:
        if grant.type == "License":
            await billing.add_seat(user.user_name, grant.value)

There are on_user_created, on_user_changed, on_user_deactivated, on_user_reactivated, on_user_deleted, on_granted and
on_revoked. They run once the change is durable, those of one user in order, and again if they fail or the server is
killed: at least once, so they should not mind being run twice. `current.get()` of `.scim.hooks` says which event it is.
"""

from .scim.hooks import Hooks

hooks = Hooks()

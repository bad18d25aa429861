"""Your hooks. This file is yours: scimgen writes it once and never changes it.

A hook is an async function that runs after a SCIM client has created, changed or deactivated a user,
or has granted or revoked a role or an entitlement. A decorator registers it:

    from .models import User
    from .runtime import Grant

    @hooks.on_granted
    async def give_seat(user: User, grant: Grant) -> None:
        if grant.type == "License":
            await billing.add_seat(user.user_name, grant.value)

The decorators are on_user_created, on_user_changed, on_user_deactivated, on_user_reactivated,
on_user_deleted, on_granted and on_revoked. A hook runs after the change is durable. The events of one
user come in order. An event is delivered at least once: after a failure or a crash it comes again, so
a hook must have the same effect when it runs twice. `current_event.get()` of `.runtime` has the id,
tenant, time and attempt of the event.
"""

from .runtime import Hooks

hooks = Hooks()

"""Your hooks. This file is yours: scimgen writes it once and never changes it.

A hook is an async function that runs after a SCIM client has changed a user, a group or another
resource, or has granted or revoked a role or an entitlement. A decorator registers it:

    from .models import Group, User
    from .runtime import Grant, Member

    @hooks.on_granted
    async def give_seat(user: User, grant: Grant) -> None:
        if grant.type == "License":
            await billing.add_seat(user.user_name, grant.value)

    @hooks.on_members_added
    async def join_team(group: Group, members: list[Member]) -> None:
        await teams.add(group.id, [member.value for member in members])

The decorators, and what they pass to the hook:

    on_user_created, on_user_changed, on_user_deleted              user
    on_user_deactivated, on_user_reactivated                       user
    on_granted, on_revoked                                         user, grant
    on_group_created, on_group_changed, on_group_deleted           group
    on_group_renamed                                               group, its name before
    on_members_added, on_members_removed                           group, list of members
    on_resource_created, on_resource_changed, on_resource_deleted  resource of another type

The README has the details of each event. A hook runs after the change is durable. The events of one
user come in order, and so do those of one group. An event is delivered at least once: after a crash
it can come again, so a hook must have the same effect when it runs twice. If a hook raises an
exception, it runs again later. Hooks of the same event that have succeeded before do not run again.
`current_event.get()` of `.runtime` has the id, tenant, time, attempt and reason of the event.
"""

from .runtime import Hooks

hooks = Hooks()

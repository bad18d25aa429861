"""File descriptors: each connection needs one."""

import sys
from dataclasses import replace

from .. import logs
from ..settings import ConnectionLimits

RESERVED = 200
"""Descriptors for the database, the log and the webhook."""

BACKLOG = 2048
"""Connections that the system accepts before the server looks at them."""


def make_room(limits: ConnectionLimits) -> ConnectionLimits:
    """Raise the soft limit of open files, as far as the hard limit allows.

    Returns:
        The limits, with fewer connections if there are not enough descriptors.
    """
    if sys.platform == "win32":
        return limits
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = limits.connections + BACKLOG + RESERVED
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return limits
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    most = max(10, allowed - RESERVED)
    if limits.connections <= most:
        return limits
    logs.write(
        "connections",
        level="warning",
        message=f"only {allowed} files may be open, so there are {most} connections instead of"
        f" {limits.connections} (SCIM_MAX_CONNECTIONS): raise the limit with ulimit -n",
    )
    return replace(limits, connections=most)

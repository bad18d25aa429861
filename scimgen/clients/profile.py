"""The parts of a client profile."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of an app means for a client.

    Args:
        note: What an administrator of the client sees, or "".
        affects: Whether the change affects the client until somebody does something.
    """

    note: str = ""
    affects: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """A kind of SCIM client: its rules, and what its administrators do and see.

    Args:
        id: The id in descriptions, on the command line and in the settings.
        title: The title in texts, such as `Microsoft Entra`.
        short: The short title in lists of audiences, such as `Entra`.
        article: `a` or `an`, for the short title.
        rules: The modules of `scimgen.rules` that have its rules.
        changes: The effects of changes, by the id of the kind of change.
        has_setup: Whether `templates/docs/clients/ID.yaml` has the steps that connect an app.
        needs_active: Whether it sets `active` to false to deactivate a user.
        dialects: The representations of roles and entitlements that it reads.
        known_schemas: The URNs of schemas that need not be in /Schemas.
        sampled_schemas: The prefix of the schemas of which it reads one resource, with `count=1`.
        refuses_underscore: Whether it accepts no host name with `_`.
        source: The document that decides the requirements.
    """

    id: str
    title: str
    short: str
    article: str = "a"
    rules: tuple[str, ...]
    changes: Mapping[str, Effect]
    has_setup: bool = True
    needs_active: bool = True
    dialects: tuple[str, ...] = ("okta", "ietf")
    known_schemas: tuple[str, ...] = ()
    sampled_schemas: str = ""
    refuses_underscore: bool = False
    source: str

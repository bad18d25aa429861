# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Integration: Another system that reads or writes on somebody's behalf."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Binary, DateTime, Reference, Resource, Scim


class Integration(Resource):
    """Another system that reads or writes on somebody's behalf."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:tandem:1.0:Integration"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """What people see beside its messages"""

    kind: Annotated[Literal["webhook", "bot", "sync"], Scim("string", required=True, mutability="immutable")]
    """How it is connected"""

    callback: Annotated[
        Reference | None, Scim("reference", uniqueness="server", case_exact=True, reference_types=("external",))
    ] = None
    """Where events are sent to"""

    shared_secret: Annotated[
        str | None,
        Field(alias="sharedSecret"),
        Scim("string", mutability="writeOnly", returned="never", case_exact=True),
    ] = None
    """What signs the events"""

    certificate: Annotated[Binary | None, Scim("binary", case_exact=True)] = None
    """Its client certificate (DER)"""

    pairing_code: Annotated[
        str | None, Field(alias="pairingCode"), Scim("string", mutability="immutable", returned="never")
    ] = None
    """What was typed in when it was connected"""

    installed_by: Annotated[
        Reference | None,
        Field(alias="installedBy"),
        Scim("reference", mutability="immutable", case_exact=True, reference_types=("User",)),
    ] = None
    """Who connected it"""

    workspaces: Annotated[
        list[Reference] | None, Scim("reference", case_exact=True, reference_types=("Workspace",))
    ] = None
    """Where it may work"""

    enabled: Annotated[bool | None, Scim("boolean")] = None
    """Whether it runs"""

    calls_per_minute: Annotated[int | None, Field(alias="callsPerMinute"), Scim("integer")] = None
    """How often it may call"""

    last_call_at: Annotated[DateTime | None, Field(alias="lastCallAt"), Scim("dateTime", mutability="readOnly")] = None
    """When it called last"""

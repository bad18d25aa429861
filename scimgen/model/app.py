"""The model of an app: its resource types and its ServiceProviderConfig."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from scimgen.model.resource_type import ResourceType
from scimgen.model.schema import Schema
from scimgen.place import Place, Places


class Authentication(StrEnum):
    """The authentication schemes that scimgen's server supports (RFC 7643 section 5)."""

    BEARER = "oauthbearertoken"
    BASIC = "httpbasic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProviderConfig:
    """What the service provider supports (RFC 7643 section 5; `cursor` by RFC 9865)."""

    patch: bool = True
    bulk: bool = True
    bulk_max_operations: int = 1000
    bulk_max_payload_size: int = 1048576
    filter: bool = True
    filter_max_results: int = 1000
    change_password: bool = False
    sort: bool = True
    etag: bool = True
    cursor: bool = True
    documentation_uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedBreak:
    """An intended breaking change. A comparison with an older model accepts it.

    Args:
        change: The id of the kind of change, such as `attribute-removed`.
        at: The changed part, such as `License.tier`.
        reason: Why the change is intended.
        to: The new name for a rename, otherwise "".
    """

    change: str
    at: str
    reason: str
    to: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app.

    Args:
        name: The name of the app and its console script, such as `ward-9`.
        vendor: The namespace of the extension URNs.
        title: The title for people.
        clients: The ids of the client profiles whose rules apply in addition to those of the RFCs.
        dialect: The representation of roles and entitlements: `okta`, or `ietf` for that of the
            draft.
        resource_types: The resource types in the order of /ResourceTypes.
        authentication: The types of the authentication schemes, the primary one first. Documents
            can have others than `Authentication`.
        allowed_breaks: The intended breaking changes since the last release.
    """

    name: str
    vendor: str
    title: str = ""
    description: str = ""
    clients: tuple[str, ...] = ()
    dialect: str = "okta"
    resource_types: tuple[ResourceType, ...] = ()
    authentication: tuple[str, ...] = (Authentication.BEARER, Authentication.BASIC)
    service_provider_config: ServiceProviderConfig = ServiceProviderConfig()
    allowed_breaks: tuple[AllowedBreak, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    @property
    def package(self) -> str:
        """The name of the Python package.

        >>> App(name="ward-9", vendor="acme").package
        'ward_9'
        """
        return self.name.replace("-", "_").lower()

    def schemas(self) -> Iterator[Schema]:
        """Iterate over every schema once, in the order of the resource types."""
        seen = set()
        for resource_type in self.resource_types:
            for schema in resource_type.schemas:
                if schema.id.lower() not in seen:
                    seen.add(schema.id.lower())
                    yield schema

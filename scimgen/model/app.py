"""An app that SCIM clients provision: its resource types and how its service provider behaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from scimgen.model.resource_type import ResourceType
from scimgen.model.schema import Schema
from scimgen.place import Place


class Authentication(StrEnum):
    """How clients may authenticate; the names are RFC 7643 section 5's where it has one."""

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
    """A breaking change that is meant, with its reason, so that a comparison with an older model lets it pass.

    Args:
        change: the id of the kind of change, such as `attribute-removed`.
        at: what changed, such as `License.tier`.
        reason: why.
        to: for a rename the new name, "" for all else.
    """

    change: str
    at: str
    reason: str
    to: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The whole app.

    Args:
        name: the console script's name, such as `ward-9`.
        vendor: the namespace of the extension URNs.
        title: for people.
        clients: whose rules apply besides the RFCs': `okta`, `entra`, `ietf`.
        dialect: how roles and entitlements look on the wire: `okta`, or the draft's `ietf`.
        resource_types: in the order in which /ResourceTypes lists them.
        allowed_breaks: the breaking changes since the last release that are meant.
    """

    name: str
    vendor: str
    title: str = ""
    description: str = ""
    clients: tuple[str, ...] = ()
    dialect: str = "okta"
    resource_types: tuple[ResourceType, ...] = ()
    authentication: tuple[Authentication, ...] = (Authentication.BEARER, Authentication.BASIC)
    service_provider_config: ServiceProviderConfig = ServiceProviderConfig()
    allowed_breaks: tuple[AllowedBreak, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def package(self) -> str:
        """The Python package's name.

        >>> App(name="ward-9", vendor="acme").package
        'ward_9'
        """
        return self.name.replace("-", "_").lower()

    def schemas(self) -> Iterator[Schema]:
        """Every schema once, in the order in which the resource types name them."""
        seen = set()
        for resource_type in self.resource_types:
            for schema in resource_type.schemas:
                if schema.id.lower() not in seen:
                    seen.add(schema.id.lower())
                    yield schema

"""Discovery (RFC 7644 section 4): the documents of the app, with the client's base URL."""

from collections.abc import Callable

from ..application import Application
from ..messages.documents import Document, dump
from ..messages.errors import ScimError, not_found
from ..messages.lists import list_response

_MAX_CACHED = 64


class Discovery:
    """ServiceProviderConfig, ResourceTypes and Schemas. Responses are cached for each base URL.

    Args:
        basic: whether basic authentication is enabled. Bearer tokens always are, because one can
            be created at any time.
    """

    def __init__(self, application: Application, *, basic: bool = True) -> None:
        self._config = application.document("ServiceProviderConfig")
        if not basic:
            self._config = self._config | _without_basic(self._config)
        self._lists: dict[str, list[Document]] = {
            "ResourceTypes": application.document("ResourceTypes")["Resources"],
            "Schemas": application.document("Schemas")["Resources"],
        }
        self._bytes: dict[tuple[str, str, str], bytes] = {}

    @property
    def max_results(self) -> int:
        """The most resources that one response holds (RFC 7643 section 5)."""
        return int(self._config.get("filter", {}).get("maxResults") or 1000)

    def supports(self, feature: str) -> bool:
        """Whether a feature is enabled in ServiceProviderConfig."""
        return bool(self._config.get(feature, {}).get("supported"))

    @property
    def bulk_limits(self) -> tuple[int, int]:
        """The most operations, and bytes, of one bulk request (RFC 7643 section 5)."""
        bulk = self._config.get("bulk", {})
        return int(bulk.get("maxOperations", 0)), int(bulk.get("maxPayloadSize", 0))

    def config(self, base: str) -> bytes:
        """ServiceProviderConfig (RFC 7643 section 5)."""
        return self._cached(
            base, "ServiceProviderConfig", "", lambda: dump(_located(self._config, base))
        )

    def all(self, name: str, base: str) -> bytes:
        """All ResourceTypes or Schemas, in one page (RFC 7644 section 4)."""
        resources = self._lists[name]

        def render() -> bytes:
            return list_response(
                [dump(_located(one, base)) for one in resources], len(resources), 1, None
            )

        return self._cached(base, name, "", render)

    def one(self, name: str, key: str, base: str) -> bytes:
        """A resource type by its name, or a schema by its URN (RFC 7644 section 3.10)."""
        found = next(
            (resource for resource in self._lists[name] if _is_named(resource, name, key)), None
        )
        if found is None:
            raise not_found(name.removesuffix("s"), key)
        return self._cached(base, name, str(found["id"]), lambda: dump(_located(found, base)))

    def _cached(self, base: str, name: str, key: str, render: Callable[[], bytes]) -> bytes:
        found = self._bytes.get((base, name, key))
        if found is None:
            if len(self._bytes) > _MAX_CACHED:
                self._bytes.clear()
            found = self._bytes[base, name, key] = render()
        return found


def _without_basic(config: Document) -> Document:
    """What clients authenticate with where no user and password are set (RFC 7643 section 5)."""
    on = [scheme for scheme in config["authenticationSchemes"] if scheme["type"] != "httpbasic"]
    return {"authenticationSchemes": [on[0] | {"primary": True}, *on[1:]]} if on else {}


def _is_named(resource: Document, name: str, key: str) -> bool:
    if name == "Schemas":
        return str(resource["id"]).casefold() == key.casefold()
    return key in (resource.get("id"), resource["name"])


def refuse_filter(parameters: dict[str, str]) -> None:
    """Discovery is not searched (RFC 7644 section 4)."""
    if any(name.lower() == "filter" for name in parameters):
        raise ScimError(403, "Filters are not allowed on discovery endpoints (RFC 7644 section 4).")


def _located(resource: Document, base: str) -> Document:
    meta = resource.get("meta", {})
    location = str(meta.get("location", ""))
    return (
        resource | {"meta": meta | {"location": base + location}}
        if location.startswith("/")
        else resource
    )

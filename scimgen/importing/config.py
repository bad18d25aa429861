"""Import the ServiceProviderConfig (RFC 7643 section 5), as far as a description can express it."""

from typing import Any

Json = dict[str, Any]

_WAYS = {"oauthbearertoken": "bearer", "oauth2": "bearer", "httpbasic": "basic"}
_USUAL_MOST = 1000


def config_keys(config: Json | None) -> Json:
    """The keys of a description for a ServiceProviderConfig.

    Values that the conventions imply are omitted.
    """
    if not config:
        return {}
    members = {key.lower(): value for key, value in config.items()}
    keys: Json = {}
    most = member(members.get("filter"), "maxResults")
    # The limits of the language. A value outside them is reported as a difference.
    if (
        isinstance(most, int)
        and not isinstance(most, bool)
        and most != _USUAL_MOST
        and 1 <= most <= 10_000
    ):
        keys["maxResults"] = most
    uri = members.get("documentationuri")
    if isinstance(uri, str) and uri:
        keys["documentationUri"] = uri
    ways = authentication(members.get("authenticationschemes"))
    if ways and ways != ["bearer", "basic"]:
        keys["authentication"] = ways
    return keys


def authentication(schemes: Any) -> list[str]:
    """The authentication schemes with the names of the language.

    A scheme without a name is left out.
    """
    return list(dict.fromkeys(_WAYS[type_] for type_ in scheme_types(schemes) if type_ in _WAYS))


def scheme_types(schemes: Any) -> list[str]:
    """The types of the authentication schemes in lower case, in their order.

    The first one is the primary scheme.
    """
    listed = schemes if isinstance(schemes, list) else []
    return list(dict.fromkeys(str(member(scheme, "type")).lower() for scheme in listed))


def member(value: Any, name: str) -> Any:
    """A member of an object by name, without regard to case (RFC 7643 section 2.1)."""
    if not isinstance(value, dict):
        return None
    return next((part for key, part in value.items() if key.lower() == name.lower()), None)

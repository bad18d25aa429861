"""What is left out of a description: endpoints, URNs and characteristics by convention, each one a documented rule."""

import re
import unicodedata

_IRREGULAR = re.compile(r"(?:s|x|z|ch|sh)$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z0-9]+")


def pascal(name: str) -> str:
    """The words of a name joined, each with a capital; accents are dropped, other scripts have no such form.

    >>> pascal("Permission Set"), pascal("décor-item"), pascal("日本")
    ('PermissionSet', 'DecorItem', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return "".join(word[0].upper() + word[1:] for word in _WORDS.findall(plain))


def plural(word: str) -> str:
    """The plural by three rules: -y after a consonant to -ies; -s, -x, -z, -ch, -sh take -es; all else takes -s.

    >>> plural("License"), plural("Policy"), plural("Key"), plural("Access")
    ('Licenses', 'Policies', 'Keys', 'Accesses')
    """
    if re.search(r"[^aeiouAEIOU]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if _IRREGULAR.search(word) else "s")


def endpoint(name: str) -> str:
    """The endpoint of a resource type, or "" where the name has no letter or digit of ASCII.

    >>> endpoint("Permission Set")
    '/PermissionSets'
    """
    word = pascal(name)
    return f"/{plural(word)}" if word else ""


def extension_urn(vendor: str, app: str, version: str, name: str) -> str:
    """The URN of a resource type's own extension.

    >>> extension_urn("acme", "crm", "1.0", "License")
    'urn:acme:scim:schemas:extension:crm:1.0:License'
    """
    return f"urn:{vendor}:scim:schemas:extension:{app}:{version}:{pascal(name)}"


def schema_urn(vendor: str, app: str, version: str, name: str) -> str:
    """The URN of an own resource type's schema.

    >>> schema_urn("acme", "crm", "1.0", "Workspace")
    'urn:acme:scim:schemas:crm:1.0:Workspace'
    """
    return f"urn:{vendor}:scim:schemas:{app}:{version}:{pascal(name)}"

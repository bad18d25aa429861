"""The conventions for values that a description leaves out: endpoints and URNs.

Each one is documented.
"""

import re
import unicodedata

_IRREGULAR = re.compile(r"(?:s|x|z|ch|sh)$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z0-9]+")


def pascal(name: str) -> str:
    """Join the words of a name, each with a capital. Accents are removed. Other scripts give "".

    >>> pascal("Permission Set"), pascal("décor-item"), pascal("日本")
    ('PermissionSet', 'DecorItem', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return "".join(word[0].upper() + word[1:] for word in _WORDS.findall(plain))


def plural(word: str) -> str:
    """Form the plural of an English word.

    Consonant and -y become -ies; -s, -x, -z, -ch and -sh add -es; all others add -s.

    >>> plural("License"), plural("Policy"), plural("Key"), plural("Access")
    ('Licenses', 'Policies', 'Keys', 'Accesses')
    """
    if re.search(r"[^aeiouAEIOU]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if _IRREGULAR.search(word) else "s")


def endpoint(name: str) -> str:
    """The endpoint of a resource type, or "" if the name has no ASCII letter or digit.

    >>> endpoint("Permission Set")
    '/PermissionSets'
    """
    word = pascal(name)
    return f"/{plural(word)}" if word else ""


def extension_urn(vendor: str, app: str, version: str, name: str) -> str:
    """The URN of the extension with the attributes of a resource type.

    >>> extension_urn("acme", "crm", "1.0", "License")
    'urn:acme:scim:schemas:extension:crm:1.0:License'
    """
    return f"urn:{vendor}:scim:schemas:extension:{app}:{version}:{pascal(name)}"


def schema_urn(vendor: str, app: str, version: str, name: str) -> str:
    """The URN of the schema of a custom resource type.

    >>> schema_urn("acme", "crm", "1.0", "Workspace")
    'urn:acme:scim:schemas:crm:1.0:Workspace'
    """
    return f"urn:{vendor}:scim:schemas:{app}:{version}:{pascal(name)}"

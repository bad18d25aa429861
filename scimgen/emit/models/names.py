"""Convert SCIM names to Python names: fields, classes and modules.

Every name is derived from its SCIM name and never from a counter, so a new attribute or resource
type does not change other names. If two names of one scope collide, `settle` decides from the set
of all names.
"""

import hashlib
import keyword
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

IMPORTED = frozenset(
    [
        "Annotated",
        "Binary",
        "ClassVar",
        "Complex",
        "DateTime",
        "Decimal",
        "Extension",
        "Field",
        "Literal",
        "Meta",
        "Reference",
        "Resource",
        "Scim",
    ]
)
"""The names that emitted modules may import.

They are always reserved, so that a new attribute renames no class.
"""

# A fixed list, so that the emitted bytes do not depend on the installed release of pydantic.
_BASE_MODEL = frozenset(
    [
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
        "SCHEMA",
    ]
)
_BUILTINS = frozenset(
    ("bool", "int", "list", "str")
)  # a field of this name would hide it from later annotations
_WINDOWS = frozenset(
    ("aux", "con", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
_SIGNS = {
    "-": " hyphen ",
    "$": " dollar ",
}  # the signs of an attribute's name, RFC 7643 section 2.1
_VERSION = re.compile(r"v?[0-9]+([._-][0-9]+)*")
_LONGEST = 60

FIELD_RESERVED = _BASE_MODEL | _BUILTINS | IMPORTED
RESOURCE_FIELD_RESERVED = FIELD_RESERVED | {"schemas", "id", "external_id", "meta"}


def field_name(name: str, reserved: Collection[str] = FIELD_RESERVED) -> str:
    """The Python name of a single attribute. `field_names` decides for all attributes of a class.

    >>> [field_name(name) for name in ("displayName", "$ref", "userIDs", "x509Certificates")]
    ['display_name', 'ref', 'user_ids', 'x509_certificates']
    >>> [field_name(name) for name in ("class", "copy", "2fa")]
    ['class_', 'copy_', 'field_2fa']
    """
    return _spare(_identifier("_".join(_words(name)).lower(), "field_"), reserved)


def field_names(
    names: Collection[str], reserved: Collection[str] = FIELD_RESERVED
) -> dict[str, str]:
    """The Python names of the attributes of a class and of the extensions of a resource.

    The keys are SCIM names and URNs.

    >>> field_names(["id-", "id_", "displayName", "display_name"])
    {'id-': 'id_hyphen', 'id_': 'id_', 'displayName': 'displayName', 'display_name': 'display_name'}
    """
    candidates: dict[str, list[str]] = {}
    for name in names:
        if name.lower().startswith("urn:"):
            candidates[name] = [
                field_name(extension_name(name), reserved),
                field_name(name, reserved),
            ]
        else:
            spelled = "".join(_SIGNS.get(char, char) for char in name)
            verbatim = [name] if _is_plain(name) and name not in reserved else []
            candidates[name] = [
                field_name(name, reserved),
                *verbatim,
                field_name(spelled, reserved),
            ]
    return settle(candidates)


def class_name(name: str, reserved: Collection[str] = IMPORTED) -> str:
    """The class name of a single resource type. `resource_names` decides for all types of an app.

    >>> [class_name(name) for name in ("Permission Set", "class", "None", "Décor", "日本")]
    ['PermissionSet', 'Class', 'None_', 'Décor', '日本']
    >>> class_name("Extension"), class_name("3D Printer")
    ('Extension_', 'Type3DPrinter')
    """
    words = re.split(r"[\W_]+", "_".join(_words(name, camel=False)))
    return _spare(_identifier("".join(_capital(word) for word in words if word), "Type"), reserved)


def module_name(name: str) -> str:
    """The module name of a single resource type.

    >>> [module_name(name) for name in ("Permission Set", "class", "base", "日本", "../x", "🎉")]
    ['permission_set', 'class_', 'base_', '日本', 'x', 'u1f389']
    """
    return _spare(_identifier("_".join(_words(name)).lower(), "type_"), _WINDOWS | {"base"})


def extension_name(urn: str) -> str:
    """The short name of an extension.

    It is the application and the resource, or what follows the namespace of the URN.

    >>> extension_name("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
    'enterprise User'
    >>> extension_name("urn:acme:crm:Thing")
    'crm Thing'
    """
    parts = [part for part in urn.split(":") if part]
    folded = [part.lower() for part in parts]
    if "extension" in folded[:-1]:
        parts = parts[folded.index("extension") + 1 :]
        named = [part for part in parts if not _VERSION.fullmatch(part)]
    else:
        parts = parts[2:] if folded[:1] == ["urn"] and len(parts) > 2 else parts
        named = parts
    return " ".join(named or parts)


def settle(candidates: Mapping[str, Sequence[str]], taken: Collection[str] = ()) -> dict[str, str]:
    """Choose a unique name for each key, independent of the order of the keys.

    In each round, each key without a name requests its next candidate. If only one key requests a
    candidate, it gets it. If several do, the key with the same spelling gets it, if there is one.
    Keys without a name at the end get one with a digest.

    >>> settle({"a-b": ["a_b"], "a_b": ["a_b"]})
    {'a-b': 'a_b_d44362d6', 'a_b': 'a_b'}
    """
    settled: dict[str, str] = {}
    used = set(taken)
    for turn in range(max(map(len, candidates.values()), default=0)):
        asked: dict[str, list[str]] = defaultdict(list)
        for key, names in candidates.items():
            if key not in settled and turn < len(names) and names[turn] not in used:
                asked[names[turn]].append(key)
        for name, keys in asked.items():
            if len(keys) == 1 or name in keys:
                settled[name if name in keys else keys[0]] = name
                used.add(name)
    for key, names in candidates.items():
        if key not in settled:
            settled[key] = f"{names[0].rstrip('_')}_{_digest(key)}"
    return {key: settled[key] for key in candidates}


def _words(name: str, camel: bool = True) -> list[str]:
    """Split a name into words.

    It is split at characters that are invalid in identifiers and, with `camel`, at capitals.
    """
    text = unicodedata.normalize("NFKC", "".join(char if _known(char) else " " for char in name))
    kept = "".join(char if ("a" + char).isidentifier() and char != "_" else " " for char in text)
    words = kept.split() or [f"u{ord(char):x}" for char in name]
    return [part for word in words for part in _humps(word)] if camel else words


def _humps(word: str) -> list[str]:
    cuts = [0, *(at for at in range(1, len(word)) if _starts_word(word, at)), len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]


def _starts_word(word: str, at: int) -> bool:
    before, here, after = word[at - 1], word[at], word[at + 1 : at + 2]
    if not here.isupper():
        return False
    if before.islower():
        return True
    plural = after == "s" and not word[at + 2 : at + 3].islower()  # the plural s in IDs and URLs
    return after.islower() and not plural


def _identifier(name: str, prefix: str) -> str:
    """Convert a name to an identifier in NFKC (Python language reference, section 2.3)."""
    name = unicodedata.normalize("NFKC", name)
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 10].rstrip('_')}_{_digest(name)}"
    return name if name.isidentifier() else prefix + name


def _spare(name: str, reserved: Collection[str]) -> str:
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name


def _is_plain(name: str) -> bool:
    """Whether a SCIM name is valid as a field name without changes.

    Pydantic allows no leading underscore.
    """
    return (
        name.isascii()
        and name.isidentifier()
        and not name.startswith("_")
        and not keyword.iskeyword(name)
    )


def _capital(word: str) -> str:
    upper = word[0].upper()
    return (upper if len(upper) == 1 and _known(upper) else word[0]) + word[1:]


def _known(char: str) -> bool:
    """Whether all supported versions of Python know a character.

    All of them include the tables of Unicode 3.2.
    """
    return unicodedata.ucd_3_2_0.category(char) != "Cn"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

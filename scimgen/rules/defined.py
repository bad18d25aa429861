"""The values that the RFC defines for members that are left out, for `--fix`."""

from scimgen.documents.known import known_schema
from scimgen.model import Attribute as Definition
from scimgen.model.characteristics import CASE_EXACT, DEFAULTS, IN_DOCUMENTS
from scimgen.rules.nodes import Attribute
from scimgen.rules.registered import definitions
from scimgen.rules.secret_names import may_be_secret
from scimgen.source import JsonValue

# RFC 7643 section 3.1. What the clause does not define is not in the table.
_COMMON: dict[tuple[str, ...], dict[str, JsonValue]] = {
    ("id",): {"type": "string", "caseExact": True, "mutability": "readOnly", "returned": "always"},
    ("externalid",): {
        "type": "string",
        "required": False,
        "caseExact": True,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    },
    ("meta",): {
        "type": "complex",
        "required": False,
        "mutability": "readOnly",
        "returned": "default",
    },
    ("meta", "resourcetype"): {
        "type": "string",
        "caseExact": True,
        "mutability": "readOnly",
        "returned": "default",
    },
    ("meta", "created"): {"type": "dateTime", "mutability": "readOnly", "returned": "default"},
    ("meta", "lastmodified"): {"type": "dateTime", "mutability": "readOnly", "returned": "default"},
    ("meta", "location"): {"mutability": "readOnly", "returned": "default"},
    ("meta", "version"): {
        "type": "string",
        "caseExact": True,
        "mutability": "readOnly",
        "returned": "default",
    },
    ("schemas",): {"required": True},
}
_IN_LISTS = {"primary": "boolean", "$ref": "reference", "display": "string", "type": "string"}


def defined_members(attribute: Attribute) -> dict[str, JsonValue]:
    """The type and the characteristics of an attribute that have exactly one right value.

    An attribute of a known schema has those of its definition, and a common attribute those of RFC
    7643 section 3.1. Others have the defaults of section 2.2, unless these contradict the attribute
    itself.
    """
    known = known_schema(attribute.schema.id)
    definition = definitions(attribute.schema.id.lower()).get(attribute.path)
    if definition is not None:
        return _of_definition(attribute, definition)
    if attribute.path[0] in ("id", "externalid", "meta", "schemas"):
        return {} if attribute.schema.is_extension else _COMMON.get(attribute.path, {})
    return {} if known else _of_defaults(attribute)


def _of_definition(attribute: Attribute, definition: Definition) -> dict[str, JsonValue]:
    type_ = str(definition.type)
    if attribute.value("type") is not None and attribute.type != type_:
        return {}
    found: dict[str, JsonValue] = {
        "type": type_,
        **{
            entry.name: entry.to_json(entry.of(definition))
            for entry in IN_DOCUMENTS
            if entry.is_always_written
        },
    }
    if (
        type_ in CASE_EXACT.fixed
    ):  # section 2.3.7 contradicts the schemas in section 8.7, which have false
        del found["caseExact"]
    return found


def _of_defaults(attribute: Attribute) -> dict[str, JsonValue]:
    found = dict(DEFAULTS)
    owner = attribute.owner
    if isinstance(owner, Attribute):
        if owner.multi_valued:
            found["type"] = _IN_LISTS.get(attribute.name.lower(), "string")
        # The default would contradict the attribute that it is part of.
        if owner.mutability != "readWrite":
            del found["mutability"]
        if owner.returned != "default":
            del found["returned"]
    if (
        attribute.value("subAttributes") is not None
        or attribute.value("referenceTypes") is not None
    ):
        del found["type"]
    if attribute.type in CASE_EXACT.fixed:  # RFC 7643 sections 2.3.6 and 2.3.7
        found["caseExact"] = True
    if attribute.mutability == "writeOnly":  # "usually also has a returned setting of never"
        found.pop("returned", None)
    if may_be_secret(attribute.name):
        found.pop("mutability", None)
        found.pop("returned", None)
    return found

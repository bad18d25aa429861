"""Rules about the attributes of the schemas in the RFC, and about extensions that redefine them."""

from collections.abc import Iterator
from functools import cache

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.known import known_schema
from scimgen.documents.spelling import nearest_name
from scimgen.model import Attribute as Definition
from scimgen.rules import uris
from scimgen.rules.members import addition
from scimgen.rules.nodes import TYPES, Attribute, Owner, Schema
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Object, Scalar

_COMMON = frozenset(("id", "externalid", "meta", "schemas"))
_OF_EVERY_LIST = frozenset(("value", "display", "type", "primary", "$ref"))
# RFC 7643 section 5, RFC 9865 section 4 and RFC 9967 define these. The schema in section 8.7.2 does
# not contain them.
_LEFT_OUT = frozenset(
    (
        *("etag", "pagination", "securityevents"),
        "authenticationschemes.type",
        "authenticationschemes.primary",
    )
)
# Sections 6 and 7 define these as lists, but section 8.7.2 has "multiValued": false. Both are
# accepted.
_EITHER_PLURAL = frozenset(("schemaextensions", "attributes.subattributes.referencetypes"))
_PATHS = tuple[str, ...]


@cache
def definitions(urn: str) -> dict[_PATHS, Definition]:
    """The attributes of a known schema by case-folded path; none for another URN."""
    schema = known_schema(urn)
    found: dict[_PATHS, Definition] = {}
    waiting: list[tuple[_PATHS, Definition]] = (
        [((), attribute) for attribute in schema.attributes] if schema else []
    )
    while waiting:
        above, definition = waiting.pop()
        path = (*above, definition.name.lower())
        found[path] = definition
        waiting.extend((path, sub) for sub in definition.sub_attributes)
    return found


@cache
def _reserved() -> frozenset[str]:
    """The case-folded names of the common attributes and of the attributes of User and Group."""
    names = {path[0] for urn in (urns.USER, urns.GROUP) for path in definitions(urn)}
    return frozenset(names) | _COMMON


def is_reserved(name: str) -> bool:
    """Whether a name is that of a common attribute or of an attribute of the core User or Group."""
    return name.lower() in _reserved()


def known_attribute(attribute: Attribute) -> Definition | None:
    """The definition of an attribute in the RFC, or None."""
    urn = attribute.schema.id.lower()
    return definitions(urn).get(attribute.path) if urn in uris.REGISTERED else None


def type_fix(attribute: Attribute, fix: str) -> str:
    """The fix for something that does not fit the type.

    The type of the RFC if it is another one, or another fix.
    """
    definition = known_attribute(attribute)
    if definition is None or definition.type == attribute.type:
        return fix
    return f'write "type": "{definition.type}"'


@rule(
    "core-attr-changed",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 4, 8.7.1 and 10.3",
    bad='core User: "active" as a string',
    good='"active" as a boolean',
)
def core_attr_changed(attribute: Attribute, report: Report) -> None:
    """An attribute of a schema in the RFC has the type and multiValued of the RFC

    Clients rely on them. Mutability, uniqueness and the like may change (section 8.7), but not
    where the text has MUST or REQUIRED: userName is required, unique and written by clients, and
    groups of a User is readOnly. A schema without any attribute that clients write may have a
    readOnly userName.
    """
    definition = known_attribute(attribute)
    if definition is None or attribute.type not in TYPES:
        return
    either = ".".join(attribute.path) in _EITHER_PLURAL or attribute.value("multiValued") is None
    plural = not either and attribute.multi_valued is not definition.multi_valued
    if attribute.type != definition.type:
        message = f"a {definition.type}, as in the RFC"
        fix = addition(attribute, "type", f'write "type": "{definition.type}"')
    elif plural:
        message = (
            "multi-valued, as in the RFC"
            if definition.multi_valued
            else "single-valued, as in the RFC"
        )
        fix = f'write "multiValued": {str(definition.multi_valued).lower()}'
    else:
        _check_characteristics(attribute, report)
        return
    report(attribute.here, f"{attribute.called} must be {message}", fix)


def _check_characteristics(attribute: Attribute, report: Report) -> None:
    """Report wrong characteristics of userName and groups (RFC 7643 sections 4.1.1 and 4.1.2)."""
    if attribute.schema.id.lower() != urns.USER.lower():
        return
    if attribute.path == ("groups",) and attribute.mutability in (
        "readWrite",
        "writeOnly",
        "immutable",
    ):
        message = f"groups is {attribute.mutability}, but clients change the Group instead"
        fix = addition(attribute, "mutability", 'write "mutability": "readOnly"')
        report(attribute.at("mutability"), message, fix)
    if attribute.path != ("username",):
        return
    if attribute.scalar("required") is False:
        report(
            attribute.here,
            f"{attribute.called} must be required, as in the RFC",
            'write "required": true',
        )
    if attribute.scalar("uniqueness") == "none":
        report(
            attribute.at("uniqueness"), "userName must be unique", 'write "uniqueness": "server"'
        )
    if attribute.mutability == "readOnly" and _is_written(attribute.schema):
        report(
            attribute.at("mutability"),
            "userName must not be readOnly",
            'write "mutability": "readWrite"',
        )


def _is_written(schema: Schema) -> bool:
    """Whether clients write an attribute of a schema."""
    for item in schema.items("attributes"):
        mutability = item.get("mutability") if isinstance(item, Object) else None
        if not isinstance(mutability, Scalar) or mutability.value != "readOnly":
            return True
    return False


def _sibling(attribute: Attribute) -> str:
    """The attribute of the RFC that a misspelled name means, or "".

    It is at the same level, and the schema does not have it.
    """
    above = attribute.path[:-1]
    known = definitions(attribute.schema.id.lower())
    names = [definition.name for path, definition in known.items() if path[:-1] == above]
    near = nearest_name(attribute.name, names)
    present = {str(item.value).lower() for item in _written_names(attribute.owner)}
    return near if near.lower() not in present else ""


def _written_names(owner: Owner) -> Iterator[Scalar]:
    """The names of the attributes of a schema or a complex attribute."""
    for item in owner.items(owner.attributes_key):
        name = item.get("name") if isinstance(item, Object) else None
        if isinstance(name, Scalar):
            yield name


@rule(
    "core-attr-unknown",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 3.3 and 10.3",
    bad='core User with "loginCount"',
    good="an extension schema with it",
)
def core_attr_unknown(attribute: Attribute, report: Report) -> None:
    """A schema of the RFC only has the attributes of the RFC

    Custom attributes belong in an extension schema. A later RFC may define the same name in the
    core schema. For the discovery schemas, which cannot have extensions, the severity is info.
    """
    if (
        attribute.schema.id.lower() not in uris.REGISTERED
        or known_attribute(attribute)
        or not attribute.name
    ):
        return
    path, owner = attribute.path, attribute.owner
    if (
        (len(path) == 1 and path[0] in _COMMON)
        or ".".join(path) in _LEFT_OUT
        or path[0] in _LEFT_OUT
    ):
        return
    if isinstance(owner, Attribute):
        # An unknown attribute is reported once, without its sub-attributes. Section 2.4 defines
        # five sub-attributes for every multi-valued attribute.
        known = known_attribute(owner)
        if known is None or (known.multi_valued and path[-1] in _OF_EVERY_LIST):
            return
    # A ResourceType cannot extend the discovery schemas, and clients ignore what they do not know
    # there.
    severity = Severity.INFO if attribute.schema.id.lower() in uris.DISCOVERY else None
    message = f"{attribute.called} is not an attribute of {attribute.schema.id}"
    fix = "move it to an extension schema" if severity is None else "remove it: clients ignore it"
    near = _sibling(attribute)
    fix = f'did you mean "{near}"?' if near else fix
    report(attribute.here, message, fix, severity=severity)


@rule(
    "ext-redefines-core-attr",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 3.3; Okta SCIM FAQ",
    bad='an extension with "groups"',
    good='"acmeGroups"',
)
def ext_redefines_core_attr(attribute: Attribute, report: Report) -> None:
    """An extension does not use a name of the core schemas

    Extensions "SHOULD avoid redefining any attributes" of the base. For Okta, names such as groups
    are reserved.
    """
    schema = attribute.schema
    if (
        attribute.is_sub_attribute
        or not schema.is_extension
        or schema.id.lower() in uris.REGISTERED
    ):
        return
    if is_reserved(attribute.name):
        report(
            attribute.here,
            f"{attribute.called} is an attribute of the core schemas",
            "give it another name",
        )


@rule(
    "password-readable",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 4.1.1",
    bad='core User: "password" readWrite, default',
    good="writeOnly, never",
)
def password_readable(attribute: Attribute, report: Report) -> None:
    """The core User's password is writeOnly and returned never

    "This attribute SHALL NOT be returned", and its value is write-only.
    """
    if attribute.schema.id.lower() == urns.USER.lower() and attribute.path == ("password",):
        for name, found, due in (
            ("mutability", attribute.mutability, "writeOnly"),
            ("returned", attribute.returned, "never"),
        ):
            if found != due:
                fix = addition(attribute, name, f'write "{name}": "{due}"')
                report(attribute.here, f"password is {name} {found}", fix)
                return

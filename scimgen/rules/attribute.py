"""Rules about the name and type of an attribute."""

import re
from difflib import get_close_matches

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit, add_member, written
from scimgen.model.characteristics import DEFAULTS
from scimgen.rules import uris
from scimgen.rules.defined import defined_members
from scimgen.rules.members import addition, meant
from scimgen.rules.nodes import TYPES, Attribute
from scimgen.rules.registered import known_attribute
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, having, lacking, rule

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*\Z")
_NEAR_TYPES = {
    **{
        "int": "integer",
        "long": "integer",
        "number": "decimal",
        "float": "decimal",
        "double": "decimal",
    },
    **{
        "bool": "boolean",
        "booelean": "boolean",
        "date": "dateTime",
        "datetime": "dateTime",
        "timestamp": "dateTime",
    },
    **{
        "object": "complex",
        "uri": "reference",
        "url": "reference",
        "text": "string",
        "str": "string",
    },
    **{
        "enum": "string",
        "bytes": "binary",
        "base64": "binary",
        "any": "string",
        "array": "complex",
        "list": "complex",
    },
}


@rule(
    "attr-name-missing",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 8.7.2",
    bad='{"type": "string"}',
    good='{"name": "badge", "type": "string"}',
)
def attr_name_missing(attribute: Attribute, report: Report) -> None:
    """An attribute has a name

    REQUIRED.
    """
    if not attribute.name and (attribute.value("name") is None or attribute.scalar("name") == ""):
        report(
            attribute.at("name"),
            "an attribute without a name",
            addition(attribute, "name", 'add "name": "…"'),
        )


@rule(
    "attr-name-grammar",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.1",
    bad='"name.givenName", "2fa"',
    good='"givenName", "twoFactor"',
)
def attr_name_grammar(attribute: Attribute, report: Report) -> None:
    """A name is a letter, then letters, digits, "$", "-" and "_"

    Dots, blanks, brackets and URNs have a meaning in filters and PATCH paths, so such a name cannot
    be used there.
    """
    name = attribute.name
    if name and not _NAME.match(name) and not (name == "$ref" and attribute.is_sub_attribute):
        fix = "begin with a letter, then letters, digits, $, - and _"
        if "." in name:
            fix = "write a complex attribute with subAttributes for a path"
        report(attribute.at("name"), f'"{name}" is not a valid attribute name', fix)


@rule(
    "attr-name-hyphen",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.1",
    bad='"cost-center"',
    good='"costCenter"',
)
def attr_name_hyphen(attribute: Attribute, report: Report) -> None:
    """A name has no hyphen

    A hyphen is legal, but "-" is an operator in JavaScript and other languages, as the RFC notes.
    """
    if "-" in attribute.name and _NAME.match(attribute.name):
        report(attribute.at("name"), f'"{attribute.name}" has a hyphen', "write it in camel case")


def _guess(attribute: Attribute) -> str:
    """The type that the other members of a definition need."""
    if attribute.value("subAttributes"):
        return "complex"
    return "reference" if attribute.value("referenceTypes") else "string"


@rule(
    "attr-type-missing",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.2 and 7",
    bad='{"name": "x"}',
    good='{"name": "x", "type": "string"}',
    applies=lacking("type"),
)
def attr_type_missing(attribute: Attribute, report: Report) -> None:
    """An attribute has a type

    Section 7 requires it, but section 2.2 defines "string" as its default. Clients differ.
    """
    if attribute.value("type") is None:
        due = defined_members(attribute).get("type")
        other = {"type", "subAttributes", "referenceTypes"} & meant(attribute)
        edits: tuple[Edit, ...] = ()
        if due and attribute.name and not other and attribute.member("type") is None:
            edits = add_member(attribute.document, attribute.node, "type", due)
        fix = addition(attribute, "type", f'add "type": "{due or _guess(attribute)}"')
        report(attribute.here, f"{attribute.called} has no type", fix, edits=edits)


@rule(
    "attr-type-invalid",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3 and 7",
    bad='"type": "int"',
    good='"type": "integer"',
    applies=having("type"),
)
def attr_type_invalid(attribute: Attribute, report: Report) -> None:
    """A type is one of the eight types of the RFC

    string, boolean, decimal, integer, dateTime, binary, reference, complex. (The list in section 7
    does not contain binary, but sections 2.3.6 and 8.7.2 define it.)
    """
    known = attribute.type in TYPES
    if (known and attribute.string("type")) or attribute.value("type") is None:
        return
    definition = known_attribute(attribute)
    near = str(definition.type) if definition is not None else ""
    near = near or _NEAR_TYPES.get(attribute.type.strip().lower(), "")
    near = near or next(
        (name for name in TYPES if name.lower() == attribute.type.strip().lower()), ""
    )
    near = near or next(iter(get_close_matches(attribute.type.lower(), TYPES, n=1, cutoff=0.7)), "")
    fix = f'did you mean "{near}"?' if near else f"write one of {', '.join(TYPES)}"
    report(attribute.at("type"), f"{attribute.text('type')} is not an attribute type", fix)


@rule(
    "attr-type-case",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 8.7.2",
    bad='"type": "datetime"',
    good='"type": "dateTime"',
    applies=having("type"),
)
def attr_type_case(attribute: Attribute, report: Report) -> None:
    """A type has the spelling of the RFC

    Another case is legal (`type` is not caseExact), but many clients compare exactly.
    """
    text = attribute.string("type")
    if text and attribute.type in TYPES and text != attribute.type:
        spot = attribute.at("type")
        edits = (Edit(spot.start, spot.end, written(attribute.type)),)
        report(
            spot,
            f'"{text}" is spelled "{attribute.type}"',
            f'write "{attribute.type}"',
            edits=edits,
        )


@rule(
    "multivalued-missing",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 8.7.2",
    bad='{"name": "x", "type": "string"}',
    good='{"name": "x", "type": "string", "multiValued": false}',
    applies=lacking("multiValued"),
)
def multivalued_missing(attribute: Attribute, report: Report) -> None:
    """An attribute defines whether it is multi-valued

    multiValued is required and has no default in section 2.2. Without it, a client may send one
    value or a list.
    """
    if attribute.value("multiValued") is None:
        fix = 'add "multiValued": false, or true for a list'
        edits: tuple[Edit, ...] = ()
        due = defined_members(attribute).get("multiValued")
        if due is not None:
            fix = f'add "multiValued": {written(due)}'
            if attribute.member("multiValued") is None and "multiValued" not in meant(attribute):
                edits = add_member(attribute.document, attribute.node, "multiValued", due)
        fix = addition(attribute, "multiValued", fix)
        report(attribute.here, f"{attribute.called} has no multiValued", fix, edits=edits)


@rule(
    "description-missing",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='{"name": "x", …}',
    good='{"name": "x", "description": "…", …}',
)
def description_missing(attribute: Attribute, report: Report) -> None:
    """An attribute has a description

    Administrators read it when they map attributes.
    """
    if not attribute.string("description") and (
        attribute.value("description") is None or attribute.scalar("description") == ""
    ):
        fix = addition(attribute, "description", 'add "description": "…"')
        report(attribute.here, f"{attribute.called} has no description", fix)


_COMMON: dict[str, dict[str, tuple[str | bool, ...]]] = {
    "id": {
        "type": ("string",),
        "caseExact": (True,),
        "mutability": ("readOnly",),
        "returned": ("always",),
    },
    "externalid": {"type": ("string",), "caseExact": (True,), "mutability": ("readWrite",)},
    "meta": {"type": ("complex",), "mutability": ("readOnly",)},
}
_LISTED = frozenset((*_COMMON, "schemas"))


def _is_common(attribute: Attribute) -> bool:
    """Whether an attribute is a common attribute at the top level of a base schema."""
    top = not attribute.is_sub_attribute and not attribute.schema.is_extension
    return top and attribute.schema.id.lower() not in uris.DISCOVERY


@rule(
    "attr-common-listed",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 3.1",
    bad='{"name": "id", …}',
    good="leave it out",
)
def attr_common_listed(attribute: Attribute, report: Report) -> None:
    """A base schema does not list id, externalId, meta and schemas

    Every resource has them anyway. "Some existing schema definitions MAY list common attributes".
    """
    if attribute.name.lower() in _LISTED and _is_common(attribute):
        report(attribute.here, f"{attribute.called} is common to all resources", "leave it out")


@rule(
    "attr-common-conflict",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 3.1",
    bad='{"name": "externalId", "caseExact": false}',
    good='{"name": "externalId", "caseExact": true}',
)
def attr_common_conflict(attribute: Attribute, report: Report) -> None:
    """A listed common attribute has the definition of the RFC

    id: caseExact, readOnly, returned always. externalId: caseExact, readWrite. meta: complex,
    readOnly. If a schema defines them differently, the definitions of the RFC "SHALL take
    precedence".
    """
    due = _COMMON.get(attribute.name.lower())
    if due is None or not _is_common(attribute):
        return
    for name, values in due.items():
        written_out = attribute.type if name == "type" else attribute.scalar(name)
        found = DEFAULTS[name] if written_out is None else written_out
        if found not in values:
            fix = f'write "{name}": {written(values[0])}, or leave {attribute.called} out'
            report(
                attribute.here,
                f"{name} of {attribute.called} is {written(found)}, unlike in the RFC",
                fix,
            )
            return

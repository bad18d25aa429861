"""Rules about the characteristics of an attribute (RFC 7643 sections 2.2 and 7)."""

from collections.abc import Mapping
from difflib import get_close_matches

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit, add_member, written
from scimgen.model.characteristics import (
    ALL_TYPES,
    CASE_EXACT,
    IN_DOCUMENTS,
    UNIQUENESS,
    allowed_values,
    with_kind,
)
from scimgen.rules import uris
from scimgen.rules.defined import defined_members
from scimgen.rules.members import addition, meant
from scimgen.rules.nodes import Attribute, View
from scimgen.rules.registered import known_attribute, type_fix
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, having, lacking, rule
from scimgen.source import JsonValue

_ENUMS = allowed_values()
_WITH_DEFAULT = tuple(entry for entry in IN_DOCUMENTS if entry.has_default)
_NO_CASE = ALL_TYPES - CASE_EXACT.types
_NO_UNIQUENESS = ALL_TYPES - UNIQUENESS.types
_BOOLEANS = {
    Kind.ATTRIBUTE: with_kind(bool),
    Kind.SCHEMA_EXTENSION: ("required",),
    Kind.FEATURE: ("supported",),
    Kind.AUTHENTICATION_SCHEME: ("primary",),
}


@rule(
    "boolean-type",
    Severity.ERROR,
    tuple(_BOOLEANS),
    "RFC 7643 section 2.3.2",
    bad='"required": "true"',
    good='"required": true',
)
def boolean_type(view: View, report: Report) -> None:
    """multiValued, required, caseExact, supported and primary are true or false

    In many languages the string "false" counts as true.
    """
    for name in _BOOLEANS[view.kind]:
        if isinstance(view.scalar(name), bool):
            continue
        node = view.value(name)
        if node is None:
            continue
        text = view.string(name).strip().lower()
        edits = (Edit(node.start, node.end, text),) if text in ("true", "false") else ()
        fix = f"write {text}" if edits else "write true or false"
        report(view.at(name), f"{name} is {view.text(name)}, not a boolean", fix, edits=edits)


@rule(
    "enum-invalid",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 8.7.2",
    bad='"mutability": "readonly"',
    good='"mutability": "readOnly"',
)
def enum_invalid(attribute: Attribute, report: Report) -> None:
    """mutability, returned and uniqueness have one of the values of the RFC, in the same case

    They are caseExact: "readonly" is not a valid value, and a client uses the default readWrite.
    """
    for name, values in _ENUMS.items():
        if attribute.scalar(name) in values:
            continue
        node = attribute.value(name)
        if node is None:
            continue
        text = attribute.string(name).strip().lower()
        right = next((value for value in values if value.lower() == text), "")
        edits = (Edit(node.start, node.end, written(right)),) if right else ()
        near = right or next(iter(get_close_matches(text, values, n=1, cutoff=0.7)), "")
        fix = f'did you mean "{near}"?' if near else f"write one of {', '.join(values)}"
        fix = f'write "{right}"' if right else fix
        report(attribute.at(name), f"{attribute.text(name)} is not a {name}", fix, edits=edits)


def _addition(attribute: Attribute, name: str, due: Mapping[str, JsonValue]) -> str:
    """The fix for a missing characteristic, with its value if there is one right value."""
    value = written(due[name]) if name in due else "…"
    return addition(attribute, name, f'add "{name}": {value}')


@rule(
    "characteristic-omitted",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.2 and 7",
    bad='{"name": "x", "type": "string", "multiValued": false}',
    good='{…, "required": false, "caseExact": false, "mutability": "readWrite", …}',
    applies=lacking(*(entry.name for entry in _WITH_DEFAULT)),
)
def characteristic_omitted(attribute: Attribute, report: Report) -> None:
    """Every characteristic is present

    A missing characteristic has the default of section 2.2: required false, caseExact false,
    mutability readWrite, returned default, uniqueness none. caseExact and uniqueness may be missing
    for types without them (section 2.3). For an attribute of the RFC, the fix has the values of the
    RFC.
    """
    missing = [
        entry.name
        for entry in _WITH_DEFAULT
        if entry.applies_to(attribute.type) and attribute.value(entry.name) is None
    ]
    if not missing:
        return
    edits: tuple[Edit, ...] = ()
    due = defined_members(attribute)
    for name in missing:
        if name in due and attribute.member(name) is None and name not in meant(attribute):
            edits += add_member(attribute.document, attribute.node, name, due[name])
    additions = [_addition(attribute, name, due) for name in missing]
    fix = ", ".join(additions)
    report(
        attribute.here,
        f"{attribute.called} has no {', '.join(missing)}: the defaults apply",
        fix,
        edits=edits,
    )


def _returned_fix(attribute: Attribute) -> str:
    """The fix for a writeOnly attribute that is returned.

    The mutability of the RFC for its attributes.
    """
    definition = known_attribute(attribute)
    if definition is not None and definition.mutability != "writeOnly":
        return f'write "mutability": "{definition.mutability}"'
    return addition(attribute, "returned", 'write "returned": "never"')


@rule(
    "writeonly-returned-always",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"mutability": "writeOnly", "returned": "always"',
    good='"mutability": "writeOnly", "returned": "never"',
)
def writeonly_returned_always(attribute: Attribute, report: Report) -> None:
    """A writeOnly attribute is not returned always

    "Attribute values SHALL NOT be returned" if the mutability is writeOnly.
    """
    if attribute.mutability == "writeOnly" and attribute.returned == "always":
        report(
            attribute.here,
            f"{attribute.called} is writeOnly and returned always",
            _returned_fix(attribute),
        )


@rule(
    "writeonly-returned-default",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"mutability": "writeOnly", "returned": "default"',
    good='"mutability": "writeOnly", "returned": "never"',
)
def writeonly_returned_default(attribute: Attribute, report: Report) -> None:
    """A writeOnly attribute is returned never

    It "usually also has a returned setting of never". With another setting, clients expect a value
    that is never sent.
    """
    if attribute.mutability == "writeOnly" and attribute.returned in ("default", "request"):
        message = f"{attribute.called} is writeOnly and returned {attribute.returned}"
        report(attribute.here, message, _returned_fix(attribute))


@rule(
    "readonly-returned-never",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"mutability": "readOnly", "returned": "never"',
    good='"mutability": "readOnly", "returned": "default"',
)
def readonly_returned_never(attribute: Attribute, report: Report) -> None:
    """A readOnly attribute is returned

    Otherwise no client can write or read it.
    """
    if attribute.mutability != "readOnly" or attribute.returned != "never":
        return
    definition = known_attribute(attribute)
    is_password = definition is not None and definition.returned == "never"
    if not is_password:  # password-readable reports it
        message = f"{attribute.called} can be neither written nor read"
        report(attribute.here, message, 'write "returned": "default", or leave it out')


@rule(
    "required-readonly",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"required": true, "mutability": "readOnly"',
    good='"required": false, "mutability": "readOnly"',
)
def required_readonly(attribute: Attribute, report: Report) -> None:
    """A readOnly attribute is not required

    It is legal, but a client cannot supply the value, and some clients refuse to provision without
    it. The discovery schemas are exempt, because no client writes them, and so are id, meta and
    schemas, which the RFC requires.
    """
    common = not attribute.is_sub_attribute and attribute.name.lower() in ("id", "meta", "schemas")
    if not common and (
        attribute.mutability == "readOnly"
        and attribute.scalar("required") is True
        and attribute.schema.id.lower() not in uris.DISCOVERY
    ):
        definition = known_attribute(attribute)
        always = definition is not None and definition.required  # such as userName
        fix = 'write "mutability": "readWrite"' if always else 'write "required": false'
        report(attribute.here, f"{attribute.called} is required, but readOnly", fix)


@rule(
    "case-exact-required",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3.6 and 2.3.7",
    bad='"type": "reference", "caseExact": false',
    good='"type": "reference", "caseExact": true',
    applies=having("caseExact"),
)
def case_exact_required(attribute: Attribute, report: Report) -> None:
    """A binary or reference attribute is caseExact

    "A binary is case exact", "a reference is case exact". The schemas in the RFC have false, so for
    their attributes the severity is info.
    """
    if attribute.type in CASE_EXACT.fixed and attribute.scalar("caseExact") is False:
        severity = Severity.INFO if known_attribute(attribute) else None
        message = f"{attribute.called} is a {attribute.type}, which is case exact"
        report(attribute.at("caseExact"), message, 'write "caseExact": true', severity=severity)


@rule(
    "case-exact-meaningless",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3.2 to 2.3.5 and 2.3.8",
    bad='"type": "integer", "caseExact": true',
    good='"type": "integer", "caseExact": false',
    applies=having("caseExact"),
)
def case_exact_meaningless(attribute: Attribute, report: Report) -> None:
    """caseExact only applies to text

    Numbers, booleans, dates and complex values have no case.
    """
    if attribute.type in _NO_CASE and attribute.scalar("caseExact") is True:
        report(
            attribute.at("caseExact"), f"a {attribute.type} has no case", 'write "caseExact": false'
        )


@rule(
    "uniqueness-meaningless",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3.2, 2.3.5, 2.3.6 and 2.3.8",
    bad='"type": "complex", "uniqueness": "server"',
    good='"type": "complex", "uniqueness": "none"',
    applies=having("uniqueness"),
)
def uniqueness_meaningless(attribute: Attribute, report: Report) -> None:
    """A boolean, dateTime, binary or complex attribute has no uniqueness

    The RFC excludes uniqueness for each of these types. Numbers and references may be unique.
    """
    if attribute.type in _NO_UNIQUENESS and attribute.scalar("uniqueness") in ("server", "global"):
        fix = type_fix(attribute, 'write "uniqueness": "none"')
        report(attribute.at("uniqueness"), f"a {attribute.type} has no uniqueness", fix)

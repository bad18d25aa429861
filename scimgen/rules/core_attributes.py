"""Rules about single attributes of the core User and Group, and about secrets."""

from collections.abc import Iterator

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.known import known_schema
from scimgen.rules import uris
from scimgen.rules.nodes import Attribute, Schema
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.rules.secret_names import is_secret
from scimgen.source import Object, Scalar

_REQUIRED = {urns.USER.lower(): "userName", urns.GROUP.lower(): "displayName"}
_STANDARD = uris.REGISTERED | uris.DEVICES


def _names(schema: Schema) -> Iterator[str]:
    """The case-folded names of the attributes."""
    for item in schema.items("attributes"):
        name = item.get("name") if isinstance(item, Object) else None
        if isinstance(name, Scalar):
            yield str(name.value).lower()


@rule(
    "core-attr-missing",
    Severity.WARNING,
    Kind.SCHEMA,
    "RFC 7643 sections 4.1.1 and 4.2",
    bad="core User without userName",
    good='core User with "userName"',
)
def core_attr_missing(schema: Schema, report: Report) -> None:
    """The core User has userName, and the core Group has displayName

    Both are REQUIRED. Clients identify a user by userName and a group by displayName. A schema
    without any attribute of the RFC is not reported, because `core-attr-unknown` reports all its
    attributes.
    """
    due = _REQUIRED.get(schema.id.lower())
    definition = known_schema(schema.id)
    if not due or definition is None:
        return
    known = {attribute.name.lower() for attribute in definition.attributes}
    names = set(_names(schema))
    named = len([*_names(schema)]) == len(
        schema.items("attributes")
    )  # attr-name-missing reports the others
    if named and names & known and due.lower() not in names:
        report(
            schema.at("attributes"),
            f"{schema.called} has no {due}",
            f'add "{due}": string, required',
        )


@rule(
    "secret-readable",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 9.2",
    bad='"apiSecret" with "returned": "default"',
    good='"apiSecret" with "mutability": "writeOnly", "returned": "never"',
)
def secret_readable(attribute: Attribute, report: Report) -> None:
    """A secret is never returned

    Passwords and other credentials "are of an extremely sensitive nature". A secret in a response
    is in logs, caches and exports of every client.
    """
    if attribute.type not in ("string", "binary") or attribute.schema.id.lower() in _STANDARD:
        return
    written_only = (
        attribute.mutability == "writeOnly"
    )  # other rules report the returned of a writeOnly attribute
    is_returned = not written_only and attribute.returned != "never"
    if is_returned and is_secret(attribute.name):
        message = f"{attribute.called} looks like a secret, and is returned {attribute.returned}"
        report(attribute.here, message, 'write "mutability": "writeOnly", "returned": "never"')

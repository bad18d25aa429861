"""Rules about the id of a Schema."""

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit, written
from scimgen.rules import uris
from scimgen.rules.members import addition
from scimgen.rules.nodes import Schema
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule


@rule(
    "schema-id-missing",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 7643 section 7",
    bad='{"name": "Badge", …}',
    good='{"id": "urn:acme:scim:Badge", …}',
)
def schema_id_missing(schema: Schema, report: Report) -> None:
    """A Schema has an id

    REQUIRED. Resource types, the `schemas` of resources, and filters contain it.
    """
    if not schema.id:
        report(
            schema.here if schema.value("id") is None else schema.at("id"),
            f"{schema.called} without an id",
            addition(schema, "id", 'add "id": "urn:…"'),
        )


@rule(
    "schema-id-not-uri",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 7643 section 7; RFC 3986 section 3",
    bad='"id": "Badge"',
    good='"id": "urn:acme:scim:Badge"',
)
def schema_id_not_uri(schema: Schema, report: Report) -> None:
    """A Schema's id is a URI

    "The unique URI of the schema". A URI has a scheme and no blanks.
    """
    if schema.id and not uris.is_uri(schema.id) and not uris.is_urn(schema.id):
        report(
            schema.at("id"),
            f'the id "{schema.id}" is not a URI',
            uris.meant(schema.id, "write a URN, such as urn:acme:scim:schemas:crm:1.0:Badge"),
        )


@rule(
    "schema-id-not-urn",
    Severity.WARNING,
    Kind.SCHEMA,
    "RFC 7644 section 3.10; RFC 7643 section 10.2",
    bad='"id": "https://x.example/schemas/Badge"',
    good='"id": "urn:acme:scim:Badge"',
)
def schema_id_not_urn(schema: Schema, report: Report) -> None:
    """A Schema's id is a URN

    Any URI is allowed, but filters and PATCH paths have the "schema URN" before attribute names,
    and Okta only reads URNs.
    """
    if uris.is_uri(schema.id) and not uris.is_urn(schema.id):
        report(
            schema.at("id"),
            f'the id "{schema.id}" is a URI, but not a URN',
            uris.meant(schema.id, "write a URN, such as urn:acme:scim:schemas:crm:1.0:Badge"),
        )


@rule(
    "schema-id-bad-urn",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 8141 section 2",
    bad='"id": "urn:<vendor>:scim:x"',
    good='"id": "urn:acme:scim:x"',
)
def schema_id_bad_urn(schema: Schema, report: Report) -> None:
    """A Schema's URN is well formed

    The form is urn:{namespace of 2 to 32 letters, digits and hyphens}:{name}, without blanks,
    brackets or placeholders.
    """
    if uris.is_urn(schema.id):
        fault = uris.urn_fault(schema.id)
        if fault:
            report(
                schema.at("id"),
                f'the id "{schema.id}" is not a URN: {fault}',
                uris.meant(schema.id, "write urn:{vendor}:{…} with your names"),
            )


@rule(
    "schema-id-scim-urn-shape",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 7643 section 10.2.1",
    bad='"id": "urn:ietf:params:scim:schema:acme:Badge"',
    good='"id": "urn:acme:scim:schemas:Badge"',
)
def schema_id_scim_urn_shape(schema: Schema, report: Report) -> None:
    """A URN in urn:ietf:params:scim: continues with schemas or api

    The form of URNs in this namespace is urn:ietf:params:scim:{type}:{name}{:other}, and {type} is
    one of the two.
    """
    found = uris.scim_type(schema.id)
    if found is not None and found.lower() not in ("schemas", "api"):
        report(
            schema.at("id"),
            f'"{found}" is written instead of "schemas"',
            uris.meant(
                schema.id, "write urn:ietf:params:scim:schemas:…, or a URN with your vendor name"
            ),
        )


@rule(
    "scim1-namespace",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 7643 section 10.2.1",
    bad='"id": "urn:scim:schemas:core:2.0:User"',
    good='"id": "urn:ietf:params:scim:schemas:core:2.0:User"',
)
def scim1_namespace(schema: Schema, report: Report) -> None:
    """A Schema's id is not in the namespace of SCIM 1

    urn:scim:schemas: was never registered. SCIM 2.0 has urn:ietf:params:scim:schemas:.
    """
    if uris.is_old_namespace(schema.id):
        right = f"urn:ietf:params:scim:schemas:{schema.id.split(':', 3)[3]}"
        spot = schema.at("id")
        known = right.lower() in uris.REGISTERED
        edits = (Edit(spot.start, spot.end, written(right)),) if known else ()
        fix = f'write "{right}"'
        if not known:
            fix = uris.meant(
                schema.id, "write a URN with your vendor name, such as urn:acme:scim:schemas:1.0:…"
            )
        report(spot, f'"{schema.id}" is in the namespace of SCIM 1', fix, edits=edits)


def is_squatting(urn: str) -> bool:
    """Whether a URN is in the namespace of the RFC without being registered there."""
    folded = urn.lower()
    return (
        folded.startswith(uris.CORE) and folded not in uris.REGISTERED | uris.DRAFT | uris.DEVICES
    )


@rule(
    "core-namespace-squatting",
    Severity.WARNING,
    Kind.SCHEMA,
    "RFC 7643 sections 10.2.1 and 10.3",
    bad='"id": "urn:ietf:params:scim:schemas:core:2.0:Agent"',
    good='"id": "urn:acme:scim:schemas:2.0:Agent"',
)
def core_namespace_squatting(schema: Schema, report: Report) -> None:
    """A custom schema is not in the namespace of the RFC

    "core" is reserved for schemas of SCIM specifications. A later specification may define the same
    name.
    """
    if is_squatting(schema.id):
        report(
            schema.at("id"),
            f'"{schema.id}" is in the namespace of the RFC',
            uris.meant(
                schema.id, "write a URN with your vendor name, such as urn:acme:scim:schemas:1.0:…"
            ),
        )

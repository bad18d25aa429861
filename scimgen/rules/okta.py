"""Rules from Okta's guide "Build a SCIM 2.0 server with entitlements" and from the SCIM FAQ."""

from urllib.parse import urlsplit

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape, is_discovery_array
from scimgen.documents.spelling import nearest_urn
from scimgen.fixes.edit import wrap_in_list_response
from scimgen.rules import uris
from scimgen.rules.list_response import is_answer_to_list
from scimgen.rules.nodes import Meta, ResourceType, Schema, ServiceProvider, View, Whole
from scimgen.rules.registered import is_reserved
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array

_GUIDE = "Okta: Build a SCIM 2.0 server with entitlements"
_KNOWN = uris.known_by(["okta"])
_READ = uris.OKTA_KNOWN | uris.DISCOVERY | {urns.USER.lower(), urns.GROUP.lower()}
_BY_LAST = {
    **dict.fromkeys(("entitlement", "entitlements"), urns.OKTA_ENTITLEMENT),
    **dict.fromkeys(("role", "roles"), urns.OKTA_ROLE),
}


@rule(
    "okta-list-response",
    Severity.ERROR,
    Kind.TEXT,
    _GUIDE,
    bad="[{…}, {…}]",
    good='{"schemas": ["…ListResponse"], "totalResults": 2, "Resources": [{…}, {…}]}',
    client="okta",
)
def okta_list_response(text: Whole, report: Report) -> None:
    """Okta reads /ResourceTypes and /Schemas as ListResponses

    All samples of the guide are ListResponses. Okta reads an array, or a single document at
    /Schemas, as empty. A file with one document is fine: it is the answer to /Schemas/{id}, or a
    part of the list.
    """
    node = text.node
    single = text.shape in (Shape.SCHEMA, Shape.RESOURCE_TYPE) and is_answer_to_list(text.document)
    if single or is_discovery_array(node):
        edits = (
            wrap_in_list_response(text.document, node, urns.LIST_RESPONSE)
            if isinstance(node, Array)
            else ()
        )
        report(
            text.here,
            "Okta expects a ListResponse",
            "put it into Resources of a ListResponse",
            edits=edits,
        )


@rule(
    "okta-rt-field-missing",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    _GUIDE,
    bad='{"name": "License", "endpoint": …, "schema": …}',
    good='{"id": "License", "name": "License", "endpoint": …, "description": …, "schema": …}',
    client="okta",
)
def okta_rt_field_missing(resource_type: ResourceType, report: Report) -> None:
    """Okta reads id, name, endpoint, description and schema of a resource type

    "Each resource includes the following fields". A missing description is only a warning.
    """
    for name in ("id", "name", "endpoint", "schema", "description"):
        if resource_type.value(name) is None:
            severity = Severity.WARNING if name == "description" else None
            report(
                resource_type.here,
                f"{resource_type.called} without {name}",
                f'add "{name}": "…"',
                severity=severity,
            )


@rule(
    "okta-entitlement-urn",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    _GUIDE,
    bad='"schema": "urn:ietf:params:scim:schemas:core:2.0:Role"',
    good='"schema": "urn:okta:scim:schemas:core:1.0:Role"',
    client="okta",
)
def okta_entitlement_urn(resource_type: ResourceType, report: Report) -> None:
    """Okta recognises entitlements and roles by its own URNs

    They are exactly urn:okta:scim:schemas:core:1.0:Entitlement and …:Role. With another URN, such
    as that of the IETF draft, the Governance tab stays empty.
    """
    urn = resource_type.string("schema")
    due = _entitlement_urn(resource_type)
    if due and urn != due:
        report(resource_type.at("schema"), f'Okta does not know "{urn}"', f'write "{due}"')


def _entitlement_urn(resource_type: ResourceType) -> str:
    """Okta's URN for a type of entitlements or roles, by its URN or name, or ""."""
    urn = resource_type.string("schema")
    near = nearest_urn(urn, (urns.OKTA_ENTITLEMENT, urns.OKTA_ROLE))
    last = urn.rpartition(":")[2].lower()
    return (
        near
        or _BY_LAST.get(last, "")
        or (_BY_LAST.get(resource_type.string("name").lower(), "") if urn else "")
    )


@rule(
    "okta-type-unread",
    Severity.WARNING,
    Kind.SET,
    _GUIDE,
    bad='"schema": "urn:acme:scim:schemas:crm:1.0:License" for entitlements',
    good='"schema": "urn:okta:scim:schemas:core:1.0:Entitlement"',
    client="okta",
)
def okta_type_unread(provider: ServiceProvider, report: Report) -> None:
    """Okta reads the resources of a type

    It reads Users, Groups, and the types with its URNs for entitlements and roles. It ignores other
    types without a message. If there are types with its URNs, other types are probably deliberate,
    and the severity is info.
    """
    used = {entry.string("schema").lower() for entry in provider.resource_types}
    severity = Severity.INFO if used & uris.OKTA_KNOWN else None
    for entry in provider.resource_types:
        urn = entry.string("schema")
        if urn and urn.lower() not in _READ and not _entitlement_urn(entry):
            message = f'Okta does not read resources of "{urn}"'
            fix = (
                f'write "{urns.OKTA_ENTITLEMENT}" for entitlements, or "{urns.OKTA_ROLE}" for roles'
            )
            report(entry.at("schema"), message, uris.meant(urn, fix), severity=severity)


@rule(
    "okta-known-schema-redundant",
    Severity.INFO,
    Kind.SCHEMA,
    _GUIDE,
    bad='/Schemas with "urn:okta:scim:schemas:core:1.0:Role"',
    good="leave it out",
    client="okta",
)
def okta_known_schema_redundant(schema: Schema, report: Report) -> None:
    """Okta does not need the schemas that it knows

    Entitlement, Role, core User and Enterprise User "are known by Okta and aren't required from
    /Schemas".
    """
    if schema.id.lower() in _KNOWN:
        report(schema.at("id"), f"Okta knows {schema.id}", "you can leave it out")


@rule(
    "okta-unknown-extension-missing",
    Severity.ERROR,
    Kind.SET,
    _GUIDE,
    bad="an extension that /Schemas does not have",
    good="its Schema in /Schemas",
    client="okta",
)
def okta_unknown_extension_missing(provider: ServiceProvider, report: Report) -> None:
    """Okta finds every extension that it does not know in /Schemas

    It cannot map attributes of a schema that it cannot read.
    """
    known = {schema.id.lower() for schema in provider.schemas} | _KNOWN
    for resource_type in provider.resource_types if provider.schemas else ():
        for extension in resource_type.extensions:
            urn = extension.string("schema")
            if urn and urn.lower() not in known:
                report(
                    extension.at("schema"), f'Okta finds no schema "{urn}"', "add it to /Schemas"
                )


@rule(
    "okta-reserved-attr",
    Severity.WARNING,
    Kind.SET,
    "Okta: SCIM FAQ",
    bad='a schema that extends User with "groups"',
    good='"acmeGroups"',
    client="okta",
)
def okta_reserved_attr(provider: ServiceProvider, report: Report) -> None:
    """A custom attribute has no name of the core User

    `ext-redefines-core-attr` checks schemas with the URN of an extension. This rule checks schemas
    that are an extension only because a resource type uses them as one.
    """
    used = {
        extension.string("schema").lower()
        for entry in provider.resource_types
        for extension in entry.extensions
    }
    for schema in provider.schemas:
        if schema.id.lower() in used - uris.REGISTERED and not schema.is_extension:
            for attribute in schema.attributes:
                if is_reserved(attribute.name):
                    report(
                        attribute.here,
                        f"{attribute.called} is a reserved name",
                        "give it another name",
                    )


@rule(
    "okta-base-path",
    Severity.INFO,
    Kind.META,
    _GUIDE,
    bad='"location": "http://x.example/Schemas/…"',
    good='"location": "https://x.example/scim/v2/Schemas/…"',
    client="okta",
)
def okta_base_path(meta: Meta, report: Report) -> None:
    """The base URL is https and ends in /scim/v2

    Okta reads "BaseURL/scim/v2/ResourceTypes" unless the base URL is configured.
    """
    try:
        parts = urlsplit(meta.string("location"))
    except ValueError:
        return
    if parts.scheme and (parts.scheme.lower() != "https" or "/scim/v2/" not in parts.path):
        report(
            meta.at("location"),
            "Okta expects https://…/scim/v2/",
            "serve it there, or configure the base URL in Okta",
        )


@rule(
    "okta-urn-placeholder",
    Severity.ERROR,
    (Kind.SCHEMA, Kind.RESOURCE_TYPE, Kind.SCHEMA_EXTENSION),
    _GUIDE,
    bad='"urn:<isvname>:scim:schemas:extension:<appname>:1.0:User"',
    good='"urn:acme:scim:schemas:extension:crm:1.0:User"',
    client="okta",
)
def okta_urn_placeholder(view: View, report: Report) -> None:
    """A URN contains no placeholder of the guide's samples

    <isvname> and <appname> must be replaced by your names.
    """
    name = "id" if isinstance(view, Schema) else "schema"
    urn = view.string(name)
    if "<" in urn and ">" in urn:
        report(view.at(name), f'"{urn}" contains a placeholder', "replace it by your name")


@rule(
    "okta-import-user-schema",
    Severity.WARNING,
    Kind.SET,
    "Okta: release note on Import User Schema (2026)",
    bad="a User extension in /Schemas, but not in the User resource type",
    good='"schemaExtensions": [{"schema": …, "required": false}]',
    client="okta",
)
def okta_import_user_schema(provider: ServiceProvider, report: Report) -> None:
    """An extension is listed in a resource type

    With "Import User Schema", Okta first reads the list of extensions from the User resource type,
    and then their attributes. It ignores an extension that no type names. For Enterprise User,
    which Okta knows, the severity is info.
    """
    used = {
        extension.string("schema").lower()
        for entry in provider.resource_types
        for extension in entry.extensions
    }
    for schema in provider.schemas if provider.resource_types else ():
        folded = schema.id.lower()
        if not schema.is_extension or folded in used:
            continue
        severity = Severity.INFO if folded in _KNOWN else None
        owner = "User" if folded.endswith(":user") else "its resource type"
        message, fix = (
            f'no resource type lists the extension "{schema.id}"',
            f"add it to schemaExtensions of {owner}",
        )
        report(schema.at("id"), message, fix, severity=severity)

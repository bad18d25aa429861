"""The faults of a description, for `scimgen rules` and `scimgen explain`.

They are found where the page is read (`scimgen/description`), which knows of no rules; here stands what is said of
them. Each example is what follows the head of a page, and the tests read it as such.
"""

from scimgen.diagnostics import Severity
from scimgen.rules.report import Report
from scimgen.rules.rule import rule

CLIENT = "description"


def _fault(id: str, title: str, source: str, bad: str, good: str, severity: Severity = Severity.ERROR) -> None:
    def found_elsewhere(node: object, report: Report) -> None:
        """See the module."""

    found_elsewhere.__doc__ = title
    rule(id, severity, (), source, bad=bad, good=good, client=CLIENT)(found_elsewhere)


def _type(attributes: str, values: str = "[]") -> str:
    return f"entitlements: {{License: {{attributes: {{{attributes}}}, values: {values}}}}}"


_PAGE = "schemas/scimgen.schema.json"
_fault(
    "description-syntax",
    "A description is plain YAML or JSON: no anchors, aliases, tags or second documents",
    "YAML 1.2",
    "title: *other",
    "title: Acme",
)
_fault("description-type", "A key's value has the right type", _PAGE, "title: 5", 'title: "5"')
_fault("description-value", "A key's value is one of those it can have", _PAGE, "clients: [octa]", "clients: [okta]")
_fault("description-unknown-key", "A key is one of the language's", _PAGE, "titel: Acme", "title: Acme")
_fault("description-missing-key", "What is required is there", _PAGE, "roles: [{displayName: A}]", "roles: []")
_fault("description-duplicate-key", "A key stands once", _PAGE, "title: A\ntitle: B", "title: A")
_fault(
    "name-grammar",
    "An attribute's name is a letter, then letters, digits, -, _ and $",
    "RFC 7643 section 2.1",
    "user: {attributes: {2fa: string}}",
    "user: {attributes: {twoFactor: string}}",
)
_fault(
    "name-collision",
    "Names that are one in SCIM, in URLs or in Python do not stand together",
    "RFC 7643 sections 2.1 and 6",
    "entitlements: {Permission Set: {}, permission-set: {}}",
    "entitlements: {Permission Set: {}, Permission Kit: {}}",
)
_fault(
    "redefined",
    "An own attribute is not called like one that is there already",
    "RFC 7643 sections 3.1 and 3.3",
    "user: {attributes: {userName: string}}",
    "user: {attributes: {crmUserName: string}}",
)
_fault(
    "characteristic",
    "A characteristic is one that the type can have",
    "RFC 7643 section 2.3",
    _type("a: {type: boolean, uniqueness: server}"),
    _type("a: boolean"),
)
_fault(
    "write-only-returned",
    "What is writeOnly is never returned",
    "RFC 7643 section 7",
    _type("a: {mutability: writeOnly, returned: default}"),
    _type("a: {mutability: writeOnly}"),
)
_fault(
    "canonical-values",
    "Canonical values are text, each once, and there where they are closed",
    "RFC 7643 section 7",
    _type("a: {canonicalValues: [x, X]}"),
    _type("a: {canonicalValues: [x, y]}"),
)
_fault(
    "complex-empty",
    "A complex attribute has sub-attributes",
    "RFC 7643 section 2.3.8",
    _type("a: complex"),
    _type("a: {attributes: {b: string}}"),
)
_fault(
    "description-complex-nested",
    "A complex attribute holds no other",
    "RFC 7643 section 2.3.8",
    _type("a: {attributes: {b: {attributes: {c: string}}}}"),
    _type("a: {attributes: {b: string}}"),
)
_fault(
    "reference-unknown",
    "A reference type is a resource type of the page, external or uri",
    "RFC 7643 section 7",
    _type("a: {type: reference, referenceTypes: [Usr]}"),
    _type("a: {type: reference, referenceTypes: [User]}"),
)
_fault(
    "endpoint-collision",
    "An endpoint is one resource type's",
    "RFC 7644 section 3.2",
    "entitlements: {A: {endpoint: /X}, B: {endpoint: /x}}",
    "entitlements: {A: {endpoint: /X}, B: {endpoint: /Y}}",
)
_fault(
    "endpoint-reserved",
    "An endpoint is not the protocol's own",
    "RFC 7644 section 3.2",
    "entitlements: {A: {endpoint: /Schemas}}",
    "entitlements: {A: {endpoint: /As}}",
)
_fault(
    "endpoint-missing",
    "A name without letters of ASCII comes with an endpoint",
    "scimgen: endpoints are made of ASCII letters and digits",
    "entitlements: {日本: {}}",
    "entitlements: {日本: {endpoint: /Nihon}}",
)
_fault(
    "urn-collision",
    "A URN names one schema",
    "RFC 7644 section 3.10",
    "resources: {A: {schema: 'urn:ab:c'}, B: {schema: 'urn:AB:C'}}",
    "resources: {A: {schema: 'urn:ab:c'}, B: {schema: 'urn:ab:d'}}",
)
_fault(
    "urn-reserved",
    "A URN of the IETF's or of Okta's is not redefined",
    "RFC 7643 sections 10.2.1 and 10.3",
    "resources: {A: {schema: 'urn:ietf:params:scim:schemas:core:2.0:User'}}",
    "resources: {A: {schema: 'urn:acme:scim:schemas:crm:1.0:A'}}",
)
_fault(
    "id-collision",
    "An id is one resource's among all of them",
    "RFC 7643 section 3.1",
    "roles: [{id: a, displayName: A}, {id: a, displayName: B}]",
    "roles: [{id: a, displayName: A}, {id: b, displayName: B}]",
)
_fault(
    "dialect",
    "What the page asks for is there in its dialect",
    "draft-ietf-scim-roles-entitlements",
    "dialect: ietf\nentitlements: {A: {endpoint: /As}}",
    "dialect: ietf\nentitlements: {A: {}}",
)
_fault(
    "csv-path",
    "A CSV file stands beside the description or below",
    "scimgen: a description reads nothing else",
    "roles: ../roles.csv",
    "roles: []",
)
_fault("csv-file", "A CSV file can be read, as UTF-8", "RFC 4180", "roles: nowhere.csv", "roles: []")
_fault("csv-header", "A CSV file's header names each attribute once", "RFC 4180", "id,id", "id,displayName")
_fault("csv-row", "A CSV row has no more cells than the header", "RFC 4180", "a,A,x", 'a,"A,x"')
_fault(
    "value-id",
    "An id can stand in a URL, and does not begin with bulkId",
    "RFC 7643 section 3.1",
    "roles: [{id: a/b, displayName: A}]",
    "roles: [{id: a-b, displayName: A}]",
)
_fault(
    "value-type",
    "A value is of its attribute's type",
    "RFC 7643 section 2.3",
    _type("seats: integer", "[{id: a, displayName: A, seats: many}]"),
    _type("seats: integer", "[{id: a, displayName: A, seats: 3}]"),
)
_fault(
    "value-missing",
    "A value has every required attribute",
    "RFC 7643 section 7",
    "roles: [{id: a}]",
    "roles: [{id: a, displayName: A}]",
)
_fault(
    "value-unknown",
    "A value has attributes of its type alone",
    "RFC 7643 section 7",
    "roles: [{id: a, displayName: A, tier: x}]",
    "roles: [{id: a, displayName: A}]",
)
_fault(
    "value-closed",
    "A value of closed canonical values is one of them",
    "RFC 7643 section 7",
    _type("a: {canonicalValues: [x, y], closed: true}", "[{id: v, displayName: V, a: z}]"),
    _type("a: {canonicalValues: [x, y], closed: true}", "[{id: v, displayName: V, a: x}]"),
)
_fault(
    "value-unique",
    "Values of a unique attribute differ",
    "RFC 7643 section 7",
    _type("a: {uniqueness: server}", "[{id: v, displayName: V, a: x}, {id: w, displayName: W, a: X}]"),
    _type("a: {uniqueness: server}", "[{id: v, displayName: V, a: x}, {id: w, displayName: W, a: y}]"),
)
_fault(
    "user-active",
    "Users have active, by which Okta and Entra deactivate them",
    "RFC 7643 section 4.1.1",
    "clients: [okta]\nuser: {base: {without: [active]}}",
    "clients: [okta]\nuser: {base: {without: [title]}}",
    Severity.WARNING,
)
_fault(
    "value-dropped",
    "A value's attribute has a place in the dialect",
    "draft-ietf-scim-roles-entitlements",
    "dialect: ietf\nroles: [{id: a, displayName: A, description: x}]",
    "dialect: ietf\nroles: [{id: a, displayName: A}]",
    Severity.WARNING,
)
_fault(
    "value-unused",
    "A type whose values come from the app's own code has none on the page",
    "scimgen: managed says who owns the values",
    "entitlements: {A: {managed: catalog, values: [{id: v, displayName: V}]}}",
    "entitlements: {A: {managed: catalog}}",
    Severity.WARNING,
)

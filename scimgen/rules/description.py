"""The faults of a description, for `scimgen rules` and `scimgen explain`.

`scimgen/description` finds them and does not depend on rules. This module only contains their
explanations. Each example is the part of a description after its head, and the tests read it as
one.
"""

from scimgen.diagnostics import Severity
from scimgen.rules.report import Report
from scimgen.rules.rule import rule

CLIENT = "description"


def _fault(
    id: str, title: str, source: str, bad: str, good: str, severity: Severity = Severity.ERROR
) -> None:
    def found_elsewhere(node: object, report: Report) -> None:
        """Never called. The docstring is replaced by the title of the fault."""

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
_fault("description-type", "The value of a key has the right type", _PAGE, "title: 5", 'title: "5"')
_fault(
    "description-value",
    "The value of a key is one of its valid values",
    _PAGE,
    "clients: [octa]",
    "clients: [okta]",
)
_fault(
    "description-unknown-key",
    "A key is defined in the language",
    _PAGE,
    "titel: Acme",
    "title: Acme",
)
_fault(
    "description-missing-key",
    "All required keys are present",
    _PAGE,
    "roles: [{displayName: A}]",
    "roles: []",
)
_fault("description-duplicate-key", "A key occurs once", _PAGE, "title: A\ntitle: B", "title: A")
_fault(
    "name-collision",
    "Names of resource types are different in Python, where only letters and digits count",
    "scimgen: a generated module has the name of its resource type",
    "entitlements: {Permission Set: {}, permission-set: {}}",
    "entitlements: {Permission Set: {}, Permission Kit: {}}",
)
_fault(
    "redefined",
    "An attribute has one definition: no attribute of a type with values is in its base schema",
    "RFC 7643 sections 3.1 and 3.3",
    _type("type: string"),
    _type("crmType: string"),
)
_fault(
    "characteristic",
    "A change of an attribute is possible in a generated server",
    "RFC 7643 sections 2.3 and 4",
    _type("a: {attributes: {b: string}, indexed: true}"),
    _type("a: {attributes: {b: {indexed: true}}}"),
)
_fault(
    "canonical-values",
    "A closed attribute is text and has canonical values",
    "RFC 7643 section 7",
    _type("a: {closed: true}"),
    _type("a: {canonicalValues: [x, y], closed: true}"),
)
_fault(
    "endpoint-reserved",
    "An endpoint is not one of the generated server",
    "RFC 7644 section 3.11",
    "entitlements: {A: {endpoint: /Me}}",
    "entitlements: {A: {endpoint: /As}}",
)
_fault(
    "endpoint-missing",
    "A name without ASCII letters needs an endpoint",
    "scimgen: endpoints are made of ASCII letters and digits",
    "entitlements: {日本: {}}",
    "entitlements: {日本: {endpoint: /Nihon}}",
)
_fault(
    "urn-reserved",
    "A schema of the IETF or Okta is not redefined",
    "RFC 7643 sections 10.2.1 and 10.3",
    "resources: {A: {schema: 'urn:ietf:params:scim:schemas:core:2.0:User'}}",
    "resources: {A: {schema: 'urn:acme:scim:schemas:crm:1.0:A'}}",
)
_fault(
    "id-collision",
    "An id is unique among all resources",
    "RFC 7643 section 3.1",
    "roles: [{id: a, displayName: A}, {id: a, displayName: B}]",
    "roles: [{id: a, displayName: A}, {id: b, displayName: B}]",
)
_fault(
    "dialect",
    "The dialect supports what the description uses",
    "draft-ietf-scim-roles-entitlements",
    "dialect: ietf\nentitlements: {A: {endpoint: /As}}",
    "dialect: ietf\nentitlements: {A: {}}",
)
_fault(
    "limit-attribute",
    "The limit of each value comes from an attribute with one integer",
    "scimgen: limit is a number or names an attribute",
    "entitlements: {A: {attributes: {seats: string}, limit: {from: seats}}}",
    "entitlements: {A: {attributes: {seats: integer}, limit: {from: seats}}}",
)
_fault(
    "limit-unused",
    "A type that says which users count for its limit has a limit",
    "scimgen: limitCounts changes what limit counts",
    "entitlements: {A: {limitCounts: active}}",
    "entitlements: {A: {limit: 5, limitCounts: active}}",
    Severity.WARNING,
)
_fault(
    "csv-path",
    "A CSV file is in the folder of the description or below",
    "scimgen: a description reads no other files",
    "roles: ../roles.csv",
    "roles: []",
)
_fault("csv-file", "A CSV file is readable as UTF-8", "RFC 4180", "roles: nowhere.csv", "roles: []")
_fault(
    "csv-header",
    "The header of a CSV file has no duplicates",
    "RFC 4180",
    "id,id",
    "id,displayName",
)
_fault("csv-row", "A CSV row has no more cells than the header", "RFC 4180", "a,A,x", 'a,"A,x"')
_fault(
    "value-id",
    "An id is valid in a URL, and does not begin with bulkId",
    "RFC 7643 section 3.1",
    "roles: [{id: a/b, displayName: A}]",
    "roles: [{id: a-b, displayName: A}]",
)
_fault(
    "value-type",
    "A value has the type of its attribute",
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
    "A value only has attributes of its type",
    "RFC 7643 section 7",
    "roles: [{id: a, displayName: A, tier: x}]",
    "roles: [{id: a, displayName: A}]",
)
_fault(
    "value-closed",
    "A value of a closed attribute is one of its canonical values",
    "RFC 7643 section 7",
    _type("a: {canonicalValues: [x, y], closed: true}", "[{id: v, displayName: V, a: z}]"),
    _type("a: {canonicalValues: [x, y], closed: true}", "[{id: v, displayName: V, a: x}]"),
)
_fault(
    "value-unique",
    "Values of a unique attribute differ",
    "RFC 7643 section 7",
    _type(
        "a: {uniqueness: server}", "[{id: v, displayName: V, a: x}, {id: w, displayName: W, a: X}]"
    ),
    _type(
        "a: {uniqueness: server}", "[{id: v, displayName: V, a: x}, {id: w, displayName: W, a: y}]"
    ),
)
_fault(
    "user-active",
    "Users have active, which clients use to deactivate them",
    "RFC 7643 section 4.1.1",
    "clients: [okta]\nuser: {base: {without: [active]}}",
    "clients: [okta]\nuser: {base: {without: [title]}}",
    Severity.WARNING,
)
_fault(
    "value-dropped",
    "The dialect has the attributes of a value",
    "draft-ietf-scim-roles-entitlements",
    "dialect: ietf\nroles: [{id: a, displayName: A, description: x}]",
    "dialect: ietf\nroles: [{id: a, displayName: A}]",
    Severity.WARNING,
)
_fault(
    "value-unused",
    "A type whose values come from the app's code has none in the description",
    "scimgen: managed defines who owns the values",
    "entitlements: {A: {managed: catalog, values: [{id: v, displayName: V}]}}",
    "entitlements: {A: {managed: catalog}}",
    Severity.WARNING,
)

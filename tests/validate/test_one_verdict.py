"""A fault has the same rule, severity and place in a description and in a document.

Each rule has a case, or a reason why it cannot apply to both forms.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from scimgen.api import validate
from scimgen.description import load
from scimgen.diagnostics import Diagnostic, Severity
from scimgen.documents import lower, urns
from scimgen.place import Place
from scimgen.rules import all_rules
from scimgen.source import find, plain, read_text
from tests.validate.support import run, write

HEAD = "scimgen: 1\napp: crm\nvendor: acme\n"
EXTENSION = "urn:acme:scim:schemas:extension:crm:1.0:User"
THING = "urn:acme:scim:schemas:crm:1.0:Thing"
Documents = dict[str, Any]


def schema(documents: Documents, urn: str) -> Any:
    return next(one for one in documents["Schemas"]["Resources"] if one["id"] == urn)


def attribute(documents: Documents, urn: str, name: str) -> Any:
    return next(one for one in schema(documents, urn)["attributes"] if one["name"] == name)


def resource_type(documents: Documents, name: str) -> Any:
    return next(one for one in documents["ResourceTypes"]["Resources"] if one["name"] == name)


def documents_of(page: str) -> Documents:
    """The discovery documents of a page without the fault."""
    app, findings = load(read_text("crm.scim.yaml", (HEAD + page).encode(), "yaml"))
    assert app, findings
    return {one.name: one.content for one in lower(app)}


@dataclass(frozen=True)
class Case:
    """The same fault in both forms.

    Args:
        page: The description with the fault, below its head.
        good: The description without it, from which the documents are made.
        change: Writes the fault into the documents.
        clients: The client profiles.
        about: A text in the message about the fault, if the documents have other findings of the rule.
        at: What the place in the description is, if it does not contain the value of the document.
    """

    page: str
    good: str
    change: Callable[[Documents], object]
    clients: tuple[str, ...] = ()
    about: str = ""
    at: Any = None


def definition(name: str, **members: Any) -> dict[str, Any]:
    """An attribute definition with every member."""
    defaults = {"type": "string", "multiValued": False, "description": "D", "required": False}
    defaults |= {"caseExact": False, "mutability": "readWrite", "returned": "default", "uniqueness": "none"}
    return {"name": name, **defaults, **members}


def language(members: dict[str, Any]) -> dict[str, Any]:
    """The members of a definition as the language spells them."""
    form = {"description": "D", **members}
    if "subAttributes" in form:
        subs = form.pop("subAttributes")
        form["attributes"] = {sub["name"]: {k: v for k, v in sub.items() if k != "name"} for sub in subs}
    return form


def of_attribute(name: str = "badge", *clients: str, more: tuple[str, ...] = (), **members: Any) -> Case:
    """A fault in the definition of an attribute of a User extension.

    Args:
        more: The names of further attributes with the same definition.
    """
    forms = {one: language(members) for one in (name, *more)}

    def change(documents: Documents) -> None:
        listed = [definition(one, **members) for one in (name, *more)]
        for one in listed:
            if "subAttributes" in one:
                one["subAttributes"] = [definition(**sub) for sub in one["subAttributes"]]
        schema(documents, EXTENSION)["attributes"] = listed

    page = f"user: {json.dumps({'attributes': forms})}\n"
    return Case(page, "user: {attributes: {x: {description: D}}}\n", change, clients)


def of_core(key: str, urn: str, name: str, **members: Any) -> Case:
    """A fault in a changed attribute of the core User or Group."""
    page = f"{key}: {json.dumps({'base': {'attributes': {name: members}}})}\n"
    return Case(page, "", lambda documents: attribute(documents, urn, name).update(members))


def of_thing(page: str, change: Callable[[Documents], object], *clients: str, good: str = "") -> Case:
    """A fault in a custom resource type."""
    return Case(page, good or "resources: {Thing: {attributes: {a: {description: D}}}}\n", change, clients)


def of_urn(urn: str) -> Case:
    """A fault in the URN of the schema of Thing."""

    def change(documents: Documents) -> None:
        schema(documents, THING)["id"] = urn
        resource_type(documents, "Thing")["schema"] = urn

    page = f"resources: {{Thing: {{schema: '{urn}', attributes: {{a: {{description: D}}}}}}}}\n"
    return of_thing(page, change)


def set_extension_urn(documents: Documents) -> None:
    schema(documents, "urn:acme:extension:b")["id"] = "urn:acme:extension:a"
    resource_type(documents, "User")["schemaExtensions"][-1]["schema"] = "urn:acme:extension:a"


TWO_THINGS = "resources: {Thing: {attributes: {a: {description: D}}}, Other: {attributes: {a: {description: D}}}}\n"
EXTENDED = "resources: {{Thing: {{attributes: {{a: {{description: D}}}}, extensions: {{{}}}}}}}\n"
X_URN = "urn:acme:scim:schemas:extension:crm:1.0:X"
Y_URN = "urn:acme:scim:schemas:extension:crm:1.0:Y"


def second_extension(urn: str) -> Callable[[Documents], None]:
    def change(documents: Documents) -> None:
        resource_type(documents, "Thing")["schemaExtensions"][-1]["schema"] = urn
        listed = documents["Schemas"]["Resources"]
        documents["Schemas"]["Resources"] = [one for one in listed if not one["id"].endswith(":Y")]
        documents["Schemas"]["totalResults"] = documents["Schemas"]["itemsPerPage"] = len(listed) - 1

    return change


def with_roles(member: str, text: str) -> Case:
    page = "roles: [{id: a, displayName: A, description: %s}]\n"

    def change(documents: Documents) -> None:
        documents["values/Role"]["Resources"][0][member] = text

    return Case(page % text, page % "D", change, ("okta",))


CASES: dict[str, Case] = {
    "attr-name-grammar": of_attribute("2fa"),
    "attr-name-hyphen": of_attribute("cost-center"),
    "attr-name-duplicate": of_attribute("badge", more=("Badge",)),
    "attr-type-invalid": of_attribute(type="strng"),
    "description-missing": of_attribute(description=""),
    "text-type": of_attribute(description=5),
    "boolean-type": of_attribute(required="true"),
    "enum-invalid": of_attribute(mutability="readonly"),
    "writeonly-returned-always": of_attribute(mutability="writeOnly", returned="always"),
    "writeonly-returned-default": of_attribute(mutability="writeOnly", returned="default"),
    "readonly-returned-never": of_attribute(mutability="readOnly", returned="never"),
    "required-readonly": of_attribute(mutability="readOnly", required=True),
    "case-exact-required": of_attribute(type="reference", caseExact=False, referenceTypes=["uri"]),
    "case-exact-meaningless": of_attribute(type="integer", caseExact=True),
    "uniqueness-meaningless": of_attribute(type="boolean", uniqueness="server"),
    "secret-readable": of_attribute("apiToken"),
    "subattributes-on-simple": of_attribute(type="string", subAttributes=[{"name": "a"}]),
    "complex-without-subattributes": of_attribute(type="complex"),
    "complex-nested": of_attribute(
        type="complex", subAttributes=[{"name": "b", "type": "complex", "subAttributes": [{"name": "c"}]}]
    ),
    "reference-types-inapplicable": of_attribute(type="integer", referenceTypes=["User"]),
    "reference-types-invalid": of_attribute(type="reference", caseExact=True, referenceTypes=["urn:a:b"]),
    "reference-types-case": of_attribute(type="reference", caseExact=True, referenceTypes=["URI"]),
    "reference-types-unresolved": of_attribute(type="reference", caseExact=True, referenceTypes=["Usr"]),
    "mv-primary-not-boolean": of_attribute(
        type="complex", multiValued=True, subAttributes=[{"name": "primary", "type": "string"}]
    ),
    "mv-subattr-type": of_attribute(
        type="complex", multiValued=True, subAttributes=[{"name": "display", "type": "integer"}]
    ),
    "canonical-values-type": of_attribute(canonicalValues=[1]),
    "canonical-values-duplicate": of_attribute(canonicalValues=["work", "work"]),
    "canonical-values-inapplicable": of_attribute(type="integer", canonicalValues=["a"]),
    "canonical-values-empty": of_attribute(canonicalValues=["work", ""]),
    "ext-redefines-core-attr": of_attribute("emails"),
    "entra-custom-attr-type": of_attribute("badge", "entra", multiValued=True),
    "entra-complex-subattrs": of_attribute(
        "badge", "entra", type="complex", subAttributes=[{"name": "a"}, {"name": "b"}, {"name": "c"}]
    ),
    "core-attr-changed": of_core("user", urns.USER, "title", type="integer"),
    "password-readable": of_core("user", urns.USER, "password", mutability="readWrite"),
    "entra-group-displayname-unique": Case(
        *('group: {base: {attributes: {displayName: {uniqueness: "none"}}}}\n', ""),
        lambda documents: attribute(documents, urns.GROUP, "displayName").update(uniqueness="none"),
        ("entra",),
    ),
    "core-attr-missing": Case(
        *("group: {base: {without: [displayName]}}\n", ""),
        lambda documents: schema(documents, urns.GROUP)["attributes"].pop(0),
        at=["displayName"],
    ),
    "core-attr-unknown": Case(
        *("user: {base: {attributes: {loginCount: {description: D}}}}\n", ""),
        lambda documents: schema(documents, urns.USER)["attributes"].append(definition("loginCount")),
    ),
    "attr-common-listed": Case(
        *("user: {base: {attributes: {externalId: {description: D, caseExact: true}}}}\n", ""),
        lambda documents: schema(documents, urns.USER)["attributes"].append(definition("externalId", caseExact=True)),
    ),
    "attr-common-conflict": Case(
        *("user: {base: {attributes: {externalId: {description: D}}}}\n", ""),
        lambda documents: schema(documents, urns.USER)["attributes"].append(definition("externalId")),
    ),
    "schema-attributes-empty": Case(
        *("resources: {Thing: {}}\n", "resources: {Thing: {attributes: {a: string}}}\n"),
        lambda documents: schema(documents, THING).update(attributes=[]),
        at="Thing",
    ),
    "okta-reserved-attr": Case(
        "user: {schema: 'urn:acme:a', attributes: {emails: {description: D}}}\n",
        "user: {schema: 'urn:acme:a', attributes: {mails: {description: D}}}\n",
        lambda documents: attribute(documents, "urn:acme:a", "mails").update(name="emails"),
        ("okta",),
    ),
    "entra-extension-urn": Case(
        "user: {schema: 'urn:acme:extension:a', attributes: {a: {description: D}}}\n",
        "user: {schema: 'urn:acme:extension:b', attributes: {a: {description: D}}}\n",
        set_extension_urn,
        ("entra",),
        about="urn:acme:extension:a",
    ),
    "schema-id-scim-urn-shape": of_urn("urn:ietf:params:scim:schema:acme:Badge"),
    "scim1-namespace": of_urn("urn:scim:schemas:core:2.0:Badge"),
    "core-namespace-squatting": of_urn("urn:ietf:params:scim:schemas:core:2.0:Badge"),
    "urn-misspelled": of_urn("urn:ietf:params:scim:schemas:core:2.0:Usr"),
    "schema-id-duplicate": of_thing(
        TWO_THINGS.replace("Thing: {", f"Thing: {{schema: '{THING}', ").replace(
            "Other: {", f"Other: {{schema: '{THING}', "
        ),
        lambda documents: schema(documents, THING.replace("Thing", "Other")).update(id=THING),
        good=TWO_THINGS,
    ),
    "rt-name-duplicate": of_thing(
        "resources: {User: {attributes: {a: {description: D}}}}\n",
        lambda documents: resource_type(documents, "Thing").update(name="User"),
    ),
    "rt-endpoint-duplicate": of_thing(
        TWO_THINGS.replace("Other: {", "Other: {endpoint: /Things, "),
        lambda documents: resource_type(documents, "Other").update(endpoint="/Things"),
        good=TWO_THINGS,
    ),
    "rt-endpoint-reserved": of_thing(
        "resources: {Thing: {endpoint: /Bulk, attributes: {a: {description: D}}}}\n",
        lambda documents: resource_type(documents, "Thing").update(endpoint="/Bulk"),
    ),
    "rt-extension-duplicate": of_thing(
        EXTENDED.format(f"X: {{attributes: {{b: {{}}}}}}, '{X_URN}': {{schema: '{X_URN}', attributes: {{c: {{}}}}}}"),
        second_extension(X_URN),
        good=EXTENDED.format("X: {attributes: {b: {}}}, Y: {attributes: {c: {}}}"),
    ),
    "rt-extension-is-base": of_thing(
        EXTENDED.format(f"'{THING}': {{schema: '{THING}', attributes: {{c: {{}}}}}}"),
        second_extension(THING),
        good=EXTENDED.format("Y: {attributes: {c: {}}}"),
    ),
    "okta-type-unread": of_thing(
        "resources: {Thing: {schema: 'urn:acme:scim:schemas:crm:1.0:Thing', attributes: {a: {description: D}}}}\n",
        lambda documents: None,
        "okta",
    ),
    "okta-entitlement-attr": with_roles("description", "x" * 1001),
}
"""The case of each rule."""

WRITTEN = "scimgen writes this part of the documents, and a description does not contain it"
LANGUAGE = "a description is in the language: its reader reports other keys, texts and values"
STRICTER = "the language accepts less than a document, because a server is generated from it"
OF_USERS = "a description contains no users"
OF_SET = "scimgen lowers a description to all documents, which belong together"

EXEMPT = {
    **dict.fromkeys(("json-syntax", "json-bom", "json-duplicate-key", "null-value"), LANGUAGE),
    **dict.fromkeys(("doc-unrecognised-shape", "scim1-document", "bare-array", "scim1-key"), LANGUAGE),
    **dict.fromkeys(("key-case", "key-typo", "unknown-key", "attr-type-case"), LANGUAGE),
    **dict.fromkeys(("entra-null-value", "entra-keyword-case", "attr-not-object"), LANGUAGE),
    **dict.fromkeys(("ignore-unknown", "ignore-unused"), "they are about comments and settings"),
    **dict.fromkeys(
        ("list-schemas-uri", "list-total-missing", "list-total-mismatch", "list-resources-missing"), WRITTEN
    ),
    **dict.fromkeys(("list-number-type", "list-items-per-page", "list-start-index"), WRITTEN),
    **dict.fromkeys(("okta-list-response", "entra-list-response", "okta-entitlement-page"), WRITTEN),
    **dict.fromkeys(("meta-missing", "meta-not-object", "meta-resource-type-missing", "meta-resource-type"), WRITTEN),
    **dict.fromkeys(("meta-location-mismatch", "meta-datetime-invalid", "okta-base-path"), WRITTEN),
    **dict.fromkeys(("schemas-missing", "schemas-not-array", "schemas-wrong-uri", "schemas-duplicate"), WRITTEN),
    **dict.fromkeys(("schemas-case", "schemas-extra-uri", "schemas-missing-rt", "schemas-missing-spc"), WRITTEN),
    **dict.fromkeys(("schema-name-missing", "schema-description-missing", "schema-attributes-missing"), WRITTEN),
    **dict.fromkeys(("schema-id-missing", "rt-name-missing", "rt-schema-missing", "rt-description-missing"), WRITTEN),
    **dict.fromkeys(("rt-extensions-not-array", "rt-extension-not-object", "rt-extension-schema-missing"), WRITTEN),
    **dict.fromkeys(("rt-extension-required-missing", "rt-endpoint-missing", "okta-rt-field-missing"), WRITTEN),
    **dict.fromkeys(
        ("attr-name-missing", "attr-type-missing", "multivalued-missing", "characteristic-omitted"), WRITTEN
    ),
    **dict.fromkeys(("reference-types-missing", "text-empty", "sailpoint-user-type", "okta-entitlement-urn"), WRITTEN),
    **dict.fromkeys(("spc-auth-not-object", "spc-member-missing", "spc-auth-multiple-primary"), WRITTEN),
    **dict.fromkeys(("spc-pagination-contradiction", "spc-pagination-invalid", "spc-auth-member-missing"), WRITTEN),
    **dict.fromkeys(("spc-auth-type", "spc-integer-type", "entra-entitlements-unsupported"), WRITTEN),
    **dict.fromkeys(("draft-re-role-attrs", "draft-re-entitlement-attrs", "draft-re-advertise"), WRITTEN),
    **dict.fromkeys(("okta-known-schema-redundant", "urn-case"), WRITTEN),
    **dict.fromkeys(("schema-id-not-uri", "schema-id-not-urn", "schema-id-bad-urn", "rt-schema-not-uri"), STRICTER),
    **dict.fromkeys(
        ("rt-schema-not-urn", "rt-endpoint-no-slash", "rt-endpoint-absolute", "rt-endpoint-shape"), STRICTER
    ),
    **dict.fromkeys(("rt-endpoint-base-path", "rt-me-endpoint", "okta-urn-placeholder"), STRICTER),
    **dict.fromkeys(("uri-invalid", "spc-limit"), STRICTER),
    **dict.fromkeys(("rt-schema-unresolved", "rt-extension-unresolved", "schema-unreferenced"), OF_SET),
    **dict.fromkeys(("reference-types-misspelled", "okta-unknown-extension-missing"), OF_SET),
    **dict.fromkeys(("okta-import-user-schema", "sailpoint-user-schema"), OF_SET),
    **dict.fromkeys(("okta-user-entitlement-shape", "okta-entitlement-type", "entra-type-unique"), OF_USERS),
}
"""Why a rule cannot apply to both forms."""


def part(value: Any) -> Any:
    """What a value is about: the name of a definition, the names in a list, or the value itself."""
    if isinstance(value, dict):
        return value.get("name", value)
    return [part(item) for item in value] if isinstance(value, list) else value


def place_text(place: Place) -> str:
    """The text at a place on one line."""
    line = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    return line[place.column - 1 : place.end_column - 1]


def part_of_description(finding: Diagnostic) -> Any:
    """The key or value at the place of a finding."""
    value = yaml.safe_load(place_text(finding.place))
    return list(value) if isinstance(value, dict) else value


def part_of_document(finding: Diagnostic) -> Any:
    """The value at the pointer of a finding, which must be that at its place."""
    document = read_text("a.json", Path(finding.place.file).read_bytes(), "json")
    assert document.root
    node = find(document.root, finding.pointer)
    assert node
    assert (document.place(node).line, document.place(node).column) == (finding.place.line, finding.place.column)
    return part(plain(node))


def found(rule: str, case: Case, path: Path) -> list[Diagnostic]:
    findings = validate(path, clients=case.clients, min_severity=Severity.INFO)
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("rule", CASES)
def test_a_fault_has_one_verdict(rule: str, tmp_path: Path) -> None:
    """The rule and the severity are the same, and both places are those of the same value."""
    case = CASES[rule]
    description = tmp_path / "crm.scim.yaml"
    description.write_text(HEAD + case.page, "utf-8")
    folder = tmp_path / "documents"
    (folder / "values").mkdir(parents=True)
    documents = documents_of(case.good)
    case.change(documents)
    for name, content in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1), "utf-8")
    in_description, in_documents = found(rule, case, description), found(rule, case, folder)
    assert len(in_description) == 1, in_description
    # The documents contain the findings about the definitions of the RFCs as well.
    severities = {finding.severity for finding in in_documents if case.about in finding.message}
    assert severities == {in_description[0].severity}
    expected = [part_of_document(finding) for finding in in_documents]
    if case.at:
        expected.append(case.at)
    assert part_of_description(in_description[0]) in expected


def test_each_rule_has_a_case_or_a_reason() -> None:
    """A new rule needs one of both."""
    rules = {rule.id for rule in all_rules() if rule.client != "description"}
    assert sorted(rules - CASES.keys() - EXEMPT.keys()) == []
    assert sorted((CASES.keys() | EXEMPT.keys()) - rules) == []
    assert sorted(CASES.keys() & EXEMPT.keys()) == []


@pytest.mark.parametrize(("length", "code"), [(1001, 1), (1000, 0)])
def test_an_exit_code_is_the_same_for_both_forms(length: int, code: int, tmp_path: Path) -> None:
    """Okta's limit is an error in a description and in the resources."""
    page = f"roles:\n  - id: a\n    displayName: A\n    description: {'x' * length}\n"
    description = write(tmp_path / "crm.scim.yaml", HEAD + page)
    values = write(tmp_path / "values.json", documents_of(page)["values/Role"])
    assert [run(path, clients=("okta",)).code for path in (description, values)] == [code, code]

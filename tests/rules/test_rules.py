"""Every rule on a document that breaks it and on one that does not.

`tests/rules/<rule>/{bad,good}.json` are the documents. `ranges.json` has the places of the findings in the bad ones:
line:column-line:column, severity and JSON pointer; `also` lists other errors and warnings that cannot be avoided.
"""

import json
from pathlib import Path

import pytest

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.rules import Rule, all_rules, check
from scimgen.rules.check import diagnostic
from scimgen.source import read_text

HERE = Path(__file__).parent
RANGES = json.loads((HERE / "ranges.json").read_text("utf-8"))
RULES = [rule for rule in all_rules() if rule.kinds]
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def found(rule: Rule, name: str) -> list[Diagnostic]:
    """What is found in one of a rule's documents, with the rules of its client."""
    path = HERE / rule.id / name
    # Okta's page of one is recognised by its URL.
    called = f"{name}?count=1&startIndex=1" if rule.id == "okta-entitlement-page" else name
    clients = [rule.client] if rule.client else []
    return [diagnostic(finding) for finding in check([read_text(called, path.read_bytes(), "json")], clients).findings]


def shown(finding: Diagnostic) -> str:
    """A finding as `ranges.json` writes it."""
    place = finding.place
    where = f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"
    return f"{where} {finding.severity} {finding.pointer}".rstrip()


@EACH_RULE
def test_the_bad_document_is_found_at_the_exact_range(rule: Rule) -> None:
    """The rule finds its own fault where it is, and no rule finds another error or warning."""
    findings = found(rule, "bad.json")
    assert RANGES[rule.id]["at"]
    assert [shown(finding) for finding in findings if finding.rule == rule.id] == RANGES[rule.id]["at"]
    others = {finding.rule for finding in findings if finding.severity >= Severity.WARNING} - {rule.id}
    assert sorted(others) == RANGES[rule.id].get("also", [])


@EACH_RULE
def test_the_good_document_has_no_error_and_no_warning(rule: Rule) -> None:
    """The fixed document is fine, for this rule and all others."""
    findings = found(rule, "good.json")
    assert not [finding for finding in findings if finding.severity >= Severity.WARNING or finding.rule == rule.id]


@EACH_RULE
def test_every_finding_says_how_to_mend_it_and_by_which_clause(rule: Rule) -> None:
    """A finding without a way out helps nobody."""
    for finding in found(rule, "bad.json"):
        if finding.rule == rule.id:
            assert finding.source == rule.source
            assert finding.message and not finding.message.endswith(".")
            assert finding.fix or rule.id == "json-syntax"


@EACH_RULE
def test_every_rule_has_a_title_a_reason_and_examples(rule: Rule) -> None:
    """`scimgen explain` has a text."""
    assert rule.title and not rule.title.endswith(".")
    assert rule.why and rule.source and rule.bad and rule.good


def test_every_fixture_belongs_to_a_rule() -> None:
    """No document is left over from a rule that was renamed."""
    ids = {rule.id for rule in RULES}
    assert {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"} == ids == set(RANGES)


def test_each_document_is_walked_once() -> None:
    """A rule is asked once about each node of its kind, in the order of the text."""
    text = b"""{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "urn:acme:scim:A", "attributes": [
        {"name": "a", "type": "complex", "subAttributes": [{"name": "b"}]}, {"name": "c"}]}"""
    findings = check([read_text("a.json", text, "json")]).findings
    pointers = [finding.spot.pointer for finding in findings if finding.rule.id == "multivalued-missing"]
    assert pointers == ["/attributes/0", "/attributes/0/subAttributes/0", "/attributes/1"]


def test_the_documentation_lists_the_registry() -> None:
    """`docs/rules.md` equals the registry."""
    from scimgen.rules.pages import page

    written = HERE.parent.parent / "docs" / "rules.md"
    assert written.read_text("utf-8") == page(), "run: make golden"

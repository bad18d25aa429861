"""A rule that is not asked about an object, because of the names of its members, would find nothing there."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from scimgen.clients import CLIENTS
from scimgen.rules import check
from scimgen.rules.rule import Kind, Layout, Rule, RuleTable, rules_for
from scimgen.source import read_text

HERE = Path(__file__).parent
VALUES: dict[str, list[Any]] = {
    "name": ["badge", "id", "userName", "$ref", "", 5, None],
    "type": ["string", "String", "complex", "reference", "int", 5, None],
    "subAttributes": [[], [{"name": "value"}, {"name": "Value"}], [5], {}, None],
    "multiValued": [True, "yes", None],
    "description": ["A badge", "", 5, None],
    "required": [True, "true", None],
    "canonicalValues": [["a", "A"], [""], [5], "a", [], None],
    "caseExact": [True, False, "no", None],
    "mutability": ["readOnly", "readonly", "writeOnly", 5, None],
    "returned": ["always", "never", "often", None],
    "uniqueness": ["server", "none", "some", None],
    "referenceTypes": [["User"], ["users", "URI"], ["urn:a:b"], [], "User", None],
    "REQUIRED": [False],
    "pattern": ["x"],
    "uniquness": ["none"],
    "readOnly": [True],
    "urn:acme:x": [1],
}


def attribute(chance: random.Random) -> dict[str, Any]:
    names = chance.sample(list(VALUES), chance.randint(0, len(VALUES)))
    return {name: chance.choice(VALUES[name]) for name in names}


def texts() -> list[str]:
    """The documents of all rules, and schemas with members and values at random."""
    fixtures = [path.read_text("utf-8") for path in sorted(HERE.glob("*/*.json"))]
    chance = random.Random(7)
    schemas = [
        {
            "id": chance.choice(["urn:acme:Badge", "urn:ietf:params:scim:schemas:core:2.0:User"]),
            "name": "Badge",
            "attributes": [attribute(chance) for _ in range(6)],
        }
        for _ in range(60)
    ]
    twice = '{"id": "urn:acme:B", "name": "B", "attributes": [{"name": "a", "type": "int", "type": "string"}]}'
    return [*fixtures, *map(json.dumps, schemas), twice]


def every_rule(table: RuleTable, kind: Kind, layout: Layout | None) -> list[Rule]:
    return [*table.of_kind(kind), *(table.of_kind(Kind.OBJECT) if kind is not Kind.OBJECT else [])]


def test_the_choice_of_rules_by_the_names_of_members_loses_no_finding() -> None:
    documents = [read_text(f"{index}.json", text.encode(), "json") for index, text in enumerate(texts())]
    chosen = check(documents, CLIENTS, each=True).findings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RuleTable, "of_object", every_rule)
        due = check(documents, CLIENTS, each=True).findings
    assert len(due) > 2000
    assert chosen == due


def test_rules_about_absent_members_are_not_asked() -> None:
    """This is what makes a large list fast: most attributes have the same few members."""
    table = RuleTable(rules_for(()))
    plain = ("name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned")
    few = table.of_object(Kind.ATTRIBUTE, plain)
    asked = {rule.id for rule in few}
    assert not asked & {"canonical-values-type", "reference-types-case", "key-typo", "null-value", "attr-type-missing"}
    assert "characteristic-omitted" in asked  # uniqueness is not there
    assert table.of_object(Kind.ATTRIBUTE, plain) is few
    assert {rule.id for rule in table.of_object(Kind.ATTRIBUTE, None)} > asked


def test_many_layouts_take_bounded_memory() -> None:
    table = RuleTable(rules_for(()))
    for number in range(3000):
        table.of_object(Kind.ATTRIBUTE, ("name", f"x{number}"))
    assert len(table._by_layout) <= 500

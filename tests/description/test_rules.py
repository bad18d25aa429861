"""The pages of `scimgen explain` about faults of a description: each bad example has that fault, each good one none."""

import pytest

from scimgen.description import load
from scimgen.rules import all_rules
from scimgen.source import read_text
from tests.description.test_faults import CASES, HEAD

RULES = [rule for rule in all_rules() if rule.client == "description"]


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.id.startswith("csv-")], ids=lambda rule: rule.id)
def test_the_examples_are_what_they_say(rule: object) -> None:
    """The bad one has the fault and no other, the good one has none."""
    found = {
        name: [finding.rule for finding in load(read_text("a.scim.yaml", (HEAD + text).encode(), "yaml"))[1]]
        for name, text in (("bad", rule.bad), ("good", rule.good))  # type: ignore[attr-defined]
    }
    assert found == {"bad": [rule.id], "good": []}  # type: ignore[attr-defined]


def test_every_fault_that_is_tested_is_explained() -> None:
    """No finding names a rule that `scimgen explain` does not know."""
    assert {case[2] for case in CASES} <= {rule.id for rule in all_rules()}

"""scim2-tester plays its client against running apps; what it holds against them is its own, and is named here."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Running, emit_into, running

PLAIN = """
scimgen: 1
app: plain
vendor: acme
user: {attributes: {region: string, level: integer, remote: boolean, tags: {multiValued: true}}}
group: {attributes: {costCenter: string}}
resources:
  Room:
    attributes:
      displayName: {type: string, required: true}
      floor: {type: integer, uniqueness: server}
      keeper: {type: reference, referenceTypes: [User]}
      features: {multiValued: true, attributes: {name: string, count: integer}}
"""

# What scim2-tester gets wrong or cannot know, each with the reason.
ITS_OWN = {
    "its fillers for dateTime and decimal are random text, which its own models refuse": re.compile(
        r"validation error for .*(valid datetime|valid number|unable to parse)", re.S
    ),
    "it looks a resource type up by its schema, and many share Okta's": re.compile(
        r"No resource type named after the schema|ListResponse\[Union\[.*Entitlement", re.S
    ),
    "it compares a member's readOnly display, which the server fills in, with the None that it sent": re.compile(
        r"Attribute 'members' was not (added|replaced).*Patched value: .*Returned value: .*display='", re.S
    ),
    "it adds to a list that has a value and expects that one gone (RFC 7644 section 3.5.2.1: append)": re.compile(
        r"PATCH modify\(\) returned unexpected value for .*\nPatched value: \['(?P<added>[^']+)'\]\n"
        r"Returned value: \[.*, '(?P=added)'\]$"
    ),
    "it grants values that do not exist; a grant is checked (RFC 7644 section 3.12, invalidValue)": re.compile(
        r"there is no (role|entitlement) with the value"
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app with users, groups and a custom resource type, without what the tester cannot fill."""
    root: Path = tmp_path_factory.mktemp("plain")
    (root / "plain.scim.yaml").write_text(PLAIN)
    (root / "project").mkdir()
    app = emit_into(root / "plain.scim.yaml", root / "project")
    with running(app, root / "project", root) as server:
        yield server


@pytest.mark.parametrize("app", ["plain", "crm", "collaboration"])
def test_what_it_reports_is_its_own(app: str, request: pytest.FixtureRequest) -> None:
    """Every error has one of the reasons above; an app that it can fill has but the three of lists."""
    from tests.emitted.scim2_tester_run import errors  # takes seconds to import, and each worker imports this module

    found = errors(request.getfixturevalue(app))
    assert app != "plain" or len(found) <= 3
    unknown = [
        (result.title, result.resource_type, result.reason)
        for result in found
        if not any(pattern.search(result.reason or "") for pattern in ITS_OWN.values())
    ]
    assert unknown == []

"""The functions of PATCH on documents, without a server: operations, paths, values and limits."""

from typing import Any

import pytest

from scimgen_server.messages.errors import ScimError
from scimgen_server.patch.apply import apply
from scimgen_server.patch.multi_valued import settle_primary
from scimgen_server.patch.operations import ABSENT, MAX_OPERATIONS, Operation, named_values, read_operations
from scimgen_server.patch.paths import parse_path
from scimgen_server.patch.value_writer import MAX_VALUES, ValueWriter
from scimgen_server.schema.values import Reader
from tests.server.apps import trees

from .steps import CRM, ENTERPRISE, PATCH, Json

WORK = {"value": "w@x.com", "type": "work"}
HOME = {"value": "h@x.com", "type": "home"}


def applied(before: Json, *operations: Json, reader: Reader | None = None) -> Json:
    """A user after operations, without the userName, which it always has."""
    document = {"userName": "ada"} | before
    read = read_operations({"schemas": [PATCH], "Operations": list(operations)})
    after = apply(trees()["User"], document, read, reader or Reader())
    assert document == {"userName": "ada"} | before, "the document itself is not changed"
    assert after.pop("userName") == "ada"
    return dict(after)


def error(before: Json, *operations: Json) -> tuple[int, str, str]:
    with pytest.raises(ScimError) as raised:
        applied(before, *operations)
    return raised.value.status, raised.value.scim_type or "", raised.value.detail


def op(name: str, path: str | None = None, value: Any = ABSENT) -> Json:
    operation: Json = {"op": name}
    if path is not None:
        operation["path"] = path
    if value is not ABSENT:
        operation["value"] = value
    return operation


RESULTS: dict[str, tuple[Json, list[Json], Json]] = {
    "schemas are derived": ({"title": "x"}, [op("replace", "schemas", ["urn:x"])], {"title": "x"}),
    "the id in a value is ignored": ({}, [op("replace", None, {"id": "x", "title": "Dr"})], {"title": "Dr"}),
    "a blank before a bracket": (
        {"emails": [WORK, HOME]},
        [op("remove", 'emails [type eq "work"]')],
        {"emails": [HOME]},
    ),
    "a value path as a key": (
        {"emails": [WORK]},
        [op("replace", None, {'emails[type eq "work"].value': "n@x.com"})],
        {"emails": [{"value": "n@x.com", "type": "work"}]},
    ),
    "a new value for a filter": (
        {},
        [op("add", 'emails[type eq "work" and primary eq true].value', "n@x.com")],
        {"emails": [{"type": "work", "primary": True, "value": "n@x.com"}]},
    ),
    "a new value beside others": (
        {"emails": [HOME]},
        [op("replace", 'emails[type eq "work"].value', "n@x.com")],
        {"emails": [HOME, {"type": "work", "value": "n@x.com"}]},
    ),
    "a part of an absent complex value": (
        {},
        [op("add", 'name[givenName eq "Ada"].familyName', "L")],
        {"name": {"givenName": "Ada", "familyName": "L"}},
    ),
    "a part of a selected complex value": (
        {"name": {"givenName": "Ada", "familyName": "L"}},
        [op("replace", 'name[givenName eq "ada"].familyName', "K")],
        {"name": {"givenName": "Ada", "familyName": "K"}},
    ),
    "a complex value that a filter selects": (
        {"name": {"givenName": "Ada"}, "title": "x"},
        [op("remove", 'name[givenName eq "ada"]')],
        {"title": "x"},
    ),
    "a complex value that a filter does not select": (
        {"name": {"givenName": "Ada"}},
        [op("remove", 'name[givenName eq "bob"]')],
        {"name": {"givenName": "Ada"}},
    ),
    "remove a part of no value": (
        {"emails": [WORK]},
        [op("remove", 'emails[type eq "home"].value')],
        {"emails": [WORK]},
    ),
    "null for a selected value": (
        {"emails": [WORK, HOME]},
        [op("replace", 'emails[type eq "work"]', None)],
        {"emails": [HOME]},
    ),
    'the text "" for a selected value': (
        {"emails": [WORK, HOME]},
        [op("add", 'emails[type eq "home"]', "")],
        {"emails": [WORK]},
    ),
    "a list of one for a selected value": (
        {"emails": [WORK, HOME]},
        [op("replace", 'emails[type eq "work"]', [{"value": "n@x.com"}])],
        {"emails": [{"value": "n@x.com"}, HOME]},
    ),
    "a simple value keeps its position": (
        {CRM: {"tags": ["a", "b", "c"]}},
        [op("replace", f'{CRM}:tags[value eq "B"]', "x")],
        {CRM: {"tags": ["a", "x", "c"]}},
    ),
    "a simple value becomes an existing one": (
        {CRM: {"tags": ["a", "b", "c"]}},
        [op("replace", f'{CRM}:tags[value eq "b"]', "c")],
        {CRM: {"tags": ["a", "c"]}},
    ),
    "a simple value becomes none": (
        {CRM: {"tags": ["a"]}, "title": "x"},
        [op("replace", f'{CRM}:tags[value eq "a"]', None)],
        {"title": "x"},
    ),
    "a part of all values": ({}, [op("add", "emails.value", "n@x.com")], {"emails": [{"value": "n@x.com"}]}),
    "a part of all values is removed": (
        {"emails": [WORK, {"value": "o@x.com"}]},
        [op("remove", "emails.value")],
        {"emails": [{"type": "work"}]},
    ),
    "the last part of all values is removed": (
        {"emails": [{"value": "o@x.com"}], "title": "x"},
        [op("remove", "emails.value")],
        {"title": "x"},
    ),
    "a part of no value is removed": ({"title": "x"}, [op("remove", "emails.value")], {"title": "x"}),
    "the last part of a complex value": (
        {"name": {"givenName": "Ada"}, "title": "x"},
        [op("remove", "name.givenName")],
        {"title": "x"},
    ),
    "null for a part": (
        {"name": {"givenName": "Ada", "familyName": "L"}},
        [op("replace", "name.givenName", None)],
        {"name": {"familyName": "L"}},
    ),
    "a list of one for a single value": (
        {},
        [op("add", f"{ENTERPRISE}:manager", [{"value": "boss"}])],
        {ENTERPRISE: {"manager": {"value": "boss"}}},
    ),
    "an empty list adds nothing": ({"emails": [WORK]}, [op("add", "emails", [])], {"emails": [WORK]}),
    "an empty list replaces all": ({"emails": [WORK], "title": "x"}, [op("replace", "emails", [])], {"title": "x"}),
    "null removes all": ({"emails": [WORK], "title": "x"}, [op("add", "emails", None)], {"title": "x"}),
    "null for an extension": (
        {ENTERPRISE: {"department": "D"}, "title": "x"},
        [op("replace", ENTERPRISE, None)],
        {"title": "x"},
    ),
    'the text "" for an extension': (
        {ENTERPRISE: {"department": "D"}, "title": "x"},
        [op("add", ENTERPRISE, "")],
        {"title": "x"},
    ),
    "the same value gets what describes it": (
        {"emails": [WORK, HOME]},
        [op("add", "emails", [{"value": "W@X.COM", "type": "work", "display": "D"}])],
        {"emails": [{**WORK, "display": "D"}, HOME]},
    ),
    "the description of the same value is replaced": (
        {"emails": [{**WORK, "display": "D"}]},
        [op("add", "emails", [{**WORK, "display": "E"}])],
        {"emails": [{**WORK, "display": "E"}]},
    ),
    "a value of another type is another value": (
        {"emails": [WORK]},
        [op("add", "emails", [{"value": "w@x.com", "type": "home"}])],
        {"emails": [WORK, {"value": "w@x.com", "type": "home"}]},
    ),
    "equal values in one operation are one": (
        {"emails": [HOME]},
        [op("add", "emails", [WORK, {**WORK, "display": "D"}])],
        {"emails": [HOME, {**WORK, "display": "D"}]},
    ),
    "values that only describe": (
        {"emails": [{"display": "D"}]},
        [op("add", "emails", [{"display": "d"}, {"display": "E"}])],
        {"emails": [{"display": "d"}, {"display": "E"}]},
    ),
    "a value is removed by its value in any type": (
        {"emails": [WORK, {"value": "w@x.com", "type": "home"}, HOME]},
        [op("remove", "emails", [{"value": "W@x.com"}])],
        {"emails": [HOME]},
    ),
    "a value is removed by its value and type": (
        {"emails": [WORK, {"value": "w@x.com", "type": "home"}]},
        [op("remove", "emails", [{"value": "w@x.com", "type": "home"}])],
        {"emails": [WORK]},
    ),
    "values are removed by their type": (
        {"emails": [WORK, HOME]},
        [op("remove", "emails", {"type": "home"})],
        {"emails": [WORK]},
    ),
    "several values are removed": (
        {"emails": [WORK, HOME, {"value": "o@x.com"}]},
        [op("remove", "emails", [{"value": "o@x.com"}, {"type": "work", "value": "w@x.com"}])],
        {"emails": [HOME]},
    ),
    "the last value is removed": (
        {"emails": [WORK], "title": "x"},
        [op("remove", "emails", [{"value": "w@x.com"}])],
        {"title": "x"},
    ),
    "no value is removed": ({"emails": [WORK]}, [op("remove", "emails", [{"value": "n"}])], {"emails": [WORK]}),
    "simple values are removed": (
        {CRM: {"tags": ["a", "b", "c"]}},
        [op("remove", f"{CRM}:tags", ["A", "c"])],
        {CRM: {"tags": ["b"]}},
    ),
    'remove with ""': ({"emails": [WORK], "title": "x"}, [op("remove", "emails", "")], {"title": "x"}),
    "remove a single value with a value": ({"title": "x"}, [op("remove", "title", "other")], {}),
    "the new primary value": (
        {"emails": [{**WORK, "primary": True}, HOME]},
        [op("add", "emails", [{"value": "n@x.com", "primary": True}])],
        {"emails": [{**WORK, "primary": False}, HOME, {"value": "n@x.com", "primary": True}]},
    ),
    "a primary value that is another one": (
        {"emails": [{**WORK, "primary": True}, HOME]},
        [op("replace", 'emails[type eq "home"]', {**HOME, "primary": True})],
        {"emails": [{**WORK, "primary": False}, {**HOME, "primary": True}]},
    ),
    "two stored primary values": (
        {"emails": [{**WORK, "primary": True}, {**HOME, "primary": True}]},
        [op("add", "emails", [{"value": "n@x.com"}])],
        {"emails": [{**WORK, "primary": True}, {**HOME, "primary": True}, {"value": "n@x.com"}]},
    ),
    "two stored primary values and a new one": (
        {"emails": [{**WORK, "primary": True}, {**HOME, "primary": True}]},
        [op("add", "emails", [{"value": "n@x.com", "primary": True}])],
        {
            "emails": [
                {**WORK, "primary": False},
                {**HOME, "primary": False},
                {"value": "n@x.com", "primary": True},
            ]
        },
    ),
    "values inside a value": (
        {CRM: {"devices": [{"serial": "1", "ports": [1, 2]}]}},
        [op("remove", f'{CRM}:devices[serial eq "1"].ports', [1])],
        {CRM: {"devices": [{"serial": "1", "ports": [2]}]}},
    ),
    "read-only parts of a value are ignored": (
        {CRM: {"devices": [{"serial": "1", "seen": "2024-05-01T00:00:00Z"}]}},
        [op("add", f'{CRM}:devices[serial eq "1"]', {"seen": "2020-01-01T00:00:00Z", "note": "n"})],
        {CRM: {"devices": [{"serial": "1", "seen": "2024-05-01T00:00:00Z", "note": "n"}]}},
    ),
    "a replaced value keeps what only the server writes": (
        {CRM: {"devices": [{"serial": "1", "seen": "2024-05-01T00:00:00Z", "note": "n"}]}},
        [op("replace", f'{CRM}:devices[serial eq "1"]', {"serial": "1"})],
        {CRM: {"devices": [{"serial": "1", "seen": "2024-05-01T00:00:00Z", "note": "n"}]}},
    ),
}


@pytest.mark.parametrize(("before", "operations", "after"), RESULTS.values(), ids=RESULTS)
def test_operations_have_one_result(before: Json, operations: list[Json], after: Json) -> None:
    assert applied(before, *operations) == after


ERRORS: dict[str, tuple[Json, Json, str, str]] = {
    "an extension that is no object": ({}, op("add", CRM, 5), "invalidValue", "must be an object of its attributes"),
    "a filter on an extension": ({}, op("add", f'{CRM}[region eq "x"]', {}), "invalidPath", "has no values that"),
    "a filter on a simple value": ({}, op("add", 'title[value eq "x"]', "x"), "invalidPath", "has no values that"),
    "an unknown part after a filter": ({}, op("add", 'emails[type eq "x"].zz', "x"), "invalidPath", "names no attr"),
    "no point after a filter": ({}, op("add", 'emails[type eq "x"]value', "x"), "invalidPath", "no closing bracket"),
    "no closing bracket": ({}, op("add", 'emails[type eq "x"', "x"), "invalidPath", "no closing bracket"),
    "text after a filter": ({}, op("add", 'emails[type eq "x"] x]', {}), "invalidFilter", ""),
    "a value without a match": ({}, op("add", "emails[type pr].value", "x"), "noTarget", "No value of emails"),
    "a simple value without a match": ({}, op("add", f'{CRM}:tags[value eq "x"]', "x"), "noTarget", "No value of"),
    "a complex value without a match": (
        {"name": {"givenName": "Ada"}},
        op("add", 'name[givenName eq "Bob"].familyName', "L"),
        "noTarget",
        "name does not satisfy",
    ),
    "a selected value that is no object": (
        {"emails": [WORK]},
        op("add", 'emails[type eq "work"]', "x@x.com"),
        "invalidValue",
        "must be an object",
    ),
    "two values for a single one": ({}, op("add", "title", ["a", "b"]), "invalidValue", "title"),
    "a required attribute": ({}, op("remove", "userName"), "mutability", "is required"),
    "a required attribute and null": ({}, op("add", "userName", None), "mutability", "is required"),
    "an immutable attribute": (
        {CRM: {"badge": "B"}},
        op("add", f"{CRM}:badge", "C"),
        "mutability",
        "immutable",
    ),
    "a removed immutable attribute": ({CRM: {"badge": "B"}}, op("remove", f"{CRM}:badge"), "mutability", "immutable"),
    "a read-only attribute": ({}, op("add", "groups", []), "mutability", "groups is read-only"),
    "a secret that selects": (
        {CRM: {"devices": [{"serial": "1", "pin": "1"}]}},
        op("remove", f"{CRM}:devices", [{"pin": "1"}]),
        "invalidValue",
        "never returned",
    ),
}


@pytest.mark.parametrize(("before", "operation", "scim_type", "detail"), ERRORS.values(), ids=ERRORS)
def test_an_operation_is_refused(before: Json, operation: Json, scim_type: str, detail: str) -> None:
    status, found, message = error(before, operation)
    assert (status, found) == (400, scim_type)
    assert detail in message


def test_only_one_value_becomes_primary() -> None:
    status, scim_type, detail = error({"emails": [WORK, HOME]}, op("add", "emails.primary", True))
    assert (status, scim_type) == (400, "invalidValue")
    assert "Only one value of emails may be primary" in detail
    values = [{**WORK, "primary": True}]
    settle_primary(trees()["User"].attributes["emails"], values, [])
    assert values == [{**WORK, "primary": True}]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"op": "Add", "path": "title", "value": 1}, Operation("add", "title", 1)),
        ({"OP": "REPLACE", "PATH": "title", "VALUE": None}, Operation("replace", "title", None)),
        ({"op": "remove", "path": "title"}, Operation("remove", "title", ABSENT)),
        ({"op": "add", "path": "", "value": {"a": 1}}, Operation("add", None, {"a": 1})),
        ({"op": "add", "path": None, "value": {}}, Operation("add", None, {})),
    ],
)
def test_an_operation_is_read_in_any_case(sent: Json, read: Operation) -> None:
    for message in ({"Operations": [sent]}, {"schemas": ["urn:x", PATCH.upper()], "operations": [sent]}):
        assert read_operations(message) == [read]


def test_the_number_of_operations_is_limited() -> None:
    one = op("remove", "title")
    assert len(read_operations({"Operations": [one] * MAX_OPERATIONS})) == MAX_OPERATIONS == 10_000
    with pytest.raises(ScimError) as raised:
        read_operations({"Operations": [one] * (MAX_OPERATIONS + 1)})
    assert raised.value.status == 413


def test_the_number_of_values_that_operations_read_is_limited() -> None:
    writer = ValueWriter(Reader())
    writer.count_values(MAX_VALUES - 1)
    writer.count_values(1)
    with pytest.raises(ScimError) as raised:
        writer.count_values(1)
    assert raised.value.status == 413
    assert MAX_VALUES == 300_000


def counted(before: Json, operation: Json, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of values that an operation counts."""
    numbers: list[int] = []
    monkeypatch.setattr(ValueWriter, "count_values", lambda writer, values: numbers.append(values))
    applied(before, operation)
    return sum(numbers)


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        (op("add", "title", "x"), 1),
        (op("add", "emails", [{"value": "n@x.com"}]), 3),
        (op("remove", 'emails[type eq "work"]'), 3),
        (op("remove", 'emails[type eq "work" or value co "x" or display pr]'), 9),
        (op("remove", "emails", [{"value": "a"}, {"value": "b"}]), 3),
        (op("remove", "emails", [{"type": "a"}, {"type": "b"}]), 3 + 6),
        (op("add", f'{CRM}:tags[value eq "x" or value eq "y"]', None), 2),
    ],
)
def test_a_value_counts_once_for_each_comparison(operation: Json, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    emails = [WORK, HOME, {"value": "o@x.com"}]
    if "tags" in operation["path"]:
        with pytest.raises(ScimError, match="No value"):
            counted({"emails": emails}, operation, monkeypatch)
    else:
        assert counted({"emails": emails}, operation, monkeypatch) == number


NAMED: list[tuple[list[Json], set[str] | None]] = [
    ([op("add", "members", [{"value": "a"}, {"value": "b"}])], {"a", "b"}),
    ([op("add", "members", {"VALUE": "a", "display": "x"})], {"a"}),
    ([op("add", "members", "a")], {"a"}),
    ([op("add", "members", ["a", {"value": "b"}])], {"a", "b"}),
    ([op("add", "members", [{"display": "x"}])], None),
    ([op("add", "members", [{"value": "a", "VALUE": "b"}])], None),
    ([op("add", "members", [])], set()),
    ([op("add", "members", None)], None),
    ([op("remove", "members", "")], None),
    ([op("remove", "members")], None),
    ([op("remove", "members", [{"value": "a"}])], {"a"}),
    ([op("replace", "members", [{"value": "a"}])], None),
    ([op("remove", 'members[value eq "a"]')], {"a"}),
    ([op("remove", 'members[value eq "a" or value eq "b"]')], {"a", "b"}),
    ([op("remove", 'members[value eq "a" or type eq "User"]')], None),
    ([op("remove", 'members[type eq "User" and value eq "a"]')], {"a"}),
    ([op("remove", 'members[type eq "User"]')], None),
    ([op("remove", 'members[value co "a"]')], None),
    ([op("remove", 'members[value ne "a"]')], None),
    ([op("remove", 'members[not (value eq "a")]')], None),
    ([op("remove", 'members[(value eq "a" or value eq "b") and type eq "User"]')], {"a", "b"}),
    ([op("add", 'members[value eq "a"]', {"display": "x"})], None),
    ([op("replace", 'members[value eq "a"].display', "x")], None),
    ([op("remove", 'members[value eq "a"].display')], None),
    ([op("remove", "members.display")], None),
    ([op("add", None, {"members": [{"value": "a"}], "nothing": 1, "displayName": "x"})], {"a"}),
    ([op("replace", None, {"MEMBERS": [{"value": "a"}]})], None),
    ([op("replace", None, {"displayName": "x"})], set()),
    ([op("replace", "displayName", "x")], set()),
    ([op("add", "members", "a"), op("remove", 'members[value eq "b"]')], {"a", "b"}),
    ([op("replace", "displayName", "x"), op("add", "members", "a")], {"a"}),
    ([op("add", "members", "a"), op("replace", "members", [])], None),
]


@pytest.mark.parametrize(("operations", "named"), NAMED, ids=range(len(NAMED)))
def test_only_the_members_that_operations_name_are_read(operations: list[Json], named: set[str] | None) -> None:
    """None means that all members are read."""
    tree = trees()["Group"]
    read = read_operations({"Operations": operations})
    assert named_values(tree, tree.attributes["members"], read) == named


@pytest.mark.parametrize(
    ("text", "attribute", "sub_attribute", "has_filter"),
    [
        ("title", "title", None, False),
        ("NAME.GIVENNAME", "name", "name.givenName", False),
        ("emails.value", "emails", "emails.value", False),
        ('emails[type eq "]"]', "emails", None, True),
        ('emails[type eq "work"] .value ', "emails", "emails.value", True),
        (f"{CRM}:region", f"{CRM}:region", None, False),
        (f'{CRM}:devices[serial eq "1"].ports', f"{CRM}:devices", f"{CRM}:devices.ports", True),
        (CRM, CRM, None, False),
    ],
)
def test_a_path_has_an_attribute_and_its_part(
    text: str, attribute: str, sub_attribute: str | None, has_filter: bool
) -> None:
    path = parse_path(text, trees()["User"])
    assert str(path.attribute) == attribute
    assert (str(path.sub_attribute) if path.sub_attribute else None) == sub_attribute
    assert str(path.target) == (sub_attribute or attribute)
    assert (path.filter is not None) == has_filter


def test_a_message_repeats_a_limited_part_of_the_input() -> None:
    for path in ("x" * 500, "emails[" + "x" * 500):
        assert path[:200] in error({}, op("add", path, 1))[2]
        assert path[:201] not in error({}, op("add", path, 1))[2]
    detail = error({}, op("y" * 500, "title", 1))[2]
    assert "y" * 60 in detail and "y" * 61 not in detail


def test_a_removed_secret_is_recorded_whether_there_is_one_or_not() -> None:
    """A recorded secret is removed from the store as well."""
    for before in ({CRM: {"secret": "s"}}, {}):
        for operation in (op("remove", f"{CRM}:secret"), op("replace", f"{CRM}:secret", None)):
            reader = Reader()
            assert applied(before, operation, reader=reader) == {}
            assert [str(secret) for secret in reader.secrets] == [f"{CRM}:secret"]
    reader = Reader()
    applied({"title": "x"}, op("remove", "title"), reader=reader)
    assert not reader.secrets


@pytest.mark.parametrize(
    ("operation", "recorded"),
    [
        (op("add", f"{CRM}:secret", "s"), [f"{CRM}:secret"]),
        (op("add", f"{CRM}:devices", [{"serial": "1"}]), []),
        (op("add", f"{CRM}:devices.note", "n"), []),
        (op("remove", f"{CRM}:devices.pin"), [f"{CRM}:devices.pin"]),
        (op("remove", f'{CRM}:devices[serial eq "9"].pin'), [f"{CRM}:devices.pin"]),
        (op("remove", f"{CRM}:devices"), [f"{CRM}:devices"]),
        (op("remove", f"{CRM}:devices", [{"serial": "9"}]), [f"{CRM}:devices"]),
        (op("remove", f"{CRM}:devices.note"), []),
    ],
)
def test_a_secret_that_is_set_or_removed_is_recorded(operation: Json, recorded: list[str]) -> None:
    """A removed one also if there is none, so that the response does not show it."""
    reader = Reader()
    applied({}, operation, reader=reader)
    assert [str(secret) for secret in reader.secrets] == recorded


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (op("add", None, {"nothing": 1}), "nothing"),
        (op("add", None, {'nothing[type eq "x"]': 1}), 'nothing[type eq "x"]'),
        (op("add", "name", {"nothing": 1}), "name.nothing"),
        (op("add", None, {"name": {"nothing": 1}}), "name.nothing"),
        (op("add", CRM, {"nothing": 1}), f"{CRM}:nothing"),
        (op("add", "emails", [{"value": "a", "nothing": 1}]), "emails.nothing"),
        (op("add", 'emails[type eq "work"]', {"nothing": 1}), "emails.nothing"),
    ],
)
def test_an_unknown_attribute_is_recorded_or_refused(operation: Json, name: str) -> None:
    """The setting SCIM_STRICT decides. The log has what is recorded."""
    reader = Reader()
    applied({"emails": [WORK]}, operation, reader=reader)
    assert reader.ignored == [name]
    with pytest.raises(ScimError, match="There is no attribute"):
        applied({"emails": [WORK]}, operation, reader=Reader(strict=True))
